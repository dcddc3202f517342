package policy

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
)

// AllowedOnAll is the first of some patterns of actions of which a statement allows at least one action on every
// resource of a kind, such as key/* of kms; "" when there is none. Every resource of one region or account is enough.
// Conditions do not matter, and statements that deny take nothing back.
func (d *Document) AllowedOnAll(service, resources string, actions []string) string {
	for i := range d.Statements {
		s := &d.Statements[i]
		if !s.Allow || !s.onAll(service, resources) {
			continue
		}
		if k := slices.IndexFunc(actions, s.MayDo); k >= 0 {
			return actions[k]
		}
	}
	return ""
}

// onAll reports whether a statement is about every resource of a kind, in some partition, region and account.
func (s *Statement) onAll(service, resources string) bool {
	if s.NotResource {
		return s.On(strings.Join([]string{"arn:aws", service, "*", "*", resources}, ":"))
	}
	for _, p := range s.Resources {
		whole := []string{"arn", "aws", service, "*", "*", resources}
		for i, part := range strings.SplitN(p, ":", len(whole)) {
			if i == 1 || i == 3 || i == 4 { // partition, region and account are those of the pattern itself
				whole[i] = part
			}
		}
		if arn.Match(p, strings.Join(whole, ":")) {
			return true
		}
	}
	return false
}

// MayDo reports whether a statement is about at least one of the actions that a pattern names.
func (s *Statement) MayDo(pattern string) bool {
	pattern = strings.ToLower(pattern)
	for _, p := range s.Actions {
		p = strings.ToLower(p)
		if s.NotAction && arn.Match(p, pattern) {
			return false
		}
		if !s.NotAction && overlap(p, pattern) {
			return true
		}
	}
	return s.NotAction
}

// overlap reports whether some text matches both of two patterns. meet[j] tells it of the ends of a from i and of b
// from j.
func overlap(a, b string) bool {
	meet := make([]bool, len(b)+1)
	for i := len(a); i >= 0; i-- {
		next := slices.Clone(meet) // of i+1
		for j := len(b); j >= 0; j-- {
			switch {
			case i == len(a) && j == len(b):
				meet[j] = true
			case i < len(a) && a[i] == '*' || j < len(b) && b[j] == '*': // the star ends, or takes one character more
				meet[j] = i < len(a) && next[j] || j < len(b) && meet[j+1]
			default:
				meet[j] = i < len(a) && j < len(b) && (a[i] == b[j] || a[i] == '?' || b[j] == '?') && next[j+1]
			}
		}
	}
	return meet[0]
}

// OnlyFor reports whether the document allows something to one account, and nothing to anyone else.
func (d *Document) OnlyFor(account string) bool {
	found := false
	for i := range d.Statements {
		s := &d.Statements[i]
		if !s.Allow {
			continue
		}
		if s.NotPrincipal || slices.ContainsFunc(s.Principals, func(p Principal) bool { return p.AccountOf() != account }) {
			return false
		}
		found = found || len(s.Principals) > 0
	}
	return found && account != ""
}
