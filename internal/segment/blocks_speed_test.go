package segment_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/segment"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

// filled is a store of n generated events, a million a day. TICKMARK_BENCH_DIR names a folder that keeps it for the next run.
func filled(b *testing.B, n int) (s *segment.Store, home string) {
	b.Helper()
	home = b.TempDir()
	if dir := os.Getenv("TICKMARK_BENCH_DIR"); dir != "" {
		home = filepath.Join(dir, fmt.Sprint(n))
		if err := os.MkdirAll(home, 0o700); err != nil {
			b.Fatal(err)
		}
	}
	db := storetest.OpenURL(b, filepath.Join(home, "state.db"))
	s = open(b, filepath.Join(home, "events"), sql(db.DB))
	have, err := s.Head(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	g := trailtest.NewGenerator(7)
	const batch = 50_000
	for i := 0; i < n; i += batch {
		events := make([]trail.Event, min(batch, n-i))
		for j := range events {
			e, err := trail.Decode(g.Record(nil))
			if err != nil {
				b.Fatal(err)
			}
			e.Origin = fmt.Sprint("file-", j/200)
			events[j] = e
		}
		if have == 0 {
			if _, err := s.Append(b.Context(), trail.Batch{Events: events}); err != nil {
				b.Fatal(err)
			}
		}
		if have == int64(n) {
			break
		}
	}
	return s, home
}

// peak is the most memory that the heap held while fn ran, looked at now and then.
func peak(fn func()) uint64 {
	done, out := make(chan struct{}), make(chan uint64)
	go func() {
		var most uint64
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc)
			select {
			case <-done:
				out <- most
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}()
	fn()
	close(done)
	return <-out
}

// BenchmarkBlocks reads all events by columns: what an aggregation over them waits for.
func BenchmarkBlocks(b *testing.B) {
	n := benchEvents(b)
	s, _ := filled(b, n)
	for _, c := range []struct {
		name    string
		columns []trail.Column
		allOf   [][]trail.Match
	}{
		{"columns=name", []trail.Column{trail.ColumnName}, nil},
		{"columns=time,name,user,error", []trail.Column{trail.ColumnTime, trail.ColumnName, trail.ColumnUser, trail.ColumnErrorCode}, nil},
		{"columns=all-but-raw", slices.Collect(func(yield func(trail.Column) bool) {
			for c := range trail.ColumnRaw {
				yield(c)
			}
		}), nil},
		{"columns=name,by=user", []trail.Column{trail.ColumnName}, [][]trail.Match{{{Attribute: trail.Username, Value: "user-037"}}}},
		{"columns=name,by=resource", []trail.Column{trail.ColumnName}, [][]trail.Match{{{Attribute: trail.ResourceName, Value: "arn:aws:x:::00037"}}}},
		{"columns=raw", []trail.Column{trail.ColumnRaw}, nil},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			q := trail.BlockQuery{Scope: arn.Everything(), Columns: c.columns, AllOf: c.allOf}
			var rows int
			var held uint64
			before := cpu(b)
			for b.Loop() {
				rows = 0
				held = peak(func() {
					if err := s.Blocks(b.Context(), q, func(k *trail.Block) error { rows += k.Rows; return nil }); err != nil {
						b.Fatal(err)
					}
				})
			}
			if c.allOf == nil && rows != n {
				b.Fatal(rows)
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds()/1e6, "Mevents/s")
			b.ReportMetric(float64((cpu(b)-before).Milliseconds())/float64(b.N), "cpu-ms")
			b.ReportMetric(float64(held)/1e6, "MB-heap")
		})
	}
}

// BenchmarkTop counts the events of one user by name, and all events by name, over a time range that cuts segments.
func BenchmarkTop(b *testing.B) {
	n := benchEvents(b)
	s, _ := filled(b, n)
	start := time.Date(2024, 3, 5, 1, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name  string
		allOf func(i int) [][]trail.Match
	}{
		{"of=user", func(i int) [][]trail.Match {
			return [][]trail.Match{{{Attribute: trail.Username, Value: fmt.Sprintf("user-%03d", i*37%200)}}}
		}},
		{"of=all", func(int) [][]trail.Match { return nil }},
	} {
		b.Run(c.name, func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				q := trail.BlockQuery{Scope: arn.In("111122223333", "eu-west-1"), From: start, AllOf: c.allOf(i)}
				if got, err := trail.Top(b.Context(), s, q, trail.ColumnName, 10); err != nil || len(got) != 10 {
					b.Fatal(got, err)
				}
			}
		})
	}
}
