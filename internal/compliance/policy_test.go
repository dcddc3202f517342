package compliance_test

import (
	"context"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule/custom"
)

func (h *house) policy(name, runtime, text, parameters string, types ...string) compliance.RuleView {
	h.t.Helper()
	v, err := h.PutRule(context.Background(), here, policyRule(name, runtime, text, parameters, types...))
	h.ok(err)
	return v
}

func policyRule(name, runtime, text, parameters string, types ...string) compliance.ConfigRule {
	return compliance.ConfigRule{
		Name: name, Owner: compliance.OwnerPolicy, Parameters: parameters, Scope: compliance.RuleScope{Types: types},
		Details: []compliance.SourceDetail{{Message: compliance.ItemChanged}, {Message: compliance.OversizedChanged}},
		Policy:  &compliance.Policy{Runtime: runtime, Text: text},
	}
}

// TestPolicyRule: policies in both languages are evaluated when they come, when items change and when their text does.
func TestPolicyRule(t *testing.T) {
	h := newHouse(t)
	h.recorder(here)
	volume := func(id string, configuration map[string]any) inventory.Spec {
		return h.spec(accountA, region, "AWS::EC2::Volume", id, configuration)
	}
	h.put(h.instance(accountA, "i-1", false), volume("vol-1", map[string]any{"size": 8, "encrypted": true}), volume("vol-2", map[string]any{"size": 80}))
	h.put(h.spec(accountA, region, "Tickmark::Account::Summary", "fact", map[string]any{"size": 1000}))
	h.policy("guard", custom.Guard, "rule small when resourceType == 'AWS::EC2::Volume' {\n  configuration.size <= 10 <<Too large>>\n}", "", "AWS::EC2::Volume", "AWS::EC2::Instance")
	h.policy("every", custom.Guard, "rule known { resourceType exists }", "")
	v := h.policy("cel", custom.CEL, `configuration.encrypted == (parameters.want == "yes")`, `{"want":"yes"}`, "AWS::EC2::Volume")
	if !v.Implemented || v.Owner != compliance.OwnerPolicy || len(v.Types) != 1 {
		t.Errorf("rule %+v", v)
	}
	h.drain()
	h.want(here, map[string]string{
		"guard vol-1": "COMPLIANT", "guard vol-2": "NON_COMPLIANT", "guard i-1": "NOT_APPLICABLE",
		"every vol-1": "COMPLIANT", "every vol-2": "COMPLIANT", "every i-1": "COMPLIANT",
		"cel vol-1": "COMPLIANT", "cel vol-2": "INSUFFICIENT_DATA",
	})
	for _, e := range h.evaluations(here) {
		if !strings.HasPrefix(e.Logic, "guard-2.x.x/sha256-") && !strings.HasPrefix(e.Logic, "cel-1.0.0/sha256-") {
			t.Errorf("logic %q", e.Logic)
		}
		if e.RuleName == "guard" && e.Subject.ID == "vol-2" && e.Annotation != "Too large" {
			t.Errorf("annotation %q", e.Annotation)
		}
		if e.RuleName == "cel" && e.Subject.ID == "vol-2" && !strings.Contains(e.Annotation, "reads encrypted at 1:14") {
			t.Errorf("annotation %q", e.Annotation)
		}
	}
	h.put(volume("vol-2", map[string]any{"size": 9, "encrypted": false}))
	h.policy("every", custom.Guard, "rule known { resourceName exists }", "", "AWS::EC2::Instance")
	h.drain()
	h.want(here, map[string]string{
		"guard vol-1": "COMPLIANT", "guard vol-2": "COMPLIANT", "guard i-1": "NOT_APPLICABLE",
		"every i-1": "NON_COMPLIANT", "cel vol-1": "COMPLIANT", "cel vol-2": "NON_COMPLIANT",
	})
}

// TestPolicyTrouble: a policy that cannot be evaluated on an item says so in the status of its rule.
func TestPolicyTrouble(t *testing.T) {
	h := newHouse(t)
	h.recorder(here)
	h.put(h.spec(accountA, region, "AWS::EC2::Volume", "vol-1", map[string]any{"size": 8}))
	h.policy("guard", custom.Guard, "configuration.size !empty", "")
	h.drain()
	h.want(here, map[string]string{"guard vol-1": "INSUFFICIENT_DATA"})
	st, err := h.Status(context.Background(), here, "guard")
	h.ok(err)
	if st[0].Failed.IsZero() || !strings.Contains(st[0].Error, "empty is asked of a value") {
		t.Errorf("status %+v", st[0])
	}
}

func TestPolicyRefused(t *testing.T) {
	h := newHouse(t)
	h.recorder(here)
	for want, change := range map[string]func(*compliance.ConfigRule){
		"needs CustomPolicyDetails":               func(r *compliance.ConfigRule) { r.Policy = nil },
		`"guard-3" is no runtime of policies`:     func(r *compliance.ConfigRule) { r.Policy.Runtime = "guard-3" },
		"policy:2:1: expected":                    func(r *compliance.ConfigRule) { r.Policy.Text = "a exists\n=" },
		"triggered by changes only":               func(r *compliance.ConfigRule) { r.Frequency = "One_Hour" },
		"does not trigger a rule of owner CUSTOM": func(r *compliance.ConfigRule) { r.Details[0].Message = compliance.Scheduled },
		"has a frequency":                         func(r *compliance.ConfigRule) { r.Details[0].Frequency = "One_Hour" },
		"at most 25 SourceDetails":                func(r *compliance.ConfigRule) { r.Details = make([]compliance.SourceDetail, 26) },
		"not a JSON object":                       func(r *compliance.ConfigRule) { r.Parameters = "[1]" },
	} {
		r := policyRule("p", custom.Guard, "a exists", "")
		change(&r)
		_, err := h.PutRule(context.Background(), here, r)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v; want %s", err, want)
		}
	}
}
