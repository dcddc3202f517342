package fn

import (
	"github.com/tickmark/tickmark/internal/trino/value"
)

// keys tells which elements have been seen. NULL is one of them, and equal to itself.
type keys struct {
	t    *value.Type
	seen map[string]int
	key  []byte
}

func keysOf(t *value.Type, l list) *keys {
	k := &keys{t: t, seen: make(map[string]int, len(l))}
	for _, e := range l {
		k.add(e)
	}
	return k
}

func (k *keys) has(e value.Value) bool {
	k.key = value.AppendKey(k.key[:0], k.t, e)
	_, ok := k.seen[string(k.key)]
	return ok
}

// add reports whether the element is new.
func (k *keys) add(e value.Value) bool {
	k.key = value.AppendKey(k.key[:0], k.t, e)
	n := k.seen[string(k.key)]
	k.seen[string(k.key)] = n + 1
	return n == 0
}

// chosen are a list's elements for which keep says so, each once.
func chosen(t *value.Type, l list, keep func(e value.Value) bool) list {
	seen, out := keysOf(t, nil), list{}
	for _, e := range l {
		if keep(e) && seen.add(e) {
			out = append(out, e)
		}
	}
	return out
}

// setOf is a function of arrays that depends on which elements are equal.
func setOf(signature string, f func(t *value.Type, a values) value.Value) *value.Function {
	return typed(signature, func(args []*value.Type, _ *value.Type) func(a values) (value.Value, error) {
		return func(a values) (value.Value, error) { return f(args[0].Elem(), a), nil }
	})
}

func arraySets() []*value.Function {
	all := func(value.Value) bool { return true }
	return group(
		setOf("array_distinct(array(T)) array(T)", func(t *value.Type, a values) value.Value { return chosen(t, a.list(0), all) }),
		setOf("array_union(array(T), array(T)) array(T)", func(t *value.Type, a values) value.Value {
			return chosen(t, append(append(list{}, a.list(0)...), a.list(1)...), all)
		}),
		setOf("array_intersect(array(T), array(T)) array(T)", func(t *value.Type, a values) value.Value {
			return chosen(t, a.list(0), keysOf(t, a.list(1)).has)
		}),
		setOf("array_except(array(T), array(T)) array(T)", func(t *value.Type, a values) value.Value {
			other := keysOf(t, a.list(1))
			return chosen(t, a.list(0), func(e value.Value) bool { return !other.has(e) })
		}),
		setOf("arrays_overlap(array(T), array(T)) boolean", func(t *value.Type, a values) value.Value {
			other, unknown := keysOf(t, a.list(1)), keysOf(t, a.list(1)).has(nil)
			for _, e := range a.list(0) {
				if e == nil {
					unknown = true
				} else if other.has(e) {
					return true
				}
			}
			return falseOr(unknown)
		}),
		setOf("array_histogram(array(T)) map(T,bigint)", func(t *value.Type, a values) value.Value {
			counts, m := keysOf(t, nil), &value.Map{}
			for _, e := range a.list(0) {
				if e != nil && counts.add(e) {
					m.Keys = append(m.Keys, e)
				}
			}
			for _, e := range m.Keys {
				m.Vals = append(m.Vals, int64(counts.seen[string(value.AppendKey(nil, t, e))]))
			}
			return m
		}),
	)
}

// falseOr is false, or NULL when something unknown might have made it true.
func falseOr(unknown bool) value.Value {
	if unknown {
		return nil
	}
	return false
}

func arraySearches() []*value.Function {
	return group(
		setOf("contains(array(T), T) boolean", func(t *value.Type, a values) value.Value {
			unknown := false
			for _, e := range a.list(0) {
				if e == nil {
					unknown = true
				} else if value.Equal(t, e, a[1]) {
					return true
				}
			}
			return falseOr(unknown)
		}),
		setOf("array_position(array(T), T) bigint", func(t *value.Type, a values) value.Value { return nth(t, a.list(0), a[1], 1) }),
		typed("array_position(array(T), T, bigint) bigint", func(args []*value.Type, _ *value.Type) func(a values) (value.Value, error) {
			return func(a values) (value.Value, error) {
				if a.int(2) == 0 {
					return nil, value.Errorf("array_position: instance must not be zero")
				}
				return nth(args[0].Elem(), a.list(0), a[1], a.int(2)), nil
			}
		}),
		setOf("array_remove(array(T), T) array(T)", func(t *value.Type, a values) value.Value {
			out := list{}
			for _, e := range a.list(0) {
				if e == nil || !value.Equal(t, e, a[1]) {
					out = append(out, e)
				}
			}
			return out
		}),
		setOf("contains_sequence(array(T), array(T)) boolean", func(t *value.Type, a values) value.Value {
			l, part := a.list(0), a.list(1)
			for i := 0; i+len(part) <= len(l); i++ {
				if value.Equal(value.ArrayOf(t), l[i:i+len(part)], part) {
					return true
				}
			}
			return false
		}),
	)
}

// nth is where an element stands for the n-th time, from the end when n is negative; 0 when it does not.
func nth(t *value.Type, l list, want value.Value, n int64) value.Value {
	for k := range l {
		i := k
		if n < 0 {
			i = len(l) - 1 - k
		}
		if l[i] == nil || !value.Equal(t, l[i], want) {
			continue
		}
		if n == 1 || n == -1 {
			return int64(i + 1)
		}
		if n > 0 {
			n--
		} else {
			n++
		}
	}
	return int64(0)
}
