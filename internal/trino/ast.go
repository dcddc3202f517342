package trino

import "fmt"

// Position is where something stands in the statement; both count from 1, columns in characters.
type Position struct{ Line, Column int }

// Pos makes every node that embeds a Position a Node.
func (p Position) Pos() Position { return p }

// String is how messages name the place.
func (p Position) String() string { return fmt.Sprintf("line %d:%d", p.Line, p.Column) }

// Node is a part of a statement that knows where it stands.
type Node interface{ Pos() Position }

// Ident is a name. Names match without regard to case, quoted or not; Name keeps the spelling, which heads a result's
// column.
type Ident struct {
	Position
	Name   string
	Quoted bool
}

// Type is a type as it is written, e.g. varchar(10), array(row(a bigint, b varchar)), timestamp(3) with time zone.
type Type struct {
	Position
	// Name is in lower case and canonical: "timestamp with time zone", "time with time zone", "interval day to second",
	// "interval year to month", "double" (for double precision), "integer" (for int), "decimal" (for dec and numeric).
	Name string
	// Precision holds the numbers in parentheses: length, precision, scale.
	Precision []int
	// Args are the types of an array's elements, a map's keys and values, a row's fields.
	Args []*Type
	// Fields are the names of a row's fields; one without a name has an empty Name.
	Fields []Ident
}
