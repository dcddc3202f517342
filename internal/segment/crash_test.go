package segment_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/segment"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

var errInjected = errors.New("injected failure")

// faulty is a SQL store whose n-th write fails, before it is carried out or after.
type faulty struct {
	segment.SQL
	failAt, n int
	after     bool
}

func (f *faulty) Write(ctx context.Context, fn func(trail.Tx) error) error {
	f.n++
	if f.n != f.failAt {
		return f.SQL.Write(ctx, fn)
	}
	if f.after {
		if err := f.SQL.Write(ctx, fn); err != nil {
			return err
		}
	}
	return errInjected
}

// batchOf makes a batch that fills a segment of one day and leaves rows on another.
func batchOf(t *testing.T, seed uint64, n int) trail.Batch {
	t.Helper()
	g := trailtest.NewGenerator(seed)
	b := trail.Batch{Files: []trail.FileMark{{Sum: "sum", Name: "file", Records: n}}}
	for i := range n {
		if i == n-5 {
			g.Start = g.Start.AddDate(0, 0, 1)
		}
		e, err := trail.Decode(g.Record(nil))
		if err != nil {
			t.Fatal(err)
		}
		b.Events = append(b.Events, e)
	}
	return b
}

// TestEveryStepFails: whatever step of an append or of sealing fails, and whether or not the process dies of it,
// doing it again gives the answers of a store in which nothing ever failed.
func TestEveryStepFails(t *testing.T) {
	const n = 400
	type failure struct {
		name     string
		blocked  func(id string) string // a file in the way of one that the append makes
		commit   int
		answered bool // the commit was carried out
	}
	failures := []failure{
		{name: "data file", blocked: func(id string) string { return id + ".parquet" }},
		{name: "index file", blocked: func(id string) string { return id + ".idx" }},
		{name: "commit refused", commit: 1},
		{name: "answer lost", commit: 1, answered: true},
		{name: "sealing refused", commit: 2},
		{name: "sealing's answer lost", commit: 2, answered: true},
	}
	for _, f := range failures {
		for _, dies := range []bool{false, true} {
			name := f.name
			if dies {
				name += " and the process dies"
			}
			t.Run(name, func(t *testing.T) {
				root, env := filepath.Join(t.TempDir(), "events"), storetest.Open(t)
				clock := stamp.NewFixed(time.Date(2024, 3, 9, 0, 0, 0, 0, time.UTC))
				db := &faulty{SQL: sql(env.DB), failAt: f.commit, after: f.answered}
				start := func() *segment.Store {
					s, err := segment.Open(t.Context(), root, db, clock)
					if err != nil {
						t.Fatal(err)
					}
					return s
				}
				if f.blocked != nil {
					id := stamp.NewFixed(clock.Now()).NewID() // the first the clock will give
					dir := filepath.Join(root, "account=111122223333", "region=eu-west-1", "day=2024-03-05")
					if err := os.MkdirAll(dir, 0o700); err != nil {
						t.Fatal(err)
					}
					if err := os.WriteFile(filepath.Join(dir, f.blocked(id)), nil, 0o600); err != nil {
						t.Fatal(err)
					}
				}
				s, m := start(), trailtest.NewMemory()
				b := batchOf(t, 7, n)
				failed := 0
				for range 2 {
					a, err := s.Append(t.Context(), b)
					if err == nil {
						_, err = s.Seal(t.Context(), 1)
					} else if !f.answered {
						wantNothing(t, s)
					}
					if err != nil {
						failed++
						if dies {
							s = start()
						}
						continue
					}
					if a.Stored+a.Duplicates != n || len(a.Conflicts) != 0 {
						t.Errorf("append: %+v", a)
					}
				}
				if failed != 1 {
					t.Fatalf("%d failures, want 1", failed)
				}
				if _, err := m.Append(t.Context(), b); err != nil {
					t.Fatal(err)
				}
				wantEqual(t, s, m)
				wantEqual(t, start(), m)
				orphans(t, root, s)
				wantEqual(t, start(), m)
			})
		}
	}
}

func wantNothing(t *testing.T, s trail.Store) {
	t.Helper()
	p, err := s.Lookup(t.Context(), trail.Query{Scope: arn.Everything(), Limit: 1})
	if err != nil || len(p.Events) != 0 {
		t.Errorf("something of a failed append is visible: %v, %v", p, err)
	}
	if marks, err := s.Marks(t.Context(), []string{"sum"}); err != nil || len(marks) != 0 {
		t.Errorf("a failed append left a mark: %v, %v", marks, err)
	}
}

// wantEqual compares all events, in look-up order and in the feed.
func wantEqual(t *testing.T, s, m trail.Store) {
	t.Helper()
	q := trail.Query{Scope: arn.Everything(), Limit: 100_000}
	got, err := s.Lookup(t.Context(), q)
	want, _ := m.Lookup(t.Context(), q)
	if err != nil || len(got.Events) != len(want.Events) {
		t.Fatalf("%d events, want %d (%v)", len(got.Events), len(want.Events), err)
	}
	for i := range got.Events {
		if got.Events[i].ID != want.Events[i].ID || !bytes.Equal(got.Events[i].Raw, want.Events[i].Raw) {
			t.Fatalf("event %d differs", i)
		}
	}
	feed, _, err := s.Since(t.Context(), arn.Everything(), 0, 100_000)
	if err != nil || len(feed) != len(want.Events) {
		t.Fatalf("the feed has %d events, want %d (%v)", len(feed), len(want.Events), err)
	}
	if marks, err := s.Marks(t.Context(), []string{"sum"}); err != nil || len(marks) != 1 {
		t.Errorf("marks %v, %v", marks, err)
	}
}

// orphans ages every file by two days and sweeps: what is left are the files of the manifest.
func orphans(t *testing.T, root string, s *segment.Store) {
	t.Helper()
	if n, err := s.Sweep(t.Context()); err != nil || n != 0 {
		t.Errorf("%d young files were swept, %v", n, err)
	}
	files := func() (n int) {
		for _, pattern := range []string{"*/*/*/*.parquet", "*/*/*/*.idx"} {
			names, err := filepath.Glob(filepath.Join(root, pattern))
			if err != nil {
				t.Fatal(err)
			}
			n += len(names)
			for _, name := range names {
				old := time.Date(2024, 3, 7, 0, 0, 0, 0, time.UTC)
				if err := os.Chtimes(name, old, old); err != nil {
					t.Fatal(err)
				}
			}
		}
		return n
	}
	before := files()
	n, err := s.Sweep(t.Context())
	if err != nil || before-n != files() || files() != 4 { // two segments with two files each
		t.Errorf("%d files, %d swept, %d left, %v", before, n, files(), err)
	}
}

// TestDamage: damaged files are told by name and never answered from.
func TestDamage(t *testing.T) {
	for _, ext := range []string{"parquet", "idx"} {
		for what, damage := range map[string]func([]byte) []byte{
			"flipped":   func(b []byte) []byte { b[len(b)/2] ^= 0x40; return b },
			"cut":       func(b []byte) []byte { return b[:len(b)/2] },
			"emptied":   func([]byte) []byte { return nil },
			"exchanged": func([]byte) []byte { return bytes.Repeat([]byte("PAR1tmkidx01"), 100) },
		} {
			t.Run(ext+" "+what, func(t *testing.T) {
				root, env := filepath.Join(t.TempDir(), "events"), storetest.Open(t)
				s := open(t, root, sql(env.DB))
				if _, err := s.Append(t.Context(), batchOf(t, 7, 400)); err != nil {
					t.Fatal(err)
				}
				names, err := filepath.Glob(filepath.Join(root, "*/*/*/*."+ext))
				if err != nil || len(names) != 1 {
					t.Fatal(names, err)
				}
				b, err := os.ReadFile(names[0])
				if err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(names[0], damage(b), 0o600); err != nil {
					t.Fatal(err)
				}
				_, err = open(t, root, sql(env.DB)).Lookup(t.Context(), trail.Query{Scope: arn.Everything(), Limit: 1000})
				if err == nil || !strings.Contains(err.Error(), names[0]) {
					t.Errorf("error %v does not name %s", err, names[0])
				}
			})
		}
	}
}
