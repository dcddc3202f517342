package fn

import (
	"math"
	"math/big"

	"github.com/tickmark/tickmark/internal/trino/value"
)

// wholes are the types of whole numbers, and their bits. Of overloads that fit alike the first is taken, so they have an
// order.
var wholes = []struct {
	t    string
	bits int
}{{"bigint", 64}, {"integer", 32}, {"smallint", 16}, {"tinyint", 8}}

// floats are the types of other numbers, and what makes a result one.
var floats = []struct {
	t   string
	fit func(float64) float64
}{{"double", itself}, {"real", single}}

// roundings are the functions whose result has the type of the argument, or is made from it.
func roundings() []*value.Function {
	var out []*value.Function
	for _, w := range wholes {
		t, bits := w.t, w.bits
		out = append(out,
			row("abs("+t+") "+t, func(a values) (value.Value, error) { return absolute(a.int(0), bits) }),
			pure("sign("+t+") "+t, func(a values) value.Value { return signOf(a.int(0)) }),
			row("mod("+t+", "+t+") "+t, remainder),
			row("round("+t+", bigint) "+t, func(a values) (value.Value, error) { return roundWhole(a.int(0), a.int(1), bits) }),
		)
		for _, name := range []string{"ceil", "floor", "round", "truncate"} {
			out = append(out, pure(name+"("+t+") "+t, func(a values) value.Value { return a[0] }))
		}
	}
	for _, f := range floats {
		t, fit := f.t, f.fit
		for name, f := range map[string]func(float64) float64{
			"abs": math.Abs, "ceil": math.Ceil, "floor": math.Floor, "truncate": math.Trunc, "round": math.Round, "sign": signFloat,
		} {
			out = append(out, pure(name+"("+t+") "+t, func(a values) value.Value { return fit(f(a.float(0))) }))
		}
		out = append(out,
			pure("mod("+t+", "+t+") "+t, func(a values) value.Value { return fit(math.Mod(a.float(0), a.float(1))) }),
			pure("round("+t+", bigint) "+t, func(a values) value.Value { return fit(digits(a.float(0), a.int(1), math.Round)) }),
			pure("truncate("+t+", bigint) "+t, func(a values) value.Value { return fit(digits(a.float(0), a.int(1), math.Trunc)) }),
		)
	}
	return append(out, decimalRoundings()...)
}

func signOf(n int64) int64 {
	switch {
	case n > 0:
		return 1
	case n < 0:
		return -1
	}
	return 0
}

func signFloat(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return x
}

// single is the nearest real.
func single(x float64) float64 { return float64(float32(x)) }

func itself(x float64) float64 { return x }

func absolute(n int64, bits int) (value.Value, error) {
	if n == -1<<(bits-1) {
		return nil, value.Errorf("abs: value %d is out of range", n)
	}
	return max(n, -n), nil
}

func remainder(a values) (value.Value, error) {
	if a.int(1) == 0 {
		return nil, value.Errorf("mod: division of %d by zero", a.int(0))
	}
	if a.int(1) == -1 {
		return int64(0), nil
	}
	return a.int(0) % a.int(1), nil
}

// digits rounds to decimal places, before the point when there are fewer than none.
func digits(x float64, places int64, round func(float64) float64) float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) || places > 308 {
		return x
	}
	factor := math.Pow(10, float64(places))
	if factor == 0 {
		return 0
	}
	scaled := x * factor
	if math.IsInf(scaled, 0) {
		return x
	}
	return round(scaled) / factor
}

// roundWhole rounds to tens, hundreds and so on, half away from zero.
func roundWhole(n, places int64, bits int) (value.Value, error) {
	if places >= 0 {
		return n, nil
	}
	if places >= -18 {
		d := value.NewDecimal(n, int(-places)).Rescale(0).Int
		d = new(big.Int).Mul(d, value.Pow10(int(-places)))
		if limit := big.NewInt(-1 << (bits - 1)); d.Cmp(limit) >= 0 && d.Cmp(limit.Neg(limit)) < 0 {
			return d.Int64(), nil
		}
	}
	return nil, value.Errorf("round: %d is out of range when rounded to %d places", n, places)
}

func decimalRoundings() []*value.Function {
	same := func(args []*value.Type) (*value.Type, error) { return args[0], nil }
	whole := func(args []*value.Type) (*value.Type, error) {
		t := args[0]
		return value.DecimalOf(max(t.Precision-t.Scale+min(t.Scale, 1), 1), 0), nil
	}
	wider := func(args []*value.Type) (*value.Type, error) {
		return value.DecimalOf(min(args[0].Precision+1, value.MaxPrecision), args[0].Scale), nil
	}
	return group(
		exact("abs(decimal) decimal", same, func(d value.Decimal, _ values) (value.Decimal, error) {
			return value.Decimal{Int: new(big.Int).Abs(d.Int), Scale: d.Scale}, nil
		}),
		exact("sign(decimal) decimal", func([]*value.Type) (*value.Type, error) { return value.DecimalOf(1, 0), nil },
			func(d value.Decimal, _ values) (value.Decimal, error) {
				return value.NewDecimal(int64(d.Int.Sign()), 0), nil
			}),
		exact("ceil(decimal) decimal", whole, func(d value.Decimal, _ values) (value.Decimal, error) { return toWhole(d, 1), nil }),
		exact("floor(decimal) decimal", whole, func(d value.Decimal, _ values) (value.Decimal, error) { return toWhole(d, -1), nil }),
		exact("truncate(decimal) decimal", whole, func(d value.Decimal, _ values) (value.Decimal, error) { return toWhole(d, 0), nil }),
		exact("round(decimal) decimal", whole, func(d value.Decimal, _ values) (value.Decimal, error) { return d.Rescale(0), nil }),
		exact("round(decimal, bigint) decimal", wider, func(d value.Decimal, a values) (value.Decimal, error) {
			return places(d, a.int(1), value.Decimal.Rescale), nil
		}),
		exact("truncate(decimal, bigint) decimal", same, func(d value.Decimal, a values) (value.Decimal, error) {
			return places(d, a.int(1), func(d value.Decimal, scale int) value.Decimal {
				return value.Decimal{Int: new(big.Int).Quo(d.Int, value.Pow10(d.Scale-scale)), Scale: scale}
			}), nil
		}),
		exact("mod(decimal, decimal) decimal", func(args []*value.Type) (*value.Type, error) {
			x, y := args[0], args[1]
			scale := max(x.Scale, y.Scale)
			return value.DecimalOf(max(min(x.Precision-x.Scale, y.Precision-y.Scale)+scale, 1), scale), nil
		}, func(d value.Decimal, a values) (value.Decimal, error) {
			e := a.decimal(1)
			if e.Int.Sign() == 0 {
				return d, value.Errorf("mod: division of %s by zero", d)
			}
			scale := max(d.Scale, e.Scale)
			return value.Decimal{Int: new(big.Int).Rem(d.Rescale(scale).Int, e.Rescale(scale).Int), Scale: scale}, nil
		}),
	)
}

// exact is a function of a decimal.
func exact(signature string, returns func([]*value.Type) (*value.Type, error), f func(d value.Decimal, a values) (value.Decimal, error)) *value.Function {
	fn := row(signature, func(a values) (value.Value, error) {
		d, err := f(a.decimal(0), a)
		if err != nil {
			return nil, err
		}
		return d, nil
	})
	fn.Returns = returns
	return fn
}

// toWhole drops the digits behind the point, towards a sign's infinity or, with none, zero.
func toWhole(d value.Decimal, toward int) value.Decimal {
	q, r := new(big.Int).QuoRem(d.Int, value.Pow10(d.Scale), new(big.Int))
	if r.Sign() == toward && toward != 0 {
		q.Add(q, big.NewInt(int64(toward)))
	}
	return value.Decimal{Int: q}
}

// places applies a rounding to n digits behind the point, and keeps the scale.
func places(d value.Decimal, n int64, round func(d value.Decimal, scale int) value.Decimal) value.Decimal {
	switch {
	case n >= int64(d.Scale):
		return d
	case n >= 0:
		return round(d, int(n)).Rescale(d.Scale)
	case n < -value.MaxPrecision || int(-n)+d.Scale > 2*value.MaxPrecision:
		return value.NewDecimal(0, d.Scale)
	}
	out := round(value.Decimal{Int: d.Int, Scale: d.Scale - int(n)}, 0)
	return value.Decimal{Int: new(big.Int).Mul(out.Int, value.Pow10(int(-n))), Scale: 0}.Rescale(d.Scale)
}
