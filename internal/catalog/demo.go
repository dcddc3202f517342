package catalog

import (
	_ "embed"
	"slices"
	"strings"
	"sync"

	"github.com/tickmark/tickmark/internal/rule/managed"
)

//go:embed data/demo-yield.tsv
var demoYieldData string

// demoYield is what brings evidence in the demonstration, by kind: a test of internal/sample makes the list from the
// estate, the trail logs and the findings that the demonstration loads.
var demoYield = sync.OnceValue(func() map[string]map[string]bool {
	out := map[string]map[string]bool{}
	for line := range strings.Lines(demoYieldData) {
		kind, words, ok := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		if line[0] == '#' || !ok {
			continue
		}
		set := map[string]bool{}
		for w := range strings.FieldsSeq(words) {
			set[w] = true
		}
		out[kind] = set
	}
	return out
})

// The kinds of demo-yield.tsv.
const (
	yieldRule     = "rule"     // rules that pass or fail something of the estate
	yieldDeployed = "deployed" // those of them that the demonstration's packs deploy
	yieldEvent    = "event"    // events of its trail logs, as source and name
	yieldFinding  = "finding"  // controls of its findings
	yieldType     = "type"     // types of its items
)

// YieldsInDemo reports whether a source of the control brings evidence in the demonstration: as it is run, or with
// every rule deployed that the control maps.
func (c *Control) YieldsInDemo(everyRule bool) bool {
	y := demoYield()
	rules := y[yieldDeployed]
	if everyRule {
		rules = y[yieldRule]
	}
	for typ, keyword := range c.Mapped {
		found := false
		switch typ {
		case Config:
			found = rules[keyword]
		case SecurityHub:
			hub, _ := managed.FindControl(keyword) // where no findings are, the rules that answer the control stand in
			found = y[yieldFinding][keyword] || slices.ContainsFunc(hub.Rules, func(id string) bool { return rules[id] })
		case APICall:
			call, ok := FindCall(keyword)
			found = ok && y[yieldType][call.Type]
		case CloudTrail:
			source, name, ok := Event(keyword)
			found = ok && y[yieldEvent][source+"/"+name]
		}
		if found {
			return true
		}
	}
	return false
}
