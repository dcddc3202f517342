package assess_test

import (
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/exception"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/store"
)

// rule makes the rule that h.judge's verdicts are from.
func (h *house) rule(account, region, identifier string) {
	h.Helper()
	r := compliance.ConfigRule{Account: account, Region: region, Name: "rule-" + identifier, ID: "config-rule-" + identifier, Identifier: identifier}
	rules := docs.Collection[compliance.ConfigRule]{Kind: "config-rule", Noun: "config rule"}
	h.ok(h.env.Write(ctx, func(tx *store.Tx) error { return rules.Insert(tx, account, region, r.ID, r.Name, r) }))
}

func (h *house) except(in assess.ExceptionInput) []assess.Exception {
	h.Helper()
	es, err := h.PutException(ctx, owner, in)
	h.ok(err)
	return es
}

// TestExceptedEvidence: what fails and is excepted counts apart, from the exception on and until it expires.
func TestExceptedEvidence(t *testing.T) {
	h := newHouse(t)
	h.rule(accountA, ireland, "A")
	f, ids := h.framework([]catalog.Source{source(catalog.Config, "A"), source(catalog.SecurityHub, "EC2.4")})
	h.judge(accountA, ireland, "A", "i-1", "NON_COMPLIANT", start)
	h.judge(accountA, ireland, "A", "i-2", "NON_COMPLIANT", start)
	h.judge(accountA, ireland, "A", "i-3", "COMPLIANT", start)
	h.find(accountA, "f", "EC2.4", "FAILED", start)
	a := h.assessment(f.ID)
	h.step()
	if fo := h.folders(a)[today+" "+ids[0]]; fo.Issues != 3 || fo.Excepted != 0 {
		t.Fatalf("before the exception: %+v", fo)
	}
	es := h.except(assess.ExceptionInput{
		Rule: "rule-A", Type: "AWS::EC2::Instance", Resource: "i-[1]", Reason: "no glob of ours", Expires: h.env.Clock.Now().Add(time.Hour),
	})
	es = append(es, h.except(assess.ExceptionInput{
		Rule: "rule-A", Type: "AWS::EC2::Instance", Resource: "*-1", Reason: "is going away", Expires: start.Add(48 * time.Hour),
	})...)
	h.except(assess.ExceptionInput{
		Rule: "rule-A", Type: "AWS::EC2::Instance", Resource: "i-3", Reason: "passes anyway", Expires: start.Add(48 * time.Hour),
	})
	h.except(assess.ExceptionInput{
		SecurityHub: true, Rule: "EC2.4", Type: "AwsEc2Instance", Resource: "*", Reason: "lab", Owner: "the lab", Expires: start.Add(480 * time.Hour),
	})
	h.judge(accountA, ireland, "A", "j-1", "NON_COMPLIANT", h.env.Clock.Now())
	h.judge(accountA, virginia, "A", "k-1", "NON_COMPLIANT", h.env.Clock.Now()) // the exception is for another region
	h.find(accountA, "g", "EC2.4", "FAILED", h.env.Clock.Now())
	h.step()
	if fo := h.folders(a)[today+" "+ids[0]]; fo.Issues != 4 || fo.Excepted != 2 || fo.Compliant != 1 {
		t.Errorf("with the exception: %+v", fo)
	}
	h.at(tomorrow, 2)
	h.step()
	if fo := h.folders(a)[tomorrow+" "+ids[0]]; fo.Issues != 1 || fo.Excepted != 1 || fo.Compliant != 1 || fo.Total != 3 {
		t.Errorf("the next day: %+v", fo)
	}
	n := 0
	for _, e := range h.all(a) {
		if e.Exception != "" {
			n++
			if e.Check() != "Non-compliant" && e.Check() != "Fail" {
				t.Errorf("an excepted piece is shown as %q", e.Check())
			}
		}
		if e.Exception == es[1].ID && e.Day == tomorrow && e.Members.Count != 2 {
			t.Errorf("%d unchanged verdicts are excepted", e.Members.Count)
		}
	}
	cs, err := h.Counts(ctx, owner, a.ID)
	h.ok(err)
	in, err := h.Insights(ctx, owner, a.ID)
	h.ok(err)
	if n != 3 || cs[0].Excepted != 3 || in.Excepted != 1 || in.NonCompliant != 1 || in.Compliant != 1 || in.Inconclusive != 0 {
		t.Errorf("%d pieces, counts %+v, insights %+v", n, cs, in)
	}
	h.at("2026-01-18", 2) // the day after the exception expired
	h.step()
	if fo := h.folders(a)["2026-01-18 "+ids[0]]; fo.Issues != 1 || fo.Excepted != 0 {
		t.Errorf("after its end: %+v", fo)
	}
}

// TestExceptions: who may decide, what must be said, and where it is seen.
func TestExceptions(t *testing.T) {
	h := newHouse(t)
	h.rule(accountA, ireland, "A")
	h.rule(accountA, virginia, "A")
	f, _ := h.framework([]catalog.Source{source(catalog.Config, "A")})
	a := h.assessment(f.ID)
	good := assess.ExceptionInput{Rule: "rule-A", Type: "T", Resource: "x*", Reason: "why", Expires: h.env.Clock.Now().Add(time.Hour)}
	for field, change := range map[string]func(*assess.ExceptionInput){
		"expires":      func(in *assess.ExceptionInput) { in.Expires = time.Time{} },
		"expires ":     func(in *assess.ExceptionInput) { in.Expires = h.env.Clock.Now() },
		"reason":       func(in *assess.ExceptionInput) { in.Reason = "" },
		"reason ":      func(in *assess.ExceptionInput) { in.Reason = strings.Repeat("x", 1001) },
		"rule":         func(in *assess.ExceptionInput) { in.Rule = "" },
		"resourceType": func(in *assess.ExceptionInput) { in.Type = "" },
		"resourceId":   func(in *assess.ExceptionInput) { in.Resource = "" },
		"account":      func(in *assess.ExceptionInput) { in.Account = "1" },
		"exception":    func(in *assess.ExceptionInput) { in.Resource = "\xff" },
		"region":       func(in *assess.ExceptionInput) { in.Region, in.SecurityHub = "*", true },
	} {
		in := good
		change(&in)
		_, err := h.PutException(ctx, owner, in)
		if f, ok := err.(*fault.Error); !ok || f.Field != strings.TrimSpace(field) {
			t.Errorf("%s: %v", field, err)
		}
	}
	missing := good
	missing.Rule = "nope"
	_, err := h.PutException(ctx, owner, missing)
	wantKind(t, err, fault.NotFound)
	for _, c := range []assess.Caller{auditor, delegate, reader, other} { // an owner by its role decides on its assessment, not on the account
		_, err := h.PutException(ctx, c, good)
		wantKind(t, err, fault.Denied)
		wantKind(t, h.EndException(ctx, c, accountA, ireland, "x", "y"), fault.Denied)
	}
	good.Region = "*"
	if es := h.except(good); len(es) != 2 || es[0].ID != es[1].ID || es[0].Region == es[1].Region || es[0].Owner != owner.Principal {
		t.Errorf("in every region: %+v", es)
	}
	h.env.Clock.Advance(30 * time.Minute)
	good.Region, good.Expires, good.Reason = ireland, good.Expires.Add(time.Hour), "longer"
	e := h.except(good)[0]
	if !e.Created.Before(h.env.Clock.Now().Add(-29 * time.Minute)) {
		t.Errorf("a changed exception begins anew: %v", e.Created)
	}
	h.env.Clock.Advance(45 * time.Minute)
	list, err := h.AssessmentExceptions(ctx, reader, a.ID)
	h.ok(err)
	if len(list) != 2 || list[0].Status != assess.ExceptionExpired || list[0].Region != virginia || list[1].Status != assess.ExceptionActive || list[1].Reason != "longer" {
		t.Errorf("exceptions %+v", list)
	}
	_, err = h.AssessmentExceptions(ctx, stranger, a.ID)
	wantKind(t, err, fault.NotFound)
	_, err = h.Exceptions(ctx, delegate)
	wantKind(t, err, fault.Denied)
	wantKind(t, h.EndException(ctx, owner, accountA, ireland, e.ID, ""), fault.Invalid)
	wantKind(t, h.EndException(ctx, owner, accountB, ireland, e.ID, "x"), fault.NotFound)
	for _, region := range []string{ireland, virginia} { // the expired one too
		h.ok(h.EndException(ctx, owner, accountA, region, e.ID, "over"))
	}
	if list, err = h.Exceptions(ctx, reader); err != nil || len(list) != 0 {
		t.Errorf("after the end: %+v, %v", list, err)
	}
	ds, err := h.Decisions(ctx, owner, "")
	h.ok(err)
	if len(ds) != 5 || ds[0].Kind != assess.DecisionPutException || ds[4].Kind != assess.DecisionEndException || ds[4].Reason != "over" || ds[0].Details["resourceId"] != "x*" {
		t.Errorf("decisions %+v", ds)
	}
	log, err := h.ChangeLog(ctx, owner, a.ID, "", "")
	h.ok(err)
	if len(log) != 6 || log[0].Reason != "over" || log[0].Decision != ds[4].ID || log[4].Reason != "why" {
		t.Errorf("change log %+v", log)
	}
	// One that Config's own operations made counts in the same way, and is seen.
	made := exception.Exception{Account: accountA, Region: ireland, Rule: "rule-A", RuleID: "config-rule-A", Type: "T", Resource: "y", Owner: "config", Created: start}
	h.ok(h.env.Write(ctx, func(tx *store.Tx) error { return exception.Put(tx, made) }))
	if list, err = h.AssessmentExceptions(ctx, owner, a.ID); err != nil || len(list) != 1 || !arn.ValidAccount(list[0].Account) {
		t.Errorf("a remediation exception: %+v, %v", list, err)
	}
}
