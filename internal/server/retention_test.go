package server

import (
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

// TestEventRetention: housekeeping removes events past the retention, and none when there is none.
func TestEventRetention(t *testing.T) {
	for days, want := range map[int]int{0: 20, 2: 10} {
		clock := stamp.NewFixed(time.Date(2024, 3, 10, 12, 0, 0, 0, time.UTC))
		s, err := Open(t.Context(), Config{Data: t.TempDir(), Clock: clock, EventRetentionDays: days})
		if err != nil {
			t.Fatal(err)
		}
		for _, day := range []int{7, 8} {
			g := trailtest.NewGenerator(uint64(day))
			g.Start = time.Date(2024, 3, day, 0, 0, 0, 0, time.UTC)
			var b trail.Batch
			for range 10 {
				e, err := trail.Decode(g.Record(nil))
				if err != nil {
					t.Fatal(err)
				}
				b.Events = append(b.Events, e)
			}
			if _, err := s.events.Append(t.Context(), b); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		n := 0
		q := trail.ScanQuery{Scope: arn.In("111122223333", "")}
		if err := s.events.Scan(t.Context(), q, func(*trail.Event) bool { n++; return true }); err != nil || n != want {
			t.Errorf("kept for %d days: %d events, want %d, %v", days, n, want, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Open(t.Context(), Config{Data: t.TempDir(), EventRetentionDays: -1}); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a retention of -1 days: %v", err)
	}
}
