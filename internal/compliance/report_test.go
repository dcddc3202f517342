package compliance_test

import (
	"context"
	"testing"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/rule"
)

// TestReport: what was not judged shows in the coverage of rule, pack and account, and the roll-up stays AWS's.
func TestReport(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	h.put(h.instance(accountA, "i-1", false), h.instance(accountA, "i-2", false))
	_, err := h.DeployPack(ctx, here, compliance.PackInput{Name: "mine", Body: []byte(twoRules)})
	h.ok(err)
	h.drain()
	ip := compliance.Counts{Compliant: 2}
	none := compliance.Coverage{Expected: 0}
	for _, c := range []struct {
		by   compliance.ReportBy
		want []compliance.ReportLine
	}{
		{compliance.PerAccount, []compliance.ReportLine{{Compliance: rule.Compliant, Rules: compliance.Summary{Compliant: 1, Insufficient: 1}, Counts: ip, Coverage: compliance.Coverage{Evaluated: 2, Expected: 2}}}},
		{compliance.PerPack, []compliance.ReportLine{{Name: "mine", Compliance: rule.Compliant, Rules: compliance.Summary{Compliant: 1, Insufficient: 1}, Counts: ip, Coverage: compliance.Coverage{Evaluated: 2, Expected: 2}}}},
		{compliance.PerRule, []compliance.ReportLine{
			{Identifier: "ACCESS_KEYS_ROTATED", Compliance: rule.InsufficientData, Rules: compliance.Summary{Insufficient: 1}, Coverage: none},
			{Identifier: "EC2_INSTANCE_NO_PUBLIC_IP", Compliance: rule.Compliant, Rules: compliance.Summary{Compliant: 1}, Counts: ip, Coverage: compliance.Coverage{Evaluated: 2, Expected: 2}},
		}},
	} {
		got, err := h.Report(ctx, arn.Everything(), c.by)
		h.ok(err)
		if len(got) != len(c.want) {
			t.Errorf("by %s: %d lines, want %d", c.by, len(got), len(c.want))
			continue
		}
		for i, w := range c.want {
			w.Account, w.Region = accountA, region
			if c.by == compliance.PerRule {
				w.Name = got[i].Name // it ends in the pack's id
			}
			if got[i] != w {
				t.Errorf("by %s: %+v, want %+v", c.by, got[i], w)
			}
		}
	}
	if lines, err := h.Report(ctx, arn.Scope{Accounts: []string{accountB}}, compliance.PerRule); err != nil || len(lines) != 0 {
		t.Errorf("another account sees %v (%v)", lines, err)
	}
	if _, err := h.Report(ctx, arn.Everything(), "colour"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("an unknown kind of line gives %v", err)
	}
}
