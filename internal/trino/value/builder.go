package value

// Builder makes a vector row by row.
type Builder struct {
	v       Vector
	storage Storage
}

// NewBuilder makes vectors of a type with room for n rows.
func NewBuilder(t *Type, n int) *Builder {
	b := &Builder{v: Vector{Type: t}, storage: t.Storage()}
	switch b.storage {
	case InBools:
		b.v.Bools = make([]bool, 0, n)
	case InInts:
		b.v.Ints = make([]int64, 0, n)
	case InFloats:
		b.v.Floats = make([]float64, 0, n)
	case InStrs:
		b.v.Strs = make([]string, 0, n)
	default:
		b.v.Values = make([]Value, 0, n)
	}
	return b
}

// Len is the number of rows so far.
func (b *Builder) Len() int { return b.v.N }

// Append adds a row; its Go type is the one the vector's type asks for.
func (b *Builder) Append(x Value) {
	if x == nil {
		b.Null()
		return
	}
	switch b.storage {
	case InBools:
		b.v.Bools = append(b.v.Bools, x.(bool))
	case InInts:
		b.v.Ints = append(b.v.Ints, x.(int64))
	case InFloats:
		b.v.Floats = append(b.v.Floats, x.(float64))
	case InStrs:
		b.v.Strs = append(b.v.Strs, x.(string))
	default:
		b.v.Values = append(b.v.Values, x)
	}
	b.mark()
}

// Str adds a row of text without boxing it.
func (b *Builder) Str(s string) {
	b.v.Strs = append(b.v.Strs, s)
	b.mark()
}

// Int adds a row of an integer without boxing it.
func (b *Builder) Int(n int64) {
	b.v.Ints = append(b.v.Ints, n)
	b.mark()
}

func (b *Builder) mark() {
	b.v.N++
	if b.v.Nulls != nil {
		b.v.Nulls = append(b.v.Nulls, false)
	}
}

// Null adds a row that is NULL.
func (b *Builder) Null() {
	if b.v.Nulls == nil {
		b.v.Nulls = make([]bool, b.v.N, max(cap(b.v.Strs), b.v.N+8))
	}
	switch b.storage {
	case InBools:
		b.v.Bools = append(b.v.Bools, false)
	case InInts:
		b.v.Ints = append(b.v.Ints, 0)
	case InFloats:
		b.v.Floats = append(b.v.Floats, 0)
	case InStrs:
		b.v.Strs = append(b.v.Strs, "")
	default:
		b.v.Values = append(b.v.Values, nil)
	}
	b.v.N++
	b.v.Nulls = append(b.v.Nulls, true)
}

// Vector is what was built; the builder is not used again.
func (b *Builder) Vector() *Vector { return &b.v }
