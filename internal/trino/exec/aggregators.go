package exec

import (
	"fmt"
	"math/big"

	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// newAggregator makes the aggregator of a function for arguments of these types.
func newAggregator(name string, args []*value.Type, t *value.Type) (aggregator, error) {
	switch name {
	case "count":
		return &count{}, nil
	case "count_if":
		return &fold[int64]{
			t: t, each: 8,
			update: func(_ *fold[int64], s *int64, a []*value.Vector, r int) error {
				if !a[0].Null(r) && a[0].Bool(r) {
					*s++
				}
				return nil
			},
			combine: func(_ *fold[int64], s, o *int64) error { *s += *o; return nil },
			final:   func(s *int64) (value.Value, error) { return *s, nil },
		}, nil
	case "sum":
		return newSum(t), nil
	case "avg":
		return newAvg(t), nil
	case "min", "max":
		if len(args) == 2 {
			return newTop(name == "max", args[0], args[0], t, 0, 0, 1), nil
		}
		return newExtreme(name == "max", args[0], t), nil
	case "min_by", "max_by":
		if len(args) == 3 {
			return newTop(name == "max_by", args[1], args[0], t, 1, 0, 2), nil
		}
		return newBy(name == "max_by", args[1], t), nil
	case "arbitrary", "any_value":
		return newArbitrary(t), nil
	case plan.First:
		return newFirst(t), nil
	case "bool_and", "every", "bool_or":
		return newBools(name == "bool_or", t), nil
	case "array_agg", "set_agg":
		return newList(t, args[0], name == "set_agg"), nil
	case "map_agg", "multimap_agg":
		return newMapAgg(t, name == "multimap_agg"), nil
	case "histogram":
		return newHistogram(t, 0, nil), nil
	case "approx_most_frequent":
		return newFrequent(t), nil
	case "listagg":
		return newListagg(t), nil
	case "approx_distinct":
		return newApproxDistinct(t, args[0]), nil
	case "approx_percentile":
		return newPercentile(t, args), nil
	}
	if m := newMoments(name, t); m != nil {
		return m, nil
	}
	return nil, fmt.Errorf("aggregate %s has no implementation", name)
}

type sumState struct {
	n     int64
	f     float64
	d     *big.Int
	valid bool
}

func newSum(t *value.Type) aggregator {
	add := intOp("+", value.BigIntType)
	f := &fold[sumState]{t: t, each: 40}
	switch {
	case t.Kind == value.DecimalKind:
		f.update = func(_ *fold[sumState], s *sumState, a []*value.Vector, r int) error {
			if !a[0].Null(r) {
				plus(s, a[0].Get(r).(value.Decimal).Int)
			}
			return nil
		}
		f.combine = func(_ *fold[sumState], s, o *sumState) error {
			if o.valid {
				plus(s, o.d)
			}
			return nil
		}
		f.final = func(s *sumState) (value.Value, error) {
			if !s.valid {
				return nil, nil
			}
			d := value.Decimal{Int: s.d, Scale: t.Scale}
			if !d.Fits(t.Precision) {
				return nil, value.Errorf("Decimal overflow")
			}
			return d, nil
		}
	case t.IsFloat():
		f.update = func(_ *fold[sumState], s *sumState, a []*value.Vector, r int) error {
			if !a[0].Null(r) {
				s.f += a[0].Float(r)
				s.valid = true
			}
			return nil
		}
		f.combine = func(_ *fold[sumState], s, o *sumState) error {
			s.f += o.f
			s.valid = s.valid || o.valid
			return nil
		}
		f.final = func(s *sumState) (value.Value, error) { return orNull(s.valid, rounded(t, s.f)), nil }
	default:
		f.update = func(_ *fold[sumState], s *sumState, a []*value.Vector, r int) (err error) {
			if !a[0].Null(r) {
				s.n, err = add(s.n, a[0].Int(r))
				s.valid = true
			}
			return err
		}
		f.combine = func(_ *fold[sumState], s, o *sumState) (err error) {
			s.n, err = add(s.n, o.n)
			s.valid = s.valid || o.valid
			return err
		}
		f.final = func(s *sumState) (value.Value, error) { return orNull(s.valid, s.n), nil }
	}
	return f
}

func plus(s *sumState, n *big.Int) {
	if s.d == nil {
		s.d = new(big.Int)
	}
	s.d.Add(s.d, n)
	s.valid = true
	s.n++
}

func rounded(t *value.Type, f float64) float64 {
	if t.Kind == value.Real {
		return float64(float32(f))
	}
	return f
}

func orNull(valid bool, v value.Value) value.Value {
	if !valid {
		return nil
	}
	return v
}

func newAvg(t *value.Type) aggregator {
	f := &fold[sumState]{t: t, each: 40}
	f.update = func(_ *fold[sumState], s *sumState, a []*value.Vector, r int) error {
		switch {
		case a[0].Null(r):
		case t.Kind == value.DecimalKind:
			plus(s, a[0].Get(r).(value.Decimal).Int)
		case t.IsFloat():
			s.f += a[0].Float(r)
			s.n++
		default:
			s.f += float64(a[0].Int(r))
			s.n++
		}
		return nil
	}
	f.combine = func(_ *fold[sumState], s, o *sumState) error {
		n := s.n + o.n
		if o.d != nil {
			plus(s, o.d)
		}
		s.f += o.f
		s.n = n
		return nil
	}
	f.final = func(s *sumState) (value.Value, error) {
		switch {
		case s.n == 0:
			return nil, nil
		case t.Kind == value.DecimalKind:
			return quotient(value.Decimal{Int: s.d, Scale: t.Scale}, value.NewDecimal(s.n, 0), t.Scale), nil
		case t.IsFloat():
			return rounded(t, s.f/float64(s.n)), nil
		}
		return int64(s.f / float64(s.n)), nil
	}
	return f
}

// newExtreme is min or max.
func newExtreme(largest bool, t, result *value.Type) aggregator {
	if t.Storage() == value.InInts {
		return newExtremeInt(largest, result)
	}
	better := func(a, b value.Value) bool {
		return (value.Compare(t, a, b) > 0) == largest && value.Compare(t, a, b) != 0
	}
	take := func(f *fold[value.Value], s *value.Value, v value.Value) {
		if v != nil && (*s == nil || better(v, *s)) {
			*s = owned(v)
		}
	}
	f := &fold[value.Value]{t: result, each: 48}
	f.update = func(f *fold[value.Value], s *value.Value, a []*value.Vector, r int) error {
		take(f, s, a[0].Get(r))
		return nil
	}
	switch t.Storage() {
	case value.InStrs:
		f.update = func(f *fold[value.Value], s *value.Value, a []*value.Vector, r int) error {
			if a[0].Null(r) {
				return nil
			}
			v := a[0].Str(r)
			if have, ok := (*s).(string); !ok || v != have && (v > have) == largest {
				*s = owned(v)
			}
			return nil
		}
	}
	f.combine = func(f *fold[value.Value], s, o *value.Value) error {
		take(f, s, *o)
		return nil
	}
	f.final = func(s *value.Value) (value.Value, error) { return *s, nil }
	return f
}

type extremeInt struct {
	n     int64
	valid bool
}

func newExtremeInt(largest bool, t *value.Type) aggregator {
	take := func(s *extremeInt, n int64) {
		if !s.valid || n != s.n && (n > s.n) == largest {
			*s = extremeInt{n, true}
		}
	}
	return &fold[extremeInt]{
		t: t, each: 16,
		update: func(_ *fold[extremeInt], s *extremeInt, a []*value.Vector, r int) error {
			if !a[0].Null(r) {
				take(s, a[0].Int(r))
			}
			return nil
		},
		combine: func(_ *fold[extremeInt], s, o *extremeInt) error {
			if o.valid {
				take(s, o.n)
			}
			return nil
		},
		final: func(s *extremeInt) (value.Value, error) { return orNull(s.valid, s.n), nil },
	}
}

// newArbitrary is any value that is not NULL.
func newArbitrary(t *value.Type) aggregator {
	return &fold[value.Value]{
		t: t, each: 48,
		update: func(_ *fold[value.Value], s *value.Value, a []*value.Vector, r int) error {
			if *s == nil {
				*s = owned(a[0].Get(r))
			}
			return nil
		},
		combine: func(_ *fold[value.Value], s, o *value.Value) error {
			if *s == nil {
				*s = *o
			}
			return nil
		},
		final: func(s *value.Value) (value.Value, error) { return *s, nil },
	}
}

type firstState struct {
	v   value.Value
	any bool
}

// newFirst is a group's first value, NULL or not.
func newFirst(t *value.Type) aggregator {
	return &fold[firstState]{
		t: t, each: 56,
		update: func(_ *fold[firstState], s *firstState, a []*value.Vector, r int) error {
			if !s.any {
				*s = firstState{owned(a[0].Get(r)), true}
			}
			return nil
		},
		combine: func(_ *fold[firstState], s, o *firstState) error {
			if !s.any {
				*s = *o
			}
			return nil
		},
		final: func(s *firstState) (value.Value, error) { return s.v, nil },
	}
}

// newBools is bool_and or bool_or.
func newBools(or bool, t *value.Type) aggregator {
	take := func(s *value.Value, v value.Value) {
		if v != nil && (*s == nil || v == or) {
			*s = v
		}
	}
	return &fold[value.Value]{
		t: t, each: 16,
		update: func(_ *fold[value.Value], s *value.Value, a []*value.Vector, r int) error {
			take(s, a[0].Get(r))
			return nil
		},
		combine: func(_ *fold[value.Value], s, o *value.Value) error {
			take(s, *o)
			return nil
		},
		final: func(s *value.Value) (value.Value, error) { return *s, nil },
	}
}

type byState struct {
	x, y  value.Value
	valid bool
}

// newBy is min_by or max_by.
func newBy(largest bool, by, t *value.Type) aggregator {
	take := func(s *byState, x, y value.Value) {
		if y == nil {
			return
		}
		if s.valid {
			if c := value.Compare(by, y, s.y); c == 0 || (c > 0) != largest {
				return
			}
		}
		*s = byState{owned(x), owned(y), true}
	}
	return &fold[byState]{
		t: t, each: 96,
		update: func(_ *fold[byState], s *byState, a []*value.Vector, r int) error {
			take(s, a[0].Get(r), a[1].Get(r))
			return nil
		},
		combine: func(_ *fold[byState], s, o *byState) error {
			take(s, o.x, o.y)
			return nil
		},
		final: func(s *byState) (value.Value, error) { return s.x, nil },
	}
}
