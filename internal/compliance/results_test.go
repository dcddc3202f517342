package compliance_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/rule"
)

// TestPages: every listing gives each entry once, whatever the size of a page.
func TestPages(t *testing.T) {
	h := newHouse(t)
	h.recorder(here)
	ctx := context.Background()
	for i := range 23 {
		h.put(h.instance(accountA, fmt.Sprintf("i-%02d", i), i%2 == 0))
	}
	h.rule(here, "r", noPublicIP, "")
	h.drain()
	for _, limit := range []int{1, 5, 23, 100} {
		for _, c := range []struct {
			verdicts []rule.Verdict
			want     int
		}{{nil, 23}, {[]rule.Verdict{rule.NonCompliant}, 12}, {[]rule.Verdict{rule.Compliant}, 11}, {[]rule.Verdict{rule.NotApplicable}, 0}, {[]rule.Verdict{rule.InsufficientData}, 0}} {
			details, resources := 0, 0
			page := compliance.Page{Limit: limit}
			for {
				l, err := h.DetailsByRule(ctx, here, "r", c.verdicts, page)
				h.ok(err)
				details += len(l.Items)
				if l.Next == nil {
					break
				}
				page.After = *l.Next
			}
			page = compliance.Page{Limit: limit}
			for {
				l, err := h.ComplianceByResource(ctx, here, instanceType, "", c.verdicts, page)
				h.ok(err)
				resources += len(l.Items)
				if l.Next == nil {
					break
				}
				page.After = *l.Next
			}
			if details != c.want || resources != c.want {
				t.Errorf("limit %d, %v: %d details, %d resources, want %d", limit, c.verdicts, details, resources, c.want)
			}
		}
	}
	s, err := h.SummaryByType(ctx, here, []string{instanceType})
	h.ok(err)
	if len(s) != 1 || s[0].Compliant != 11 || s[0].NonCompliant != 12 {
		t.Errorf("summary %+v", s)
	}
	byRule, err := h.SummaryByRule(ctx, here)
	h.ok(err)
	if byRule != (compliance.Summary{NonCompliant: 1}) {
		t.Errorf("rules %+v", byRule)
	}
	_, err = h.ComplianceByResource(ctx, here, "", "i-1", nil, compliance.Page{})
	wantCode(t, err, "InvalidParameterValueException")
	st, err := h.Status(ctx, here, "r")
	h.ok(err)
	if !st[0].Begun || st[0].Succeeded.IsZero() || !st[0].Failed.IsZero() || st[0].Activated.IsZero() {
		t.Errorf("status %+v", st[0])
	}
}

// TestGlobal: a global resource has verdicts of the rules in every region, and each region sees its own.
func TestGlobal(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	far := compliance.Place{Account: accountA, Region: "us-east-1"}
	h.recorder(here)
	h.recorder(far)
	user := func(policies ...any) {
		s := h.spec(accountA, "global", "AWS::IAM::User", "AIDA1", map[string]any{"userName": "u", "userPolicyList": policies, "attachedManagedPolicies": []any{}})
		s.Name = "u"
		h.put(s)
	}
	user()
	h.rule(here, "r", "IAM_USER_NO_POLICIES_CHECK", "")
	h.rule(far, "q", "IAM_USER_NO_POLICIES_CHECK", "")
	h.drain()
	h.want(here, map[string]string{"r AIDA1": "COMPLIANT"})
	h.want(far, map[string]string{"q AIDA1": "COMPLIANT"})
	user(map[string]any{"policyName": "p"})
	h.drain()
	h.want(here, map[string]string{"r AIDA1": "NON_COMPLIANT"})
	h.want(far, map[string]string{"q AIDA1": "NON_COMPLIANT"})
	for p, name := range map[compliance.Place]string{here: "r", far: "q"} {
		ds, err := h.DetailsByResource(ctx, p, "AWS::IAM::User", "AIDA1", nil)
		h.ok(err)
		if len(ds) != 1 || ds[0].Rule.Name != name {
			t.Errorf("details in %s: %+v", p.Region, ds)
		}
		s, err := h.SummaryByType(ctx, p, nil)
		h.ok(err)
		if len(s) != 1 || s[0].NonCompliant != 1 {
			t.Errorf("summary in %s: %+v", p.Region, s)
		}
	}
	h.ok(h.DeleteRule(ctx, here, "r"))
	h.drain()
	h.want(far, map[string]string{"q AIDA1": "NON_COMPLIANT"})
}

// TestDeleteResults: results go, and come back with the next evaluation.
func TestDeleteResults(t *testing.T) {
	h := newHouse(t)
	h.recorder(here)
	ctx := context.Background()
	h.put(h.instance(accountA, "i-1", true))
	h.rule(here, "r", noPublicIP, "")
	wantCode(t, h.DeleteResults(ctx, here, "r"), "ResourceInUseException")
	h.drain()
	h.ok(h.DeleteResults(ctx, here, "r"))
	h.want(here, nil)
	h.drain()
	h.want(here, nil)
	h.ok(h.StartEvaluation(ctx, here, []string{"r"}))
	h.drain()
	h.want(here, map[string]string{"r i-1": "NON_COMPLIANT"})
	h.consistent(here)
}
