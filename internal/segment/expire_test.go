package segment_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/segment"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

// ofDays are log files: for each day one with a segment's worth of events and one with a few.
func ofDays(days int) fstest.MapFS {
	files := fstest.MapFS{}
	for d := range days {
		for i, n := range []int{300, 7} {
			g := trailtest.NewGenerator(uint64(10*d + i))
			g.Start = g.Start.AddDate(0, 0, d)
			files[fmt.Sprintf("day%d-%d.json", d, i)] = &fstest.MapFile{Data: g.Log(nil, n)}
		}
	}
	return files
}

func mustImportFS(t *testing.T, s trail.Store, files fstest.MapFS, items int) {
	t.Helper()
	// One file a batch: so that the few of a day wait as rows.
	for name := range files {
		one := fstest.MapFS{name: files[name]}
		r, err := (&trail.Importer{Store: s, Clock: stamp.System}).FS(t.Context(), one, ".")
		if err != nil {
			t.Fatal(err)
		}
		items -= r.Items
	}
	if items != 0 {
		t.Errorf("%d events too few were stored", items)
	}
}

func wantDays(t *testing.T, s trail.Store, want map[string]int) {
	t.Helper()
	got := map[string]int{}
	err := s.Scan(t.Context(), trail.ScanQuery{Scope: arn.Everything()}, func(e *trail.Event) bool {
		got[e.Time.Format(time.DateOnly)]++
		return true
	})
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("events of days %v, want %v, %v", got, want, err)
	}
}

// TestExpire: events of past days go with their files, their keys and what came with their keys; the marks of their
// files stay.
func TestExpire(t *testing.T) {
	root, db := filepath.Join(t.TempDir(), "events"), sql(storetest.Open(t).DB)
	s := open(t, root, db)
	files := ofDays(3)
	mustImportFS(t, s, files, 3*307)
	twin := strings.Replace(string(files["day0-1.json"].Data), `"readOnly":true`, `"readOnly":false`, 1)
	if twin == string(files["day0-1.json"].Data) {
		t.Fatal("no event to change")
	}
	mustImportFS(t, s, fstest.MapFS{"twin.json": {Data: []byte(twin)}}, 0)
	wantDays(t, s, map[string]int{"2024-03-05": 307, "2024-03-06": 307, "2024-03-07": 307})
	wantConflicts(t, db, 1)
	for range 2 {
		n, err := s.Expire(t.Context(), time.Date(2024, 3, 7, 23, 0, 0, 0, time.UTC))
		if err != nil || n != 2*307 && n != 0 {
			t.Fatalf("%d events, %v", n, err)
		}
		wantDays(t, s, map[string]int{"2024-03-07": 307})
		if names := filesBelow(t, root); len(names) != 2 {
			t.Errorf("left are %v", names)
		}
		wantConflicts(t, db, 0)
		s = open(t, root, db)
	}
	mustImportFS(t, s, files, 0) // the marks stay
	wantDays(t, s, map[string]int{"2024-03-07": 307})
	again := append([]byte(" "), files["day0-0.json"].Data...) // another file with events that nobody knows any more
	mustImportFS(t, s, fstest.MapFS{"again.json": {Data: again}}, 300)
	if n, err := s.Expire(t.Context(), time.Date(2024, 3, 7, 0, 0, 0, 0, time.UTC)); err != nil || n != 300 {
		t.Errorf("%d events, %v", n, err)
	}
	wantDays(t, open(t, root, db), map[string]int{"2024-03-07": 307})
}

// wantConflicts counts the events that came with the key of another; deleting them in a transaction that fails.
func wantConflicts(t *testing.T, db segment.SQL, want int) {
	t.Helper()
	err := db.Write(t.Context(), func(tx trail.Tx) error {
		n, err := tx.DeleteEventConflicts(time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC))
		if err == nil && n != want {
			t.Errorf("%d conflicts, want %d", n, want)
		}
		return errInjected
	})
	if err == nil {
		t.Error("the transaction did not fail")
	}
}

// TestExpireFails: whichever write of it fails, the answers are those before a day went or after it, and doing it again
// completes it.
func TestExpireFails(t *testing.T) {
	for at := 1; at <= 3; at++ {
		for _, answered := range []bool{false, true} {
			for _, dies := range []bool{false, true} {
				t.Run(fmt.Sprint(at, answered, dies), func(t *testing.T) {
					root, env := filepath.Join(t.TempDir(), "events"), storetest.Open(t)
					db := &faulty{SQL: sql(env.DB), after: answered}
					s := open(t, root, db)
					mustImportFS(t, s, ofDays(3), 3*307)
					db.failAt = db.n + at
					cutoff := time.Date(2024, 3, 7, 0, 0, 0, 0, time.UTC)
					if _, err := s.Expire(t.Context(), cutoff); err == nil {
						t.Fatal("nothing failed")
					}
					if dies {
						s = open(t, root, db)
					}
					left := map[string]int{"2024-03-05": 307, "2024-03-06": 307, "2024-03-07": 307}
					for i, day := range []string{"2024-03-05", "2024-03-06"} {
						if at > i+1 || answered && at == i+1 {
							delete(left, day)
						}
					}
					wantDays(t, s, left)
					if _, err := s.Expire(t.Context(), cutoff); err != nil {
						t.Fatal(err)
					}
					wantDays(t, s, map[string]int{"2024-03-07": 307})
					old := time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC)
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
					if a, err := s.Append(t.Context(), batchOf(t, 99, 20)); err != nil || a.Stored != 20 {
						t.Errorf("appending afterwards: %+v, %v", a, err)
					}
				})
			}
		}
	}
}
