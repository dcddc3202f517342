package trino

// Query is a whole query, or one in parentheses.
type Query struct {
	Position
	With    []*Named // in the order written; a later one sees the earlier
	Body    Body
	OrderBy []*Sort
	Offset  Expr // *Integer or *Parameter; nil when none is written
	Limit   Expr // *Integer or *Parameter; nil for all rows
	// Ties keeps the rows that equal the last one: FETCH FIRST n ROWS WITH TIES.
	Ties bool
}

// Named is one query of WITH.
type Named struct {
	Position
	Name    Ident
	Columns []Ident // nil when the query names them
	Query   *Query
}

// Body is what gives a query's rows: *Select, *SetOp, *Values or *Nested.
type Body interface {
	Node
	body()
}

// Select is one SELECT.
type Select struct {
	Position
	Distinct bool
	Items    []*Item
	From     Relation // nil: one row without columns
	Where    Expr     // nil when there is none, as Having
	GroupBy  *GroupBy // nil when there is none; aggregates make one group then
	Having   Expr
	Windows  []*NamedWindow
}

// Item is a column of a SELECT, or all columns.
type Item struct {
	Position
	// X is the expression; with All, what stands before .*, and nil for a bare star.
	X     Expr
	Alias *Ident // nil when there is none
	All   bool
	// Columns are the names in x.* AS (a, b).
	Columns []Ident
}

// GroupBy is a GROUP BY clause: the cross product of its elements.
type GroupBy struct {
	Position
	Distinct bool // GROUP BY DISTINCT: equal grouping sets count once
	Elements []*Grouping
}

// GroupingKind tells what a member of GROUP BY is.
type GroupingKind uint8

// The kinds of a Grouping.
const (
	Simple GroupingKind = iota // Sets holds one
	GroupingSets
	Rollup
	Cube
)

// Grouping is a member of GROUP BY. An *Integer that is a whole expression is an ordinal.
type Grouping struct {
	Position
	Kind GroupingKind
	Sets [][]Expr
}

// SetOperator is UNION, INTERSECT or EXCEPT.
type SetOperator string

// The set operators.
const (
	Union     SetOperator = "UNION"
	Intersect SetOperator = "INTERSECT"
	Except    SetOperator = "EXCEPT"
)

// SetOp joins the rows of two bodies.
type SetOp struct {
	Position
	Op          SetOperator
	All         bool
	Left, Right Body
}

// Values are rows written out; a member that is not a *Row is a row of one column.
type Values struct {
	Position
	Rows []Expr
}

// Nested is a query in parentheses where a body stands.
type Nested struct {
	Position
	Query *Query
}

// Sort is a member of ORDER BY.
type Sort struct {
	Position
	X    Expr // an *Integer is an ordinal in a query's ORDER BY, a constant elsewhere
	Desc bool
	// Nulls is where nulls go. Unsaid is last, whichever the direction.
	Nulls NullOrder
}

// NullOrder is where nulls go in an order.
type NullOrder uint8

// The orders of nulls.
const (
	NullsUnsaid NullOrder = iota
	NullsFirst
	NullsLast
)

func (*Select) body() {}
func (*SetOp) body()  {}
func (*Values) body() {}
func (*Nested) body() {}
