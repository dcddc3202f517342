package segment_test

import (
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

// TestEverythingAtOnce: while events arrive and are sealed and merged, every reader sees each event once that was there
// when it began, and nothing that came after it ended.
func TestEverythingAtOnce(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "events"), sql(storetest.Open(t).DB))
	var begun, stored atomic.Int64
	var done atomic.Bool
	var wg sync.WaitGroup
	wg.Go(func() {
		defer done.Store(true)
		g := trailtest.NewGenerator(3)
		for n := range 40 {
			var b trail.Batch
			for range []int{5, 300, 40}[n%3] {
				e, err := trail.Decode(g.Record(nil))
				if err != nil {
					t.Error(err)
					return
				}
				b.Events = append(b.Events, e)
			}
			begun.Add(int64(len(b.Events)))
			a, err := s.Append(t.Context(), b)
			if err != nil {
				t.Error(err)
				return
			}
			stored.Add(int64(a.Stored))
		}
	})
	loop := func(do func() error) {
		wg.Go(func() {
			for !done.Load() {
				if err := do(); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	loop(func() error { _, err := s.Seal(t.Context(), 20); return err })
	loop(func() error { _, err := s.Compact(t.Context()); return err })
	loop(func() error { _, err := s.Sweep(t.Context()); return err })
	count := func(what string, read func(see func(id string)) error) {
		loop(func() error {
			least, seen := stored.Load(), map[string]bool{}
			n := 0
			err := read(func(id string) { seen[id] = true; n++ })
			if most := begun.Load(); len(seen) != n || int64(n) < least || int64(n) > most {
				t.Errorf("%s: %d events, %d different, of at least %d and at most %d", what, n, len(seen), least, most)
			}
			return err
		})
	}
	count("blocks", func(see func(string)) error {
		return s.Blocks(t.Context(), trail.BlockQuery{Scope: arn.Everything(), Columns: []trail.Column{trail.ColumnID}}, func(b *trail.Block) error {
			for i := range b.Rows {
				see(b.Texts[trail.ColumnID].At(i))
			}
			return nil
		})
	})
	count("feed", func(see func(string)) error {
		events, _, err := s.Since(t.Context(), arn.Everything(), 0, 100_000)
		for _, e := range events {
			see(e.ID)
		}
		return err
	})
	count("look-up", func(see func(string)) error {
		p, err := s.Lookup(t.Context(), trail.Query{Scope: arn.Everything(), Limit: 100_000})
		for _, e := range p.Events {
			see(e.ID)
		}
		return err
	})
	wg.Wait()
}
