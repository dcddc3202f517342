package fn

import (
	"slices"

	"github.com/tickmark/tickmark/internal/trino/value"
)

func arrayLambdas() []*value.Function {
	return group(
		interruptible("transform(array(T), function(T,U)) array(U)", func(a values) (value.Value, error) {
			out := make(list, len(a.list(0)))
			for i, e := range a.list(0) {
				var err error
				if out[i], err = a.lambda(1).Call(e); err != nil {
					return nil, err
				}
			}
			return out, nil
		}),
		interruptible("filter(array(T), function(T,boolean)) array(T)", func(a values) (value.Value, error) {
			out := list{}
			for _, e := range a.list(0) {
				keep, err := a.lambda(1).Call(e)
				if err != nil {
					return nil, err
				}
				if keep == true {
					out = append(out, e)
				}
			}
			return out, nil
		}),
		interruptible("any_match(array(T), function(T,boolean)) boolean", func(a values) (value.Value, error) { return matches(a, true, true) }),
		interruptible("all_match(array(T), function(T,boolean)) boolean", func(a values) (value.Value, error) { return matches(a, false, false) }),
		interruptible("none_match(array(T), function(T,boolean)) boolean", func(a values) (value.Value, error) { return matches(a, true, false) }),
		nullable(interruptible("reduce(array(T), S, function(S,T,S), function(S,R)) R", reduce)),
		interruptible("zip_with(array(T), array(U), function(T,U,R)) array(R)", zipWith),
		interruptible("array_sort(array(T), function(T,T,integer)) array(T)", sortBy),
	)
}

// matches stops at an element of which the lambda says stop, and answers found then; what is unknown makes it NULL.
func matches(a values, stop, found bool) (value.Value, error) {
	unknown := false
	for _, e := range a.list(0) {
		m, err := a.lambda(1).Call(e)
		switch {
		case err != nil:
			return nil, err
		case m == nil:
			unknown = true
		case m == stop:
			return found, nil
		}
	}
	if unknown {
		return nil, nil
	}
	return !found, nil
}

func reduce(a values) (value.Value, error) {
	if a[0] == nil {
		return nil, nil
	}
	state := a[1]
	for _, e := range a.list(0) {
		var err error
		if state, err = a.lambda(2).Call(state, e); err != nil {
			return nil, err
		}
	}
	return a.lambda(3).Call(state)
}

// zipWith takes NULL where the shorter array has ended.
func zipWith(a values) (value.Value, error) {
	x, y := a.list(0), a.list(1)
	out := make(list, max(len(x), len(y)))
	for i := range out {
		var l, r value.Value
		if i < len(x) {
			l = x[i]
		}
		if i < len(y) {
			r = y[i]
		}
		var err error
		if out[i], err = a.lambda(2).Call(l, r); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func sortBy(a values) (value.Value, error) {
	out := slices.Clone(a.list(0))
	var failed error
	slices.SortStableFunc(out, func(x, y value.Value) int {
		if failed != nil {
			return 0
		}
		c, err := a.lambda(1).Call(x, y)
		if err == nil && (c == nil || c.(int64) < -1 || c.(int64) > 1) {
			err = value.Errorf("array_sort: the lambda must return -1, 0 or 1")
		}
		if err != nil {
			failed = err
			return 0
		}
		return int(c.(int64))
	})
	if failed != nil {
		return nil, failed
	}
	return out, nil
}
