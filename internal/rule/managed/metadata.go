package managed

import "github.com/tickmark/tickmark/internal/rule"

// requireTokens completes a rule about the version of the metadata service: httpTokens must be required. The guard is
// what every item of the type has, so that an item without its configuration does not fail.
func requireTokens(r rule.Rule, guard, tokens *rule.Field, what string) rule.Rule {
	r.Fields = []*rule.Field{guard, tokens}
	r.Check = func(c *rule.Context) rule.Result {
		c.Has(guard)
		if c.Str(tokens) == "required" {
			return c.Pass(what + " requires tokens of the metadata service.")
		}
		return c.Fail(what + " does not require tokens of the metadata service.")
	}
	return r
}
