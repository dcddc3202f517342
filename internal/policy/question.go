package policy

import (
	"slices"
	"strings"
)

// AllowsAdmin reports whether a statement allows every action on every resource. Conditions do not matter: a policy
// that administers under a condition is still an administrator's.
func (s *Statement) AllowsAdmin() bool {
	return s.Allow && !s.NotAction && !s.NotResource && s.On("*") && (s.Does("*") || s.Does("*:*"))
}

// AllowsAdmin reports whether any statement does.
func (d *Document) AllowsAdmin() bool {
	for i := range d.Statements {
		if d.Statements[i].AllowsAdmin() {
			return true
		}
	}
	return false
}

// FullAccess is the first action pattern of the document that allows all actions of a service (`s3:*`) or of every
// service, on any resource; "" when there is none. NotAction allows all actions of every service it does not name.
func (d *Document) FullAccess() string {
	for i := range d.Statements {
		s := &d.Statements[i]
		if !s.Allow {
			continue
		}
		if s.NotAction {
			return "NotAction"
		}
		for _, a := range s.Actions {
			if a == "*" || a == "*:*" || strings.HasSuffix(a, ":*") {
				return a
			}
		}
	}
	return ""
}

// Public are the statements that allow something to everyone without a condition that limits who or from where.
func (d *Document) Public() []*Statement {
	var open []*Statement
	for i := range d.Statements {
		if s := &d.Statements[i]; s.Public() {
			open = append(open, s)
		}
	}
	return open
}

// Public reports whether a statement allows something to everyone without a condition that limits who or from where.
func (s *Statement) Public() bool {
	return s.Allow && s.ForEveryone() && !s.Restricted()
}

// OtherAccounts are the principals of other accounts than the owner that the document allows something to.
// Everyone is not among them: that is Public.
func (d *Document) OtherAccounts(owner string) []Principal {
	var others []Principal
	for i := range d.Statements {
		s := &d.Statements[i]
		if !s.Allow || s.NotPrincipal {
			continue
		}
		for _, p := range s.Principals {
			if p.Kind == "CanonicalUser" || p.Kind == "AWS" && p.ID != "*" && p.AccountOf() != owner {
				others = append(others, p)
			}
		}
	}
	return others
}

// RefusesPlainHTTP reports whether the document denies everyone an action (or a pattern of actions) on each of some
// resources when the request does not use TLS.
func (d *Document) RefusesPlainHTTP(action string, resources ...string) bool {
	for _, r := range resources {
		refused := false
		for i := range d.Statements {
			s := &d.Statements[i]
			refused = refused || !s.Allow && !s.NotPrincipal && s.ForEveryone() && s.Does(action) && s.On(r) && s.onlyPlainHTTP()
		}
		if !refused {
			return false
		}
	}
	return true
}

// onlyPlainHTTP reports whether the statement's one condition is that the request comes without TLS.
func (s *Statement) onlyPlainHTTP() bool {
	if len(s.Conditions) != 1 {
		return false
	}
	c := s.Conditions[0]
	return (strings.EqualFold(c.Operator, "Bool") || strings.EqualFold(c.Operator, "BoolIfExists")) &&
		strings.EqualFold(c.Key, "aws:SecureTransport") && len(c.Values) == 1 && strings.EqualFold(c.Values[0], "false")
}

// RefusesUnencryptedObjects reports whether the document denies everyone to put objects without server-side
// encryption: without the header that asks for it, or with none of the accepted algorithms.
func (d *Document) RefusesUnencryptedObjects(objects string, algorithms ...string) bool {
	for i := range d.Statements {
		s := &d.Statements[i]
		if s.Allow || s.NotPrincipal || !s.ForEveryone() || !s.Does("s3:PutObject") || !s.On(objects) || len(s.Conditions) != 1 {
			continue
		}
		c := s.Conditions[0]
		if !strings.EqualFold(c.Key, "s3:x-amz-server-side-encryption") {
			continue
		}
		switch strings.ToLower(c.Operator) {
		case "null":
			if len(c.Values) == 1 && strings.EqualFold(c.Values[0], "true") {
				return true
			}
		case "stringnotequals": // true as well when the header is missing
			if len(c.Values) > 0 && !slices.ContainsFunc(c.Values, func(v string) bool { return !slices.Contains(algorithms, v) }) {
				return true
			}
		}
	}
	return false
}
