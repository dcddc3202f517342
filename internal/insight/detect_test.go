package insight_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/tickmark/tickmark/internal/insight"
)

func find(t traffic) []insight.Anomaly {
	var h insight.History
	h.Reset(t.from, t.from+history+judged, t.counts)
	d := insight.Detector{Parameters: insight.Standard}
	return d.Find(&h, t.from+history, t.from+history+judged, nil)
}

// score is how anomalies compare with what was planted.
type score struct{ planted, met, found, right int }

func (s *score) add(t traffic, found []insight.Anomaly) {
	s.planted += len(t.bursts)
	s.found += len(found)
	overlap := func(b burst, a insight.Anomaly) bool { return a.Start < b.end+5 && (a.End == 0 || a.End > b.start) }
	for _, b := range t.bursts {
		if slices.ContainsFunc(found, func(a insight.Anomaly) bool { return overlap(b, a) }) {
			s.met++
		}
	}
	for _, a := range found {
		if slices.ContainsFunc(t.bursts, func(b burst) bool { return overlap(b, a) }) {
			s.right++
		}
	}
}

func (s *score) join(o score) {
	s.planted, s.met, s.found, s.right = s.planted+o.planted, s.met+o.met, s.found+o.found, s.right+o.right
}

func (s score) recall() float64    { return float64(s.met) / float64(max(1, s.planted)) }
func (s score) precision() float64 { return float64(s.right) / float64(max(1, s.found)) }

// TestPlantedBursts measures recall and precision on generated traffic, and the alarms where nothing is planted;
// docs/insights.md has the figures.
func TestPlantedBursts(t *testing.T) {
	rates, seeds := []float64{0.02, 0.2, 1, 5, 40}, uint64(8)
	measure := func(kind string, size float64) (s score) {
		for i, rate := range rates {
			for seed := range seeds {
				g := generate(kind, rate, size, uint64(size)*1_000_000+1000*seed+uint64(i))
				s.add(g, find(g))
			}
		}
		return s
	}
	days := len(rates) * int(seeds) * int(judged/minutesOfDay)
	var regular, every score
	for _, kind := range slices.Sorted(maps.Keys(shapes)) {
		calm := measure(kind, 0)
		if calm.found > days/80 { // of 8,640 windows a day each
			t.Errorf("%s: %d alarms in %d days without bursts", kind, calm.found, days)
		}
		line := fmt.Sprintf("%-8s %d alarms in %d days without bursts; recall/precision:", kind, calm.found, days)
		for _, size := range []float64{3, 5, 10, 30} {
			s := measure(kind, size)
			every.join(s)
			if size >= 5 && kind != "sessions" {
				regular.join(s)
			}
			line += fmt.Sprintf(" %gx %.2f/%.2f", size, s.recall(), s.precision())
		}
		t.Log(line)
	}
	t.Logf("bursts of 5x and more, sessions apart: recall %.3f of %d, precision %.3f; all: recall %.3f, precision %.3f",
		regular.recall(), regular.planted, regular.precision(), every.recall(), every.precision())
	if regular.recall() < 0.95 || regular.precision() < 0.95 || every.precision() < 0.9 {
		t.Errorf("recall %.3f, precision %.3f and %.3f of all", regular.recall(), regular.precision(), every.precision())
	}
}

// TestDocumentedExamples has the examples that AWS's documentation shows: all fire, from their first minute.
func TestDocumentedExamples(t *testing.T) {
	at := monday + history + 17*60 + 3
	for _, c := range []struct {
		name     string
		baseline float64
		burst    []int
	}{
		{"15 calls in five minutes", 0.0442, []int{3, 3, 3, 3, 3}},
		{"15 calls in one of five minutes", 0.0442, []int{15, 0, 0, 0, 0}},
		{"18 errors in a minute", 0.0017, []int{18}},
		{"5 calls in a minute", 9.82222e-5, []int{5}},
		{"50 calls a minute for eight minutes", 1.7561507937, []int{50, 50, 50, 50, 50, 50, 50, 50}},
		{"657 calls in a minute", 74.156423842, []int{657}},
	} {
		var counts []insight.Count
		sum := 0.0
		for m := at - history; m < at+60; m++ { // evenly, as the mean alone is known
			before := int(sum)
			sum += c.baseline
			n := int(sum) - before
			if i := int(m - at); i >= 0 && i < len(c.burst) {
				n = c.burst[i]
			}
			if n > 0 {
				counts = append(counts, insight.Count{Minute: m, N: n})
			}
		}
		var h insight.History
		h.Reset(at-history, at+60, counts)
		d := insight.Detector{Parameters: insight.Standard}
		found := d.Find(&h, at-60, at+60, nil)
		last := at
		for i, n := range c.burst {
			if n > 0 {
				last = at + insight.Minute(i)
			}
		}
		if len(found) != 1 || found[0].Start != at || found[0].End != last+1 {
			t.Errorf("%s: %+v, want one from %d to %d", c.name, found, at, last+1)
			continue
		}
		average, minutes := h.Baseline(found[0].Start)
		if minutes != 7*minutesOfDay+17*60+3 {
			t.Errorf("%s: a baseline of %d minutes", c.name, minutes)
		}
		if average > c.baseline*1.2+1e-4 || average < c.baseline*0.8-1e-4 {
			t.Errorf("%s: baseline %g, want %g", c.name, average, c.baseline)
		}
	}
}

// TestStretches finds the same whether a time is judged at once or minute by minute, with the anomaly that lasts
// handed on.
func TestStretches(t *testing.T) {
	for _, kind := range []string{"flat", "daily", "hourly"} {
		g := generate(kind, 1, 10, 7)
		whole := find(g)
		var h insight.History
		h.Reset(g.from, g.from+history+judged, g.counts)
		d := insight.Detector{Parameters: insight.Standard}
		var found []insight.Anomaly
		for m := g.from + history; m < g.from+history+judged; m++ {
			var open *insight.Anomaly
			if n := len(found); n > 0 && (found[n-1].End == 0) {
				open, found = &found[n-1], found[:n-1]
			}
			found = append(found, d.Find(&h, m, m+1, open)...)
		}
		if len(whole) < 2 || len(found) != len(whole) {
			t.Fatalf("%s: %d anomalies at once, %d minute by minute", kind, len(whole), len(found))
		}
		for i := range whole {
			if whole[i].Start != found[i].Start || whole[i].End != found[i].End {
				t.Errorf("%s: %+v at once, %+v minute by minute", kind, whole[i], found[i])
			}
		}
	}
}

// TestNewNormal: ten times the calls for good is one anomaly, which ends when that has become usual.
func TestNewNormal(t *testing.T) {
	shift := monday + history + 600
	var counts []insight.Count
	for m := monday; m < monday+history+judged; m++ {
		n := 2 + int(m%2)
		if m >= shift {
			n *= 10
		}
		counts = append(counts, insight.Count{Minute: m, N: n})
	}
	found := find(traffic{from: monday, counts: counts})
	if len(found) != 1 || found[0].Start > shift+1 || found[0].End < shift+minutesOfDay || found[0].End > shift+4*minutesOfDay {
		t.Errorf("%+v, want one from %d that ends within four days", found, shift)
	}
}

func TestQuietHistories(t *testing.T) {
	for name, counts := range map[string][]insight.Count{
		"nothing":  nil,
		"a little": {{Minute: monday + history + 100, N: 4}},
		"outside":  {{Minute: monday - 5, N: 1000}, {Minute: monday + history + judged, N: 1000}},
	} {
		if found := find(traffic{from: monday, counts: counts}); len(found) != 0 {
			t.Errorf("%s: %+v", name, found)
		}
	}
}
