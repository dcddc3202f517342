package compliance_test

import (
	"context"
	"testing"

	"github.com/tickmark/tickmark/internal/compliance"
)

// TestControlsAsRules: a control that no managed rule covers is deployed by its control id like a managed rule, in any case;
// parameters are checked, and an id that nobody knows is refused.
func TestControlsAsRules(t *testing.T) {
	h := newHouse(t)
	at := compliance.Place{Account: accountA, Region: region}
	h.recorder(at)
	for name, id := range map[string]string{"root": "CloudWatch.1", "tags": "ec2.38", "config": "Config.1", "by-name": "rds-no-default-ports"} {
		if v := h.rule(at, name, id, ""); !v.Implemented {
			t.Errorf("%s has no logic: %s", id, v.Reason)
		}
	}
	h.rule(at, "any-role", "Config.1", `{"includeConfigServiceLinkedRoleCheck":"false"}`)
	h.put(h.instance(at.Account, "i-1", false))
	h.drain()
	if v := h.verdicts(at); v["tags i-1"] == "" || v["root "+accountA] == "" {
		t.Errorf("a control judges nothing: %v", v)
	}
	for _, r := range []compliance.ConfigRule{
		{Name: "a", Owner: "AWS", Identifier: "CloudWatch.99"},
		{Name: "b", Owner: "AWS", Identifier: "Config.1", Parameters: `{"role":"x"}`},
	} {
		if _, err := h.PutRule(context.Background(), at, r); err == nil {
			t.Errorf("%s %s was taken", r.Identifier, r.Parameters)
		}
	}
}
