package insight_test

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/insight"
	"github.com/tickmark/tickmark/internal/segment"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkWorker counts and judges a day of events that lie in segments: what an import costs beside itself.
func BenchmarkWorker(b *testing.B) {
	const n, batch = 200_000, 10_000
	db := storetest.Open(b)
	events, err := segment.Open(b.Context(), b.TempDir(), store.For(db.DB, func(tx *store.Tx) trail.Tx { return tx }), stamp.System)
	if err != nil {
		b.Fatal(err)
	}
	g := trailtest.NewGenerator(1)
	g.Step = 24 * time.Hour / n
	for range n / batch {
		var one trail.Batch
		for range batch {
			e, err := trail.Decode(g.Record(nil))
			if err != nil {
				b.Fatal(err)
			}
			one.Events = append(one.Events, e)
		}
		if _, err := events.Append(b.Context(), one); err != nil {
			b.Fatal(err)
		}
	}
	clock := stamp.NewFixed(g.Start.Add(25 * time.Hour))
	for b.Loop() {
		fresh := storetest.Open(b)
		w := insight.New(insight.Parts{
			Store: store.For(fresh.DB, func(tx *store.Tx) insight.Tx { return tx }), Events: events, Clock: clock, Log: slog.New(slog.DiscardHandler),
			Selected: func(context.Context) ([]insight.Selection, error) { return everyType(g.Account), nil },
		})
		runtime.GC()
		before := cpu(b)
		if err := w.Catch(b.Context()); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(n/(cpu(b)-before).Seconds(), "events/cpu-s")
	}
}

// BenchmarkDetector judges a day of a busy metric, minute by minute.
func BenchmarkDetector(b *testing.B) {
	for _, kind := range []string{"flat", "hourly"} {
		b.Run(kind, func(b *testing.B) {
			g := generate(kind, 5, 10, 1)
			d := insight.Detector{Parameters: insight.Standard}
			var h insight.History
			for b.Loop() {
				h.Reset(g.from, g.from+history+minutesOfDay, g.counts)
				if found := d.Find(&h, g.from+history, g.from+history+minutesOfDay, nil); len(found) > 100 {
					b.Fatal(fmt.Sprint(len(found), " anomalies"))
				}
			}
		})
	}
}
