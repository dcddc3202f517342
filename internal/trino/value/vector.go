package value

// Vector is a column of N values of one type. Row i has entry Of[i] of the storage, entry 0 when Const is set, and
// entry i otherwise. A vector is not changed once it is handed on; slices may be shared.
type Vector struct {
	Type *Type
	N    int
	// Of makes the storage a dictionary. Entries no row has may be among it, and one may come twice.
	Of []uint32
	// Const says that all rows have entry 0.
	Const bool
	// Nulls tells which entries are NULL; nil: none is.
	Nulls []bool

	// One of these has the entries, by the Storage of the type.
	Bools  []bool
	Ints   []int64
	Floats []float64
	Strs   []string
	Values []Value
}

// At is the entry of a row.
func (v *Vector) At(row int) int {
	switch {
	case v.Of != nil:
		return int(v.Of[row])
	case v.Const:
		return 0
	}
	return row
}

// Entries is the number of entries in the storage.
func (v *Vector) Entries() int {
	switch {
	case v.Const:
		return 1
	case v.Of == nil:
		return v.N
	}
	return v.size()
}

func (v *Vector) size() int {
	switch v.Type.Storage() {
	case InBools:
		return len(v.Bools)
	case InInts:
		return len(v.Ints)
	case InFloats:
		return len(v.Floats)
	case InStrs:
		return len(v.Strs)
	}
	return len(v.Values)
}

// Null reports whether a row is NULL.
func (v *Vector) Null(row int) bool { return v.Nulls != nil && v.Nulls[v.At(row)] }

// NullAt reports whether an entry is NULL.
func (v *Vector) NullAt(entry int) bool { return v.Nulls != nil && v.Nulls[entry] }

// Bool, Int, Float and Str are a row's value, unboxed; rows that are NULL have an arbitrary one.
func (v *Vector) Bool(row int) bool     { return v.Bools[v.At(row)] }
func (v *Vector) Int(row int) int64     { return v.Ints[v.At(row)] }
func (v *Vector) Float(row int) float64 { return v.Floats[v.At(row)] }
func (v *Vector) Str(row int) string    { return v.Strs[v.At(row)] }

// Get is a row's value.
func (v *Vector) Get(row int) Value { return v.Entry(v.At(row)) }

// Entry is an entry of the storage.
func (v *Vector) Entry(i int) Value {
	if v.NullAt(i) {
		return nil
	}
	switch v.Type.Storage() {
	case InBools:
		return v.Bools[i]
	case InInts:
		return v.Ints[i]
	case InFloats:
		return v.Floats[i]
	case InStrs:
		return v.Strs[i]
	}
	return v.Values[i]
}

// Constant is a vector of n times the same value.
func Constant(t *Type, x Value, n int) *Vector {
	b := NewBuilder(t, 1)
	b.Append(x)
	v := b.Vector()
	v.N, v.Const = n, true
	return v
}

// FromValues is a vector of these values.
func FromValues(t *Type, values []Value) *Vector {
	b := NewBuilder(t, len(values))
	for _, x := range values {
		b.Append(x)
	}
	return b.Vector()
}

// Dictionary is the vector whose row i is entry of[i] of v's storage; v has no dictionary itself.
func (v *Vector) Dictionary(of []uint32) *Vector {
	w := *v
	w.Of, w.Const, w.N = of, false, len(of)
	return &w
}

// Words is the storage as a vector of its own: what a deterministic function is evaluated over.
func (v *Vector) Words() *Vector {
	w := *v
	w.N, w.Of, w.Const = v.Entries(), nil, false
	return &w
}

// Select keeps the rows of these numbers, in this order. Texts and boxed values are not copied but referred to.
func (v *Vector) Select(rows []uint32) *Vector {
	w := &Vector{Type: v.Type, N: len(rows)}
	switch {
	case v.Const:
		w = new(*v)
		w.N = len(rows)
		return w
	case v.Of != nil:
		w = new(*v)
		w.N, w.Of = len(rows), pick(v.Of, rows)
		return w
	}
	if v.Nulls != nil {
		w.Nulls = pick(v.Nulls, rows)
	}
	switch v.Type.Storage() {
	case InBools:
		w.Bools = pick(v.Bools, rows)
	case InInts:
		w.Ints = pick(v.Ints, rows)
	case InFloats:
		w.Floats = pick(v.Floats, rows)
	case InStrs:
		w.Strs = pick(v.Strs, rows)
	default:
		w.Values = pick(v.Values, rows)
	}
	return w
}

func pick[T any](from []T, rows []uint32) []T {
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = from[r]
	}
	return out
}

// Slice is rows from..to-1, sharing storage.
func (v *Vector) Slice(from, to int) *Vector {
	w := *v
	w.N = to - from
	switch {
	case v.Const:
		return &w
	case v.Of != nil:
		w.Of = v.Of[from:to]
		return &w
	}
	if v.Nulls != nil {
		w.Nulls = v.Nulls[from:to]
	}
	switch v.Type.Storage() {
	case InBools:
		w.Bools = v.Bools[from:to]
	case InInts:
		w.Ints = v.Ints[from:to]
	case InFloats:
		w.Floats = v.Floats[from:to]
	case InStrs:
		w.Strs = v.Strs[from:to]
	default:
		w.Values = v.Values[from:to]
	}
	return &w
}

// Flat is the vector without dictionary and not constant.
func (v *Vector) Flat() *Vector {
	if v.Of == nil && !v.Const {
		return v
	}
	of := v.Of
	if v.Const {
		of = make([]uint32, v.N)
	}
	w := v.Words()
	return w.Select(of)
}
