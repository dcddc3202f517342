package segment_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/tickmark/tickmark/internal/arn"
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

// logs writes generated events as gzipped log files of 200 records, as CloudTrail delivers them, and tells the size
// of their text.
func logs(b *testing.B, seed uint64, n int) (dir string, text int64) {
	b.Helper()
	dir = b.TempDir()
	g := trailtest.NewGenerator(seed)
	g.Step = 24 * time.Hour / time.Duration(n+1)
	for i := 0; i < n; i += 200 {
		t := g.Log(nil, min(200, n-i))
		text += int64(len(t))
		f, err := os.Create(filepath.Join(dir, fmt.Sprintf("%08d.json.gz", i)))
		if err != nil {
			b.Fatal(err)
		}
		w := gzip.NewWriter(f)
		if _, err := w.Write(t); err != nil {
			b.Fatal(err)
		}
		if err := w.Close(); err != nil {
			b.Fatal(err)
		}
		if err := f.Close(); err != nil {
			b.Fatal(err)
		}
	}
	return dir, text
}

// cpu is the processor time of the whole process: every goroutine, the collector, the system's share.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func diskUse(b *testing.B, dir string) (size int64) {
	b.Helper()
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			size += info.Size()
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return size
}

func mustImport(b *testing.B, s trail.Store, dir string, want int) {
	b.Helper()
	r, err := (&trail.Importer{Store: s, Clock: stamp.System}).Files(b.Context(), dir)
	if err != nil || r.Items != want || r.Duplicates != 0 || len(r.Rejected) != 0 {
		b.Fatalf("%+v, %v", r, err)
	}
}

// BenchmarkImport is gz files to a durable store: gunzip, parse, dedupe, index, sync, manifest. Files every byte of
// which counts are those below the events folder; the database's pages are shared with everything else and counted too.
func BenchmarkImport(b *testing.B) {
	n := benchEvents(b)
	dir, text := logs(b, 1, n)
	var used time.Duration
	var size int64
	for b.Loop() {
		b.StopTimer()
		home := b.TempDir()
		db := storetest.OpenURL(b, filepath.Join(home, "state.db"))
		s := open(b, filepath.Join(home, "events"), sql(db.DB))
		before := cpu(b)
		b.StartTimer()
		mustImport(b, s, dir, n)
		b.StopTimer()
		used += cpu(b) - before
		size = diskUse(b, home)
		b.StartTimer()
	}
	events := float64(n) * float64(b.N)
	b.ReportMetric(events/used.Seconds(), "events/cpu-s")
	b.ReportMetric(events/b.Elapsed().Seconds(), "events/s")
	b.ReportMetric(float64(size)/float64(n), "bytes/event")
	b.ReportMetric(float64(text)/float64(n), "text/event")
}

// BenchmarkImportMore imports a twentieth of the events into a store that holds all of them. What the first append of a
// process costs, which reads the keys of the events there are, is told apart.
func BenchmarkImportMore(b *testing.B) {
	n := benchEvents(b)
	_, home := filled(b, n)
	dir, _ := logs(b, 2, n/20)
	var used time.Duration
	for b.Loop() {
		b.StopTimer()
		home := linked(b, home)
		db := storetest.OpenURL(b, filepath.Join(home, "state.db"))
		before := cpu(b)
		s := open(b, filepath.Join(home, "events"), sql(db.DB))
		e, err := trail.Decode(trailtest.NewGenerator(99).Record(nil))
		if err != nil {
			b.Fatal(err)
		}
		if _, err := s.Append(b.Context(), trail.Batch{Events: []trail.Event{e}}); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64((cpu(b) - before).Milliseconds()), "first-cpu-ms")
		before = cpu(b)
		b.StartTimer()
		held := peak(func() { mustImport(b, s, dir, n/20) })
		b.StopTimer()
		used += cpu(b) - before
		b.ReportMetric(float64(held)/1e6, "MB-heap")
		if err := db.DB.Close(); err != nil {
			b.Fatal(err)
		}
		if err := os.RemoveAll(home); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
	}
	events := float64(n/20) * float64(b.N)
	b.ReportMetric(events/used.Seconds(), "events/cpu-s")
	b.ReportMetric(events/b.Elapsed().Seconds(), "events/s")
}

// linked is a copy of a store that shares its segments' files, which never change.
func linked(b *testing.B, home string) string {
	b.Helper()
	to := filepath.Join(filepath.Dir(home), "linked")
	err := filepath.WalkDir(home, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(home, name)
		if err != nil {
			return err
		}
		switch {
		case d.IsDir():
			return os.MkdirAll(filepath.Join(to, rel), 0o700)
		case filepath.Ext(name) == ".parquet", filepath.Ext(name) == ".idx":
			return os.Link(name, filepath.Join(to, rel))
		}
		c, err := os.ReadFile(name)
		if err == nil {
			err = os.WriteFile(filepath.Join(to, rel), c, 0o600)
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return to
}

// BenchmarkLookup reads the first page of 50 of one of 200 users, drawn in turn, out of a day of events.
func BenchmarkLookup(b *testing.B) {
	s, _ := filled(b, benchEvents(b))
	for name, q := range map[string]func(i int) trail.Query{
		"attr=user": func(i int) trail.Query {
			return trail.Query{Attribute: trail.Username, Value: fmt.Sprintf("user-%03d", i*37%200), Category: trail.Management}
		},
		"attr=none": func(int) trail.Query { return trail.Query{Category: trail.Management} },
	} {
		b.Run(name, func(b *testing.B) {
			var took []time.Duration
			i := 0
			for b.Loop() {
				q := q(i)
				q.Scope, q.Limit = arn.In("111122223333", "eu-west-1"), 50
				q.Start = time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC)
				q.End = q.Start.Add(24 * time.Hour)
				i++
				start := time.Now()
				p, err := s.Lookup(b.Context(), q)
				took = append(took, time.Since(start))
				if err != nil || len(p.Events) != 50 {
					b.Fatal(len(p.Events), err)
				}
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		})
	}
}

// BenchmarkOpen is the start of a process that finds a store.
func BenchmarkOpen(b *testing.B) {
	_, home := filled(b, benchEvents(b))
	db := storetest.OpenURL(b, filepath.Join(home, "state.db"))
	for b.Loop() {
		if _, err := segment.Open(b.Context(), filepath.Join(home, "events"), store.For(db.DB, func(tx *store.Tx) trail.Tx { return tx }), stamp.System); err != nil {
			b.Fatal(err)
		}
	}
}
