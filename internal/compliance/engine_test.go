package compliance_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/inventory"
)

const (
	noPublicIP = "EC2_INSTANCE_NO_PUBLIC_IP"
	bySSM      = "EC2_INSTANCE_MANAGED_BY_SSM"
)

// TestFirstEvaluation: what is there when a rule comes, and what comes when the rule is there.
func TestFirstEvaluation(t *testing.T) {
	h := newHouse(t)
	h.recorder(here)
	h.put(h.instance(accountA, "i-1", false), h.instance(accountA, "i-2", true))
	v := h.rule(here, "no-ip", "ec2-instance-no-public-ip", "")
	if v.Identifier != noPublicIP || v.State != compliance.Evaluating || !v.Implemented {
		t.Errorf("rule %+v", v)
	}
	h.drain()
	h.want(here, map[string]string{"no-ip i-1": "COMPLIANT", "no-ip i-2": "NON_COMPLIANT"})
	h.put(h.instance(accountA, "i-3", true))
	p := h.drain()
	if p.Subjects != 1 || p.Changed != 1 {
		t.Errorf("a new item led to %+v", p)
	}
	h.want(here, map[string]string{"no-ip i-1": "COMPLIANT", "no-ip i-2": "NON_COMPLIANT", "no-ip i-3": "NON_COMPLIANT"})
	views, err := h.Rules(context.Background(), here)
	h.ok(err)
	if views[0].State != compliance.Active {
		t.Errorf("state %s after the evaluation", views[0].State)
	}
	cs, err := h.ComplianceByRule(context.Background(), here, "no-ip")
	h.ok(err)
	if c := cs[0]; c.Counts != (compliance.Counts{Compliant: 1, NonCompliant: 2}) || !c.Coverage.Full() || c.Coverage.Expected != 3 {
		t.Errorf("compliance %+v", c)
	}
}

// TestOnlyAffected: a changed item changes its own verdicts, and an item that changes without consequence changes
// none.
func TestOnlyAffected(t *testing.T) {
	h := newHouse(t)
	h.recorder(here)
	h.put(h.instance(accountA, "i-1", false), h.instance(accountA, "i-2", true), h.instance(accountA, "i-3", true))
	h.rule(here, "no-ip", noPublicIP, "")
	h.drain()
	before := len(h.evaluations(here))
	h.put(h.instance(accountA, "i-2", false), h.instance(accountA, "i-3", true))
	if p := h.drain(); p.Subjects != 2 || p.Evaluations != 2 || p.Changed != 1 {
		t.Errorf("two changed items led to %+v", p)
	}
	es := h.evaluations(here)[before:]
	if len(es) != 1 || es[0].Subject.ID != "i-2" || es[0].Verdict != "COMPLIANT" || es[0].Previous != "NON_COMPLIANT" || es[0].Logic == "" || es[0].StateID == 0 || es[0].Hash == "" {
		t.Errorf("evaluations %+v", es)
	}
	if p := h.drain(); p.Evaluations != 0 {
		t.Errorf("nothing to do led to %+v", p)
	}
}

// TestRelatedItem: a verdict flips when an item that it rests on changes, comes or goes.
func TestRelatedItem(t *testing.T) {
	h := newHouse(t)
	h.recorder(here)
	one, two := h.instance(accountA, "i-1", false), h.instance(accountA, "i-2", false)
	h.put(one, two)
	h.rule(here, "ssm", bySSM, "")
	h.drain()
	h.want(here, map[string]string{"ssm i-1": "INSUFFICIENT_DATA", "ssm i-2": "INSUFFICIENT_DATA"})
	m := h.managed(accountA, "i-1", "Active")
	h.put(m)
	h.drain()
	h.want(here, map[string]string{"ssm i-1": "COMPLIANT", "ssm i-2": "NON_COMPLIANT"})
	h.put(h.managed(accountA, "i-1", "ConnectionLost"))
	if p := h.drain(); p.Subjects != 1 {
		t.Errorf("the inventory of one instance led to %+v", p)
	}
	h.want(here, map[string]string{"ssm i-1": "NON_COMPLIANT", "ssm i-2": "NON_COMPLIANT"})
	h.put(h.managed(accountA, "i-2", "Active"), h.managed(accountA, "i-1", "Active"))
	h.drain()
	h.want(here, map[string]string{"ssm i-1": "COMPLIANT", "ssm i-2": "COMPLIANT"})
	h.put(h.gone(m))
	h.drain()
	h.want(here, map[string]string{"ssm i-1": "NON_COMPLIANT", "ssm i-2": "COMPLIANT"})
	es := h.evaluations(here)
	last := es[len(es)-1]
	if last.Subject.ID != "i-1" || len(last.Reads) == 0 || last.Reads[0].Type != ssmType {
		t.Errorf("last evaluation %+v", last)
	}
}

// TestMatchedItems: of verdicts that rest on items by what these hold, a change of an item concerns those alone that it
// was or comes to be matched by, and an item of which that cannot be told all of them.
func TestMatchedItems(t *testing.T) {
	h := newHouse(t)
	h.recorder(here)
	group := func(id string) inventory.Spec {
		return h.spec(accountA, region, "AWS::EC2::SecurityGroup", id, map[string]any{"groupId": id, "groupName": id, "ownerId": accountA})
	}
	const networkInterface = "AWS::EC2::NetworkInterface"
	eni := func(id string, groups ...any) inventory.Spec {
		list := []any{}
		for _, g := range groups {
			list = append(list, map[string]any{"groupId": g})
		}
		return h.spec(accountA, region, networkInterface, id, map[string]any{"networkInterfaceId": id, "groups": list})
	}
	h.put(group("sg-1"), group("sg-2"), group("sg-3"), eni("eni-1", "sg-1"))
	h.rule(here, "eni", "EC2_SECURITY_GROUP_ATTACHED_TO_ENI", "")
	h.drain()
	h.want(here, map[string]string{"eni sg-1": "COMPLIANT", "eni sg-2": "NON_COMPLIANT", "eni sg-3": "NON_COMPLIANT"})
	steps := []struct {
		put      inventory.Spec
		subjects int64
		verdicts string // of sg-1, sg-2, sg-3
	}{
		{eni("eni-2", "sg-2"), 1, "COMPLIANT COMPLIANT NON_COMPLIANT"},
		{eni("eni-1", "sg-3", "sg-2"), 3, "NON_COMPLIANT COMPLIANT COMPLIANT"}, // was sg-1's
		{eni("eni-2"), 1, "NON_COMPLIANT COMPLIANT COMPLIANT"},
		{h.spec(accountA, region, networkInterface, "eni-3", map[string]any{}), 3, "INSUFFICIENT_DATA INSUFFICIENT_DATA INSUFFICIENT_DATA"},
		{eni("eni-3", "sg-1"), 3, "COMPLIANT COMPLIANT COMPLIANT"},
		{h.gone(eni("eni-1")), 3, "COMPLIANT NON_COMPLIANT NON_COMPLIANT"}, // two groups, and what went
	}
	for i, s := range steps {
		s.put.Captured = s.put.Captured.Add(time.Hour) // the specs were made before the first was put
		h.put(s.put)
		if p := h.drain(); p.Subjects != s.subjects {
			t.Errorf("step %d: %d subjects evaluated, want %d", i+1, p.Subjects, s.subjects)
		}
		v := strings.Fields(s.verdicts)
		h.want(here, map[string]string{"eni sg-1": v[0], "eni sg-2": v[1], "eni sg-3": v[2]})
	}
}

// TestLeaving: deleted resources and those that leave the scope have no verdicts, and are counted no more.
func TestLeaving(t *testing.T) {
	h := newHouse(t)
	h.recorder(here)
	tagged := h.instance(accountA, "i-1", true)
	tagged.Tags = map[string]string{"env": "prod"}
	other := h.instance(accountA, "i-2", true)
	other.Tags = map[string]string{"env": "prod"}
	h.put(tagged, other)
	_, err := h.PutRule(context.Background(), here, compliance.ConfigRule{Name: "r", Owner: "AWS", Identifier: noPublicIP, Scope: compliance.RuleScope{TagKey: "env", TagValue: "prod"}})
	h.ok(err)
	h.drain()
	h.want(here, map[string]string{"r i-1": "NON_COMPLIANT", "r i-2": "NON_COMPLIANT"})
	h.put(h.instance(accountA, "i-1", true), h.gone(other)) // without the tag
	h.drain()
	h.want(here, nil)
	cs, err := h.ComplianceByRule(context.Background(), here)
	h.ok(err)
	if cs[0].Counts != (compliance.Counts{}) || cs[0].Compliance.String() != "INSUFFICIENT_DATA" {
		t.Errorf("counts %+v", cs[0].Counts)
	}
	es := h.evaluations(here)
	if len(es) != 4 || es[2].Verdict != "" || es[3].Verdict != "" || es[2].Annotation == "" {
		t.Errorf("evaluations %+v", es)
	}
}

// TestScopeChanged: a rule that is narrowed loses the verdicts outside its new scope, and gets them back.
func TestScopeChanged(t *testing.T) {
	h := newHouse(t)
	h.recorder(here)
	h.put(h.instance(accountA, "i-1", true), h.instance(accountA, "i-2", false))
	h.rule(here, "r", noPublicIP, "")
	h.drain()
	put := func(s compliance.RuleScope) {
		_, err := h.PutRule(context.Background(), here, compliance.ConfigRule{Name: "r", Owner: "AWS", Identifier: noPublicIP, Scope: s})
		h.ok(err)
		h.drain()
	}
	put(compliance.RuleScope{Types: []string{instanceType}, ID: "i-2"})
	h.want(here, map[string]string{"r i-2": "COMPLIANT"})
	put(compliance.RuleScope{})
	h.want(here, map[string]string{"r i-1": "NON_COMPLIANT", "r i-2": "COMPLIANT"})
	// another rule under the name
	_, err := h.PutRule(context.Background(), here, compliance.ConfigRule{Name: "r", Owner: "AWS", Identifier: "S3_BUCKET_VERSIONING_ENABLED"})
	h.ok(err)
	h.drain()
	h.want(here, nil)
}

// TestNotInLibrary: a known rule without logic deploys, and is never compliant.
func TestNotInLibrary(t *testing.T) {
	h := newHouse(t)
	h.recorder(here)
	v := h.rule(here, "later", "ACMPCA_CERTIFICATE_AUTHORITY_TAGGED", "")
	if v.Implemented || v.Reason == "" {
		t.Skipf("the rule is in the library now: %+v", v)
	}
	h.put(h.spec(accountA, region, "AWS::ACMPCA::CertificateAuthority", "ca", map[string]any{}))
	h.drain()
	h.want(here, map[string]string{"later " + accountA: "INSUFFICIENT_DATA"})
	cs, err := h.ComplianceByRule(context.Background(), here)
	h.ok(err)
	if c := cs[0]; c.Compliance.String() != "INSUFFICIENT_DATA" || c.Coverage.Full() || c.Coverage.Expected != 1 || c.Reason == "" {
		t.Errorf("compliance %+v", c)
	}
	l, err := h.DetailsByRule(context.Background(), here, "later", nil, compliance.Page{})
	h.ok(err)
	if len(l.Items) != 0 {
		t.Errorf("details %+v", l.Items)
	}
}

// TestDeleteRule: verdicts are gone at once, and for good.
func TestDeleteRule(t *testing.T) {
	h := newHouse(t)
	h.recorder(here)
	h.put(h.instance(accountA, "i-1", true), h.instance(accountA, "i-2", false))
	h.rule(here, "r", noPublicIP, "")
	h.rule(here, "s", bySSM, "")
	h.drain()
	h.ok(h.DeleteRule(context.Background(), here, "r"))
	ds, err := h.DetailsByResource(context.Background(), here, instanceType, "i-1", nil)
	h.ok(err)
	if len(ds) != 0 {
		t.Errorf("details after the deletion %+v", ds)
	}
	h.drain()
	s, err := h.SummaryByType(context.Background(), here, nil)
	h.ok(err)
	if len(s) != 0 { // what is left is INSUFFICIENT_DATA
		t.Errorf("summary after the deletion %+v", s)
	}
	h.rule(here, "r", noPublicIP, "")
	h.drain()
	if got := h.verdicts(here); got["r i-1"] != "NON_COMPLIANT" || got["r i-2"] != "COMPLIANT" {
		t.Errorf("after it came again: %v", got)
	}
}

// TestSchedule: a periodic rule runs when it is due, and by hand at most once a minute.
func TestSchedule(t *testing.T) {
	h := newHouse(t)
	user := h.spec(accountA, "global", "AWS::IAM::User", "AIDA1", map[string]any{"userName": "alice", "arn": "arn:aws:iam::111111111111:user/alice"})
	user.Name = "alice"
	report := h.spec(accountA, "global", "Tickmark::Account::CredentialReport", accountA, map[string]any{"generatedTime": "2026-01-15T11:00:00Z", "users": []any{map[string]any{
		"user": "alice", "arn": "arn:aws:iam::111111111111:user/alice", "passwordEnabled": "true", "passwordLastUsed": "2026-01-10T08:00:00+00:00", "passwordLastChanged": "2025-12-01T08:00:00+00:00", "mfaActive": "true",
		"accessKey1Active": "true", "accessKey1LastRotated": "2025-10-18T12:00:00+00:00", "accessKey1LastUsedDate": "N/A", "accessKey2Active": "false", "accessKey2LastRotated": "N/A", "accessKey2LastUsedDate": "N/A",
	}}})
	h.put(user, report)
	_, err := h.PutRule(context.Background(), here, compliance.ConfigRule{Name: "keys", Owner: "AWS", Identifier: "ACCESS_KEYS_ROTATED", Parameters: `{"maxAccessKeyAge": "90"}`, Frequency: compliance.SixHours})
	h.ok(err)
	h.drain()
	h.want(here, map[string]string{"keys AIDA1": "COMPLIANT"})
	h.env.Clock.Advance(24 * time.Hour) // the key is 90 days old, and the schedule has come
	if p := h.drain(); p.Evaluations != 1 || p.Changed != 1 {
		t.Errorf("the schedule led to %+v", p)
	}
	h.want(here, map[string]string{"keys AIDA1": "NON_COMPLIANT"})
	if p := h.drain(); p.Evaluations != 0 {
		t.Errorf("a run that was not due: %+v", p)
	}
	ctx := context.Background()
	h.ok(h.StartEvaluation(ctx, here, []string{"keys"}))
	wantCode(t, h.StartEvaluation(ctx, here, []string{"keys"}), "ResourceInUseException")
	if p := h.drain(); p.Evaluations != 1 || p.Changed != 0 {
		t.Errorf("a start by hand led to %+v", p)
	}
	wantCode(t, h.StartEvaluation(ctx, here, []string{"keys"}), "LimitExceededException")
	wantCode(t, h.StartEvaluation(ctx, here, []string{"nobody"}), "NoSuchConfigRuleException")
}

// TestOtherAccount: nothing of one account is seen or changed from another.
func TestOtherAccount(t *testing.T) {
	h := newHouse(t)
	there := compliance.Place{Account: accountB, Region: region}
	h.recorder(here)
	h.recorder(there)
	h.put(h.instance(accountA, "i-1", true), h.instance(accountB, "i-1", false))
	h.rule(here, "r", noPublicIP, "")
	h.drain()
	h.want(there, nil)
	ctx := context.Background()
	_, err := h.DetailsByRule(ctx, there, "r", nil, compliance.Page{})
	wantCode(t, err, "NoSuchConfigRuleException")
	wantCode(t, h.DeleteRule(ctx, there, "r"), "NoSuchConfigRuleException")
	ds, err := h.DetailsByResource(ctx, there, instanceType, "i-1", nil)
	h.ok(err)
	l, err := h.ComplianceByResource(ctx, there, "", "", nil, compliance.Page{})
	h.ok(err)
	s, err := h.SummaryByType(ctx, there, nil)
	h.ok(err)
	if len(ds)+len(l.Items)+len(s)+len(h.evaluations(there)) != 0 {
		t.Errorf("account B sees %v %v %v", ds, l, s)
	}
	h.rule(there, "r", noPublicIP, "")
	h.drain()
	h.want(there, map[string]string{"r i-1": "COMPLIANT"})
	h.want(here, map[string]string{"r i-1": "NON_COMPLIANT"})
}

// TestRun: a running engine evaluates when it is told that there is something new, and stops with its context.
func TestRun(t *testing.T) {
	h := newHouse(t)
	h.recorder(here)
	h.rule(here, "r", noPublicIP, "")
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- h.engine.Run(ctx) }()
	h.put(h.instance(accountA, "i-1", true))
	h.Notify()
	for range 500 {
		if len(h.evaluations(here)) > 0 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	stop()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("the engine ended with %v", err)
	}
	h.want(here, map[string]string{"r i-1": "NON_COMPLIANT"})
}
