package compliance

import (
	"context"
	"maps"
	"slices"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule"
)

// passes goes on with the full evaluations of the account until they are done or the round is over.
func (r *round) passes() (bool, error) {
	under, err := passes.All(r.tx, arn.Scope{Accounts: []string{r.account}})
	if err != nil {
		return false, err
	}
	for _, d := range under {
		if done, err := r.pass(d); err != nil || !done {
			return false, err
		}
	}
	return true, nil
}

// pass visits the items of one full evaluation. Its position is written with each batch of verdicts.
func (r *round) pass(d docs.Doc[pass]) (bool, error) {
	p := d.Value
	var members []*instance
	for _, n := range p.Rules {
		if in := r.instance(n); in != nil { // a rule may have been deleted meanwhile
			members = append(members, in)
		}
	}
	if !p.Accounts {
		p.Accounts = true
		if err := r.commit(d.Region, r.accountUnit(d.Region, members), savePass(d.Key, p)); err != nil {
			return false, err
		}
	}
	types, byType, err := r.passTypes(d, members)
	if err != nil {
		return false, err
	}
	for len(types) > 0 {
		if r.late() {
			return false, r.ctx.Err()
		}
		items, err := r.tx.Items(arn.In(d.Account, d.Region), inventory.Filter{Types: types}, p.After, batchSize)
		if err != nil {
			return false, err
		}
		if len(items) == 0 {
			break
		}
		p.After = items[len(items)-1].Key
		units := make([]*unit, len(items))
		for i, it := range items {
			units[i] = &unit{subject: it.Key, item: it, rules: byType[it.Type]}
		}
		if err := r.commit(d.Region, units, savePass(d.Key, p)); err != nil {
			return false, err
		}
		if len(items) < batchSize {
			break
		}
	}
	return true, r.w.submit(func(tx Tx) error { return finish(tx, d.Key, p, members) }, nil)
}

// accountUnit is the account as a subject, for the rules that judge it or did before their logic changed.
func (r *round) accountUnit(region string, members []*instance) []*unit {
	u := &unit{subject: rule.AccountSubject(r.account, region).Key}
	for _, in := range members {
		if in.perAccount() || in.invokes() || slices.Contains(in.state.Types, rule.AccountType) {
			u.add(in)
		}
	}
	if len(u.rules) == 0 {
		return nil
	}
	return []*unit{u}
}

// passTypes are the types of items to visit, and for each the rules to evaluate: those that judge it, and those
// that did before they were changed, whose verdicts must go.
func (r *round) passTypes(d docs.Doc[pass], members []*instance) ([]string, map[string][]*instance, error) {
	byType := map[string][]*instance{}
	for _, in := range members {
		if in.invokes() && (!in.def.trigger().OnChange() || slices.Contains(d.Value.Scheduled, in.N)) {
			continue // the schedule alone asks about no single resource
		}
		types := in.types()
		if in.state.Sweep {
			types = union(types, in.state.Types)
		}
		if slices.Contains(types, everyType) {
			recorded, err := r.recordedTypes(d.Key)
			if err != nil {
				return nil, nil, err
			}
			types = union(recorded, types)
		}
		for _, t := range types {
			if t != rule.AccountType && t != everyType {
				byType[t] = append(byType[t], in)
			}
		}
	}
	return slices.Sorted(maps.Keys(byType)), byType, nil
}

// recordedTypes are the types of resources that are there in a place.
func (r *round) recordedTypes(at docs.Key) ([]string, error) {
	counts, err := r.tx.ItemCounts(arn.In(at.Account, at.Region))
	var types []string
	for _, c := range counts {
		if rule.IsResource(c.Type) {
			types = union(types, []string{c.Type})
		}
	}
	return types, err
}

func savePass(k docs.Key, p pass) func(Tx) error {
	return func(tx Tx) error {
		d, err := passes.Get(tx, k.Account, k.Region, k.ID)
		if err != nil {
			return err
		}
		d.Value = p
		return passes.Update(tx, d)
	}
}

// finish marks the rules of a pass as evaluated in full.
func finish(tx Tx, k docs.Key, p pass, members []*instance) error {
	for _, in := range members {
		s, err := ruleState(tx, Place{Account: k.Account, Region: k.Region}, in.N)
		if fault.KindOf(err) == fault.NotFound { // deleted meanwhile
			continue
		}
		if err != nil {
			return err
		}
		s.Running = false
		if s.Revision == in.revision { // not changed meanwhile; else its next pass tidies up
			s.Full, s.Sweep = p.Started, false
			if !in.invokes() { // a function may judge resources of any type
				s.Types = in.types()
			}
		}
		if s.Failed.Before(p.Started) && !in.invokes() {
			s.Error = ""
		}
		if err := tx.PutRuleState(s); err != nil {
			return err
		}
	}
	return passes.Delete(tx, k.Account, k.Region, k.ID)
}

// purge takes the verdicts of deleted rules out of the records of an account.
func (e *Engine) purge(ctx context.Context, account string, deleted []RuleState) error {
	byRegion := map[string][]RuleState{}
	for _, s := range deleted {
		byRegion[s.Region] = append(byRegion[s.Region], s)
	}
	for region, states := range byRegion {
		if err := e.purgePlace(ctx, Place{Account: account, Region: region}, states); err != nil {
			return err
		}
	}
	return nil
}

func (e *Engine) purgePlace(ctx context.Context, at Place, dead []RuleState) error {
	var types []string
	gone := map[int64]bool{}
	for _, s := range dead {
		types = union(types, s.Types)
		gone[s.N] = true
	}
	after, more := inventory.Key{}, len(types) > 0
	types = filterTypes(types)
	for more && ctx.Err() == nil {
		from := after
		err := e.p.store.Write(ctx, func(tx Tx) error {
			page, err := tx.VerdictPage(scope(at), types, from, batchSize)
			if err != nil {
				return err
			}
			var changed []Record
			for _, r := range page {
				n := len(r.Entries)
				r.Entries = slices.DeleteFunc(r.Entries, func(e Entry) bool { return gone[e.N] })
				if len(r.Entries) < n {
					changed = append(changed, r)
				}
				after = r.Key
			}
			more = len(page) == batchSize
			return tx.PutVerdicts(at.Account, changed)
		})
		if err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return e.p.store.Write(ctx, func(tx Tx) error {
		for _, s := range dead {
			if err := tx.DeleteRuleState(s.Account, s.Region, s.N); err != nil {
				return err
			}
		}
		return nil
	})
}
