package compliance_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/store"
)

// shown runs fn on the inventory with compliance in it.
func (h *house) shown(fn func(inventory.Tx) error) {
	h.t.Helper()
	h.ok(h.env.Read(context.Background(), func(tx *store.Tx) error { return fn(compliance.ItemsOf(tx)) }))
}

func complianceKey(id string) inventory.Key {
	return inventory.Key{Account: accountA, Region: region, Type: compliance.ResourceComplianceType, ID: instanceType + "/" + id}
}

// brief is an item in a line: status, compliance and the rules with their verdicts.
func brief(it *inventory.Item) string {
	out := string(it.Status) + " " + it.Configuration().Get("complianceType").Str()
	for r := range it.Configuration().Get("configRuleList").Elements {
		out += " " + r.Get("configRuleName").Str() + "=" + r.Get("complianceType").Str()
	}
	return strings.TrimSpace(out)
}

// history is that of an instance's compliance, the oldest first.
func (h *house) history(id string) []string {
	h.t.Helper()
	var out []string
	h.shown(func(tx inventory.Tx) error {
		versions, err := tx.ItemHistory(complianceKey(id), inventory.History{Forward: true})
		for i, v := range versions {
			out = append(out, brief(v.Item))
			if i > 0 && (!versions[i-1].Until.Equal(v.Captured) || versions[i-1].StateID >= v.StateID) {
				h.t.Errorf("version %d does not follow the one before", i)
			}
		}
		return err
	})
	return out
}

// TestComplianceItems: a resource's compliance is an item, now and in the past.
func TestComplianceItems(t *testing.T) {
	h := newHouse(t)
	h.recorder(here)
	one := h.instance(accountA, "i-1", true)
	h.put(one, h.instance(accountA, "i-2", false))
	h.rule(here, "no-ip", noPublicIP, "")
	h.drain()
	h.shown(func(tx inventory.Tx) error {
		it, err := tx.Item(complianceKey("i-1"))
		if err != nil {
			return err
		}
		if got := brief(it); got != "OK NON_COMPLIANT no-ip=NON_COMPLIANT" {
			t.Errorf("item %s", got)
		}
		c := it.Configuration()
		if c.Get("targetResourceId").Str() != "i-1" || c.Get("targetResourceType").Str() != instanceType {
			t.Errorf("target %s", c.Raw())
		}
		if edges := slices.Collect(it.Relationships()); len(edges) != 1 || edges[0].ID != "i-1" {
			t.Errorf("relationships %v", edges)
		}
		return nil
	})
	h.env.Clock.Advance(time.Minute)
	h.put(h.instance(accountA, "i-1", false))
	h.drain()
	h.env.Clock.Advance(time.Minute)
	h.rule(here, "ssm", bySSM, "") // INSUFFICIENT_DATA: AWS's rules cannot say that, and the item is as it was
	h.drain()
	h.env.Clock.Advance(time.Minute)
	h.put(h.managed(accountA, "i-1", "Active"))
	h.drain()
	h.env.Clock.Advance(time.Minute)
	h.ok(h.DeleteRule(context.Background(), here, "no-ip"))
	h.drain()
	h.env.Clock.Advance(time.Minute)
	h.put(h.gone(one))
	h.drain()
	want := []string{
		"ResourceDiscovered NON_COMPLIANT no-ip=NON_COMPLIANT", "OK COMPLIANT no-ip=COMPLIANT", "OK COMPLIANT no-ip=COMPLIANT ssm=COMPLIANT",
		"OK COMPLIANT ssm=COMPLIANT", "ResourceDeleted",
	}
	if got := h.history("i-1"); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("history\n%s, want\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	h.shown(func(tx inventory.Tx) error {
		it, err := tx.Item(complianceKey("i-1"))
		if err != nil || !it.Deleted() {
			t.Errorf("the item of a deleted resource: %v, %v", it, err)
		}
		if _, err := tx.Item(complianceKey("i-9")); fault.KindOf(err) != fault.NotFound {
			t.Errorf("of one never seen: %v", err)
		}
		page, err := tx.ItemHistory(complianceKey("i-1"), inventory.History{Limit: 2})
		if err != nil || len(page) != 2 || !page[0].Deleted() {
			t.Fatalf("first page %v, %v", page, err)
		}
		rest, err := tx.ItemHistory(complianceKey("i-1"), inventory.History{After: &page[1]})
		if err != nil || len(rest) != 3 || brief(rest[2].Item) != want[0] {
			t.Errorf("rest %v, %v", rest, err)
		}
		then, err := tx.ItemAsOf(complianceKey("i-1"), inventory.AsOf{At: rest[1].Captured})
		if err != nil || brief(then) != want[1] {
			t.Errorf("as of: %v, %v", then, err)
		}
		return nil
	})
}

// TestComplianceListing: pages and counts hold stored items and those of compliance in one order; what a recorder leaves
// out is not there, and nothing of another account is.
func TestComplianceListing(t *testing.T) {
	h := newHouse(t)
	h.recorder(here)
	var all []inventory.Spec
	for i := range 7 {
		all = append(all, h.instance(accountA, fmt.Sprint("i-", i), i%2 == 0))
	}
	user := h.spec(accountA, arn.Global, "AWS::IAM::User", "AIDA1", map[string]any{"userName": "u", "attachedManagedPolicies": []any{}, "userPolicyList": []any{}})
	h.put(append(all, user, h.spec(accountA, region, "AWS::ACM::Certificate", "c", map[string]any{}), h.instance(accountB, "i-b", true))...)
	h.rule(here, "no-ip", noPublicIP, "")
	h.rule(here, "no-policies", "IAM_USER_NO_POLICIES_CHECK", "")
	h.drain()
	list := func(types []string, size int) (out []string) {
		h.shown(func(tx inventory.Tx) error {
			after := inventory.Key{}
			for {
				page, err := tx.Items(arn.In(accountA, region), inventory.Filter{Types: types}, after, size)
				for _, it := range page {
					if after.Compare(it.Key) >= 0 {
						t.Errorf("%s behind %s", it.Key, after)
					}
					after = it.Key
					out = append(out, it.Region+" "+it.Type+" "+it.ID)
				}
				if err != nil || len(page) < size {
					return err
				}
			}
		})
		return out
	}
	whole := list(nil, 100)
	if len(whole) != 7+2+8 {
		t.Errorf("%d items: %v", len(whole), whole)
	}
	for size := 1; size < 9; size++ {
		if got := list(nil, size); !slices.Equal(got, whole) {
			t.Errorf("in pages of %d: %v", size, got)
		}
	}
	if got := list([]string{compliance.ResourceComplianceType}, 3); len(got) != 8 || got[7] != region+" "+compliance.ResourceComplianceType+" AWS::IAM::User/AIDA1" {
		t.Errorf("of the type: %v", got)
	}
	counts := func() (n int64) {
		h.shown(func(tx inventory.Tx) error {
			cs, err := tx.ItemCounts(arn.In(accountA, region), compliance.ResourceComplianceType)
			for _, c := range cs {
				n += c.Items
			}
			return err
		})
		return n
	}
	if n := counts(); n != 8 {
		t.Errorf("%d counted", n)
	}
	_, err := h.PutRecorder(context.Background(), here, compliance.Recorder{
		RoleARN: "arn:aws:iam::" + accountA + ":role/config", Group: compliance.RecordingGroup{Exclude: []string{compliance.ResourceComplianceType}},
	})
	h.ok(err)
	if got := list(nil, 100); len(got) != 9 || counts() != 0 || len(h.history("i-1")) != 0 {
		t.Errorf("excluded, and still there: %v", got)
	}
}

// TestOwnItems: the engine is at rest after one run: the items that it makes lead to no further work.
func TestOwnItems(t *testing.T) {
	h := newHouse(t)
	h.recorder(here)
	h.put(h.instance(accountA, "i-1", true))
	h.rule(here, "no-ip", noPublicIP, "")
	h.drain()
	before := len(h.evaluations(here))
	if p := h.drain(); p.Evaluations != 0 || len(h.evaluations(here)) != before {
		t.Errorf("at rest, and yet %+v", p)
	}
}

// TestPackItems: each change of a pack's compliance is an item, and each change of its counts a score; at rest nothing is
// written again.
func TestPackItems(t *testing.T) {
	h := newHouse(t)
	h.recorder(here)
	h.put(h.instance(accountA, "i-1", true), h.instance(accountA, "i-2", false))
	v, err := h.DeployPack(context.Background(), here, compliance.PackInput{Name: "base", Body: []byte(`{"Resources": {"A": {"Type": "AWS::Config::ConfigRule",
		"Properties": {"ConfigRuleName": "no-ip", "Source": {"Owner": "AWS", "SourceIdentifier": "EC2_INSTANCE_NO_PUBLIC_IP"}}}}}`)})
	h.ok(err)
	h.drain()
	h.drain()
	h.env.Clock.Advance(time.Minute)
	h.put(h.instance(accountA, "i-3", true)) // another score, and the same compliance
	h.drain()
	h.env.Clock.Advance(time.Minute)
	h.put(h.instance(accountA, "i-1", false), h.instance(accountA, "i-3", false))
	h.drain()
	scores, err := h.PackHistory(context.Background(), here, "base", time.Time{}, 10)
	h.ok(err)
	var got []string
	for _, s := range scores {
		percent, _ := s.Score()
		got = append(got, fmt.Sprintf("%.0f of %d", percent, s.Counts.Total()))
	}
	if want := "[100 of 3 33 of 3 50 of 2]"; fmt.Sprint(got) != want {
		t.Errorf("scores %v, want %s", got, want)
	}
	older, err := h.PackHistory(context.Background(), here, "base", scores[0].At, 1)
	if err != nil || len(older) != 1 || !older[0].At.Equal(scores[1].At) {
		t.Errorf("before the last: %v, %v", older, err)
	}
	h.env.Clock.Advance(time.Minute)
	h.ok(h.DeletePack(context.Background(), here, "base"))
	h.drain()
	key := inventory.Key{Account: accountA, Region: region, Type: compliance.PackComplianceType, ID: v.ID}
	h.shown(func(tx inventory.Tx) error {
		versions, err := tx.ItemHistory(key, inventory.History{Forward: true})
		var seen []string
		for _, x := range versions {
			c := x.Configuration()
			seen = append(seen, string(x.Status)+" "+c.Get("complianceType").Str()+c.Get("nonCompliantRuleCount").Raw()+c.Get("totalRuleCount").Raw())
		}
		if want := "[ResourceDiscovered NON_COMPLIANT11 OK COMPLIANT01 ResourceDeleted ]"; fmt.Sprint(seen) != want {
			t.Errorf("history %v, want %s", seen, want)
		}
		return err
	})
	if _, err := h.PackHistory(context.Background(), here, "base", time.Time{}, 10); fault.KindOf(err) != fault.NotFound {
		t.Errorf("of a deleted pack: %v", err)
	}
}
