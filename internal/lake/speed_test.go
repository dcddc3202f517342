package lake_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/lake"
	"github.com/tickmark/tickmark/internal/segment"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

// benchEvents is how many events the benchmarks work on: TICKMARK_BENCH_EVENTS, or few enough for seconds.
func benchEvents(b *testing.B) int {
	b.Helper()
	s := os.Getenv("TICKMARK_BENCH_EVENTS")
	if s == "" {
		return 100_000
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		b.Fatalf("TICKMARK_BENCH_EVENTS: %v", err)
	}
	return n
}

// cpu is the processor time of the whole process.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// sealed is a store of generated events, a million a day, all of them in segments.
func sealed(b *testing.B, n int) *segment.Store {
	b.Helper()
	home := b.TempDir()
	db := storetest.OpenURL(b, filepath.Join(home, "state.db"))
	s, err := segment.Open(b.Context(), filepath.Join(home, "events"), store.For(db.DB, func(tx *store.Tx) trail.Tx { return tx }), stamp.System)
	if err != nil {
		b.Fatal(err)
	}
	g := trailtest.NewGenerator(1)
	for made := 0; made < n; {
		var batch trail.Batch
		for ; made < n && len(batch.Events) < 50_000; made++ {
			e, err := trail.Decode(g.Record(nil))
			if err != nil {
				b.Fatal(err)
			}
			batch.Events = append(batch.Events, e)
		}
		if _, err := s.Append(b.Context(), batch); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := s.Seal(b.Context(), 1); err != nil {
		b.Fatal(err)
	}
	return s
}

// BenchmarkLake runs statements over hot columns and over the records. The memory it tells is the most that Go had
// from the system.
func BenchmarkLake(b *testing.B) {
	n := benchEvents(b)
	s := sealed(b, n)
	f := open(b)
	d := f.create(lake.NewDataStore{Name: "all", Retention: 3653})
	engine := &lake.Trino{Events: s, Clock: stamp.System, Workers: runtime.GOMAXPROCS(0)}
	for _, q := range []struct{ name, sql string }{
		{"group", `SELECT eventName, count(*), count(errorCode) FROM %s GROUP BY eventName`},
		{"group2", `SELECT eventSource, eventName, userIdentity.arn, count(*), max(eventTime) FROM %s GROUP BY 1, 2, 3`},
		{"topuser", `SELECT eventName, count(*) AS n FROM %s WHERE userIdentity.arn LIKE '%%/user-017' GROUP BY eventName ORDER BY n DESC LIMIT 10`},
		{"element", `SELECT element_at(requestParameters, 'bucketName'), count(*) FROM %s GROUP BY 1`},
		{"json", `SELECT json_extract_scalar(element_at(requestParameters, 'instancesSet'), '$.items[0].imageId'), count(*) FROM %s GROUP BY 1`},
		{"distinct", `SELECT count(DISTINCT userIdentity.arn), count(DISTINCT sourceIPAddress) FROM %s`},
		{"hours", `SELECT date_trunc('hour', eventTime), count(*) FROM %s GROUP BY 1`},
		{"cast", `SELECT json_extract_scalar(cast(requestParameters AS json), '$.bucketName'), count(*) FROM %s GROUP BY 1`},
	} {
		b.Run("query="+q.name, func(b *testing.B) {
			before := cpu(b)
			for b.Loop() {
				p, err := engine.Prepare(fmt.Sprintf(q.sql, "x"), nil, func(string) (*lake.View, error) { return f.View(b.Context(), here, d.ID) })
				if err != nil {
					b.Fatal(err)
				}
				rows := 0
				if err := p.Run(b.Context(), func([]*string) error { rows++; return nil }); err != nil || rows == 0 || p.Statistics().Scanned == 0 {
					b.Fatal(rows, err)
				}
			}
			scale := 1e7 / float64(n) / float64(b.N)
			b.ReportMetric(b.Elapsed().Seconds()*scale, "s/10M")
			b.ReportMetric((cpu(b)-before).Seconds()*scale, "cpu-s/10M")
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			b.ReportMetric(float64(m.Sys)/1e6, "MB")
		})
	}
}
