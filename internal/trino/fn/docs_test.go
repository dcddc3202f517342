package fn_test

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/tickmark/tickmark/internal/trino/fn"
)

// TestDocumented: the page for users has the functions there are, and no others.
func TestDocumented(t *testing.T) {
	page, err := os.ReadFile("../../../docs/lake-sql.md")
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, row := range regexp.MustCompile(`(?m)^\| [^|]+ \| (`+"`[a-z].*"+`) \|$`).FindAllStringSubmatch(string(page), -1) {
		for _, name := range regexp.MustCompile("`([a-z0-9_]+)`").FindAllStringSubmatch(row[1], -1) {
			told = append(told, name[1])
		}
	}
	slices.Sort(told)
	told = slices.Compact(told)
	for _, name := range fn.Names() {
		if !slices.Contains(told, name) {
			t.Errorf("%s is not in docs/lake-sql.md", name)
		}
	}
	for _, name := range told {
		if len(fn.Lookup(name)) == 0 {
			t.Errorf("docs/lake-sql.md has %s, which is no function", name)
		}
	}
}
