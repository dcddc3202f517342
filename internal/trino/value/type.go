package value

import (
	"slices"
	"strconv"
	"strings"
)

// Kind is the constructor of a type.
type Kind uint8

// The kinds.
const (
	Unknown Kind = iota // the type of NULL
	Boolean
	TinyInt
	SmallInt
	Integer
	BigInt
	Real
	Double
	DecimalKind
	Varchar
	Varbinary
	JSON
	Date
	Time
	Timestamp
	TimestampTZ
	IntervalDay
	IntervalYear
	Array
	MapKind
	Row
	FunctionKind
	Variable // stands for a type in a signature
)

var kindNames = [...]string{
	"unknown", "boolean", "tinyint", "smallint", "integer", "bigint", "real", "double", "decimal", "varchar", "varbinary", "json",
	"date", "time(3)", "timestamp(3)", "timestamp(3) with time zone", "interval day to second", "interval year to month",
	"array", "map", "row", "function", "variable",
}

// Type is a type. Types are not changed after they are made; those without parameters are the variables below.
type Type struct {
	Kind Kind
	// Precision and Scale are those of decimals; Precision is the length of varchar(n), 0 without one.
	Precision, Scale int
	// Elems are the element of an array; key and value of a map; fields of a row; parameters and then result of a
	// function.
	Elems []*Type
	// Names are those of a row's fields, "" for one without; the name of a variable.
	Names []string
}

// The types without parameters.
var (
	UnknownType      = &Type{Kind: Unknown}
	BooleanType      = &Type{Kind: Boolean}
	TinyIntType      = &Type{Kind: TinyInt}
	SmallIntType     = &Type{Kind: SmallInt}
	IntegerType      = &Type{Kind: Integer}
	BigIntType       = &Type{Kind: BigInt}
	RealType         = &Type{Kind: Real}
	DoubleType       = &Type{Kind: Double}
	VarcharType      = &Type{Kind: Varchar}
	VarbinaryType    = &Type{Kind: Varbinary}
	JSONType         = &Type{Kind: JSON}
	DateType         = &Type{Kind: Date}
	TimeType         = &Type{Kind: Time}
	TimestampType    = &Type{Kind: Timestamp}
	TimestampTZType  = &Type{Kind: TimestampTZ}
	IntervalDayType  = &Type{Kind: IntervalDay}
	IntervalYearType = &Type{Kind: IntervalYear}
)

// MaxPrecision is the largest precision of a decimal.
const MaxPrecision = 38

// DecimalOf is decimal(precision, scale).
func DecimalOf(precision, scale int) *Type {
	return &Type{Kind: DecimalKind, Precision: precision, Scale: scale}
}

// ArrayOf is array(elem).
func ArrayOf(elem *Type) *Type { return &Type{Kind: Array, Elems: []*Type{elem}} }

// MapOf is map(key, value).
func MapOf(key, value *Type) *Type { return &Type{Kind: MapKind, Elems: []*Type{key, value}} }

// RowOf is a row of fields; a name may be "".
func RowOf(names []string, types []*Type) *Type {
	return &Type{Kind: Row, Elems: types, Names: names}
}

// FunctionOf is the type of a lambda.
func FunctionOf(params []*Type, result *Type) *Type {
	return &Type{Kind: FunctionKind, Elems: append(slices.Clone(params), result)}
}

// Elem is the element type of an array.
func (t *Type) Elem() *Type { return t.Elems[0] }

// Key is the key type of a map.
func (t *Type) Key() *Type { return t.Elems[0] }

// Val is the value type of a map.
func (t *Type) Val() *Type { return t.Elems[1] }

// Params are the parameters of a function type.
func (t *Type) Params() []*Type { return t.Elems[:len(t.Elems)-1] }

// Result is the result of a function type.
func (t *Type) Result() *Type { return t.Elems[len(t.Elems)-1] }

// Field is the index of a row's field by its name, in any case; -1 when there is none.
func (t *Type) Field(name string) int {
	return slices.IndexFunc(t.Names, func(n string) bool { return n != "" && strings.EqualFold(n, name) })
}

// Equal reports whether two types are the same; the lengths of varchars and the names of fields do not count.
func (t *Type) Equal(u *Type) bool {
	if t == u {
		return true
	}
	if t.Kind != u.Kind || len(t.Elems) != len(u.Elems) {
		return false
	}
	switch t.Kind {
	case DecimalKind:
		return t.Precision == u.Precision && t.Scale == u.Scale
	case Variable:
		return t.Names[0] == u.Names[0]
	}
	return slices.EqualFunc(t.Elems, u.Elems, (*Type).Equal)
}

// String is the type as Trino writes it.
func (t *Type) String() string {
	switch t.Kind {
	case DecimalKind:
		return "decimal(" + strconv.Itoa(t.Precision) + "," + strconv.Itoa(t.Scale) + ")"
	case Varchar:
		if t.Precision > 0 {
			return "varchar(" + strconv.Itoa(t.Precision) + ")"
		}
	case Variable:
		return t.Names[0]
	case Array, MapKind, Row, FunctionKind:
		parts := make([]string, len(t.Elems))
		for i, e := range t.Elems {
			parts[i] = e.String()
			if t.Kind == Row && t.Names[i] != "" {
				parts[i] = t.Names[i] + " " + parts[i]
			}
		}
		sep := ","
		if t.Kind == Row {
			sep = ", "
		}
		return kindNames[t.Kind] + "(" + strings.Join(parts, sep) + ")"
	}
	return kindNames[t.Kind]
}

// IsInteger reports whether the type is one of the four integer types.
func (t *Type) IsInteger() bool { return t.Kind >= TinyInt && t.Kind <= BigInt }

// IsFloat reports whether the type is real or double.
func (t *Type) IsFloat() bool { return t.Kind == Real || t.Kind == Double }

// IsNumber reports whether the type is an integer, real, double or decimal.
func (t *Type) IsNumber() bool { return t.Kind >= TinyInt && t.Kind <= DecimalKind }

// Storage tells which of a vector's slices has the values.
type Storage uint8

// The storages.
const (
	InValues Storage = iota
	InBools
	InInts
	InFloats
	InStrs
)

// Storage is where vectors of the type keep their values.
func (t *Type) Storage() Storage {
	switch t.Kind {
	case Boolean:
		return InBools
	case TinyInt, SmallInt, Integer, BigInt, Date, Time, Timestamp, IntervalDay, IntervalYear:
		return InInts
	case Real, Double:
		return InFloats
	case Varchar, Varbinary, JSON:
		return InStrs
	}
	return InValues
}

// Comparable reports whether values of the type can be told equal or not.
func (t *Type) Comparable() bool {
	switch t.Kind {
	case FunctionKind:
		return false
	case Array, MapKind, Row:
		return !slices.ContainsFunc(t.Elems, func(e *Type) bool { return !e.Comparable() })
	}
	return true
}

// Orderable reports whether values of the type have an order.
func (t *Type) Orderable() bool {
	switch t.Kind {
	case FunctionKind, MapKind, JSON:
		return false
	case Array, Row:
		return !slices.ContainsFunc(t.Elems, func(e *Type) bool { return !e.Orderable() })
	}
	return true
}
