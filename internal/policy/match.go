package policy

import (
	"net/url"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
)

func unescape(s string) (string, error) { return url.PathUnescape(strings.ReplaceAll(s, "+", " ")) }

// Does reports whether a statement is about an action, or about all that a pattern such as s3:* names.
func (s *Statement) Does(action string) bool {
	return matchAny(s.Actions, action, true) != s.NotAction
}

// On reports whether a statement is about a resource, or about all that a pattern names.
func (s *Statement) On(resource string) bool {
	return matchAny(s.Resources, resource, false) != s.NotResource
}

// matchAny treats the wildcards of s as plain characters: a pattern that matches them covers all that s names.
func matchAny(patterns []string, s string, fold bool) bool {
	if fold {
		s = strings.ToLower(s)
	}
	for _, p := range patterns {
		if fold {
			p = strings.ToLower(p)
		}
		if arn.Match(p, s) {
			return true
		}
	}
	return false
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
