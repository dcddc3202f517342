package trail_test

import (
	"bytes"
	"testing"

	"github.com/klauspost/compress/gzip"

	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

// BenchmarkSplit is gunzip, cutting and decoding, without storing.
func BenchmarkSplit(b *testing.B) {
	const n = 20_000
	text := trailtest.NewGenerator(1).Log(nil, n)
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	_, _ = w.Write(text)
	_ = w.Close()
	b.Logf("%d bytes an event, %d gzipped", len(text)/n, z.Len()/n)
	for b.Loop() {
		got := 0
		s := trail.Splitter{Event: func(*trail.Event) error { got++; return nil }, Reject: func(p, r string) { b.Fatal(p, r) }}
		r, _ := gzip.NewReader(bytes.NewReader(z.Bytes()))
		if err := s.Split(r); err != nil || got != n {
			b.Fatal(got, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/event")
}
