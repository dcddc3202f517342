package managed

import (
	_ "embed" // the list
	"slices"
	"strings"
	"sync"
)

//go:embed proactive.tsv
var proactiveList string

// ProactiveRules are the identifiers of the managed rules that AWS documents as able to judge a resource before it is
// made, sorted.
var ProactiveRules = sync.OnceValue(func() []string {
	return strings.Fields(proactiveList)[1:]
})

// Proactive reports whether the rule may have the evaluation mode PROACTIVE.
func Proactive(identifier string) bool {
	_, ok := slices.BinarySearch(ProactiveRules(), identifier)
	return ok
}
