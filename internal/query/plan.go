package query

import (
	"slices"

	"github.com/tickmark/tickmark/internal/arn"
)

// plan is what the store's indexes narrow: only items of these types, accounts and regions can meet the condition.
// nil means all; an empty list that none can. The whole condition is evaluated all the same.
type plan struct{ types, accounts, regions []string }

func (st *Statement) plan() plan {
	return plan{values(st.Where, "resourceType"), values(st.Where, "accountId"), values(st.Where, "awsRegion")}
}

// values are those that a property must have for the condition to hold; nil when it may have any.
func values(c Condition, property string) []string {
	switch c := c.(type) {
	case *Logic:
		left, right := values(c.Left, property), values(c.Right, property)
		switch {
		case c.Or && (left == nil || right == nil):
			return nil
		case c.Or:
			return slices.Concat([]string{}, left, right)
		case left == nil:
			return right
		case right == nil:
			return left
		}
		return slices.DeleteFunc(left, func(v string) bool { return !slices.Contains(right, v) })
	case *Compare:
		if c.Path.Name == property && c.Op == Eq {
			return []string{c.Value.Text}
		}
	case *In:
		if c.Path.Name == property {
			out := []string{}
			for _, v := range c.Values {
				out = append(out, v.Text)
			}
			return out
		}
	case *Like:
		if c.Path.Name == property && c.Tail == 0 {
			return []string{c.Prefix}
		}
	}
	return nil
}

// within narrows a scope; ok is false when nothing is left of it.
func (p plan) within(s arn.Scope) (arn.Scope, bool) {
	for _, list := range [][]string{p.types, p.accounts, p.regions} {
		if list != nil && len(list) == 0 {
			return s, false
		}
	}
	if p.accounts != nil {
		wanted := slices.Compact(slices.Sorted(slices.Values(p.accounts)))
		if !s.Installation {
			wanted = slices.DeleteFunc(wanted, func(a string) bool { return !slices.Contains(s.Accounts, a) })
		}
		s.Accounts, s.Installation = wanted, false
		if len(wanted) == 0 {
			return s, false
		}
	}
	if p.regions != nil && !s.Installation {
		wanted := slices.Compact(slices.Sorted(slices.Values(p.regions)))
		if len(s.Regions) > 0 {
			wanted = slices.DeleteFunc(wanted, func(r string) bool { return !slices.Contains(s.Regions, r) })
		}
		if s.Regions = wanted; len(wanted) == 0 {
			return s, false
		}
	}
	return s, true
}
