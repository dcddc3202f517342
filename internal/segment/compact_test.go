package segment_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/segment"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

// scattered stores a day's events in segments of a few rows, those of later batches between those of earlier ones.
func scattered(t *testing.T, segments int, stores ...trail.Store) {
	t.Helper()
	for _, s := range stores {
		g := trailtest.NewGenerator(5)
		for i := range segments {
			g.Start = time.Date(2024, 3, 5, 12, 0, i%3, 0, time.UTC)
			b := trail.Batch{Files: []trail.FileMark{{Sum: "sum"}}}
			for range 40 {
				e, err := trail.Decode(g.Record(nil))
				if err != nil {
					t.Fatal(err)
				}
				b.Events = append(b.Events, e)
			}
			if _, err := s.Append(t.Context(), b); err != nil {
				t.Fatal(err)
			}
			if s, ok := s.(*segment.Store); ok {
				if _, err := s.Seal(t.Context(), 1); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

func filesBelow(t *testing.T, root string) (names []string) {
	t.Helper()
	for _, pattern := range []string{"*/*/*/*.parquet", "*/*/*/*.idx"} {
		more, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, more...)
	}
	return names
}

// TestCompactFails: whatever step of a merge fails, and whether or not the process dies of it, no answer changes, and
// merging again leaves one segment and, once orphans are swept, its files alone.
func TestCompactFails(t *testing.T) {
	const segments = 6
	for _, f := range []struct {
		name     string
		blocked  string
		commit   int // counted from the merge on
		answered bool
		fails    int
	}{
		{name: "nothing"},
		{name: "data file", blocked: ".parquet", fails: 1},
		{name: "index file", blocked: ".idx", fails: 1},
		{name: "commit refused", commit: 1, fails: 1},
		{name: "answer lost", commit: 1, answered: true, fails: 1},
	} {
		for _, dies := range []bool{false, true} {
			t.Run(f.name, func(t *testing.T) {
				root, env := filepath.Join(t.TempDir(), "events"), storetest.Open(t)
				clock := stamp.NewFixed(time.Date(2024, 3, 9, 0, 0, 0, 0, time.UTC))
				db := &faulty{SQL: sql(env.DB), after: f.answered}
				start := func() *segment.Store {
					s, err := segment.Open(t.Context(), root, db, clock)
					if err != nil {
						t.Fatal(err)
					}
					return s
				}
				s, m := start(), trailtest.NewMemory()
				scattered(t, segments, s, m)
				if f.commit > 0 {
					db.failAt = db.n + f.commit
				}
				if f.blocked != "" {
					id := idAfter(clock, segments)
					dir := filepath.Join(root, "account=111122223333", "region=eu-west-1", "day=2024-03-05")
					if err := os.WriteFile(filepath.Join(dir, id+f.blocked), nil, 0o600); err != nil {
						t.Fatal(err)
					}
				}
				failed := 0
				for range 2 {
					if _, err := s.Compact(t.Context()); err != nil {
						failed++
						if dies {
							s = start()
						}
					}
					wantEqual(t, s, m)
				}
				if failed != f.fails {
					t.Errorf("failed %d times, want %d", failed, f.fails)
				}
				wantEqual(t, start(), m)
				old := time.Date(2024, 3, 7, 0, 0, 0, 0, time.UTC)
				for _, name := range filesBelow(t, root) {
					if err := os.Chtimes(name, old, old); err != nil {
						t.Fatal(err)
					}
				}
				if _, err := s.Sweep(t.Context()); err != nil {
					t.Fatal(err)
				}
				if names := filesBelow(t, root); len(names) != 2 {
					t.Errorf("left are %v", names)
				}
				wantEqual(t, start(), m)
			})
		}
	}
}

// idAfter is the id that such a clock gives after so many others.
func idAfter(clock *stamp.Fixed, n int) (id string) {
	again := stamp.NewFixed(clock.Now())
	for range n + 1 {
		id = again.NewID()
	}
	return id
}

// TestCompactWhileRead: readers finish with the files they began with, which go afterwards; sweeping does not take them.
func TestCompactWhileRead(t *testing.T) {
	root := filepath.Join(t.TempDir(), "events")
	db := sql(storetest.Open(t).DB)
	scattered(t, 6, open(t, root, db))
	old := time.Date(2024, 3, 7, 0, 0, 0, 0, time.UTC)
	for _, name := range filesBelow(t, root) {
		if err := os.Chtimes(name, old, old); err != nil {
			t.Fatal(err)
		}
	}
	s := open(t, root, db) // with no file open
	rows := 0
	err := s.Scan(t.Context(), trail.ScanQuery{Scope: arn.Everything()}, func(e *trail.Event) bool {
		if rows == 0 {
			if n, err := s.Compact(t.Context()); err != nil || n != 5 {
				t.Errorf("%d files fewer, %v", n, err)
			}
			if _, err := s.Sweep(t.Context()); err != nil {
				t.Error(err)
			}
			if names := filesBelow(t, root); len(names) != 14 {
				t.Errorf("while they are read there are %v", names)
			}
		}
		rows++
		return true
	})
	if err != nil || rows != 240 {
		t.Errorf("%d events, %v", rows, err)
	}
	if names := filesBelow(t, root); len(names) != 2 {
		t.Errorf("left are %v", names)
	}
}
