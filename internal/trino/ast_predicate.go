package trino

// Logical joins two or more conditions by AND or OR; a AND b AND c is one node.
type Logical struct {
	Position
	Or    bool
	Terms []Expr
}

// Not is NOT x.
type Not struct {
	Position
	X Expr
}

// Comparison is one of = <> < <= > >=.
type Comparison string

// The comparisons; != is read as <>.
const (
	Eq Comparison = "="
	Ne Comparison = "<>"
	Lt Comparison = "<"
	Le Comparison = "<="
	Gt Comparison = ">"
	Ge Comparison = ">="
)

// Compare compares two values. Its position is that of the operator.
type Compare struct {
	Position
	Op          Comparison
	Left, Right Expr
}

// Quantified compares a value with those of a sub-query: x > ALL (...). SOME is read as ANY.
type Quantified struct {
	Position
	Op    Comparison
	All   bool
	X     Expr
	Query *Query
}

// Distinct is x IS [NOT] DISTINCT FROM y: a comparison in which nulls equal each other.
type Distinct struct {
	Position
	Not         bool
	Left, Right Expr
}

// IsNull is x IS [NOT] NULL.
type IsNull struct {
	Position
	Not bool
	X   Expr
}

// Between is x [NOT] BETWEEN low AND high.
type Between struct {
	Position
	Not          bool
	X, Low, High Expr
}

// In is x [NOT] IN (...), a list or a sub-query.
type In struct {
	Position
	Not   bool
	X     Expr
	List  []Expr // nil with a sub-query
	Query *Query
}

// Like is x [NOT] LIKE pattern [ESCAPE escape].
type Like struct {
	Position
	Not                bool
	X, Pattern, Escape Expr // Escape is nil when none is said
}

// Exists is EXISTS (query).
type Exists struct {
	Position
	Query *Query
}

func (*Logical) expr()    {}
func (*Not) expr()        {}
func (*Compare) expr()    {}
func (*Quantified) expr() {}
func (*Distinct) expr()   {}
func (*IsNull) expr()     {}
func (*Between) expr()    {}
func (*In) expr()         {}
func (*Like) expr()       {}
func (*Exists) expr()     {}
