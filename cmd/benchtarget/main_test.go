package main

import (
	"strings"
	"testing"
)

func TestRatios(t *testing.T) {
	figures, err := read(strings.NewReader(`goos: linux
pkg: github.com/tickmark/tickmark/internal/rule/managed
BenchmarkRule-2   	 1000	       300.0 ns/op	       0 B/op
BenchmarkRule-2   	 1000	       150.0 ns/op	       0 B/op
BenchmarkRule-2   	 1000	       100.0 ns/op	       0 B/op
pkg: github.com/tickmark/tickmark/internal/ledger
BenchmarkAppend/callers=16-2   	 100	  9 ns/op	 10000 items/s
PASS
`))
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := compare(&out, figures); err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(out.String()), " ")
	for _, want := range []string{"decoded item 150 300 ns/op 2.00", "durable 10000 5000 items/s 2.00", "tree not measured"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, out.String())
		}
	}
}
