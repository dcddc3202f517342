package policy

import (
	"net/url"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
)

func unescape(s string) (string, error) { return url.PathUnescape(strings.ReplaceAll(s, "+", " ")) }

// Does reports whether a statement is about an action, or about all that a pattern such as s3:* names.
func (s *Statement) Does(action string) bool {
	return about(s.Actions, s.NotAction, strings.ToLower(action), strings.ToLower)
}

// On reports whether a statement is about a resource, or about all that a pattern names.
func (s *Statement) On(resource string) bool {
	return about(s.Resources, s.NotResource, resource, func(p string) string { return p })
}

// about treats the wildcards of s as plain characters: a pattern that matches them covers all that s names. In a
// negated list no pattern may name anything that s does.
func about(patterns []string, not bool, s string, fold func(string) string) bool {
	for _, p := range patterns {
		p = fold(p)
		if arn.Match(p, s) || not && arn.Match(s, p) {
			return !not
		}
	}
	return not
}

// ForEveryone reports whether a statement is about everyone, signed in or not, whatever its conditions.
func (s *Statement) ForEveryone() bool {
	if s.NotPrincipal {
		return true // everyone but a few
	}
	for _, p := range s.Principals {
		if p.Kind == "AWS" && p.ID == "*" {
			return true
		}
	}
	return false
}

// AccountOf is the account a principal belongs to; "" for services, federations and canonical users.
func (p Principal) AccountOf() string {
	if p.Kind != "AWS" {
		return ""
	}
	if arn.ValidAccount(p.ID) {
		return p.ID
	}
	a, err := arn.Parse(p.ID)
	if err != nil {
		return ""
	}
	return a.Account
}
