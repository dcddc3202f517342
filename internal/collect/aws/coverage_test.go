package aws_test

import (
	"os"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/collect/aws"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule/managed"
)

// TestCoverage: each type and fact that a rule reads has a collector, or a reason why it has none, which the documentation
// gives too. Gaps are written by what carries collectors out.
func TestCoverage(t *testing.T) {
	page, err := os.ReadFile("../../../docs/collectors.md")
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{inventory.GapType: true}
	for _, r := range managed.All() {
		for _, typ := range r.Reads() {
			if told[typ] {
				continue
			}
			told[typ] = true
			why, collected := aws.ImportOnly(typ), aws.Of(typ) != nil
			switch {
			case collected == (why != ""):
				t.Errorf("%s, which %s reads: collected is %v, and import-only %q", typ, r.Identifier, collected, why)
			case why != "" && !strings.Contains(string(page), "`"+typ+"`"):
				t.Errorf("docs/collectors.md does not tell why %s is not collected", typ)
			}
		}
	}
	if len(told) < 300 {
		t.Errorf("rules read only %d types", len(told))
	}
}
