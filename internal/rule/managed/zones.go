package managed

import (
	"strconv"

	"github.com/tickmark/tickmark/internal/rule"
)

// spansZones completes a rule that is about the number of Availability Zones: the list must have as many elements as
// the parameter demands, which is the first of the rule.
func spansZones(r rule.Rule, list *rule.Field, what string) rule.Rule {
	param := r.Params[0].Name
	r.Fields = []*rule.Field{list}
	r.Check = func(c *rule.Context) rule.Result {
		if n := c.Len(list); int64(n) < c.Params.Int(param) {
			return c.Fail(what + " has only " + strconv.Itoa(n) + " Availability Zones.")
		}
		return c.Pass(what + " has enough Availability Zones.")
	}
	return r
}

// zonesParam is how many zones there must be; two unless it is given.
func zonesParam(name string, from, to float64) rule.Param {
	return rule.Param{Name: name, Type: rule.Int, Default: "2", Min: from, Max: to, Doc: "the least number of Availability Zones"}
}
