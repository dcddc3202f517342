package sweep_test

import (
	"os"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/collect/aws"
	"github.com/tickmark/tickmark/internal/compliance"
)

// The table of sources names types that there are, and each source once.
func TestSources(t *testing.T) {
	raw, err := os.ReadFile("sources.tsv")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	n := 0
	for line := range strings.Lines(string(raw)) {
		c := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if strings.HasPrefix(line, "#") {
			continue
		}
		if seen[c[0]] || len(c) > 4 {
			t.Errorf("%s: twice, or with too many columns", c[0])
		}
		seen[c[0]] = true
		for _, pair := range strings.Fields(strings.Join(c[min(2, len(c)):], " ")) {
			name, typ, ok := strings.Cut(pair, "=")
			if n++; !ok || name == "" || !compliance.KnownType(typ) && aws.Of(typ) == nil {
				t.Errorf("%s: %s names no type that is recorded", c[0], pair)
			}
		}
	}
	if n < 50 {
		t.Errorf("only %d names: the table is not read", n)
	}
}
