package engine_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/trino"
	"github.com/tickmark/tickmark/internal/trino/engine"
)

// TestPrinted: what the printer makes of a statement has the statement's result.
func TestPrinted(t *testing.T) {
	files, err := filepath.Glob("testdata/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for story := range strings.SplitSeq(string(text), "\n===\n") {
			sql, _, _ := strings.Cut(strings.TrimSpace(story), "\n--\n")
			want, err := run(t, sql, 3, engine.Options{})
			if err != nil {
				continue
			}
			q, err := trino.Parse(sql)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := run(t, q.String(), 3, engine.Options{}); err != nil || got != want {
				t.Errorf("%s\nis printed as\n%s\nwhich gives\n%s, %v\nnot\n%s", sql, q, got, err, want)
			}
		}
	}
}
