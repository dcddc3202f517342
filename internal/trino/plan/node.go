package plan

import "github.com/tickmark/tickmark/internal/trino"

// Node is a step of a plan: it makes rows.
type Node interface {
	// Outputs are the columns of its rows.
	Outputs() []*Symbol
	// inputs are the nodes whose rows it takes.
	inputs() []*Node
	// exprs are the expressions it evaluates.
	exprs() []*Expr
}

// The steps.
type (
	// Scan reads a table.
	Scan struct {
		Table   Table
		Columns []ScanColumn
		Filters []ColumnFilter
		Limit   int64
	}
	// Values are rows written out.
	Values struct {
		Symbols []*Symbol
		Rows    [][]Expr
	}
	// Filter keeps the rows for which the condition is true.
	Filter struct {
		In   Node
		Cond Expr
	}
	// Project computes columns.
	Project struct {
		In    Node
		Items []Assign
	}
	// Aggregate groups.
	Aggregate struct {
		In   Node
		Keys []*Symbol
		Aggs []Agg
		// Sets are the grouping sets as numbers of Keys; nil: all keys. Keys that are not in the set are NULL.
		Sets [][]int
		// SetID has the number of the set that made the row; nil without Sets.
		SetID *Symbol
	}
	// Join joins. Rows match when the keys are equal and Residual, when there is one, is true.
	Join struct {
		Kind      trino.JoinKind
		L, R      Node
		LKeys     []Expr
		RKeys     []Expr
		Residual  Expr
		condition []Expr // before keys are told from the residual
	}
	// Mark adds to each row of L whether a row of R matches. With Null it is NULL where none does and it cannot be
	// excluded because of a NULL among the keys, as IN wants it; only then the last key may be NULL.
	Mark struct {
		L, R     Node
		LKeys    []Expr
		RKeys    []Expr
		Residual Expr
		Null     bool
		Symbol   *Symbol
	}
	// Single makes sure that there is exactly one row: of NULLs when there is none.
	Single struct{ In Node }
	// Unnest makes a row of each element. Outer keeps a row without elements.
	Unnest struct {
		In         Node
		Args       []Expr
		Out        [][]*Symbol // the columns of each argument
		Ordinality *Symbol
		Outer      bool
	}
	// Window adds columns computed over the rows around.
	Window struct {
		In        Node
		Partition []*Symbol
		Order     []SortKey
		Funcs     []WindowFunc
	}
	// Sort orders; when Limit is not negative it keeps that many rows, and those equal to the last with Ties.
	Sort struct {
		In    Node
		Keys  []SortKey
		Limit int64
		Ties  bool
	}
	// Limit leaves out the first Offset rows and keeps Count, all when it is negative.
	Limit struct {
		In            Node
		Offset, Count int64
	}
	// Union has the rows of all inputs.
	Union struct {
		In      []Node
		Columns [][]*Symbol // of each input, in the order of Symbols
		Symbols []*Symbol
	}
	// SetOp is INTERSECT or EXCEPT.
	SetOp struct {
		Op         trino.SetOperator
		All        bool
		L, R       Node
		LCol, RCol []*Symbol
		Symbols    []*Symbol
	}
	// Shared reads rows that several steps read; they are made once.
	Shared struct {
		Source  *Source
		Symbols []*Symbol
	}
)

// Source is what Shared steps read.
type Source struct {
	Plan    Node
	Columns []*Symbol
	readers int
}

// ScanColumn is a column read.
type ScanColumn struct {
	Symbol *Symbol
	Wanted Wanted
}

// Assign computes a column.
type Assign struct {
	Symbol *Symbol
	X      Expr
}

// Agg is an aggregate over a group.
type Agg struct {
	Symbol   *Symbol
	Name     string
	Args     []Expr
	Distinct bool
	Filter   Expr
	Order    []AggOrder
}

// AggOrder orders the rows that an aggregate takes.
type AggOrder struct {
	X                Expr
	Desc, NullsFirst bool
}

// SortKey is a column to sort by.
type SortKey struct {
	Symbol           *Symbol
	Desc, NullsFirst bool
}

// WindowFunc is a function over a window: an aggregate or one of rank, dense_rank, row_number, percent_rank, cume_dist,
// ntile, lag, lead, first_value, last_value and nth_value.
type WindowFunc struct {
	Symbol      *Symbol
	Name        string
	Args        []Expr
	IgnoreNulls bool
	Distinct    bool
	Filter      Expr
	Frame       Frame
}

// Frame is the part of a partition that a window function sees.
type Frame struct {
	Unit       trino.FrameUnit
	Start, End Bound
}

// Bound is an end of a frame.
type Bound struct {
	Kind   trino.BoundKind
	Offset Expr
}

func (n *Scan) Outputs() []*Symbol {
	out := make([]*Symbol, len(n.Columns))
	for i, c := range n.Columns {
		out[i] = c.Symbol
	}
	return out
}

func (n *Project) Outputs() []*Symbol {
	out := make([]*Symbol, len(n.Items))
	for i, c := range n.Items {
		out[i] = c.Symbol
	}
	return out
}

func (n *Aggregate) Outputs() []*Symbol {
	out := append([]*Symbol(nil), n.Keys...)
	for _, a := range n.Aggs {
		out = append(out, a.Symbol)
	}
	if n.SetID != nil {
		out = append(out, n.SetID)
	}
	return out
}

func (n *Unnest) Outputs() []*Symbol {
	out := append([]*Symbol(nil), n.In.Outputs()...)
	for _, s := range n.Out {
		out = append(out, s...)
	}
	if n.Ordinality != nil {
		out = append(out, n.Ordinality)
	}
	return out
}

func (n *Window) Outputs() []*Symbol {
	out := append([]*Symbol(nil), n.In.Outputs()...)
	for _, f := range n.Funcs {
		out = append(out, f.Symbol)
	}
	return out
}

func both(l, r Node) []*Symbol { return append(append([]*Symbol(nil), l.Outputs()...), r.Outputs()...) }

func (n *Values) Outputs() []*Symbol { return n.Symbols }
func (n *Filter) Outputs() []*Symbol { return n.In.Outputs() }
func (n *Join) Outputs() []*Symbol   { return both(n.L, n.R) }
func (n *Mark) Outputs() []*Symbol   { return append(append([]*Symbol(nil), n.L.Outputs()...), n.Symbol) }
func (n *Single) Outputs() []*Symbol { return n.In.Outputs() }
func (n *Sort) Outputs() []*Symbol   { return n.In.Outputs() }
func (n *Limit) Outputs() []*Symbol  { return n.In.Outputs() }
func (n *Union) Outputs() []*Symbol  { return n.Symbols }
func (n *SetOp) Outputs() []*Symbol  { return n.Symbols }
func (n *Shared) Outputs() []*Symbol { return n.Symbols }

func (n *Scan) inputs() []*Node      { return nil }
func (n *Values) inputs() []*Node    { return nil }
func (n *Filter) inputs() []*Node    { return []*Node{&n.In} }
func (n *Project) inputs() []*Node   { return []*Node{&n.In} }
func (n *Aggregate) inputs() []*Node { return []*Node{&n.In} }
func (n *Join) inputs() []*Node      { return []*Node{&n.L, &n.R} }
func (n *Mark) inputs() []*Node      { return []*Node{&n.L, &n.R} }
func (n *Single) inputs() []*Node    { return []*Node{&n.In} }
func (n *Unnest) inputs() []*Node    { return []*Node{&n.In} }
func (n *Window) inputs() []*Node    { return []*Node{&n.In} }
func (n *Sort) inputs() []*Node      { return []*Node{&n.In} }
func (n *Limit) inputs() []*Node     { return []*Node{&n.In} }
func (n *SetOp) inputs() []*Node     { return []*Node{&n.L, &n.R} }
func (n *Shared) inputs() []*Node    { return nil }
func (n *Union) inputs() []*Node {
	out := make([]*Node, len(n.In))
	for i := range n.In {
		out[i] = &n.In[i]
	}
	return out
}

func refs(list []Expr) []*Expr {
	out := make([]*Expr, len(list))
	for i := range list {
		out[i] = &list[i]
	}
	return out
}

func optional(e *Expr) []*Expr {
	if *e == nil {
		return nil
	}
	return []*Expr{e}
}

func (n *Scan) exprs() []*Expr   { return nil }
func (n *Single) exprs() []*Expr { return nil }
func (n *Sort) exprs() []*Expr   { return nil }
func (n *Limit) exprs() []*Expr  { return nil }
func (n *Union) exprs() []*Expr  { return nil }
func (n *SetOp) exprs() []*Expr  { return nil }
func (n *Shared) exprs() []*Expr { return nil }
func (n *Filter) exprs() []*Expr { return []*Expr{&n.Cond} }
func (n *Unnest) exprs() []*Expr { return refs(n.Args) }
func (n *Values) exprs() []*Expr {
	var out []*Expr
	for _, r := range n.Rows {
		out = append(out, refs(r)...)
	}
	return out
}

func (n *Project) exprs() []*Expr {
	out := make([]*Expr, len(n.Items))
	for i := range n.Items {
		out[i] = &n.Items[i].X
	}
	return out
}

func (n *Aggregate) exprs() []*Expr {
	var out []*Expr
	for i := range n.Aggs {
		a := &n.Aggs[i]
		out = append(append(out, refs(a.Args)...), optional(&a.Filter)...)
		for j := range a.Order {
			out = append(out, &a.Order[j].X)
		}
	}
	return out
}

func (n *Join) exprs() []*Expr {
	out := append(append(refs(n.LKeys), refs(n.RKeys)...), refs(n.condition)...)
	return append(out, optional(&n.Residual)...)
}

func (n *Mark) exprs() []*Expr {
	return append(append(refs(n.LKeys), refs(n.RKeys)...), optional(&n.Residual)...)
}

func (n *Window) exprs() []*Expr {
	var out []*Expr
	for i := range n.Funcs {
		f := &n.Funcs[i]
		out = append(append(out, refs(f.Args)...), optional(&f.Filter)...)
		out = append(append(out, optional(&f.Frame.Start.Offset)...), optional(&f.Frame.End.Offset)...)
	}
	return out
}
