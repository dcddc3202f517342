package trino

// Relation is what stands in FROM: *Table, *Derived, *Unnest, *Aliased or *Join.
type Relation interface {
	Node
	relation()
}

// Table is a table by its name: a query of WITH, or an event data store by UUID, ARN or, with catalog and schema before
// it, by its name in Trino.
type Table struct {
	Position
	Name []Ident
}

// Derived is a sub-query in FROM.
type Derived struct {
	Position
	Query   *Query
	Lateral bool // it may name columns of what stands before it
}

// Unnest makes rows of the elements of arrays and maps.
type Unnest struct {
	Position
	Args       []Expr
	Ordinality bool
}

// Aliased gives a relation a name, and names to its columns.
type Aliased struct {
	Position
	Relation Relation // not a Join unless it stands in parentheses
	Alias    Ident
	Columns  []Ident // nil when the relation names them
}

// JoinKind tells which rows of a join remain without a partner.
type JoinKind string

// The joins.
const (
	CrossJoin JoinKind = "CROSS JOIN" // also of a comma
	InnerJoin JoinKind = "JOIN"
	LeftJoin  JoinKind = "LEFT JOIN"
	RightJoin JoinKind = "RIGHT JOIN"
	FullJoin  JoinKind = "FULL JOIN"
)

// Join joins two relations; a CrossJoin has neither On nor Using, the others have one of them.
type Join struct {
	Position
	Kind        JoinKind
	Left, Right Relation
	On          Expr
	Using       []Ident
}

func (*Table) relation()   {}
func (*Derived) relation() {}
func (*Unnest) relation()  {}
func (*Aliased) relation() {}
func (*Join) relation()    {}
