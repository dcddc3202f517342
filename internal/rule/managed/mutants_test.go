//go:build mutants

package managed

import (
	"encoding/json"
	"os"
	"slices"
	"testing"

	"github.com/tickmark/tickmark/internal/rule"
	"github.com/tickmark/tickmark/internal/rule/casefile"
)

// enough is how many conditions a case may look at before it counts as running for ever.
const enough = 1 << 20

// situation is a case that is ready to run.
type situation struct {
	rule *rule.Rule
	casefile.Setting
	wanted casefile.Case
}

func (s situation) holds() bool {
	mutantBudget = enough
	res, _, err := rule.Evaluate(s.rule, s.Params, s.Subject, rule.NewIndex(s.Estate), s.Now)
	return err == nil && s.wanted.Judge(res) == nil
}

// TestMutants is run by cmd/rulemutants over an instrumented library: it negates one condition after another and
// writes down which negations make a case fail.
func TestMutants(t *testing.T) {
	declared := map[int]bool{}
	mutantBudget = 0
	all := All()
	for id := range mutantReached {
		declared[id] = true
	}
	reachedBy := map[int][]situation{}
	for _, r := range all {
		for _, c := range cases(t, r) {
			s, err := c.Setting(r)
			if err != nil {
				t.Fatal(err)
			}
			one := situation{r, s, c}
			clear(mutantReached)
			if !one.holds() {
				t.Fatalf("%s: %s fails without any mutation", r.Identifier, c.Name)
			}
			for id := range mutantReached {
				reachedBy[id] = append(reachedBy[id], one)
			}
		}
	}
	fates := map[int]string{}
	for id := range declared {
		fates[id] = "declaration"
	}
	for id, list := range reachedBy {
		mutantActive = id
		fates[id] = "survived"
		if slices.ContainsFunc(list, func(s situation) bool { return !s.holds() }) {
			fates[id] = "killed"
		}
	}
	text, err := json.Marshal(fates)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(os.Getenv("TICKMARK_MUTANTS"), text, 0o600); err != nil {
		t.Fatal(err)
	}
}
