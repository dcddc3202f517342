package exec

import (
	"fmt"
	"math"
	"math/big"
	"time"

	"github.com/tickmark/tickmark/internal/trino"
	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// arith is arithmetic on two values that are not NULL.
type arith struct {
	l, r *expr
	op   func(a, b value.Value) (value.Value, error)
	// ints and floats are op on vectors; nil when there is no such way.
	ints   func(a, b int64) (int64, error)
	floats func(a, b float64) float64
	t      *value.Type
}

func newArith(e *plan.Arith, xs []*expr) (node, error) {
	n := &arith{l: xs[0], r: xs[1], t: e.T}
	lt, rt := xs[0].t, xs[1].t
	switch {
	case lt.IsInteger() && rt.IsInteger() && e.T.IsInteger():
		n.ints = intOp(e.Op, e.T)
		n.op = func(a, b value.Value) (value.Value, error) { return boxInt(n.ints(a.(int64), b.(int64))) }
	case lt.IsFloat() && rt.IsFloat():
		n.floats = floatOp(e.Op, e.T)
		n.op = func(a, b value.Value) (value.Value, error) { return n.floats(a.(float64), b.(float64)), nil }
	case lt.Kind == value.DecimalKind && rt.Kind == value.DecimalKind:
		n.op = decimalOp(e.Op, e.T)
	default:
		n.op = timeOp(e.Op, lt, rt, e.T)
	}
	if n.op == nil {
		return nil, fmt.Errorf("%s %s %s cannot be evaluated: the plan is wrong", lt, e.Op, rt)
	}
	return n, nil
}

func boxInt(n int64, err error) (value.Value, error) {
	if err != nil {
		return nil, err
	}
	return n, nil
}

func (n *arith) row(l *local, env []value.Value) (value.Value, error) {
	a, err := n.l.row(l, env)
	if a == nil || err != nil {
		return nil, err
	}
	b, err := n.r.row(l, env)
	if b == nil || err != nil {
		return nil, err
	}
	return n.op(a, b)
}

func (n *arith) vector(l *local, b *plan.Batch) (*value.Vector, error) {
	x, err := n.l.eval(l, b)
	if err != nil {
		return nil, err
	}
	y, err := n.r.eval(l, b)
	if err != nil {
		return nil, err
	}
	nulls := nullsOf(b.Rows, x, y)
	out := &value.Vector{Type: n.t, N: b.Rows, Nulls: nulls}
	switch {
	case n.ints != nil:
		out.Ints = make([]int64, b.Rows)
		for r := range out.Ints {
			if nulls == nil || !nulls[r] {
				if out.Ints[r], err = n.ints(x.Int(r), y.Int(r)); err != nil {
					return nil, err
				}
			}
		}
		return out, nil
	case n.floats != nil:
		out.Floats = make([]float64, b.Rows)
		for r := range out.Floats {
			out.Floats[r] = n.floats(x.Float(r), y.Float(r))
		}
		return out, nil
	}
	made := value.NewBuilder(n.t, b.Rows)
	for r := range b.Rows {
		if nulls != nil && nulls[r] {
			made.Null()
			continue
		}
		v, err := n.op(x.Get(r), y.Get(r))
		if err != nil {
			return nil, err
		}
		made.Append(v)
	}
	return made.Vector(), nil
}

var integerRange = map[value.Kind]int64{value.TinyInt: math.MaxInt8, value.SmallInt: math.MaxInt16, value.Integer: math.MaxInt32, value.BigInt: math.MaxInt64}

var errZero = value.Errorf("Division by zero")

func intOp(op trino.Operator, t *value.Type) func(a, b int64) (int64, error) {
	limit := integerRange[t.Kind]
	checked := func(n int64, ok bool, a, b int64) (int64, error) {
		if !ok || n > limit || n < -limit-1 {
			return 0, value.Errorf("%s overflow: %d %s %d", t, a, op, b)
		}
		return n, nil
	}
	switch op {
	case trino.Add:
		return func(a, b int64) (int64, error) { return checked(a+b, (a+b > a) == (b > 0), a, b) }
	case trino.Sub:
		return func(a, b int64) (int64, error) { return checked(a-b, (a-b < a) == (b > 0), a, b) }
	case trino.Mul:
		return func(a, b int64) (int64, error) {
			n := a * b
			return checked(n, a == 0 || n/a == b && !(a == -1 && b == math.MinInt64), a, b)
		}
	case trino.Div:
		return func(a, b int64) (int64, error) {
			if b == 0 {
				return 0, errZero
			}
			return checked(a/b, !(a == math.MinInt64 && b == -1), a, b)
		}
	case trino.Mod:
		return func(a, b int64) (int64, error) {
			if b == 0 {
				return 0, errZero
			}
			return a % b, nil
		}
	}
	return nil
}

func floatOp(op trino.Operator, t *value.Type) func(a, b float64) float64 {
	round := func(f float64) float64 { return f }
	if t.Kind == value.Real {
		round = func(f float64) float64 { return float64(float32(f)) }
	}
	switch op {
	case trino.Add:
		return func(a, b float64) float64 { return round(a + b) }
	case trino.Sub:
		return func(a, b float64) float64 { return round(a - b) }
	case trino.Mul:
		return func(a, b float64) float64 { return round(a * b) }
	case trino.Div:
		return func(a, b float64) float64 { return round(a / b) }
	case trino.Mod:
		return func(a, b float64) float64 { return round(math.Mod(a, b)) }
	}
	return nil
}

func decimalOp(op trino.Operator, t *value.Type) func(a, b value.Value) (value.Value, error) {
	return func(x, y value.Value) (value.Value, error) {
		a, b := x.(value.Decimal), y.(value.Decimal)
		out := value.Decimal{Int: new(big.Int), Scale: t.Scale}
		switch op {
		case trino.Add:
			out.Int.Add(a.Rescale(t.Scale).Int, b.Rescale(t.Scale).Int)
		case trino.Sub:
			out.Int.Sub(a.Rescale(t.Scale).Int, b.Rescale(t.Scale).Int)
		case trino.Mul:
			out.Int.Mul(a.Int, b.Int)
		case trino.Div, trino.Mod:
			if b.Int.Sign() == 0 {
				return nil, errZero
			}
			if op == trino.Mod {
				out.Int.Rem(a.Rescale(t.Scale).Int, b.Rescale(t.Scale).Int)
				break
			}
			out = quotient(a, b, t.Scale)
		}
		if !out.Fits(t.Precision) {
			return nil, value.Errorf("Decimal overflow")
		}
		return out, nil
	}
}

// quotient is a / b, rounded half away from zero to a scale.
func quotient(a, b value.Decimal, scale int) value.Decimal {
	num := new(big.Int).Mul(a.Int, value.Pow10(scale+1+b.Scale))
	num.Quo(num, b.Int)
	// One digit more than asked for, of which the last rounds. What was cut behind it cannot turn a half.
	return value.Decimal{Int: num, Scale: scale + 1 + a.Scale}.Rescale(scale)
}

type negate struct{ x *expr }

func (n *negate) row(l *local, env []value.Value) (value.Value, error) {
	v, err := n.x.row(l, env)
	if err != nil {
		return nil, err
	}
	switch x := v.(type) {
	case int64:
		if limit := integerRange[n.x.t.Kind]; limit > 0 && x == -limit-1 {
			return nil, value.Errorf("%s negation overflow: %d", n.x.t, x)
		}
		return -x, nil
	case float64:
		return -x, nil
	case value.Decimal:
		return value.Decimal{Int: new(big.Int).Neg(x.Int), Scale: x.Scale}, nil
	}
	return nil, nil
}

// timeOp is arithmetic with dates, times and intervals; nil when there is none.
func timeOp(op trino.Operator, lt, rt, t *value.Type) func(a, b value.Value) (value.Value, error) {
	interval := func(t *value.Type) bool { return t.Kind == value.IntervalDay || t.Kind == value.IntervalYear }
	switch {
	case op == trino.Mul && interval(rt):
		return func(a, b value.Value) (value.Value, error) { return scaled(b.(int64), a, false) }
	case op == trino.Mul || op == trino.Div:
		return func(a, b value.Value) (value.Value, error) { return scaled(a.(int64), b, op == trino.Div) }
	case interval(lt) && interval(rt):
		plus := intOp(op, value.BigIntType)
		return func(a, b value.Value) (value.Value, error) { return boxInt(plus(a.(int64), b.(int64))) }
	case interval(lt):
		return func(a, b value.Value) (value.Value, error) { return shift(rt, lt, b, a.(int64)) }
	case interval(rt):
		sign := int64(1)
		if op == trino.Sub {
			sign = -1
		}
		return func(a, b value.Value) (value.Value, error) { return shift(lt, rt, a, sign*b.(int64)) }
	case op == trino.Sub:
		return func(a, b value.Value) (value.Value, error) { return milli(lt, a) - milli(rt, b), nil }
	}
	return nil
}

func scaled(interval int64, by value.Value, divide bool) (value.Value, error) {
	var f float64
	switch x := by.(type) {
	case int64:
		f = float64(x)
	case float64:
		f = x
	}
	if divide {
		if f == 0 {
			return nil, errZero
		}
		f = 1 / f
	}
	return int64(float64(interval) * f), nil
}

func milli(t *value.Type, v value.Value) int64 {
	switch t.Kind {
	case value.Date:
		return v.(int64) * 86_400_000
	case value.TimestampTZ:
		return v.(value.Zoned).Milli
	}
	return v.(int64)
}

// shift moves a date or time by an interval.
func shift(t, interval *value.Type, v value.Value, by int64) (value.Value, error) {
	if interval.Kind == value.IntervalYear {
		return AddMonths(t, v, by)
	}
	switch t.Kind {
	case value.Date:
		if by%86_400_000 != 0 {
			return nil, value.Errorf("Cannot add hour, minutes or seconds to a date")
		}
		return v.(int64) + by/86_400_000, nil
	case value.Time:
		return ((v.(int64)+by)%86_400_000 + 86_400_000) % 86_400_000, nil
	case value.TimestampTZ:
		z := v.(value.Zoned)
		return value.Zoned{Milli: z.Milli + by, Zone: z.Zone}, nil
	}
	return v.(int64) + by, nil
}

// AddMonths moves a date or timestamp by months; a day that the month lacks becomes its last.
func AddMonths(t *value.Type, v value.Value, months int64) (value.Value, error) {
	switch t.Kind {
	case value.Date:
		return value.DateOf(addMonths(value.TimeOfDate(v.(int64)), months)), nil
	case value.TimestampTZ:
		z := v.(value.Zoned)
		moved := addMonths(value.TimeOf(z.Wall()), months)
		return value.InZone(moved.UnixMilli(), z.Zone)
	}
	return addMonths(value.TimeOf(v.(int64)), months).UnixMilli(), nil
}

func addMonths(t time.Time, months int64) time.Time {
	day := t.Day()
	first := t.AddDate(0, int(months), 1-day)
	last := first.AddDate(0, 1, -1).Day()
	return first.AddDate(0, 0, min(day, last)-1)
}
