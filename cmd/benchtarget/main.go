// Command benchtarget reads the output of `go test -bench` and prints, for every figure that has a target, the median
// of its runs beside the target and their ratio. It judges nothing: machines differ, people read.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

// target is one row of the speed table in docs/benchmarks.md.
type target struct {
	// work is what the row is called; benchmark and unit select the figure.
	work, benchmark, unit string
	value                 float64
	// more tells that larger is better.
	more bool
}

var targets = []target{
	{"one simple managed rule on one decoded item", `managed\.BenchmarkRule$`, "ns/op", 300, false},
	{"decode one 2.6 KB item to the tree", `inventory\.BenchmarkDecode/decoder=tickmark`, "ns/op", 12000, false},
	{"  the same by encoding/json, a peer", `inventory\.BenchmarkDecode/decoder=encoding-json`, "ns/op", 12000, false},
	{"CloudTrail gz to deduplicated, indexed store", `segment\.BenchmarkImport`, "events/cpu-s", 60000, true},
	{"bytes stored per event", `segment\.BenchmarkImport`, "bytes/event", 300, false},
	{"LookupEvents by user, page of 50, median", `segment\.BenchmarkLookup/attr=user`, "p50-ms", 5, false},
	{"LookupEvents by user, page of 50, 99th", `segment\.BenchmarkLookup/attr=user`, "p99-ms", 20, false},
	{"Lake: group 10 M events by name, on 2 cores", `lake\.BenchmarkLake/query=group$`, "s/10M", 2, false},
	{"Lake: json_extract over 10 M events, on 2 cores", `lake\.BenchmarkLake/query=json`, "s/10M", 60, false},
	{"evidence append with ledger leaf, durable", `ledger\.BenchmarkAppend`, "items/s", 5000, true},
	{"evaluation, time an item (60 s a million)", `compliance\.BenchmarkDrain`, "us/item", 60, false},
	{"one changed item to its verdict", `compliance\.BenchmarkIncremental`, "ns/op", 2e6, false},
}

func main() {
	figures, err := read(io.TeeReader(os.Stdin, os.Stdout))
	if err != nil {
		fmt.Fprintln(os.Stderr, "benchtarget:", err)
		os.Exit(1)
	}
	fmt.Println()
	if err := compare(os.Stdout, figures); err != nil {
		fmt.Fprintln(os.Stderr, "benchtarget:", err)
		os.Exit(1)
	}
}

// read collects the figures of each benchmark by "package.Name unit".
func read(r io.Reader) (map[string][]float64, error) {
	figures := map[string][]float64{}
	pkg := ""
	procs := regexp.MustCompile(`-\d+$`)
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		switch {
		case len(words) == 2 && words[0] == "pkg:":
			pkg = words[1][strings.LastIndexByte(words[1], '/')+1:]
		case len(words) >= 4 && strings.HasPrefix(words[0], "Benchmark"):
			name := pkg + "." + procs.ReplaceAllString(words[0], "")
			for i := 2; i+1 < len(words); i += 2 {
				v, err := strconv.ParseFloat(words[i], 64)
				if err != nil {
					return nil, fmt.Errorf("%s: %q is not a figure", name, words[i])
				}
				figures[name+" "+words[i+1]] = append(figures[name+" "+words[i+1]], v)
			}
		}
	}
	return figures, lines.Err()
}

func compare(w io.Writer, figures map[string][]float64) error {
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	fmt.Fprintln(t, "WORK\tMEDIAN\tTARGET\tUNIT\tRATIO (1 or better: reached)")
	for _, x := range targets {
		median, ok := x.find(figures)
		if !ok {
			fmt.Fprintf(t, "%s\tnot measured\t%g\t%s\t\n", x.work, x.value, x.unit)
			continue
		}
		ratio := x.value / median
		if x.more {
			ratio = median / x.value
		}
		fmt.Fprintf(t, "%s\t%.6g\t%g\t%s\t%.2f\n", x.work, median, x.value, x.unit, ratio)
	}
	return t.Flush()
}

// find gives the median of the runs of the first benchmark that matches.
func (x target) find(figures map[string][]float64) (float64, bool) {
	match := regexp.MustCompile(x.benchmark)
	var names []string
	for key := range figures {
		name, unit, _ := strings.Cut(key, " ")
		if unit == x.unit && match.MatchString(name) {
			names = append(names, key)
		}
	}
	if len(names) == 0 {
		return 0, false
	}
	slices.Sort(names)
	runs := slices.Sorted(slices.Values(figures[names[0]]))
	return runs[len(runs)/2], true
}
