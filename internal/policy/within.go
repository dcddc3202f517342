package policy

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
)

// everyone is the principal of a statement for everyone.
var everyone = Principal{"AWS", "*"}

// others are the principals of a statement outside of an account; everyone for all but a few.
func (s *Statement) others(owner string) []Principal {
	if s.ForEveryone() {
		return []Principal{everyone}
	}
	d := Document{Statements: []Statement{*s}}
	return d.OtherAccounts(owner)
}

// AllowsOthers reports whether a statement allows someone outside of an account something: everyone, another account,
// or a canonical user.
func (s *Statement) AllowsOthers(owner string) bool { return s.Allow && len(s.others(owner)) > 0 }

// Within reports whether the document allows nobody outside of an account anything that a control document does not
// allow. Each principal, action and resource of a statement must be covered by one statement of the control, under
// its conditions or narrower ones; what only several of its statements cover together is not. A statement that denies
// takes something back from the control unless the document has the same one.
func (d *Document) Within(control *Document, owner string) bool {
	for i := range d.Statements {
		s := &d.Statements[i]
		if !s.Allow {
			continue
		}
		actions, resources := s.Actions, s.Resources
		if s.NotAction || len(actions) == 0 {
			actions = []string{"*"}
		}
		if s.NotResource || len(resources) == 0 {
			resources = []string{"*"}
		}
		for _, p := range s.others(owner) {
			for _, a := range actions {
				if control.denies(a, d) || slices.ContainsFunc(resources, func(r string) bool { return !control.covers(s, p, a, r) }) {
					return false
				}
			}
		}
	}
	return true
}

// denies reports whether a statement denies some of an action, which another document does not deny as well.
func (d *Document) denies(action string, other *Document) bool {
	return slices.ContainsFunc(d.Statements, func(t Statement) bool {
		return !t.Allow && t.MayDo(action) && !slices.ContainsFunc(other.Statements, t.same)
	})
}

// same reports whether two statements say the same in the same order.
func (s *Statement) same(t Statement) bool {
	return s.Allow == t.Allow && s.NotPrincipal == t.NotPrincipal && s.NotAction == t.NotAction && s.NotResource == t.NotResource &&
		slices.Equal(s.Principals, t.Principals) && slices.Equal(s.Actions, t.Actions) && slices.Equal(s.Resources, t.Resources) &&
		s.under(t.Conditions) && t.under(s.Conditions)
}

func (d *Document) covers(s *Statement, p Principal, action, resource string) bool {
	return slices.ContainsFunc(d.Statements, func(t Statement) bool {
		return t.Allow && t.names(p) && t.Does(action) && t.On(resource) && s.under(t.Conditions)
	})
}

// names reports whether a statement is about a principal, by itself, with its whole account or with everyone.
func (s *Statement) names(p Principal) bool {
	return !s.NotPrincipal && slices.ContainsFunc(s.Principals, func(q Principal) bool {
		return q == p || q == everyone || q.wholeAccount() != "" && q.wholeAccount() == p.AccountOf()
	})
}

// wholeAccount is the account that a principal means as a whole; "" for users, roles and others.
func (p Principal) wholeAccount() string {
	if arn.ValidAccount(p.ID) || strings.HasSuffix(p.ID, ":root") {
		return p.AccountOf()
	}
	return ""
}

// under reports whether a statement has each of some conditions, or a narrower one of the same operator and key.
func (s *Statement) under(conditions []Condition) bool {
	for _, want := range conditions {
		if !slices.ContainsFunc(s.Conditions, want.holdsUnder) {
			return false
		}
	}
	return true
}

// holdsUnder reports whether a condition is true whenever another of the same operator and key is: values are
// alternatives, or with a negation all excluded.
func (c Condition) holdsUnder(other Condition) bool {
	if !strings.EqualFold(c.Operator, other.Operator) || !strings.EqualFold(c.Key, other.Key) {
		return false
	}
	if strings.Contains(strings.ToLower(c.Operator), "not") {
		return subset(c.Values, other.Values)
	}
	return subset(other.Values, c.Values)
}

func subset(few, many []string) bool {
	return !slices.ContainsFunc(few, func(v string) bool { return !slices.Contains(many, v) })
}

// IsAccount reports whether a principal and a name, an account's number or ARN, mean the same account as a whole.
func (p Principal) IsAccount(name string) bool {
	a := p.wholeAccount()
	return a != "" && a == Principal{"AWS", name}.wholeAccount()
}
