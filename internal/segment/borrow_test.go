package segment_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

// TestManySegments: a walk over more segments than are kept open sees them all, whatever is open already.
func TestManySegments(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "events"), sql(storetest.Open(t).DB))
	const days = 80
	for d := range days {
		g := trailtest.NewGenerator(uint64(d))
		g.Start = g.Start.AddDate(0, 0, d)
		var b trail.Batch
		for range 3 {
			e, err := trail.Decode(g.Record(nil))
			if err != nil {
				t.Fatal(err)
			}
			b.Events = append(b.Events, e)
		}
		if _, err := s.Append(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := s.Seal(t.Context(), 1); err != nil || n != 3*days {
		t.Fatal(n, err)
	}
	for range 2 {
		seen := map[string]bool{}
		q := trail.BlockQuery{Scope: arn.Everything(), Columns: []trail.Column{trail.ColumnID, trail.ColumnRaw}}
		if err := s.Blocks(t.Context(), q, func(b *trail.Block) error {
			for i := range b.Rows {
				seen[b.Texts[trail.ColumnID].At(i)] = len(b.Raw[i]) > 0
			}
			return nil
		}); err != nil || len(seen) != 3*days {
			t.Fatalf("%d events, %v", len(seen), err)
		}
		if p, err := s.Lookup(t.Context(), trail.Query{Scope: arn.Everything(), Limit: 3, End: time.Date(2024, 3, 20, 23, 59, 59, 0, time.UTC)}); err != nil || len(p.Events) != 3 { // opens one for all
			t.Fatal(len(p.Events), err)
		}
	}
}
