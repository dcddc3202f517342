package assess_test

import (
	"crypto/sha256"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/ledger"
	"github.com/tickmark/tickmark/internal/rule/custom"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

// start is the day on which the clock stands.
var start = storetest.Start

const today, tomorrow, third = "2026-01-15", "2026-01-16", "2026-01-17"

// TestVerdicts: what stood at the beginning is evidence of the first day, changes of their own day, and what did not
// change is one occurrence a day.
func TestVerdicts(t *testing.T) {
	h := newHouse(t)
	f, ids := h.framework([]catalog.Source{source(catalog.Config, "R1")}, []catalog.Source{source(catalog.Config, "R1"), source(catalog.Config, "Custom_rule-R2")})
	month := start.AddDate(0, -1, 0)
	h.judge(accountA, ireland, "R1", "i-1", "NON_COMPLIANT", month)
	h.judge(accountA, ireland, "R1", "i-1", "COMPLIANT", month.Add(time.Hour)) // the first one no longer stands
	h.judge(accountB, virginia, "R1", "i-2", "NON_COMPLIANT", month)
	h.judge(accountA, ireland, "R2", "i-1", "INSUFFICIENT_DATA", month)
	h.judge(accountA, ireland, "R3", "i-1", "COMPLIANT", month)       // not mapped
	h.judge("333333333333", ireland, "R1", "i-9", "COMPLIANT", month) // not in scope
	a := h.assessment(f.ID)
	h.step()
	fs := h.folders(a)
	one, two := fs[today+" "+ids[0]], fs[today+" "+ids[1]]
	if len(fs) != 2 || one.Total != 2 || one.Issues != 1 || one.Compliant != 1 || two.Total != 3 || one.Resources != 2 || one.Backfilled != 0 {
		t.Fatalf("folders %+v", fs)
	}
	for _, e := range h.evidence(a, two) {
		if e.Source == "" || e.Body.Type != assess.ComplianceCheck || e.Produced == nil || e.Produced.Tool != "tickmark test" || e.Body.Rule.Version == "" {
			t.Errorf("evidence %+v", e)
		}
		if e.Body.Event == "R2" && (e.Check() != "" || e.Class() != ledger.ClassInconclusive || e.Body.Reason != "why INSUFFICIENT_DATA") {
			t.Errorf("insufficient data shows as %q (%s)", e.Check(), e.Body.Reason)
		}
	}

	// The next day one subject changes; the others stand in one occurrence for each rule and verdict.
	h.at(tomorrow, 9)
	h.judge(accountB, virginia, "R1", "i-2", "COMPLIANT", h.env.Clock.Now())
	h.step()
	fs = h.folders(a)
	one = fs[tomorrow+" "+ids[0]]
	if one.Total != 2 || one.Compliant != 2 || one.Resources != 2 {
		t.Errorf("the second day: %+v", one)
	}
	// On the third nothing changes: both are members of one occurrence, expanded on reading.
	h.at(third, 9)
	h.step()
	h.step()
	one = h.folders(a)[third+" "+ids[0]]
	es := h.evidence(a, one)
	if one.Total != 1 || one.Resources != 2 || len(es[0].Resources) != 2 || es[0].Members.Count != 2 {
		t.Fatalf("the third day: %+v", one)
	}
	var subjects []string
	for _, r := range es[0].Resources {
		subjects = append(subjects, r.ID+" "+es[0].ResourceCheck(r))
	}
	slices.Sort(subjects)
	if got := strings.Join(subjects, ", "); got != "i-1 Compliant, i-2 Compliant" {
		t.Errorf("members %s", got)
	}
	// Collecting again adds nothing.
	n := len(h.entries())
	c := &assess.Collector{Service: h.Service}
	r, err := c.Collect(ctx, accountA, a.ID, "", "")
	h.ok(err)
	if r.Evidence != 0 || len(h.entries()) != n {
		t.Errorf("collecting again recorded %+v", r)
	}
}

// TestMissedDays: days on which the collector did not run are made up for, and say so.
func TestMissedDays(t *testing.T) {
	h := newHouse(t)
	f, ids := h.framework([]catalog.Source{source(catalog.Config, "R1")})
	h.judge(accountA, ireland, "R1", "i-1", "COMPLIANT", start)
	a := h.assessment(f.ID)
	h.step()
	h.at("2026-01-20", 3)
	h.step()
	fs := h.folders(a)
	if len(fs) != 6 {
		t.Fatalf("%d folders", len(fs))
	}
	for day, want := range map[string]int64{today: 0, tomorrow: 1, "2026-01-19": 1, "2026-01-20": 0} {
		if f := fs[day+" "+ids[0]]; f.Backfilled != want || f.Total != 1 {
			t.Errorf("%s: %+v", day, f)
		}
	}
}

// TestBackfill: an assessment may begin in the past.
func TestBackfill(t *testing.T) {
	h := newHouse(t)
	f, ids := h.framework([]catalog.Source{source(catalog.Config, "R1"), source(catalog.CloudTrail, "iam_CreateUser"), source(catalog.SecurityHub, "EC2.4"), source(catalog.APICall, "iam_ListUsers")})
	day := func(n int) time.Time { return start.AddDate(0, 0, n) }
	h.judge(accountA, ireland, "R1", "i-1", "NON_COMPLIANT", day(-3))
	h.judge(accountA, ireland, "R1", "i-1", "COMPLIANT", day(-1))
	h.act(accountA, ireland, "e1", "iam.amazonaws.com", "CreateUser", day(-2), "")
	h.act(accountA, ireland, "e0", "iam.amazonaws.com", "CreateUser", day(-9), "") // before the period
	h.find(accountA, "f", "EC2.4", "FAILED", day(-8))                              // stood when it began
	h.find(accountA, "f", "EC2.4", "PASSED", day(-2))
	h.item(accountA, "global", "AWS::IAM::User", "u1", "new", day(-2))
	in := input(f.ID)
	in.From = "2026-01-11"
	a, err := h.CreateAssessment(ctx, owner, in)
	h.ok(err)
	h.step()
	fs := h.folders(a)
	var got []string
	for k, f := range fs {
		got = append(got, strings.Fields(k)[0]+" "+strings.Join(f.Sources, "+"))
		if (k[:10] < today) != (f.Backfilled == f.Total && f.Total > 0) {
			t.Errorf("%s: %d of %d backfilled", k, f.Backfilled, f.Total)
		}
	}
	slices.Sort(got)
	want := []string{
		"2026-01-11 AWS Security Hub",
		"2026-01-12 AWS Config",
		"2026-01-13 AWS API calls+AWS CloudTrail+AWS Config+AWS Security Hub",
		"2026-01-14 AWS API calls+AWS Config",
		"2026-01-15 AWS API calls+AWS Config",
	}
	if !slices.Equal(got, want) {
		t.Errorf("folders\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	// The unchanged verdict of the 13th was the failing one.
	if f := fs["2026-01-13 "+ids[0]]; f.Issues != 1 || f.Compliant != 1 {
		t.Errorf("the 13th: %+v", f)
	}
}

// TestEvents: only management events of the name, with the actor and limited attributes.
func TestEvents(t *testing.T) {
	h := newHouse(t)
	f, ids := h.framework([]catalog.Source{source(catalog.CloudTrail, "signin_ConsoleLogin"), source(catalog.CloudTrail, "cloudwatch_PutMetricAlarm")})
	a := h.assessment(f.ID)
	h.step()
	now := start.Add(time.Minute)
	long := strings.Repeat("x", 201)
	h.act(accountB, virginia, "e1", "signin.amazonaws.com", "ConsoleLogin", now, `,"sourceIPAddress":"192.0.2.1","requestParameters":{"short":"s","long":"`+long+`","password":"p","deep":{"a":[1]}},"responseElements":{"ConsoleLogin":"Success"}`)
	h.act(accountA, ireland, "e2", "monitoring.amazonaws.com", "PutMetricAlarm", now, "")
	h.act(accountA, ireland, "e3", "signin.amazonaws.com", "Other", now, "")
	h.act("333333333333", ireland, "e4", "signin.amazonaws.com", "ConsoleLogin", now, "")
	h.step()
	h.step()
	fo := h.folders(a)[today+" "+ids[0]]
	if fo.Total != 2 || fo.Activity != 2 || len(fo.Services) != 2 {
		t.Fatalf("folder %+v", fo)
	}
	for _, e := range h.evidence(a, fo) {
		if e.Body.Event != "ConsoleLogin" {
			continue
		}
		at := e.Body.Attributes
		if e.Account != accountB || e.Region != virginia || e.Body.Actor != "arn:aws:iam::222222222222:user/bob" || e.Check() != "" ||
			at["requestParameters.short"] != "s" || at["requestParameters.deep"] != `{"a":[1]}` || at["responseElements.ConsoleLogin"] != "Success" ||
			at["requestParameters.password"] != "****" || at["requestParameters.long"] != "raw:"+e.Body.Raw.String() {
			t.Errorf("evidence %+v", e.Body)
		}
		raw, err := h.Raw(ctx, e.Body.Raw)
		h.ok(err)
		_ = raw.Close()
	}
}

// TestPolicies: the text of a policy stands behind its verdicts, though the rule has another one since.
func TestPolicies(t *testing.T) {
	h := newHouse(t)
	at := compliance.Place{Account: accountA, Region: ireland}
	program := compliance.New(store.For(h.env.DB, func(tx *store.Tx) compliance.Tx { return tx }), h.env.Clock)
	_, err := program.PutRecorder(ctx, at, compliance.Recorder{RoleARN: "arn:aws:iam::111111111111:role/config", Group: compliance.RecordingGroup{AllSupported: true}})
	h.ok(err)
	const judged, later = "rule known { resourceType exists }", "rule known { resourceId exists }"
	for _, text := range []string{judged, later, later} {
		_, err := program.PutRule(ctx, at, compliance.ConfigRule{Name: "known", Owner: compliance.OwnerPolicy, Policy: &compliance.Policy{Runtime: custom.Guard, Text: text}})
		h.ok(err)
	}
	p, err := custom.Compile(custom.Guard, judged)
	h.ok(err)
	f, _ := h.framework([]catalog.Source{source(catalog.Config, "Custom_known")})
	a := h.assessment(f.ID)
	h.step()
	e := h.evaluation(accountA, ireland, "", "i-1", "COMPLIANT", start.Add(time.Minute))
	e.RuleName, e.Logic = "known", p.Version
	h.ok(h.env.Write(ctx, func(tx *store.Tx) error { return tx.AppendEvaluations(accountA, ireland, []compliance.Evaluation{e}) }))
	h.step()
	es := h.all(a)
	if len(es) != 1 || len(es[0].Body.Inputs) != 1 || es[0].Body.Rule.Version != p.Version {
		t.Fatalf("evidence %+v", es)
	}
	raw, err := h.Raw(ctx, es[0].Body.Inputs[0])
	h.ok(err)
	text, err := io.ReadAll(raw)
	h.ok(err)
	if string(text) != judged || es[0].Body.Inputs[0] != ledger.Hash(sha256.Sum256(text)) || raw.Masked || raw.Extension != "txt" {
		t.Errorf("the policy is %q", text)
	}
}

// TestFindings: each change of status is a piece of its own.
func TestFindings(t *testing.T) {
	h := newHouse(t)
	f, ids := h.framework([]catalog.Source{source(catalog.SecurityHub, "EC2.4")})
	a := h.assessment(f.ID)
	h.step()
	h.find(accountA, "f", "EC2.4", "FAILED", start.Add(time.Minute))
	h.step()
	h.find(accountA, "f", "EC2.4", "FAILED", start.Add(2*time.Minute)) // nothing changed
	h.find(accountA, "g", "EC2.5", "FAILED", start.Add(2*time.Minute)) // not mapped
	h.find(accountA, "f", "EC2.4", "PASSED", start.Add(3*time.Minute))
	h.step()
	es := h.all(a)
	if len(es) != 2 || es[0].Check() != "Fail" || es[1].Check() != "Pass" || es[0].Body.Event != "EC2.4" || len(es[0].Resources) != 1 {
		t.Fatalf("evidence %+v", es)
	}
	if fo := h.folders(a)[today+" "+ids[0]]; fo.Issues != 1 || fo.Compliant != 1 {
		t.Errorf("folder %+v", fo)
	}
	for _, e := range es {
		raw, err := h.Raw(ctx, e.Body.Raw)
		h.ok(err)
		_ = raw.Close()
	}
}

// TestCalls: one item a resource in a new state, the rest together; a weekly call once a week; honest about its origin.
func TestCalls(t *testing.T) {
	h := newHouse(t)
	weekly := source(catalog.APICall, "iam_ListUsers")
	weekly.Frequency = catalog.Weekly
	f, ids := h.framework([]catalog.Source{source(catalog.APICall, "iam_ListUsers")}, []catalog.Source{weekly}, []catalog.Source{source(catalog.APICall, "kafka_ListKafkaVersions"), source(catalog.APICall, "iam_Nonsense")})
	h.item(accountA, "global", "AWS::IAM::User", "u1", "a", start.Add(-time.Hour))
	h.item(accountB, "global", "AWS::IAM::User", "u2", "a", start.Add(-time.Hour))
	h.item(accountB, "global", "Tickmark::Account::Gap", "x", "a", start.Add(-time.Hour))
	a := h.assessment(f.ID)
	h.step()
	fs := h.folders(a)
	if len(fs) != 2 || fs[today+" "+ids[0]].Configuration != 2 || fs[today+" "+ids[1]].Total != 2 {
		t.Fatalf("folders %+v", fs)
	}
	e := h.evidence(a, fs[today+" "+ids[0]])[0]
	if e.Produced == nil || e.Produced.Call != "iam:ListUsers" || e.Produced.Parameters["answeredFrom"] != "recorded configuration items of the type AWS::IAM::User" {
		t.Errorf("produced %+v", e.Produced)
	}
	if e.Body.Attributes["state"] != "a" || e.Body.Attributes["password"] != "" {
		t.Errorf("attributes %v", e.Body.Attributes)
	}
	raw, err := h.Raw(ctx, e.Body.Raw)
	h.ok(err)
	if !raw.Masked {
		t.Error("the raw item shows a password")
	}
	_ = raw.Close()
	// 2026-01-15 is a Thursday: the weekly call is due again on Monday the 19th.
	h.at(tomorrow, 1)
	h.item(accountA, "global", "AWS::IAM::User", "u1", "b", start.AddDate(0, 0, 1))
	h.step()
	h.step()
	fs = h.folders(a)
	if f := fs[tomorrow+" "+ids[0]]; f.Total != 2 || f.Resources != 2 {
		t.Errorf("the second day: %+v", f)
	}
	if _, ok := fs[tomorrow+" "+ids[1]]; ok {
		t.Error("the weekly call was answered on the second day")
	}
	h.at("2026-01-19", 1)
	h.step()
	if f := h.folders(a)["2026-01-19 "+ids[1]]; f.Total != 2 {
		t.Errorf("Monday: %+v", f)
	}
	// What can never collect says so.
	states, err := h.Sources(ctx, owner, a.ID)
	h.ok(err)
	for _, s := range states {
		broken := s.Control == ids[2]
		if s.Never() != broken || (len(s.Problems) > 0) != broken {
			t.Errorf("%s %s: %+v", s.ControlName, s.Source.Keyword, s)
		}
	}
}

// TestLargeEstate: where there is much, the first day has one piece for each rule and verdict; what changes later is
// a piece of its own, and nothing is collected twice.
func TestLargeEstate(t *testing.T) {
	h := newHouseWith(t, assess.Limits{SingleVerdicts: 3})
	f, ids := h.framework([]catalog.Source{source(catalog.Config, "R1"), source(catalog.APICall, "iam_ListUsers")}, []catalog.Source{source(catalog.Config, "R1")})
	for _, s := range []string{"u-1", "u-2"} {
		h.item(accountA, "global", "AWS::IAM::User", s, "a", start.Add(-time.Hour))
	}
	for _, s := range []string{"i-1", "i-2", "i-3"} {
		h.judge(accountA, ireland, "R1", s, "COMPLIANT", start)
	}
	h.judge(accountB, virginia, "R1", "i-4", "NON_COMPLIANT", start.AddDate(0, 0, -5))
	h.judge(accountA, ireland, "R1", "i-1", "NON_COMPLIANT", start.Add(-time.Minute)) // the first one came and went today
	a := h.assessment(f.ID)
	h.step()
	for i, id := range ids {
		fo := h.folders(a)[today+" "+id]
		calls := int64(1 - i) // the users stand together
		if fo.Total != 3+calls || fo.Configuration != calls || fo.Resources != 5+2*calls || fo.Issues != 1 || fo.Compliant != 2 {
			t.Errorf("the first day: %+v", fo)
		}
	}
	for _, e := range h.all(a) {
		for _, r := range e.Resources {
			if r.ID == "" || r.Verdict != e.Verdict {
				t.Errorf("member %+v of %+v", r, e.Occurrence)
			}
		}
	}
	h.at(tomorrow, 5)
	h.judge(accountA, ireland, "R1", "i-2", "NON_COMPLIANT", h.env.Clock.Now())
	h.item(accountA, "global", "AWS::IAM::User", "u-2", "b", h.env.Clock.Now())
	h.step()
	if fo := h.folders(a)[tomorrow+" "+ids[0]]; fo.Total != 5 || fo.Resources != 6 || fo.Configuration != 2 {
		t.Errorf("the second day: %+v", fo)
	}
	n := len(h.entries())
	r, err := (&assess.Collector{Service: h.Service}).Collect(ctx, accountA, a.ID, "", "")
	h.ok(err)
	if r.Evidence != 0 || len(h.entries()) != n {
		t.Errorf("collecting again recorded %+v", r)
	}
}
