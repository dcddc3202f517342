package compliance

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule"
)

// past are the compliance items a resource has had, the oldest first, made of its verdict changes. It begins with a
// discovery; when no rule tells anything any more it is deleted.
func (v *itemView) past(k inventory.Key) ([]*inventory.Item, error) {
	at := Place{Account: k.Account, Region: k.Region}
	recorded, err := records(v.Tx, at, ResourceComplianceType)
	if err != nil || !recorded {
		return nil, err
	}
	typ, id, _ := strings.Cut(k.ID, "/")
	changes, err := v.Tx.EvaluationsOf(k.Account, k.Region, typ, id)
	if err != nil {
		return nil, err
	}
	f := fold{board: &board{Place: at}, typ: typ, id: id, standing: map[string]ruleOfItem{}}
	for len(changes) > 0 {
		n := 1 // what was written at one time is one change; so are rules that end together
		for n < len(changes) && changes[n].Recorded.Equal(changes[0].Recorded) && changes[n].ends() == changes[0].ends() {
			n++
		}
		if err := f.take(changes[:n]); err != nil {
			return nil, err
		}
		changes = changes[n:]
	}
	return f.items, nil
}

// fold turns changes of single verdicts into states of a resource.
type fold struct {
	*board
	typ, id  string
	standing map[string]ruleOfItem // by rule id
	items    []*inventory.Item
}

func (f *fold) take(changes []Evaluation) error {
	changed := false
	for _, e := range changes {
		old, had := f.standing[e.RuleID]
		if e.Verdict != rule.Compliant.String() && e.Verdict != rule.NonCompliant.String() {
			delete(f.standing, e.RuleID)
			changed = changed || had
			continue
		}
		f.standing[e.RuleID] = ruleOfItem{arn.New("config", f.Region, f.Account, "config-rule/"+e.RuleID), e.RuleID, e.RuleName, e.Verdict}
		changed = changed || !had || old.Compliance != e.Verdict
	}
	if !changed {
		return nil
	}
	list := make([]ruleOfItem, 0, len(f.standing))
	for _, r := range f.standing {
		list = append(list, r)
	}
	at := changes[0].Recorded
	status, state := inventory.OK, at.UnixMilli()
	if n := len(f.items); n == 0 || f.items[n-1].Deleted() {
		status = inventory.Discovered
	}
	if len(list) == 0 {
		status = inventory.Deleted
	}
	if n := len(f.items); n > 0 && state <= f.items[n-1].StateID {
		state = f.items[n-1].StateID + 1
	}
	it, err := f.build(f.typ, f.id, list, status, at, state)
	f.items = append(f.items, it)
	return err
}

// versions are all states of a key: those made of verdicts, and those that were imported.
func (v *itemView) versions(k inventory.Key) ([]inventory.Version, error) {
	made, err := v.past(k)
	if err != nil {
		return nil, err
	}
	out, err := v.Tx.ItemHistory(k, inventory.History{Forward: true})
	if err != nil {
		return nil, err
	}
	for _, it := range made {
		out = append(out, inventory.Version{Item: it})
	}
	slices.SortStableFunc(out, compareVersions)
	for i := range out {
		out[i].Until = time.Time{}
		if i+1 < len(out) {
			out[i].Until = out[i+1].Captured
		}
	}
	return out, nil
}

func compareVersions(a, b inventory.Version) int {
	return cmp.Or(a.Captured.Compare(b.Captured), cmp.Compare(a.StateID, b.StateID))
}

// ItemHistory implements inventory.Tx.
func (v *itemView) ItemHistory(k inventory.Key, q inventory.History) ([]inventory.Version, error) {
	if k.Type != ResourceComplianceType {
		return v.Tx.ItemHistory(k, q)
	}
	all, err := v.versions(k)
	if err != nil {
		return nil, err
	}
	if !q.Forward {
		slices.Reverse(all)
	}
	out := all[:0]
	for _, x := range all {
		if !q.From.IsZero() && x.Captured.Before(q.From) || !q.To.IsZero() && x.Captured.After(q.To) {
			continue
		}
		if q.After != nil {
			if c := compareVersions(x, *q.After); q.Forward && c <= 0 || !q.Forward && c >= 0 {
				continue
			}
		}
		if out = append(out, x); len(out) == q.Limit {
			break
		}
	}
	return out, nil
}

// ItemAsOf implements inventory.Tx.
func (v *itemView) ItemAsOf(k inventory.Key, at inventory.AsOf) (*inventory.Item, error) {
	if k.Type != ResourceComplianceType {
		return v.Tx.ItemAsOf(k, at)
	}
	all, err := v.versions(k)
	if err != nil {
		return nil, err
	}
	for _, x := range slices.Backward(all) {
		if !x.Captured.After(at.At) && (at.KnownAt.IsZero() || !x.Recorded.After(at.KnownAt)) {
			return x.Item, nil
		}
	}
	return nil, fault.Missing("resource", k.String())
}

// ItemsAsOf implements inventory.Tx. Compliance of a past moment is not listed, and who asks for it is told so.
func (v *itemView) ItemsAsOf(s arn.Scope, f inventory.Filter, at inventory.AsOf, after inventory.Key, limit int) ([]*inventory.Item, error) {
	if slices.Contains(f.Types, ResourceComplianceType) {
		return nil, fault.Invalidf("Expression", "The compliance of all resources at a past moment is not listed: ask for the history of one (GetResourceConfigHistory of %s), or for now.",
			ResourceComplianceType).With("InvalidExpressionException")
	}
	return v.Tx.ItemsAsOf(s, f, at, after, limit)
}
