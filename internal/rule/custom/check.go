package custom

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/cel"
	"github.com/tickmark/tickmark/internal/guard"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule"
	"github.com/tickmark/tickmark/internal/tree"
)

func (p *Policy) celCheck(given params) func(*rule.Context) rule.Result {
	return func(c *rule.Context) rule.Result {
		return p.cel.Evaluate(cel.Input{Item: c.Subject(), Parameters: given.plain, Now: c.Now})
	}
}

func (p *Policy) guardCheck(given params) func(*rule.Context) rule.Result {
	parameters := guard.Object(given.keys, given.values)
	return func(c *rule.Context) rule.Result {
		o := guard.Options{Detail: true}
		if p.guard.UsesClock() {
			o.Now = c.Now().Unix()
		}
		report, err := p.guard.Evaluate(guard.Compose("item", root(c.Subject(), parameters)), o)
		if err != nil {
			return c.Trouble("The policy could not be evaluated: " + err.Error() + ".")
		}
		switch report.Status {
		case guard.Pass:
			return c.Pass("The policy holds.")
		case guard.Skip:
			return c.Skip("No rule of the policy applies to the resource.")
		}
		return c.Fail(annotation(report))
	}
}

// root is the item as Guard sees it. Its members are read where they stand.
func root(it *inventory.Item, parameters guard.Value) guard.Value {
	keys, values := make([]string, 0, 24), make([]guard.Value, 0, 24)
	add := func(key string, v guard.Value) { keys, values = append(keys, key), append(values, v) }
	for key, n := range it.Members() {
		switch {
		case key == "supplementaryConfiguration" && n.Kind() == tree.Object:
			add(key, supplements(it, n.Len()))
		case key == "tags" && n.Kind() == tree.Array:
			add(key, tags(it))
		default:
			add(key, guard.Node(n))
		}
	}
	add("InputParameters", parameters)
	add("CONFIG_RULE_PARAMETERS", parameters)
	return guard.Object(keys, values)
}

func supplements(it *inventory.Item, n int) guard.Value {
	keys, values := make([]string, 0, n), make([]guard.Value, 0, n)
	for key, v := range it.Supplementaries() {
		keys, values = append(keys, key), append(values, guard.Node(v))
	}
	return guard.Object(keys, values)
}

func tags(it *inventory.Item) guard.Value {
	var keys []string
	var values []guard.Value
	for k, v := range it.Tags() {
		keys, values = append(keys, k), append(values, guard.Text(v))
	}
	return guard.Object(keys, values)
}

// annotation says why rules failed: in the policy's own words where it has any, otherwise by the clauses that failed.
// Values of the item are not shown.
func annotation(report *guard.Report) string {
	var all []string
	for _, r := range report.Rules {
		if r.Status != guard.Fail {
			continue
		}
		before := len(all)
		all = messages(all, r.Name, r.Message, r.Checks)
		if len(all) == before {
			all = append(all, r.Name+" failed")
		}
	}
	return strings.Join(all, "; ")
}

func messages(all []string, name, own string, checks []guard.Check) []string {
	for _, c := range checks {
		text := strings.Join(strings.Fields(c.Message), " ")
		if text == "" {
			text = own
		}
		switch {
		case len(c.Checks) > 0:
			all = messages(all, name, text, c.Checks)
			continue
		case text != "":
		case c.Kind == "Unresolved":
			text = name + ": " + c.Remaining + " is missing (" + c.Context + ")"
		case c.From != nil && c.From.Path != "":
			text = name + ": " + c.Context + " does not hold at " + c.From.Path
		default:
			text = name + ": " + c.Context + " does not hold"
		}
		if !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return all
}
