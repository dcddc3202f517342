package fn

import (
	"github.com/tickmark/tickmark/internal/trino/value"
)

// truncation is date_trunc of a type. Dates and timestamps without zones are numbers, and taken a vector at a time.
func truncation(m moment) *value.Function {
	signature := "date_trunc(varchar, " + m.name + ") " + m.name
	find := func(s string) (string, error) { return m.unit("date_trunc", s) }
	switch m.name {
	case "timestamp with time zone":
		return prepared(signature, 0, find, func(u string, a values) (value.Value, error) {
			if _, ok := clockSteps[u]; ok {
				return zonedTruncated(a.zoned(1), u), nil
			}
			return m.write(truncated(m.read(a[1]), u), a[1])
		})
	case "date":
		return numbersOf(signature, 1, func(units *value.Vector) (func(int64) int64, error) {
			u, err := find(units.Str(0))
			f := beginning(u)
			return func(day int64) int64 { return f(day*dayMilli) / dayMilli }, err
		})
	}
	return numbersOf(signature, 1, func(units *value.Vector) (func(int64) int64, error) {
		u, err := find(units.Str(0))
		return beginning(u), err
	})
}

// beginning finds the start of the unit that a timestamp is in.
func beginning(unit string) func(ms int64) int64 {
	step := clockSteps[unit]
	switch unit {
	case "week": // 1970 began with a Thursday
		return func(ms int64) int64 { return floor(ms+3*dayMilli, 7*dayMilli) - 3*dayMilli }
	case "day":
		step = dayMilli
	}
	if step > 0 {
		return func(ms int64) int64 { return floor(ms, step) }
	}
	return func(ms int64) int64 { return value.WallMilli(truncated(value.TimeOf(ms), unit)) }
}

// floor is the largest multiple of a step that is not above n.
func floor(n, step int64) int64 {
	r := n % step
	if r < 0 {
		r += step
	}
	return n - r
}

// numbersOf is a function of a number, the argument at, a vector at a time. The other argument, if there is one, decides
// which function: prepare is given a vector of one value of it.
func numbersOf(signature string, at int, prepare func(other *value.Vector) (func(int64) int64, error)) *value.Function {
	sign := value.Sign(signature)
	return &value.Function{Signature: sign, Vec: func(_ *value.Context, args []*value.Vector, n int) (*value.Vector, error) {
		other, v, b := args[0], args[at], value.NewBuilder(sign.Result, n)
		var f func(int64) int64
		for i := range n {
			if other.Null(i) || v.Null(i) {
				b.Null()
				continue
			}
			if f == nil || !other.Const && at > 0 {
				var err error
				if f, err = prepare(other.Slice(i, i+1)); err != nil {
					return nil, err
				}
			}
			b.Int(f(v.Int(i)))
		}
		return b.Vector(), nil
	}}
}
