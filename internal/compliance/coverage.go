package compliance

import (
	"context"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule"
)

// Coverage is how much of what should have been judged was. Nothing below full coverage may be shown as passed.
type Coverage struct {
	// Evaluated subjects have a verdict other than INSUFFICIENT_DATA.
	Evaluated int64
	// Expected subjects are there to be judged.
	Expected int64
	// Pending: a full evaluation is wanted or under way.
	Pending bool
}

// Full reports whether everything that was expected was evaluated.
func (c Coverage) Full() bool { return c.Evaluated >= c.Expected && !c.Pending }

// Plus is the coverage of both together.
func (c Coverage) Plus(o Coverage) Coverage {
	return Coverage{c.Evaluated + o.Evaluated, c.Expected + o.Expected, c.Pending || o.Pending}
}

// RuleCompliance is the summary of a rule over its subjects.
type RuleCompliance struct {
	Rule ConfigRule
	// Implemented: the library has the rule's logic. Otherwise Reason says why there are no verdicts.
	Implemented bool
	Reason      string
	Compliance  rule.Verdict
	Counts      Counts
	Coverage    Coverage
	// Evaluated is when subjects were last evaluated; zero for never.
	Evaluated time.Time
}

// ComplianceByRule summarises rules by name; without names all rules of the place. Fault: NoSuchConfigRuleException.
func (p *Program) ComplianceByRule(ctx context.Context, at Place, names ...string) ([]RuleCompliance, error) {
	return read(ctx, p, func(tx Tx) ([]RuleCompliance, error) {
		views, err := viewRules(tx, at, names)
		if err != nil {
			return nil, err
		}
		return complianceOf(tx, own(at), views)
	})
}

// ComplianceIn summarises every rule in a scope.
func (p *Program) ComplianceIn(ctx context.Context, s arn.Scope) ([]RuleCompliance, error) {
	return read(ctx, p, func(tx Tx) ([]RuleCompliance, error) { return complianceIn(tx, s) })
}

func complianceIn(tx Tx, s arn.Scope) ([]RuleCompliance, error) {
	views, err := viewAll(tx, s)
	if err != nil {
		return nil, err
	}
	return complianceOf(tx, s, views)
}

// few is how many rules are looked at one by one, with the types they judge, rather than all at once. The account is
// always among the types: no type would mean all.
const few = 25

func complianceOf(tx Tx, s arn.Scope, views []RuleView) ([]RuleCompliance, error) {
	byNumber, err := statesOf(tx, s, views)
	if err != nil {
		return nil, err
	}
	instances := make([]*instance, len(views))
	var types []string
	for i, v := range views {
		instances[i] = newInstance(v.ConfigRule)
		if len(views) <= few {
			types = union(types, union(instances[i].def.types(), union(instances[i].types(), []string{rule.AccountType})))
		}
	}
	present, err := presentItems(tx, s, filterTypes(types))
	if err != nil {
		return nil, err
	}
	gaps, err := gapsIn(tx, s)
	if err != nil {
		return nil, err
	}
	out := make([]RuleCompliance, 0, len(views))
	for i, v := range views {
		c := RuleCompliance{Rule: v.ConfigRule, Implemented: v.Implemented, Reason: v.Reason, Compliance: rule.InsufficientData}
		if st := byNumber[v.N]; st != nil {
			c.Counts, c.Compliance, c.Evaluated = st.Counts, st.Counts.Rollup(), st.Evaluated
			c.Coverage = Coverage{c.Counts.Total() - c.Counts.Insufficient, present.expected(instances[i], st) + gaps.hidden(instances[i]), st.Busy()}
		}
		out = append(out, c)
	}
	return out, nil
}

// statesOf are the states of rules by number.
func statesOf(tx Tx, s arn.Scope, views []RuleView) (map[int64]*RuleState, error) {
	byNumber := make(map[int64]*RuleState, len(views))
	if len(views) > few {
		states, err := tx.RuleStates(s)
		for i := range states {
			byNumber[states[i].N] = &states[i]
		}
		return byNumber, err
	}
	for _, v := range views {
		st, err := tx.RuleState(v.Account, v.Region, v.N)
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return nil, err
		}
		byNumber[v.N] = &st
	}
	return byNumber, nil
}

// itemCounts are the present items by account, region and type.
type itemCounts map[inventory.Key]int64

// presentItems counts items for a scope of rules: their regions, and the global items of their accounts; of some types,
// or of all.
func presentItems(tx Tx, s arn.Scope, types []string) (itemCounts, error) {
	if len(s.Regions) > 0 {
		s.Regions = union(s.Regions, []string{arn.Global})
	}
	counts, err := tx.ItemCounts(s, types...)
	out := make(itemCounts, len(counts))
	for _, c := range counts {
		out[inventory.Key{Account: c.Account, Region: c.Region, Type: c.Type}] = c.Items
	}
	return out, err
}

// expected is how many subjects a rule has. For a scope by id or tag that is how many were found in it.
func (c itemCounts) expected(in *instance, st *RuleState) int64 {
	if !in.detective() {
		return 0
	}
	if in.narrowed() {
		return st.Counts.Total()
	}
	types := in.types()
	if in.broken != "" {
		types = in.def.types()
	}
	if in.broken == "" && in.perAccount() || len(types) == 0 {
		if in.invokes() { // its function says what it judges
			return max(1, st.Counts.Total())
		}
		return 1
	}
	var n int64
	if slices.Contains(types, everyType) {
		for k, items := range c {
			if k.Account == in.Account && (k.Region == in.Region || k.Region == arn.Global) && rule.IsResource(k.Type) {
				n += items
			}
		}
		return n
	}
	for _, t := range types {
		n += c[inventory.Key{Account: in.Account, Region: in.Region, Type: t}] + c[inventory.Key{Account: in.Account, Region: arn.Global, Type: t}]
	}
	return n
}

// Summary is how many rules are compliant and not. Rules with INSUFFICIENT_DATA are in Insufficient.
type Summary struct {
	Compliant, NonCompliant, Insufficient int64
}

func (s *Summary) add(v rule.Verdict) {
	switch v {
	case rule.Compliant:
		s.Compliant++
	case rule.NonCompliant:
		s.NonCompliant++
	default:
		s.Insufficient++
	}
}

// SummaryByRule counts the rules of a place by their summary.
func (p *Program) SummaryByRule(ctx context.Context, at Place) (Summary, error) {
	return read(ctx, p, func(tx Tx) (Summary, error) {
		var s Summary
		states, err := tx.RuleStates(own(at))
		for _, st := range states {
			if !st.Deleted {
				s.add(st.Counts.Rollup())
			}
		}
		return s, err
	})
}

// RuleStatus tells how the evaluation of a rule goes.
type RuleStatus struct {
	Rule ConfigRule
	// Activated is when the rule was deployed; Begun tells whether a full evaluation has begun once.
	Activated time.Time
	Begun     bool
	// Succeeded and Failed are when an evaluation last did, zero for never; Error says why it failed, or why there is
	// none when the rule is not Implemented.
	Succeeded, Failed time.Time
	Error             string
	ErrorCode         string
	Implemented       bool
	// Due is the next scheduled run; zero without a schedule.
	Due time.Time
}

// Status tells how the evaluation of rules goes; without names, of all. Fault: NoSuchConfigRuleException.
func (p *Program) Status(ctx context.Context, at Place, names ...string) ([]RuleStatus, error) {
	return read(ctx, p, func(tx Tx) ([]RuleStatus, error) {
		views, err := viewRules(tx, at, names)
		if err != nil {
			return nil, err
		}
		states, err := numbered(tx, own(at))
		if err != nil {
			return nil, err
		}
		out := make([]RuleStatus, len(views))
		for i, v := range views {
			out[i].Rule, out[i].Implemented, out[i].Error = v.ConfigRule, v.Implemented, v.Reason
			in := states[v.N]
			if in == nil {
				continue
			}
			st := in.state
			out[i].Activated, out[i].Begun, out[i].Failed, out[i].Due = st.Activated, st.Begun, st.Failed, st.Due
			if v.Implemented {
				out[i].Error, out[i].ErrorCode = st.Error, st.ErrorCode
			}
			out[i].Succeeded = st.Evaluated
			if st.Full.After(out[i].Succeeded) && !in.invokes() { // the engine has only asked
				out[i].Succeeded = st.Full
			}
		}
		return out, nil
	})
}
