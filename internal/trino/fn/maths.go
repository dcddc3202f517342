package fn

import (
	"math"

	"github.com/tickmark/tickmark/internal/trino/value"
)

func maths() []*value.Function {
	var out []*value.Function
	for name, f := range map[string]func(float64) float64{
		"sqrt": math.Sqrt, "cbrt": math.Cbrt, "exp": math.Exp, "ln": math.Log, "log2": math.Log2, "log10": math.Log10,
		"sin": math.Sin, "cos": math.Cos, "tan": math.Tan, "asin": math.Asin, "acos": math.Acos, "atan": math.Atan,
		"sinh": math.Sinh, "cosh": math.Cosh, "tanh": math.Tanh,
		"degrees": func(x float64) float64 { return x * 180 / math.Pi }, "radians": func(x float64) float64 { return x / 180 * math.Pi },
	} {
		out = append(out, pure(name+"(double) double", func(a values) value.Value { return f(a.float(0)) }))
	}
	for name, x := range map[string]float64{"pi": math.Pi, "e": math.E, "infinity": math.Inf(1), "nan": math.NaN()} {
		out = append(out, pure(name+"() double", func(values) value.Value { return x }))
	}
	for name, f := range map[string]func(float64) bool{
		"is_nan":      math.IsNaN,
		"is_infinite": func(x float64) bool { return math.IsInf(x, 0) },
		"is_finite":   func(x float64) bool { return !math.IsInf(x, 0) && !math.IsNaN(x) },
	} {
		out = append(out, pure(name+"(double) boolean", func(a values) value.Value { return f(a.float(0)) }))
	}
	return append(out,
		pure("power(double, double) double", func(a values) value.Value { return math.Pow(a.float(0), a.float(1)) }),
		pure("atan2(double, double) double", func(a values) value.Value { return math.Atan2(a.float(0), a.float(1)) }),
		pure("log(double, double) double", func(a values) value.Value { return math.Log(a.float(1)) / math.Log(a.float(0)) }),
		row("width_bucket(double, double, double, bigint) bigint", widthBucket),
		row("width_bucket(double, array(double)) bigint", binBucket),
	)
}

// widthBucket is the number of the bucket among n equal ones between two bounds; 0 and n+1 are outside.
func widthBucket(a values) (value.Value, error) {
	x, low, high, n := a.float(0), a.float(1), a.float(2), a.int(3)
	switch {
	case n <= 0:
		return nil, value.Errorf("width_bucket: bucketCount must be greater than 0, not %d", n)
	case math.IsNaN(x):
		return nil, value.Errorf("width_bucket: operand must not be NaN")
	case low == high || math.IsInf(low, 0) || math.IsInf(high, 0) || math.IsNaN(low-high):
		return nil, value.Errorf("width_bucket: bounds must be finite and differ, not %v and %v", low, high)
	}
	below, above := x < low, x >= high
	if low > high {
		below, above = x > low, x <= high
	}
	switch {
	case below:
		return int64(0), nil
	case above:
		return n + 1, nil
	}
	return int64(float64(n)*math.Abs(x-low)/math.Abs(high-low)) + 1, nil
}

// binBucket is how many bins begin at or below a number.
func binBucket(a values) (value.Value, error) {
	bins := a.list(1)
	if len(bins) == 0 {
		return nil, value.Errorf("width_bucket: bins cannot be an empty array")
	}
	if math.IsNaN(a.float(0)) {
		return nil, value.Errorf("width_bucket: operand cannot be NaN")
	}
	n, last := int64(0), math.Inf(-1)
	for _, b := range bins {
		f, ok := b.(float64)
		if !ok || math.IsNaN(f) || f < last {
			return nil, value.Errorf("width_bucket: bins must be numbers in ascending order")
		}
		if last = f; a.float(0) >= f {
			n++
		}
	}
	return n, nil
}
