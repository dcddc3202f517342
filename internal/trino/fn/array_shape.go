package fn

import (
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/trino/value"
)

func arrayShapes() []*value.Function {
	out := group(
		row("slice(array(T), bigint, bigint) array(T)", slice),
		row("trim_array(array(T), bigint) array(T)", func(a values) (value.Value, error) {
			l, n := a.list(0), a.int(1)
			if n < 0 || n > int64(len(l)) {
				return nil, value.Errorf("trim_array: size must be between 0 and the array's %d elements, not %d", len(l), n)
			}
			return l[:int64(len(l))-n], nil
		}),
		row("combinations(array(T), bigint) array(array(T))", func(a values) (value.Value, error) {
			if n := a.int(1); n < 0 || n > 5 {
				return nil, value.Errorf("combinations: size must be between 0 and 5, not %d", n)
			}
			out := list{}
			ok := combine(a.list(0), int(a.int(1)), nil, &out)
			if !ok {
				return nil, value.Errorf("combinations: there are more than %d", maxElements)
			}
			return out, nil
		}),
		row("ngrams(array(T), bigint) array(array(T))", func(a values) (value.Value, error) {
			l, n := a.list(0), a.int(1)
			if n <= 0 {
				return nil, value.Errorf("ngrams: n must be positive, not %d", n)
			}
			if n >= int64(len(l)) {
				return list{l}, nil
			}
			out := list{}
			for i := range len(l) - int(n) + 1 {
				out = append(out, l[i:i+int(n)])
			}
			return out, nil
		}),
		row("sequence(bigint, bigint) array(bigint)", func(a values) (value.Value, error) { return numbers(a.int(0), a.int(1), toward(a.int(0), a.int(1))) }),
		row("sequence(bigint, bigint, bigint) array(bigint)", func(a values) (value.Value, error) { return numbers(a.int(0), a.int(1), a.int(2)) }),
		row("sequence(date, date) array(date)", func(a values) (value.Value, error) { return numbers(a.int(0), a.int(1), toward(a.int(0), a.int(1))) }),
		row("sequence(date, date, interval day to second) array(date)", func(a values) (value.Value, error) {
			if a.int(2)%dayMilli != 0 {
				return nil, value.Errorf("sequence: the step between dates must be whole days")
			}
			return numbers(a.int(0), a.int(1), a.int(2)/dayMilli)
		}),
		row("sequence(date, date, interval year to month) array(date)", func(a values) (value.Value, error) {
			return months(a, value.TimeOfDate, value.DateOf)
		}),
		row("sequence(timestamp, timestamp, interval day to second) array(timestamp)", func(a values) (value.Value, error) {
			return numbers(a.int(0), a.int(1), a.int(2))
		}),
		row("sequence(timestamp, timestamp, interval year to month) array(timestamp)", func(a values) (value.Value, error) {
			return months(a, value.TimeOf, value.WallMilli)
		}),
	)
	for _, n := range []int{2, 3, 4, 5} {
		out = append(out, zipOf(n))
	}
	return out
}

// slice counts from 1, or from the end with a negative start.
func slice(a values) (value.Value, error) {
	l, start, length := a.list(0), a.int(1), a.int(2)
	n := int64(len(l))
	switch {
	case length < 0:
		return nil, value.Errorf("slice: length must be greater than or equal to 0, not %d", length)
	case start == 0:
		return nil, value.Errorf("slice: SQL array indices start at 1")
	case start < 0:
		start += n + 1
	}
	if start <= 0 || start > n {
		return list{}, nil
	}
	return l[start-1 : start-1+min(length, n-start+1)], nil
}

// combine appends all choices of n elements, in the order of the elements' places; false when there are too many.
func combine(l list, n int, picked list, out *list) bool {
	if n == 0 {
		*out = append(*out, append(list{}, picked...))
		return len(*out) <= maxElements
	}
	for i := 0; i+n <= len(l); i++ {
		if !combine(l[i+1:], n-1, append(picked[:len(picked):len(picked)], l[i]), out) {
			return false
		}
	}
	return true
}

func toward(from, to int64) int64 {
	if from > to {
		return -1
	}
	return 1
}

// numbers runs from one number to another, which is among them if the steps meet it.
func numbers(from, to, by int64) (value.Value, error) {
	if by == 0 || by > 0 && from > to || by < 0 && from < to {
		return nil, value.Errorf("sequence: the step must lead from the start to the stop")
	}
	n := (uint64(to) - uint64(from)) / uint64(max(by, 1))
	if by < 0 {
		n = (uint64(from) - uint64(to)) / -uint64(by)
	}
	if n >= maxElements {
		return nil, value.Errorf("sequence: the result must not have more than %d entries", maxElements)
	}
	out := make(list, 0, n+1)
	for i := range n + 1 {
		out = append(out, from+int64(i)*by)
	}
	return out, nil
}

func months(a values, read func(int64) time.Time, write func(time.Time) int64) (value.Value, error) {
	from, to, by := a.int(0), a.int(1), a.int(2)
	if by == 0 || by > 0 && from > to || by < 0 && from < to {
		return nil, value.Errorf("sequence: the step must lead from the start to the stop")
	}
	out := list{}
	for i := int64(0); ; i++ {
		v := write(addMonths(read(from), i*by))
		if by > 0 && v > to || by < 0 && v < to {
			return out, nil
		}
		if out = append(out, v); len(out) > maxElements {
			return nil, value.Errorf("sequence: the result must not have more than %d entries", maxElements)
		}
	}
}

// zipOf joins n arrays to one of rows, as long as the longest.
func zipOf(n int) *value.Function {
	vars := strings.Split("A,B,C,D,E", ",")[:n]
	signature := "zip(array(" + strings.Join(vars, "), array(") + ")) array(row(" + strings.Join(vars, ", ") + "))"
	return pure(signature, func(a values) value.Value {
		longest := 0
		for i := range a {
			longest = max(longest, len(a.list(i)))
		}
		out := make(list, longest)
		for k := range out {
			fields := make(list, len(a))
			for i := range a {
				if k < len(a.list(i)) {
					fields[i] = a.list(i)[k]
				}
			}
			out[k] = slices.Clip(fields)
		}
		return out
	})
}
