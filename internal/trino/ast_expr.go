package trino

// Expr is an expression. Beside the literals of ast_literal.go and the predicates of ast_predicate.go it is one of the
// nodes of this file.
type Expr interface {
	Node
	expr()
}

// Name is a column, a parameter of a lambda, or the first part of a dotted name.
type Name struct{ Ident }

// Dereference is x.field: a field of a row, or a column of a table that x names.
type Dereference struct {
	Position
	X     Expr
	Field Ident
}

// Operator is an arithmetic operator, a sign, or ||.
type Operator string

// The operators.
const (
	Add    Operator = "+"
	Sub    Operator = "-"
	Mul    Operator = "*"
	Div    Operator = "/"
	Mod    Operator = "%"
	Concat Operator = "||"
)

// Unary is a sign before an expression.
type Unary struct {
	Position
	Op Operator // Add or Sub
	X  Expr
}

// Binary is arithmetic or concatenation. Its position is that of the operator.
type Binary struct {
	Position
	Op          Operator
	Left, Right Expr
}

// Subscript is x[index], of an array, a map or a row.
type Subscript struct {
	Position
	X, Index Expr
}

// Array is ARRAY[...].
type Array struct {
	Position
	Elements []Expr
}

// Row is ROW(...) or (a, b).
type Row struct {
	Position
	Elements []Expr
}

// Case is CASE, with an operand or searched.
type Case struct {
	Position
	Operand Expr // nil when searched
	Whens   []*When
	Else    Expr // nil when there is none
}

// When is a branch of CASE.
type When struct {
	Position
	When, Then Expr
}

// Cast is CAST(x AS type), or TRY_CAST.
type Cast struct {
	Position
	X    Expr
	Type *Type
	Try  bool
}

// AtTimeZone is x AT TIME ZONE zone.
type AtTimeZone struct {
	Position
	X, Zone Expr
}

// Extract is EXTRACT(field FROM x).
type Extract struct {
	Position
	Field string // in upper case: YEAR, MONTH, DAY_OF_WEEK, ...
	X     Expr
}

// Current is one of the functions that SQL writes without parentheses.
type Current struct {
	Position
	What      string // in lower case: current_date, current_time, current_timestamp, localtime, localtimestamp
	Precision int    // -1 when not said
}

// Subquery is a query that gives one value.
type Subquery struct {
	Position
	Query *Query
}

// Lambda is x -> body, or (x, y) -> body.
type Lambda struct {
	Position
	Params []Ident
	Body   Expr
}

// Call calls a function. COALESCE, NULLIF, IF, TRY, GREATEST and MAP are calls, and so are the functions with a grammar
// of their own: POSITION(a IN b) is strpos(b, a), SUBSTRING(s FROM n FOR m) is substr(s, n, m), TRIM(LEADING c FROM s)
// is ltrim(s, c), LISTAGG(...) WITHIN GROUP (ORDER BY ...) is listagg(... ORDER BY ...).
type Call struct {
	Position
	Name     string // in lower case
	Args     []Expr
	Star     bool    // count(*)
	Distinct bool    // over distinct arguments
	OrderBy  []*Sort // of the rows an aggregate takes
	Filter   Expr    // FILTER (WHERE ...); nil when there is none
	// IgnoreNulls is said for window functions such as lag.
	IgnoreNulls bool
	Over        *Window // nil when it is not a window function
}

func (*Name) expr()        {}
func (*Dereference) expr() {}
func (*Unary) expr()       {}
func (*Binary) expr()      {}
func (*Subscript) expr()   {}
func (*Array) expr()       {}
func (*Row) expr()         {}
func (*Case) expr()        {}
func (*Cast) expr()        {}
func (*AtTimeZone) expr()  {}
func (*Extract) expr()     {}
func (*Current) expr()     {}
func (*Subquery) expr()    {}
func (*Lambda) expr()      {}
func (*Call) expr()        {}
