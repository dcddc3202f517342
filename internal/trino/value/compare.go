package value

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"strings"
)

// Compare orders two values of a type that are not NULL: -1, 0 or 1. NaN is larger than every number. NULLs inside of
// arrays and rows come first, and are equal to each other.
func Compare(t *Type, a, b Value) int {
	switch t.Kind {
	case Boolean:
		x, y := a.(bool), b.(bool)
		switch {
		case x == y:
			return 0
		case y:
			return -1
		}
		return 1
	case Real, Double:
		return CompareFloats(a.(float64), b.(float64))
	case DecimalKind:
		return a.(Decimal).Cmp(b.(Decimal))
	case Varchar, Varbinary, JSON:
		return strings.Compare(a.(string), b.(string))
	case TimestampTZ:
		return cmp.Compare(a.(Zoned).Milli, b.(Zoned).Milli)
	case Array:
		return compareLists(a.([]Value), b.([]Value), func(int) *Type { return t.Elems[0] })
	case Row:
		return compareLists(a.([]Value), b.([]Value), func(i int) *Type { return t.Elems[i] })
	case MapKind:
		return strings.Compare(string(AppendKey(nil, t, a)), string(AppendKey(nil, t, b)))
	case Unknown, FunctionKind, Variable:
		return 0
	}
	return cmp.Compare(a.(int64), b.(int64))
}

func compareLists(a, b []Value, elem func(int) *Type) int {
	for i := range min(len(a), len(b)) {
		if c := CompareNullsFirst(elem(i), a[i], b[i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}

// CompareNullsFirst is Compare where NULL comes before all.
func CompareNullsFirst(t *Type, a, b Value) int {
	switch {
	case a == nil && b == nil:
		return 0
	case a == nil:
		return -1
	case b == nil:
		return 1
	}
	return Compare(t, a, b)
}

// CompareFloats orders numbers, NaN last.
func CompareFloats(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	case a == b:
		return 0
	case math.IsNaN(a) && math.IsNaN(b):
		return 0
	case math.IsNaN(a):
		return 1
	}
	return -1
}

// Equal reports whether two values are not distinct: NULL is equal to NULL.
func Equal(t *Type, a, b Value) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	if t.Kind == MapKind {
		m, n := a.(*Map), b.(*Map)
		if len(m.Keys) != len(n.Keys) {
			return false
		}
		for i, k := range m.Keys {
			v, ok := n.Get(t.Key(), k)
			if !ok || !Equal(t.Val(), m.Vals[i], v) {
				return false
			}
		}
		return true
	}
	return Compare(t, a, b) == 0
}

// AppendKey appends bytes that are equal for values that are not distinct, and different for others.
func AppendKey(b []byte, t *Type, v Value) []byte {
	if v == nil {
		return append(b, 0)
	}
	b = append(b, 1)
	switch t.Storage() {
	case InBools:
		if v.(bool) {
			return append(b, 1)
		}
		return append(b, 0)
	case InInts:
		return binary.BigEndian.AppendUint64(b, uint64(v.(int64)))
	case InFloats:
		return binary.BigEndian.AppendUint64(b, FloatKey(v.(float64)))
	case InStrs:
		s := v.(string)
		return append(binary.AppendUvarint(b, uint64(len(s))), s...)
	}
	switch x := v.(type) {
	case Decimal:
		s := x.Int.String()
		return append(binary.AppendUvarint(b, uint64(len(s))), s...)
	case Zoned:
		return binary.BigEndian.AppendUint64(b, uint64(x.Milli))
	case []Value:
		b = binary.AppendUvarint(b, uint64(len(x)))
		for i, e := range x {
			elem := t.Elems[0]
			if t.Kind == Row {
				elem = t.Elems[i]
			}
			b = AppendKey(b, elem, e)
		}
		return b
	case *Map:
		return appendMapKey(b, t, x)
	}
	return b
}

// FloatKey is equal for equal numbers: 0 and -0 are one, and so are all NaN.
func FloatKey(f float64) uint64 {
	switch {
	case f == 0:
		return 0
	case math.IsNaN(f):
		return math.MaxUint64
	}
	return math.Float64bits(f)
}

func appendMapKey(b []byte, t *Type, m *Map) []byte {
	entries := make([]string, len(m.Keys))
	for i, k := range m.Keys {
		entries[i] = string(AppendKey(AppendKey(nil, t.Key(), k), t.Val(), m.Vals[i]))
	}
	slices.Sort(entries)
	b = binary.AppendUvarint(b, uint64(len(entries)))
	for _, e := range entries {
		b = append(binary.AppendUvarint(b, uint64(len(e))), e...)
	}
	return b
}
