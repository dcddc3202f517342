package compliance_test

import (
	"context"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
)

func (h *house) gap(account, region, what, why string) inventory.Spec {
	return h.spec(account, region, inventory.GapType, inventory.GapID(account, what), map[string]any{"what": what, "why": why})
}

// TestGap: what a list lacks that failed is not concluded from, and when the gap closes, it is again. Coverage is not
// full while subjects may be hidden.
func TestGap(t *testing.T) {
	for _, c := range []struct {
		name, account, region, what string
		hits, hides                 bool
	}{
		{"of the type that is looked up", accountA, region, ssmType, true, false},
		{"of the type that is judged", accountA, region, instanceType, false, true},
		{"of the whole account", accountA, arn.Global, inventory.EverythingGap, true, true},
		{"in another region", accountA, "us-east-1", ssmType, false, false},
		{"in another account", accountB, region, ssmType, false, false},
		{"of another type", accountA, region, "AWS::EC2::Volume", false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			h.recorder(here)
			h.put(h.instance(accountA, "i-1", false), h.instance(accountA, "i-2", false), h.managed(accountA, "i-1", "Active"))
			h.rule(here, "ssm", bySSM, "")
			h.drain()
			before := map[string]string{"ssm i-1": "COMPLIANT", "ssm i-2": "NON_COMPLIANT"}
			h.want(here, before)
			h.covered(true)
			g := h.gap(c.account, c.region, c.what, "ssm:GetInventory: AccessDenied: no")
			h.put(g)
			h.drain()
			during := before
			if c.hits {
				during = map[string]string{"ssm i-1": "COMPLIANT", "ssm i-2": "INSUFFICIENT_DATA"}
			}
			h.want(here, during)
			h.covered(!c.hits && !c.hides)
			h.put(h.gone(g))
			h.drain()
			h.want(here, before)
			h.covered(true)
		})
	}
}

func (h *house) covered(full bool) {
	h.t.Helper()
	all, err := h.ComplianceByRule(context.Background(), here, "ssm")
	h.ok(err)
	if all[0].Coverage.Full() != full {
		h.t.Errorf("coverage %+v, want full: %v", all[0].Coverage, full)
	}
}

// TestGapReason: the verdict says why there is none.
func TestGapReason(t *testing.T) {
	h := newHouse(t)
	h.recorder(here)
	h.put(h.instance(accountA, "i-1", false), h.gap(accountA, region, ssmType, "ssm:GetInventory: AccessDenied: no"))
	h.rule(here, "ssm", bySSM, "")
	h.drain()
	es := h.evaluations(here)
	if len(es) != 1 || !strings.Contains(es[0].Annotation, "AccessDenied") {
		t.Errorf("evaluations %+v", es)
	}
}

// TestListedInFull: a type of which a complete list found nothing is recorded; without that nothing is concluded.
func TestListedInFull(t *testing.T) {
	for _, c := range []struct {
		name      string
		collected inventory.Collected
		want      string
	}{
		{"here", inventory.Collected{Account: accountA, Region: region, Type: ssmType, At: storetest.Start, Whole: true}, "NON_COMPLIANT"},
		{"for the whole account", inventory.Collected{Account: accountA, Region: arn.Global, Type: ssmType, At: storetest.Start, Whole: true}, "NON_COMPLIANT"},
		{"never in full", inventory.Collected{Account: accountA, Region: region, Type: ssmType}, "INSUFFICIENT_DATA"},
		{"in another region", inventory.Collected{Account: accountA, Region: "us-east-1", Type: ssmType, At: storetest.Start, Whole: true}, "INSUFFICIENT_DATA"},
		{"in another account", inventory.Collected{Account: accountB, Region: region, Type: ssmType, At: storetest.Start, Whole: true}, "INSUFFICIENT_DATA"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := newHouse(t)
			h.recorder(here)
			h.put(h.instance(accountA, "i-1", false))
			h.rule(here, "ssm", bySSM, "")
			h.drain()
			h.want(here, map[string]string{"ssm i-1": "INSUFFICIENT_DATA"})
			h.ok(h.env.Write(context.Background(), func(tx *store.Tx) error { return tx.PutCollected(c.collected) }))
			h.ok(h.Reconsider(context.Background(), accountA, region))
			h.drain()
			h.want(here, map[string]string{"ssm i-1": c.want})
		})
	}
}
