// Package query answers AWS Config's advanced queries: it reads a SELECT statement into a typed tree, plans what the
// store's indexes can narrow, and evaluates the rest over items streamed from the store. No text of a statement ever
// reaches a database engine. A mistake is a fault InvalidExpressionException that names line and column.
//
// The statement:
//
//	SELECT field [, ...] [WHERE condition] [GROUP BY property [, ...]] [ORDER BY field [ASC | DESC] [, ...]] [AS OF 'time'] [KNOWN AT 'time']
//
// A field is a property, * (the ten common properties AWS gives for it), or COUNT, MIN, MAX, SUM or AVG of a property;
// COUNT also of *. AS OF asks for a moment of the past, and KNOWN AT leaves out what was recorded
// later than another one; both are not in AWS.
//
//   - A property runs through arrays without an index. A condition holds if any element meets it, so two conditions may
//     be met by different elements. != and NOT are complements: they hold for a resource without the property, and for
//     one with an array only if no element meets the condition.
//   - Kinds come from package schema, by the type of each item. Of a range of addresses, = asks whether it contains the
//     address, < and > compare its ends, BETWEEN asks whether it overlaps; an address equals a range that contains it.
//   - x.value matches a scalar x and x an object with a value: items and schema differ in it. Below configuration a
//     name's first letter matches in either case where the exact name is missing.
//   - LIKE takes one % or _, at the end, after at least three characters.
//   - Properties that neither the schema nor any item has are not refused: they match nothing.
//   - Secrets are masked before anything looks at them. Tickmark's own account facts answer only where resourceType
//     names them.
//
// Resources that lack a property on which they are grouped make a group of their own, in which it is left out; an
// array puts its resource into the group of each of its values. COUNT(property) counts the resources that have it.
// Resources without a property that orders them come last.
package query

import (
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
)

// MaxLength is how long a statement may be.
const MaxLength = 4096

// The limits of what one statement may hold in memory.
const (
	maxGroups   = 50_000
	maxPage     = 1_000
	maxDepth    = 100
	maxGroupBy  = 3
	maxInOneRow = 10_000
)

// Position is a place in a statement, counted in characters from 1.
type Position struct{ Line, Column int }

// Statement is a query that was read and found sound.
type Statement struct {
	Fields  []Field
	Where   Condition // nil for all
	GroupBy []*Path
	OrderBy []Order
	// AsOf is the moment asked for, zero for now; KnownAt leaves out items recorded after it, zero for none.
	AsOf, KnownAt time.Time
}

// past is the moment of the statement; false when it asks for the current state.
func (st *Statement) past() (inventory.AsOf, bool) {
	return inventory.AsOf{At: st.AsOf, KnownAt: st.KnownAt}, !st.AsOf.IsZero() || !st.KnownAt.IsZero()
}

// Func is an aggregate function; empty for a plain property.
type Func string

// The functions.
const (
	Count Func = "COUNT"
	Min   Func = "MIN"
	Max   Func = "MAX"
	Sum   Func = "SUM"
	Avg   Func = "AVG"
)

// Field is a property or an aggregate.
type Field struct {
	Func Func
	Path *Path // nil for COUNT(*)
	At   Position
}

// Name is the field as results call it.
func (f Field) Name() string {
	switch {
	case f.Path == nil:
		return "COUNT(*)"
	case f.Func != "":
		return string(f.Func) + "(" + f.Path.Name + ")"
	}
	return f.Path.Name
}

// Path names a property.
type Path struct {
	Name     string
	Segments []string
	At       Position
	// kinds remembers the property's kind by resource type.
	kinds map[string]string
}

// Order is one member of ORDER BY.
type Order struct {
	Field
	Descending bool
}

// Aggregates reports whether rows are groups of resources.
func (st *Statement) Aggregates() bool {
	if len(st.GroupBy) > 0 {
		return true
	}
	for _, f := range st.Fields {
		if f.Func != "" {
			return true
		}
	}
	return false
}

// Columns are the names of the fields, once each.
func (st *Statement) Columns() []string {
	var out []string
	seen := map[string]bool{}
	for _, f := range st.Fields {
		if n := f.Name(); !seen[n] {
			seen[n] = true
			out = append(out, n)
		}
	}
	return out
}

// invalid is a mistake at a place of the statement.
func invalid(at Position, format string, args ...any) error {
	f := fault.Invalidf("Expression", format, args...).With("InvalidExpressionException")
	f.Message = "syntax error at " + at.String() + ": " + f.Message
	return f
}
