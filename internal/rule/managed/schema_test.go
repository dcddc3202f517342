package managed

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/inventory/schema"
)

// beyond are the rows of beyond-config.tsv, by type.
func beyond(t *testing.T) map[string][]string {
	t.Helper()
	text, err := sources.ReadFile("beyond-config.tsv")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string][]string{}
	for i, line := range strings.Split(strings.TrimSuffix(string(text), "\n"), "\n") {
		f := strings.Split(line, "\t")
		if len(f) != 5 || slices.Contains(f, "") || i > 0 && f[2] != "unlisted" && f[2] != "supplied" {
			t.Errorf("beyond-config.tsv line %d: want type, path, unlisted or supplied, content, from", i+1)
			continue
		}
		if slices.Contains(rows[f[0]], strings.ToLower(f[1])) {
			t.Errorf("beyond-config.tsv line %d: %s %s is there twice", i+1, f[0], f[1])
		}
		rows[f[0]] = append(rows[f[0]], strings.ToLower(f[1]))
	}
	return rows
}

// TestFieldsArePublished: a rule that reads a field no item has would say INSUFFICIENT_DATA for ever, or worse, take an
// absence for an answer. Every field is in the published schema of its type, or stands in beyond-config.tsv with its source.
func TestFieldsArePublished(t *testing.T) {
	extra := beyond(t)
	used := map[string]bool{}
	for _, r := range All() {
		for _, f := range r.Fields {
			path, _, _ := strings.Cut(f.Path, ".")
			if path != "configuration" && path != "supplementaryConfiguration" {
				continue
			}
			types := r.Types
			if f.Type != "" {
				types = []string{f.Type}
			}
			path = strings.ReplaceAll(f.Path, "[]", "")
			known := func(typ string) bool {
				if schema.Of(typ).Has(path) || strings.HasPrefix(typ, "Tickmark::Account::") {
					return true
				}
				for _, typ := range []string{typ, "*"} {
					for _, prefix := range extra[typ] {
						if p := strings.ToLower(path); p == prefix || strings.HasPrefix(p, prefix+".") {
							used[typ+" "+prefix] = true
							return true
						}
					}
				}
				return false
			}
			if !slices.ContainsFunc(types, known) {
				t.Errorf("%s: %v has no %s in the published schema; add the field to beyond-config.tsv with its source", r.Identifier, types, path)
			}
		}
	}
	for _, typ := range slices.Sorted(maps.Keys(extra)) {
		for _, prefix := range extra[typ] {
			if typ != "type" && !used[typ+" "+prefix] {
				t.Errorf("beyond-config.tsv: no rule needs %s %s", typ, prefix)
			}
		}
	}
}
