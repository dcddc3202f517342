package policy

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
)

// fixing are the condition keys that limit who a request can come from or by which way, when compared with fixed
// values. The list is that of the S3 guide on the meaning of "public", with the later keys of the same kind.
var fixing = map[string]bool{
	"aws:sourcearn": true, "aws:sourcevpc": true, "aws:sourcevpce": true, "aws:sourceowner": true,
	"aws:sourceaccount": true, "aws:sourceorgid": true, "aws:sourceorgpaths": true,
	"aws:principalorgid": true, "aws:principalorgpaths": true, "aws:principalaccount": true, "aws:principalarn": true,
	"aws:userid": true, "aws:vpceaccount": true, "aws:vpceorgid": true, "aws:vpceorgpaths": true,
	"s3:dataaccesspointarn": true, "s3:dataaccesspointaccount": true,
	"kms:calleraccount": true, "elasticfilesystem:accesspointarn": true,
}

// Restricted reports whether a condition of the statement limits it to known accounts, organizations, networks or
// callers.
func (s *Statement) Restricted() bool {
	for i := range s.Conditions {
		if s.Conditions[i].restricts() {
			return true
		}
	}
	return false
}

// FixesAccount is Restricted for a service that calls on behalf of whoever owns the source: the ARN of a source tells
// that only where it has an account, which the ARN of a bucket has not.
func (s *Statement) FixesAccount() bool {
	return slices.ContainsFunc(s.Conditions, func(c Condition) bool {
		return c.restricts() && !(strings.EqualFold(c.Key, "aws:SourceArn") && slices.ContainsFunc(c.Values, ofNoAccount))
	})
}

func ofNoAccount(source string) bool {
	a, err := arn.Parse(source)
	return err != nil || a.Account == ""
}

// restricts: every value must be fixed, because values are alternatives. Operators that are true when the key is
// missing (IfExists, ForAllValues) and negations limit nothing.
func (c *Condition) restricts() bool {
	op := strings.TrimPrefix(strings.ToLower(c.Operator), "foranyvalue:")
	key := strings.ToLower(c.Key)
	if len(c.Values) == 0 {
		return false
	}
	var fixed func(string) bool
	switch {
	case key == "aws:sourceip" || key == "aws:vpcsourceip":
		if op != "ipaddress" {
			return false
		}
		fixed = narrow
	case !fixing[key]:
		return false
	case op == "stringequals" || op == "stringequalsignorecase":
		fixed = func(v string) bool { return v != "" }
	case op == "stringlike" || op == "arnequals" || op == "arnlike":
		fixed = func(v string) bool { return fixedPattern(key, v) }
	default:
		return false
	}
	for _, v := range c.Values {
		if strings.Contains(v, "${") || !fixed(v) { // a policy variable is whatever the request brings
			return false
		}
	}
	return true
}

// fixedPattern: a pattern is fixed when what tells the owner is: the account of an ARN, or its resource for
// services whose ARNs carry no account; the beginning of an id or an organization path.
func fixedPattern(key, v string) bool {
	if !strings.ContainsAny(v, "*?") {
		return v != ""
	}
	if a, err := arn.Parse(v); err == nil {
		if a.Account != "" {
			return !strings.ContainsAny(a.Account, "*?")
		}
		return !strings.ContainsAny(a.Service, "*?") && !strings.ContainsAny(a.Resource[:min(1, len(a.Resource))], "*?") && !arnBelongs(key)
	}
	head, _, _ := strings.Cut(v, "*")
	switch key {
	case "aws:userid": // AROAEXAMPLE:* is one role's sessions
		return strings.HasPrefix(head, "A") && strings.Contains(head, ":")
	case "aws:principalorgpaths", "aws:sourceorgpaths", "aws:vpceorgpaths":
		return strings.HasPrefix(head, "o-") && strings.Contains(head, "/")
	}
	return false
}

// arnBelongs: principals' ARNs always carry an account, so an empty one there is a pattern over all accounts.
func arnBelongs(key string) bool { return key == "aws:principalarn" }

// narrow reports whether an address range is narrower than the world: private ranges are; public ranges up to a
// /8, or a /32 of IPv6, are.
func narrow(v string) bool {
	p, err := netip.ParsePrefix(v)
	if err != nil {
		a, err := netip.ParseAddr(v)
		return err == nil && a.IsValid()
	}
	if p.Addr().Is4() {
		return p.Bits() >= 8
	}
	return p.Bits() >= 32 || p.Bits() >= 7 && p.Addr().IsPrivate()
}
