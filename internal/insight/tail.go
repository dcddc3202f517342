package insight

import "math"

// tail is the chance of at least k where mean is expected and the variance is spread times the mean: Poisson's when
// spread is 1, negative binomial above.
func tail(k int64, mean, spread float64) float64 {
	switch {
	case k <= 0:
		return 1
	case mean <= 0:
		return 0
	}
	var first, ratio float64 // the chance of exactly k, and what the following chances are multiplied with
	lg := func(x float64) float64 { v, _ := math.Lgamma(x); return v }
	x := float64(k)
	var r, q float64
	if spread > 1 {
		r, q = mean/(spread-1), 1-1/spread
		first = math.Exp(lg(x+r) - lg(r) - lg(x+1) - r*math.Log(spread) + x*math.Log(q))
	} else {
		first = math.Exp(x*math.Log(mean) - mean - lg(x+1))
	}
	total, term := first, first
	for i := 0; i < 100_000 && term > total*1e-9; i++ {
		if spread > 1 {
			ratio = q * (x + r) / (x + 1)
		} else {
			ratio = mean / (x + 1)
		}
		term *= ratio
		total += term
		x++
	}
	return min(total, 1)
}
