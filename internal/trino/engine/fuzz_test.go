package engine_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/trino/engine"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// FuzzStatement: a statement is answered, or refused by a fault; nothing breaks, and a statement that is stopped stops.
func FuzzStatement(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.sql")
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for story := range strings.SplitSeq(string(text), "\n===\n") {
			sql, _, _ := strings.Cut(story, "\n--\n")
			f.Add(strings.TrimSpace(sql))
		}
	}
	f.Fuzz(func(t *testing.T, sql string) {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		p, err := engine.Prepare(sql, engine.Options{Catalog: catalog(2), Now: now, Workers: 2, Memory: 32 << 20})
		if err == nil {
			err = p.Run(ctx, func(rows int, columns []*value.Vector) error {
				for _, c := range columns {
					for r := range rows {
						value.Format(c.Type, c.Get(r))
					}
				}
				return nil
			})
		}
		if err != nil && fault.KindOf(err) == fault.Internal && !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %v", sql, err)
		}
	})
}
