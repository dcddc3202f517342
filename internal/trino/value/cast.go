package value

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Caster turns a value that is not NULL into one of another type.
type Caster func(c *Context, v Value) (Value, error)

// Cast is the conversion CAST makes between two types; nil when there is none.
func Cast(from, to *Type) Caster {
	switch {
	case from.Equal(to) && to.Precision == from.Precision, from.Kind == Unknown:
		return func(_ *Context, v Value) (Value, error) { return v, nil }
	case to.Kind == JSON:
		return toJSON(from)
	case from.Kind == JSON:
		return fromJSON(to)
	case to.Kind == Varchar:
		return toVarchar(from, to)
	case to.Kind == Varbinary && from.Kind == Varchar:
		return func(_ *Context, v Value) (Value, error) { return v, nil }
	case from.Kind == Varchar:
		return fromVarchar(to)
	case to.IsNumber() || to.Kind == Boolean:
		return toNumber(from, to)
	case from.Kind == Array && to.Kind == Array, from.Kind == MapKind && to.Kind == MapKind, from.Kind == Row && to.Kind == Row:
		return castNested(from, to)
	}
	return castTime(from, to)
}

func toVarchar(from, to *Type) Caster {
	if len(from.Elems) > 0 || from.Kind == Varbinary {
		return nil
	}
	return func(_ *Context, v Value) (Value, error) {
		s, isText := v.(string)
		if !isText {
			s = Format(from, v)
		}
		if n := to.Precision; n > 0 && utf8.RuneCountInString(s) > n {
			if !isText {
				return nil, Errorf("Value %s cannot be represented as %s", s, to)
			}
			s = string([]rune(s)[:n])
		}
		return s, nil
	}
}

func cannotCast(v string, to *Type) error {
	return Errorf("Cannot cast '%s' to %s", clip(v), to)
}

// clip shortens a text for a message.
func clip(s string) string {
	if len(s) > 100 {
		return s[:100] + "..."
	}
	return s
}

func fromVarchar(to *Type) Caster {
	read := varcharReader(to)
	if read == nil {
		return nil
	}
	return func(c *Context, v Value) (Value, error) {
		s := v.(string)
		out, ok := read(s)
		if !ok {
			return nil, cannotCast(s, to)
		}
		return out, nil
	}
}

func varcharReader(to *Type) func(string) (Value, bool) {
	switch to.Kind {
	case Boolean:
		return func(s string) (Value, bool) {
			switch strings.ToLower(s) {
			case "true", "t", "1":
				return true, true
			case "false", "f", "0":
				return false, true
			}
			return nil, false
		}
	case TinyInt, SmallInt, Integer, BigInt:
		bits := integerBits[to.Kind]
		return func(s string) (Value, bool) {
			n, err := strconv.ParseInt(strings.TrimSpace(s), 10, bits)
			return n, err == nil
		}
	case Real, Double:
		return func(s string) (Value, bool) {
			s = strings.TrimSpace(s)
			if strings.ContainsAny(s, "_xXpP") { // Go's spellings
				return nil, false
			}
			f, err := strconv.ParseFloat(s, map[Kind]int{Real: 32, Double: 64}[to.Kind])
			return f, err == nil || math.IsInf(f, 0)
		}
	case DecimalKind:
		return func(s string) (Value, bool) {
			d, ok := ParseDecimal(s)
			if !ok {
				return nil, false
			}
			d = d.Rescale(to.Scale)
			return d, d.Fits(to.Precision)
		}
	case Date:
		return func(s string) (Value, bool) {
			d, ok := ParseDate(s)
			return d, ok
		}
	case Time:
		return func(s string) (Value, bool) {
			t, ok := ParseTime(s)
			return t, ok
		}
	case Timestamp:
		return func(s string) (Value, bool) { // with a zone: what clocks in UTC show then
			t, zone, ok := ParseTimestamp(s)
			if !ok || zone == "" {
				return t, ok
			}
			z, err := InZone(t, zone)
			return z.Milli, err == nil
		}
	case TimestampTZ:
		return func(s string) (Value, bool) {
			wall, zone, ok := ParseTimestamp(s)
			if zone == "" {
				zone = "UTC"
			}
			z, err := InZone(wall, zone)
			return z, ok && err == nil
		}
	}
	return nil
}

var integerBits = map[Kind]int{TinyInt: 8, SmallInt: 16, Integer: 32, BigInt: 64}

func toNumber(from, to *Type) Caster {
	switch {
	case !(from.IsNumber() || from.Kind == Boolean):
		return nil
	case to.Kind == Boolean:
		return func(_ *Context, v Value) (Value, error) { return number(v).Sign() != 0, nil }
	case to.IsFloat():
		return func(_ *Context, v Value) (Value, error) { return round(to, toFloat(v)), nil }
	case to.Kind == DecimalKind:
		return func(_ *Context, v Value) (Value, error) { return toDecimal(v, to) }
	}
	return func(_ *Context, v Value) (Value, error) { return toInteger(v, to) }
}

func round(t *Type, f float64) float64 {
	if t.Kind == Real {
		return float64(float32(f))
	}
	return f
}

// number is a number as a big float, only for its sign.
func number(v Value) *big.Float { // NaN counts as not zero
	if f := toFloat(v); !math.IsNaN(f) {
		return big.NewFloat(f)
	}
	return big.NewFloat(1)
}

func toFloat(v Value) float64 {
	switch x := v.(type) {
	case int64:
		return float64(x)
	case float64:
		return x
	case Decimal:
		return x.Float()
	case bool:
		if x {
			return 1
		}
	}
	return 0
}

func toDecimal(v Value, to *Type) (Value, error) {
	var d Decimal
	switch x := v.(type) {
	case int64:
		d = NewDecimal(x, 0)
	case Decimal:
		d = x
	case bool:
		d = NewDecimal(0, 0)
		if x {
			d = NewDecimal(1, 0)
		}
	case float64:
		r := new(big.Rat)
		if math.IsNaN(x) || math.IsInf(x, 0) || math.Abs(x) > 1e38 {
			return nil, Errorf("Cannot cast DOUBLE '%v' to %s", x, to)
		}
		r.SetString(strconv.FormatFloat(x, 'f', -1, 64))
		r.Mul(r, new(big.Rat).SetInt(tens[to.Scale]))
		d = Decimal{divRound(r.Num(), r.Denom()), to.Scale}
	}
	d = d.Rescale(to.Scale)
	if !d.Fits(to.Precision) {
		return nil, Errorf("Cannot cast '%s' to %s", Format(DoubleType, v), to)
	}
	return d, nil
}

func toInteger(v Value, to *Type) (Value, error) {
	var n int64
	ok := true
	switch x := v.(type) {
	case int64:
		n = x
	case bool:
		if x {
			n = 1
		}
	case Decimal:
		d := x.Rescale(0)
		n, ok = d.Int.Int64(), d.Int.IsInt64()
	case float64:
		r := math.Floor(math.Abs(x) + 0.5)
		if x < 0 {
			r = -r
		}
		n, ok = int64(r), r >= math.MinInt64 && r < math.MaxInt64
	}
	if bits := integerBits[to.Kind]; !ok || bits < 64 && (n >= 1<<(bits-1) || n < -1<<(bits-1)) {
		return nil, Errorf("Out of range for %s: %v", to, Format(DoubleType, v))
	}
	return n, nil
}

func castNested(from, to *Type) Caster {
	if len(from.Elems) != len(to.Elems) {
		return nil
	}
	casts := make([]Caster, len(from.Elems))
	for i := range casts {
		if casts[i] = Cast(from.Elems[i], to.Elems[i]); casts[i] == nil {
			return nil
		}
	}
	list := func(c *Context, in []Value, cast func(int) Caster) ([]Value, error) {
		out := make([]Value, len(in))
		for i, e := range in {
			if e == nil {
				continue
			}
			var err error
			if out[i], err = cast(i)(c, e); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	first := func(int) Caster { return casts[0] }
	switch to.Kind {
	case Array:
		return func(c *Context, v Value) (Value, error) { return wrap(list(c, v.([]Value), first)) }
	case Row:
		return func(c *Context, v Value) (Value, error) {
			return wrap(list(c, v.([]Value), func(i int) Caster { return casts[i] }))
		}
	}
	return func(c *Context, v Value) (Value, error) {
		m := v.(*Map)
		keys, err := list(c, m.Keys, first)
		if err != nil {
			return nil, err
		}
		vals, err := list(c, m.Vals, func(int) Caster { return casts[1] })
		if err != nil {
			return nil, err
		}
		return &Map{keys, vals}, nil
	}
}

func wrap(list []Value, err error) (Value, error) {
	if err != nil {
		return nil, err
	}
	return list, nil
}

// castTime converts between dates, times and timestamps.
func castTime(from, to *Type) Caster {
	wall := map[Kind]func(Value) int64{
		Date:        func(v Value) int64 { return v.(int64) * dayMilli },
		Timestamp:   func(v Value) int64 { return v.(int64) },
		TimestampTZ: func(v Value) int64 { return v.(Zoned).Wall() },
	}[from.Kind]
	if wall == nil {
		return nil
	}
	switch to.Kind {
	case Date:
		return func(_ *Context, v Value) (Value, error) { return floorDiv(wall(v), dayMilli), nil }
	case Time:
		if from.Kind == Date {
			return nil
		}
		return func(_ *Context, v Value) (Value, error) { return floorMod(wall(v), dayMilli), nil }
	case Timestamp:
		return func(_ *Context, v Value) (Value, error) { return wall(v), nil }
	case TimestampTZ:
		return func(_ *Context, v Value) (Value, error) { return Zoned{wall(v), "UTC"}, nil }
	}
	return nil
}
