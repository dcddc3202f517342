package compliance

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule"
)

// PackCompliance is the summary of a pack over its rules.
type PackCompliance struct {
	Pack Pack
	// Compliance is NON_COMPLIANT when a rule is, else COMPLIANT when one is, else INSUFFICIENT_DATA. It is no
	// promise that everything was judged: Coverage tells.
	Compliance rule.Verdict
	Rules      Summary
	Counts     Counts // rule-resource pairs by verdict
	Coverage   Coverage
	// Updated is when a rule of the pack was last evaluated; zero for never.
	Updated time.Time
}

// Score is the share of compliant pairs among compliant and non-compliant ones, in percent; ok is false when there
// are none (AWS then says INSUFFICIENT_DATA).
func (c *PackCompliance) Score() (percent float64, ok bool) {
	n := c.Counts.Compliant + c.Counts.NonCompliant
	if n == 0 {
		return 0, false
	}
	return 100 * float64(c.Counts.Compliant) / float64(n), true
}

// PackSummaries summarises packs by name; without names all packs of the place. It also serves scores.
// Fault: NoSuchConformancePackException.
func (p *Program) PackSummaries(ctx context.Context, at Place, names ...string) ([]PackCompliance, error) {
	return read(ctx, p, func(tx Tx) ([]PackCompliance, error) {
		all, err := listPacks(tx, own(at), names)
		if err != nil {
			return nil, err
		}
		return summarise(tx, own(at), all)
	})
}

func summarise(tx Tx, s arn.Scope, all []Pack) ([]PackCompliance, error) {
	cs, err := complianceIn(tx, s)
	if err != nil {
		return nil, err
	}
	byID := make(map[string]*RuleCompliance, len(cs))
	for i := range cs {
		byID[cs[i].Rule.Account+cs[i].Rule.Region+cs[i].Rule.ID] = &cs[i]
	}
	out := make([]PackCompliance, len(all))
	for i, v := range all {
		c := PackCompliance{Pack: v}
		for _, r := range v.Rules {
			rc := byID[v.Account+v.Region+r.RuleID]
			if rc == nil {
				continue
			}
			c.Rules.add(rc.Compliance)
			c.Counts = c.Counts.Plus(rc.Counts)
			c.Coverage = c.Coverage.Plus(rc.Coverage)
			if rc.Evaluated.After(c.Updated) {
				c.Updated = rc.Evaluated
			}
		}
		c.Compliance = c.Counts.Rollup()
		out[i] = c
	}
	return out, nil
}

// PackFilter narrows the results of a pack.
type PackFilter struct {
	Rules    []string // deployed names
	Verdicts []rule.Verdict
	Type     string
	IDs      []string
}

// PackRules summarises the rules of a pack in the template's order; of some when the filter names any (Type and IDs
// are not used).
// Faults: NoSuchConformancePackException, NoSuchConfigRuleInConformancePackException.
func (p *Program) PackRules(ctx context.Context, at Place, name string, f PackFilter) ([]RuleCompliance, error) {
	return read(ctx, p, func(tx Tx) ([]RuleCompliance, error) {
		d, err := onePack(tx, at, name)
		if err != nil {
			return nil, err
		}
		names, err := f.names(d.Value)
		if err != nil || len(names) == 0 {
			return nil, err
		}
		views, err := viewRules(tx, at, names)
		if err != nil {
			return nil, err
		}
		cs, err := complianceOf(tx, own(at), views)
		cs = slices.DeleteFunc(cs, func(c RuleCompliance) bool {
			return len(f.Verdicts) > 0 && !slices.Contains(f.Verdicts, c.Compliance)
		})
		slices.SortFunc(cs, func(a, b RuleCompliance) int {
			return slices.Index(names, a.Rule.Name) - slices.Index(names, b.Rule.Name)
		})
		return cs, err
	})
}

// names are the deployed names that the filter admits, in the template's order.
func (f *PackFilter) names(v Pack) ([]string, error) {
	var all []string
	for _, r := range v.Rules {
		if len(f.Rules) == 0 || slices.Contains(f.Rules, r.Name) {
			all = append(all, r.Name)
		}
	}
	for _, n := range f.Rules {
		if !slices.Contains(all, n) {
			return nil, fault.Missing("config rule in the conformance pack "+v.Name, n).With("NoSuchConfigRuleInConformancePackException")
		}
	}
	return all, nil
}

// PackCursor is a position in a pack's results.
type PackCursor struct {
	Rule  string // deployed name; "" is the beginning
	After inventory.Key
}

// PackDetails are the results of a pack's rules, one rule after the other; INSUFFICIENT_DATA ones are not in it.
// Next is nil at the end.
// Faults: NoSuchConformancePackException, NoSuchConfigRuleInConformancePackException.
func (p *Program) PackDetails(ctx context.Context, at Place, name string, f PackFilter, from PackCursor, limit int) (results []Result, next *PackCursor, err error) {
	if limit <= 0 {
		limit = 100
	}
	err = p.store.Read(ctx, func(tx Tx) error {
		d, err := onePack(tx, at, name)
		if err != nil {
			return err
		}
		names, err := f.names(d.Value)
		if err != nil {
			return err
		}
		slices.SortFunc(names, strings.Compare)
		results, next, err = f.walk(tx, at, names, from, limit)
		return err
	})
	return results, next, err
}

func (f *PackFilter) walk(tx Tx, at Place, names []string, from PackCursor, limit int) ([]Result, *PackCursor, error) {
	var out []Result
	for _, n := range names {
		if n < from.Rule {
			continue
		}
		page := Page{Limit: limit - len(out)}
		if n == from.Rule {
			page.After = from.After
		}
		in, err := oneInstance(tx, at, n)
		if err != nil {
			return nil, nil, err
		}
		l, err := f.details(tx, in, page)
		if err != nil {
			return nil, nil, err
		}
		out = append(out, l.Items...)
		if l.Next != nil {
			return out, &PackCursor{n, *l.Next}, nil
		}
		if len(out) >= limit {
			return out, &PackCursor{Rule: n + "\x00"}, nil // behind this rule
		}
	}
	return out, nil, nil
}

func (f *PackFilter) details(tx Tx, in *instance, page Page) (Listing[Result], error) {
	l, err := detailsOf(tx, in, filterOf(f.Verdicts), page)
	l.Items = slices.DeleteFunc(l.Items, func(r Result) bool {
		return f.Type != "" && r.Subject.Type != f.Type || len(f.IDs) > 0 && !slices.Contains(f.IDs, r.Subject.ID)
	})
	return l, err
}
