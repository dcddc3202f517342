package managed

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

// mustBe completes a rule that is about one switch: the field must have the wanted value.
func mustBe(r rule.Rule, f *rule.Field, want bool, pass, fail string) rule.Rule {
	r.Fields = []*rule.Field{f}
	r.Check = func(c *rule.Context) rule.Result {
		if c.Bool(f) == want {
			return c.Pass(pass)
		}
		return c.Fail(fail)
	}
	return r
}

// mustSay is mustBeOneOf for an item that has a name, where absence of the field has a meaning.
func mustSay(r rule.Rule, name, f *rule.Field, want []string, pass, fail string) rule.Rule {
	r = mustBeOneOf(r, f, want, pass, fail)
	if name == nil {
		return r
	}
	return having(name, r)
}

// mustHave completes a rule about one setting that must be there at all, of an item that has a name.
func mustHave(r rule.Rule, name, f *rule.Field, pass, fail string) rule.Rule {
	r.Fields = []*rule.Field{f}
	r.Check = func(c *rule.Context) rule.Result {
		if c.Has(f) {
			return c.Pass(pass)
		}
		return c.Fail(fail)
	}
	return having(name, r)
}

// mustHaveKey completes a rule about a KMS key: the field must name a key, and when the parameter lists keys, one of
// them. The name is what every item of the type has, so that an item without its configuration does not fail.
func mustHaveKey(r rule.Rule, name, key *rule.Field, param, what string) rule.Rule {
	r.Fields = []*rule.Field{name, key}
	r.Check = func(c *rule.Context) rule.Result {
		c.Str(name)
		got := c.Str(key)
		if got == "" {
			return c.Fail(what + " is not encrypted with a KMS key.")
		}
		if !oneOfKeys(got, listed(c, param)) {
			return c.Fail(what + " is encrypted with another key than allowed.")
		}
		return c.Pass(what + " is encrypted with a KMS key.")
	}
	return r
}

// keyParam is a parameter that lists the keys that are allowed, by ARN or id.
func keyParam(name string) rule.Param {
	return rule.Param{Name: name, Type: rule.CSV, Doc: "ids or ARNs of the keys that are allowed"}
}

// oneOfKeys reports whether a key is one of those wanted; no list allows every key.
func oneOfKeys(got string, want []string) bool {
	return len(want) == 0 || slices.ContainsFunc(want, func(w string) bool { return sameKey(got, w) })
}

// listed is a parameter's list; without a parameter nothing is.
func listed(c *rule.Context, param string) []string {
	if param == "" {
		return nil
	}
	return c.Params.List(param)
}

// allowed reports whether a value is one of a list; no list allows every value.
func allowed(list []string, value string) bool { return len(list) == 0 || slices.Contains(list, value) }

// mustBeOneOf completes a rule that is about one setting: the field must have one of the values, in any case.
func mustBeOneOf(r rule.Rule, f *rule.Field, values []string, pass, fail string) rule.Rule {
	r.Fields = []*rule.Field{f}
	r.Check = func(c *rule.Context) rule.Result {
		if isOneOf(c.Str(f), values) {
			return c.Pass(pass)
		}
		return c.Fail(fail)
	}
	return r
}

// isOneOf reports whether a name is one of a list, in any case: calls and templates spell enumerations differently.
func isOneOf(name string, list []string) bool {
	return slices.ContainsFunc(list, func(s string) bool { return strings.EqualFold(s, name) })
}

// having makes a rule read first what every item of its type has, so that an item without its configuration is not
// judged by what it lacks.
func having(always *rule.Field, r rule.Rule) rule.Rule {
	check := r.Check
	r.Fields = append([]*rule.Field{always}, r.Fields...)
	r.Check = func(c *rule.Context) rule.Result {
		c.Text(always)
		return check(c)
	}
	return r
}

// onlyFor makes a rule judge those items only whose field has one of the values.
func onlyFor(kind *rule.Field, values []string, skip string, r rule.Rule) rule.Rule {
	check := r.Check
	r.Fields = append([]*rule.Field{kind}, r.Fields...)
	r.Check = func(c *rule.Context) rule.Result {
		if !isOneOf(c.Str(kind), values) {
			return c.Skip(skip)
		}
		return check(c)
	}
	return r
}

// mustBeEncrypted completes a rule about a switch for encryption; when the parameter lists keys, it must be with one of
// them.
func mustBeEncrypted(r rule.Rule, encrypted, key *rule.Field, param, what string) rule.Rule {
	r.Fields = []*rule.Field{encrypted, key}
	r.Check = func(c *rule.Context) rule.Result {
		if !c.Bool(encrypted) {
			return c.Fail(what + " is not encrypted.")
		}
		if !oneOfKeys(c.Str(key), listed(c, param)) {
			return c.Fail(what + " is encrypted with another key than allowed.")
		}
		return c.Pass(what + " is encrypted.")
	}
	return r
}
