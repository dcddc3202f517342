package compliance

import (
	"context"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule"
)

type gap struct{ region, what, why string }

// known reads the gaps of the account, once for a view.
func (v *accountView) known() ([]gap, error) {
	if v.gaps != nil {
		return v.gaps, nil
	}
	items, err := v.tx.Items(arn.Scope{Accounts: []string{v.account}}, inventory.Filter{Types: []string{inventory.GapType}}, inventory.Key{}, 0)
	v.gaps = []gap{}
	for _, it := range items {
		v.gaps = append(v.gaps, gap{it.Region, it.Configuration().Get("what").Str(), it.Configuration().Get("why").Str()})
	}
	return v.gaps, err
}

// lacks says what the listing of a type lacks; some tells that there are present items. A gap counts more than the items
// of an earlier time. Without a gap a type is recorded when there are items, when it was listed in full, and when a
// deletion tells that there were.
func (v *accountView) lacks(k listKey, some bool) (string, error) {
	gaps, err := v.known()
	if err != nil {
		return "", err
	}
	for _, g := range gaps {
		if (g.what == k.typ || g.what == inventory.EverythingGap && k.typ != inventory.GapType) && k.reaches(g.region) {
			return rule.Uncollected(k.typ, g.why), nil
		}
	}
	if some {
		return "", nil
	}
	listed, err := v.tx.Collected(v.scope(k), k.typ)
	if err != nil || slices.ContainsFunc(listed, func(c inventory.Collected) bool { return !c.At.IsZero() }) {
		return "", err
	}
	gone, err := v.tx.Items(v.scope(k), inventory.Filter{Types: []string{k.typ}, Gone: true}, inventory.Key{}, 100)
	if err != nil || slices.ContainsFunc(gone, func(it *inventory.Item) bool { return it.Status == inventory.Deleted }) {
		return "", err
	}
	return rule.Unrecorded(k.typ), nil
}

// tellsOfGaps reports whether changes are about types that could not be collected: verdicts rest on that, and no read set
// names it. What a detail lacks stands in the items.
func tellsOfGaps(changes []inventory.Change) bool {
	return slices.ContainsFunc(changes, func(c inventory.Change) bool {
		_, what, _ := strings.Cut(c.ID, "/")
		return c.Type == inventory.GapType && (what == inventory.EverythingGap || strings.Contains(what, "::"))
	})
}

// Reconsider wants a full evaluation of what rests on more than its subject, in a region or, for arn.Global, in all of
// the account: there a type was listed in full for the first time, which no change of an item shows.
func (p *Program) Reconsider(ctx context.Context, account, region string) error {
	err := p.store.Write(ctx, func(tx Tx) error {
		l, err := loadRules(tx, account)
		if err != nil {
			return err
		}
		return askAnew(tx, l.live, region)
	})
	if err == nil {
		p.Notify()
	}
	return err
}

// askAnew wants a full evaluation of the rules in a region, of all regions for what is global, that look at more than
// their subject.
func askAnew(tx Tx, rules []*instance, region string) error {
	for _, in := range rules {
		if region != arn.Global && in.Region != region || in.def.logic == nil || len(in.def.logic.Uses) == 0 {
			continue
		}
		s, err := ruleState(tx, Place{Account: in.Account, Region: in.Region}, in.N)
		if fault.KindOf(err) == fault.NotFound || err == nil && !s.Requested.IsZero() {
			continue
		}
		if err != nil {
			return err
		}
		s.Requested = tx.Now()
		if err := tx.PutRuleState(s); err != nil {
			return err
		}
	}
	return nil
}

func (k listKey) reaches(region string) bool {
	return k.region == anywhere || region == k.region || region == arn.Global
}

// gapsIn are the gaps of a scope of rules: of their regions and of the global ones, by account.
func gapsIn(tx Tx, s arn.Scope) (accountGaps, error) {
	if len(s.Regions) > 0 {
		s.Regions = union(s.Regions, []string{arn.Global})
	}
	items, err := tx.Items(s, inventory.Filter{Types: []string{inventory.GapType}}, inventory.Key{}, 0)
	out := accountGaps{}
	for _, it := range items {
		out[it.Account] = append(out[it.Account], gap{region: it.Region, what: it.Configuration().Get("what").Str()})
	}
	return out, err
}

type accountGaps map[string][]gap

// hidden is 1 when subjects of a rule may be there that nobody could list: with it, coverage is never full. A rule that
// judges the account says itself what it lacks.
func (g accountGaps) hidden(in *instance) int64 {
	if in.perAccount() || !in.detective() {
		return 0
	}
	for _, gap := range g[in.Account] {
		if gap.region != in.Region && gap.region != arn.Global {
			continue
		}
		if gap.what == inventory.EverythingGap || slices.Contains(in.types(), gap.what) {
			return 1
		}
	}
	return 0
}
