package catalog

import (
	_ "embed"
	"maps"
	"slices"
	"strings"
	"sync"
)

//go:embed data/assertions.tsv
var assertionData string

// asserted is one line of assertions.tsv.
type asserted struct {
	of         pattern
	controls   []string
	keyword    string
	expression string
}

var assertions = sync.OnceValue(func() []asserted {
	var out []asserted
	for line := range strings.Lines(assertionData) {
		if line = strings.TrimSuffix(line, "\n"); line == "" || line[0] == '#' {
			continue
		}
		cell := strings.Split(line, "\t")
		out = append(out, asserted{pattern{cell[0], cell[1]}, list(cell[2]), cell[3], cell[4]})
	}
	return out
})

// addAssertions gives the API calls of a framework's controls what the project asserts of their answers.
func addAssertions(f *Framework, rows []row) {
	for _, a := range assertions() {
		if !a.of.matches(f) {
			continue
		}
		for _, r := range rows {
			if c := r.control; slices.Contains(a.controls, c.Requirement) && slices.Contains(c.api, a.keyword) {
				own := maps.Clone(c.assertions) // selections share that of the framework they select from
				if own == nil {
					own = map[string]string{}
				}
				own[a.keyword] = a.expression
				c.assertions = own
			}
		}
	}
}
