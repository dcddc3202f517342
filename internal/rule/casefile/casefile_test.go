package casefile

import (
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/rule"
)

func locked() *rule.Rule {
	f := rule.Required("configuration.locked")
	return &rule.Rule{
		Identifier: "LOCKED", Types: []string{"T::Door"}, Fields: []*rule.Field{f}, Params: []rule.Param{{Name: "twice", Type: rule.Bool}},
		Check: func(c *rule.Context) rule.Result {
			if c.Bool(f) && !c.Params.Bool("twice") {
				return c.Pass("It is locked.")
			}
			return c.Fail("It is open.")
		},
	}
}

func TestCases(t *testing.T) {
	cases, err := Parse([]byte(`
- {name: a, item: {type: T::Door, id: d, configuration: {locked: true}}, want: COMPLIANT, reason: locked}
- {name: b, item: {type: T::Door, id: d, configuration: {locked: true}}, params: {twice: true}, want: NON_COMPLIANT}
- {name: c, item: {type: T::Door, id: d, configuration: {}}, want: INSUFFICIENT_DATA, reason: configuration.locked}
`))
	if err != nil || len(cases) != 3 {
		t.Fatal(cases, err)
	}
	for _, c := range cases {
		if err := c.Test(locked()); err != nil {
			t.Error(err)
		}
	}
	for change, want := range map[string]func(*Case){
		"want COMPLIANT":       func(c *Case) { c.Want = "COMPLIANT"; c.Item["configuration"] = map[string]any{"locked": false} },
		"does not hold":        func(c *Case) { c.Reason = "keys" },
		"resourceType":         func(c *Case) { c.Item = map[string]any{"id": "d"} },
		`no parameter "thrice`: func(c *Case) { c.Params = map[string]any{"thrice": true} },
		"parsing time":         func(c *Case) { c.Now = "noon" },
	} {
		c := cases[0]
		c.Item = map[string]any{"type": "T::Door", "id": "d", "configuration": map[string]any{"locked": true}}
		want(&c)
		if err := c.Test(locked()); err == nil || !strings.Contains(err.Error(), change) {
			t.Errorf("%v, want %q", err, change)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"- {name: a, want: FINE}":                 `want is "FINE"`,
		"- {want: COMPLIANT}":                     "no name",
		"- {name: a, want: COMPLIANT, wants: x}":  "wants",
		"name: a":                                 "",
		"- {name: a, want: COMPLIANT, item: *no}": "",
	} {
		if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}
