package managed

import (
	"strings"
	"sync"
)

// undecided are the managed rules that recorded facts cannot decide, each with the fact that is missing.
var undecided = sync.OnceValue(func() map[string]string {
	text, err := sources.ReadFile("undecided.tsv")
	if err != nil {
		panic(err) // embedded
	}
	why := map[string]string{}
	for i, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		if id, missing, _ := strings.Cut(line, "\t"); i > 0 {
			why[id] = missing
		}
	}
	return why
})

// Missing is the fact without which a managed rule cannot be decided; "" when the library has the rule.
func Missing(identifier string) string { return undecided()[identifier] }
