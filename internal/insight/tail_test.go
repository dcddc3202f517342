package insight

import (
	"math"
	"testing"
)

// TestTail holds the tails against sums of single chances from zero, by recurrence.
func TestTail(t *testing.T) {
	for _, mean := range []float64{0.01, 0.5, 3, 40} {
		for _, spread := range []float64{1, 1.2, 4, 30} {
			chance, below := math.Exp(-mean), 0.0
			r := mean / (spread - 1)
			if spread > 1 {
				chance = math.Pow(spread, -r)
			}
			for k := range int64(120) {
				if got, want := tail(k, mean, spread), 1-below; math.Abs(got-want) > 1e-7 {
					t.Errorf("tail(%d, %g, %g) = %g, want %g", k, mean, spread, got, want)
				}
				below += chance
				if spread > 1 {
					chance *= (1 - 1/spread) * (float64(k) + r) / (float64(k) + 1)
				} else {
					chance *= mean / (float64(k) + 1)
				}
			}
		}
	}
	if tail(1, 0, 1) != 0 || tail(0, 0, 1) != 1 || tail(-1, 5, 2) != 1 {
		t.Error("the ends are wrong")
	}
	if p := tail(2_000_000, 1_000_000, 1.1); p != 0 || math.IsNaN(p) {
		t.Errorf("far out: %g", p)
	}
}
