package fn

import (
	"slices"

	"github.com/tickmark/tickmark/internal/trino/value"
)

// maxElements is how many elements an array made by repeat or sequence may have.
const maxElements = 10_000

// maxJoined is how many elements an array joined of others may have.
const maxJoined = 1_000_000

type list = []value.Value

func arrays() []*value.Function {
	return group(
		pure("cardinality(array(T)) bigint", func(a values) value.Value { return int64(len(a.list(0))) }),
		row("element_at(array(T), bigint) T", elementAt),
		pure("array_first(array(T)) T", func(a values) value.Value { return ends(a.list(0), 0) }),
		pure("array_last(array(T)) T", func(a values) value.Value { return ends(a.list(0), len(a.list(0))-1) }),
		typed("array_join(array(T), varchar) varchar", func(args []*value.Type, _ *value.Type) func(a values) (value.Value, error) {
			return func(a values) (value.Value, error) { return joinedList(args[0].Elem(), a.list(0), a.str(1), nil) }
		}),
		typed("array_join(array(T), varchar, varchar) varchar", func(args []*value.Type, _ *value.Type) func(a values) (value.Value, error) {
			return func(a values) (value.Value, error) {
				return joinedList(args[0].Elem(), a.list(0), a.str(1), a[2])
			}
		}),
		typed("array_sort(array(T)) array(T)", func(args []*value.Type, _ *value.Type) func(a values) (value.Value, error) {
			t := args[0].Elem()
			return func(a values) (value.Value, error) {
				out := slices.Clone(a.list(0))
				slices.SortStableFunc(out, func(x, y value.Value) int { return nullsLast(t, x, y) })
				return out, nil
			}
		}),
		typed("array_max(array(T)) T", func(args []*value.Type, _ *value.Type) func(a values) (value.Value, error) {
			return extreme(args[0].Elem(), 1)
		}),
		typed("array_min(array(T)) T", func(args []*value.Type, _ *value.Type) func(a values) (value.Value, error) {
			return extreme(args[0].Elem(), -1)
		}),
		pure("reverse(array(T)) array(T)", func(a values) value.Value {
			out := slices.Clone(a.list(0))
			slices.Reverse(out)
			return out
		}),
		row("concat(array(T), array(T), array(T)...) array(T)", func(a values) (value.Value, error) {
			lists := make([]list, len(a))
			for i := range a {
				lists[i] = a.list(i)
			}
			return appended("concat", lists)
		}),
		pure("concat(array(T), T) array(T)", func(a values) value.Value { return append(slices.Clone(a.list(0)), a[1]) }),
		pure("concat(T, array(T)) array(T)", func(a values) value.Value { return append(list{a[0]}, a.list(1)...) }),
		row("flatten(array(array(T))) array(T)", func(a values) (value.Value, error) {
			var lists []list
			for _, inner := range a.list(0) {
				if inner != nil {
					lists = append(lists, inner.(list))
				}
			}
			return appended("flatten", lists)
		}),
		nullable(row("repeat(T, bigint) array(T)", func(a values) (value.Value, error) {
			if a[1] == nil {
				return nil, nil
			}
			if n := a.int(1); n < 0 || n > maxElements {
				return nil, value.Errorf("repeat: count must be between 0 and %d, not %d", maxElements, n)
			}
			return slices.Repeat(list{a[0]}, int(a.int(1))), nil
		})),
	)
}

// appended are the elements of all lists.
func appended(function string, lists []list) (value.Value, error) {
	n := 0
	for _, l := range lists {
		n += len(l)
	}
	if n > maxJoined {
		return nil, value.Errorf("%s: the result would have %d elements, and %d are the most", function, n, maxJoined)
	}
	return slices.Concat(append([]list{{}}, lists...)...), nil
}

// elementAt counts from 1, or from the end with a negative index; there is NULL beyond the ends.
func elementAt(a values) (value.Value, error) {
	l, i := a.list(0), a.int(1)
	switch n := int64(len(l)); {
	case i == 0:
		return nil, value.Errorf("element_at: SQL array indices start at 1")
	case i > n || i < -n:
		return nil, nil
	case i < 0:
		return l[n+i], nil
	}
	return l[i-1], nil
}

func ends(l list, i int) value.Value {
	if len(l) == 0 {
		return nil
	}
	return l[i]
}

// joinedList leaves NULLs out unless something stands for them.
func joinedList(t *value.Type, l list, delimiter string, null value.Value) (value.Value, error) {
	cast := value.Cast(t, value.VarcharType)
	if cast == nil {
		return nil, value.Errorf("array_join: elements of type %s have no text", t)
	}
	var parts []string
	for _, e := range l {
		if e == nil {
			if null != nil {
				parts = append(parts, null.(string))
			}
			continue
		}
		s, err := cast(nil, e)
		if err != nil {
			return nil, err
		}
		parts = append(parts, s.(string))
	}
	return joinedBy("array_join", delimiter, parts)
}

func nullsLast(t *value.Type, x, y value.Value) int {
	if x == nil || y == nil {
		return -value.CompareNullsFirst(t, x, y)
	}
	return value.Compare(t, x, y)
}

// extreme is the largest (1) or smallest (-1) element; NULL when one is NULL, or there is none.
func extreme(t *value.Type, sign int) func(a values) (value.Value, error) {
	return func(a values) (value.Value, error) {
		var best value.Value
		for i, e := range a.list(0) {
			if e == nil {
				return nil, nil
			}
			if i == 0 || value.Compare(t, e, best) == sign {
				best = e
			}
		}
		return best, nil
	}
}
