package plan

import (
	"fmt"

	"github.com/tickmark/tickmark/internal/trino"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// subKind is what a sub-query in an expression is asked.
type subKind uint8

const (
	scalarSub subKind = iota
	existsSub
	inSub
)

// sub is a sub-query in an expression, before it is made a join.
type sub struct {
	kind   subKind
	node   Node
	column *Symbol // of scalar and IN
	x      Expr    // what IN compares
	t      *value.Type
}

func (s *sub) Type() *value.Type { return s.t }
func (s *sub) key() string       { return fmt.Sprintf("%p", s.node) }

func (s *sub) mapChildren(f func(Expr) Expr) Expr {
	if s.x == nil {
		return s
	}
	if x := f(s.x); x != s.x {
		out := *s
		out.x = x
		return &out
	}
	return s
}

// free calls f with the symbols the sub-query takes from around it.
func (s *sub) free(f func(*Symbol)) {
	for sym := range freeSymbols(s.node) {
		f(sym)
	}
}

// freeSymbols are those a plan refers to and does not make.
func freeSymbols(n Node) map[*Symbol]bool {
	used, made := map[*Symbol]bool{}, map[*Symbol]bool{}
	var walk func(n Node)
	walk = func(n Node) {
		for _, s := range n.Outputs() {
			made[s] = true
		}
		for _, e := range n.exprs() {
			symbolsOf(*e, func(s *Symbol) { used[s] = true })
		}
		for _, in := range n.inputs() {
			walk(*in)
		}
	}
	walk(n)
	for s := range made {
		delete(used, s)
	}
	return used
}

func (b *binder) subquery(q *trino.Query) (Node, []field, error) {
	if b.inLambda {
		return nil, nil, fail(q.Pos(), "a lambda expression cannot contain a sub-query")
	}
	return b.query(q, b.scope, b.with)
}

func (b *binder) scalar(x *trino.Subquery) (Expr, error) {
	n, fields, err := b.subquery(x.Query)
	if err != nil {
		return nil, err
	}
	if len(fields) != 1 {
		return nil, fail(x.Pos(), "Multiple columns returned by subquery are not supported: it has %d", len(fields))
	}
	return &sub{kind: scalarSub, node: n, column: fields[0].symbol, t: fields[0].symbol.Type}, nil
}

func (b *binder) exists(x *trino.Exists) (Expr, error) {
	n, _, err := b.subquery(x.Query)
	if err != nil {
		return nil, err
	}
	if e := b.anyElement(n); e != nil {
		return e, nil
	}
	return &sub{kind: existsSub, node: n, t: value.BooleanType}, nil
}

// anyElement writes EXISTS (SELECT ... FROM UNNEST(list) WHERE condition) as any_match(list, element -> condition), so
// that the list may be a column around; nil when the plan is another.
func (b *binder) anyElement(n Node) Expr {
	for {
		p, ok := n.(*Project)
		if !ok {
			break
		}
		n = p.In
	}
	var cond Expr = &Const{T: value.BooleanType, V: true}
	if f, ok := n.(*Filter); ok {
		cond, n = f.Cond, f.In
	}
	u, ok := n.(*Unnest)
	if !ok || len(u.Args) != 1 || u.Args[0].Type().Kind != value.Array || u.Ordinality != nil || hasSub(cond) {
		return nil
	}
	if one, ok := u.In.(*Values); !ok || len(one.Symbols) > 0 || len(freeSymbols(n)) == 0 {
		return nil
	}
	elem := u.Args[0].Type().Elem()
	param := b.symbol("", elem)
	by := map[*Symbol]Expr{}
	for i, s := range u.Out[0] {
		by[s] = &Ref{Symbol: param}
		if elem.Kind == value.Row {
			by[s] = &Field{&Ref{Symbol: param}, i}
		}
	}
	no := &Const{T: value.BooleanType, V: false}
	body := &Coalesce{[]Expr{replaceRefs(cond, by), no}, value.BooleanType}
	is := &Lambda{[]*Symbol{param}, body, value.FunctionOf([]*value.Type{elem}, value.BooleanType)}
	for _, f := range b.Functions("any_match") {
		if f.Takes(2) {
			return &Coalesce{[]Expr{&Call{f, []Expr{u.Args[0], is}, value.BooleanType}, no}, value.BooleanType}
		}
	}
	return nil
}

// oneColumn plans a sub-query that x is compared with, both of one type.
func (b *binder) oneColumn(pos trino.Position, x trino.Expr, q *trino.Query) (Expr, Node, *Symbol, error) {
	n, fields, err := b.subquery(q)
	if err != nil {
		return nil, nil, nil, err
	}
	if len(fields) != 1 {
		return nil, nil, nil, fail(pos, "the sub-query must have one column: it has %d", len(fields))
	}
	e, err := b.bind(x)
	if err != nil {
		return nil, nil, nil, err
	}
	column := fields[0].symbol
	l, r, ok := b.align(e, &Ref{Symbol: column})
	if !ok || !l.Type().Comparable() {
		return nil, nil, nil, fail(pos, "value and result of subquery must be of the same type: %s vs %s", e.Type(), column.Type)
	}
	if _, same := r.(*Ref); !same {
		column = b.symbol(column.Name, r.Type())
		n = extend(n, []Assign{{column, r}})
	}
	return l, n, column, nil
}

func (b *binder) inQuery(x *trino.In) (Expr, error) {
	e, n, column, err := b.oneColumn(x.Pos(), x.X, x.Query)
	if err != nil {
		return nil, err
	}
	return negated(&sub{kind: inSub, node: n, column: column, x: e, t: value.BooleanType}, x.Not), nil
}

// quantified compares with all or any values of a sub-query: with = ANY as IN, and with the others by the smallest and
// largest value.
func (b *binder) quantified(x *trino.Quantified) (Expr, error) {
	e, n, column, err := b.oneColumn(x.Pos(), x.X, x.Query)
	if err != nil {
		return nil, err
	}
	if x.Op == trino.Eq && !x.All || x.Op == trino.Ne && x.All {
		return negated(&sub{kind: inSub, node: n, column: column, x: e, t: value.BooleanType}, x.All), nil
	}
	t := column.Type
	if !t.Orderable() {
		return nil, fail(x.Pos(), "%s is not orderable", t)
	}
	ref := &Ref{Symbol: column}
	agg := &Aggregate{In: n}
	add := func(name string, t *value.Type, args ...Expr) *Symbol {
		s := b.symbol(name, t)
		agg.Aggs = append(agg.Aggs, Agg{Symbol: s, Name: name, Args: args})
		return s
	}
	rows, values := add("count", value.BigIntType), add("count", value.BigIntType, ref)
	low, high := add("min", t, ref), add("max", t, ref)
	row := value.RowOf([]string{"", "", "", ""}, []*value.Type{value.BigIntType, value.BigIntType, t, t})
	out := b.symbol("", row)
	packed := &Project{In: agg, Items: []Assign{{out, &Row{[]Expr{&Ref{Symbol: rows}, &Ref{Symbol: values}, &Ref{Symbol: low}, &Ref{Symbol: high}}, row}}}}
	all := &sub{kind: scalarSub, node: packed, column: out, t: row}
	return b.once(e, func(e Expr) (Expr, error) {
		return b.once(all, func(all Expr) (Expr, error) { return quantify(x.Op, x.All, e, all), nil })
	})
}

func quantify(op trino.Comparison, every bool, e Expr, row Expr) Expr {
	part := func(i int) Expr { return &Field{row, i} }
	number := func(n int64) Expr { return &Const{T: value.BigIntType, V: n} }
	truth := func(v value.Value) Expr { return &Const{T: value.BooleanType, V: v} }
	against := 2 // the smallest
	if (op == trino.Gt || op == trino.Ge) == every {
		against = 3
	}
	var holds Expr = &Compare{op, e, part(against)}
	switch op {
	case trino.Eq: // = ALL
		holds = &Logic{Terms: []Expr{&Compare{trino.Eq, e, part(2)}, &Compare{trino.Eq, e, part(3)}}}
	case trino.Ne: // <> ANY
		holds = &Logic{Or: true, Terms: []Expr{&Compare{trino.Ne, e, part(2)}, &Compare{trino.Ne, e, part(3)}}}
	}
	decided := holds
	if every {
		decided = &Not{holds}
	}
	return &Case{T: value.BooleanType, Whens: []When{
		{&Compare{trino.Eq, part(0), number(0)}, truth(every)},
		{decided, truth(!every)},
		{&Compare{trino.Lt, part(1), part(0)}, truth(nil)},
	}, Else: holds}
}

// attach joins the sub-queries of an expression to a node and puts their columns in their places.
func (p *planner) attach(n Node, e Expr, pos trino.Position) (Node, Expr, error) {
	if !hasSub(e) {
		return n, e, nil
	}
	done := map[*sub]*Symbol{} // one that stands in two places of an expression is joined once
	byNode := map[Node]*Symbol{}
	var failed error
	var walk func(e Expr) Expr
	walk = func(e Expr) Expr {
		s, ok := e.(*sub)
		if !ok {
			return mapChildren(e, walk)
		}
		if sym := byNode[s.node]; sym != nil {
			return &Ref{Symbol: sym}
		}
		if s.x != nil {
			x := walk(s.x)
			s = &sub{s.kind, s.node, s.column, x, s.t}
		}
		next, sym, err := p.attachOne(n, s, pos)
		if err != nil {
			if failed == nil {
				failed = err
			}
			return e
		}
		n, done[s], byNode[s.node] = next, sym, sym
		return &Ref{Symbol: sym}
	}
	e = walk(e)
	return n, e, failed
}

func (p *planner) attachOne(n Node, s *sub, pos trino.Position) (Node, *Symbol, error) {
	d := newDecorrelation(p, n, pos)
	if s.kind == scalarSub {
		if len(d.of(s.node)) > 0 {
			return d.scalar(n, s)
		}
		return &Join{Kind: trino.CrossJoin, L: n, R: &Single{s.node}}, s.column, nil
	}
	var keep []*Symbol
	if s.kind == inSub {
		keep = []*Symbol{s.column}
	}
	node, err := d.pull(s.node, keep, s.kind == existsSub)
	if err != nil {
		return nil, nil, err
	}
	mark := &Mark{L: n, R: node, Symbol: p.symbol("", value.BooleanType), Null: s.kind == inSub}
	var rest []Expr
	for _, c := range d.conditions {
		if l, r := d.sides(c); l != nil {
			mark.LKeys, mark.RKeys = append(mark.LKeys, l), append(mark.RKeys, r)
		} else {
			rest = append(rest, c)
		}
	}
	mark.Residual = and(rest)
	if s.kind == inSub {
		mark.LKeys, mark.RKeys = append(mark.LKeys, s.x), append(mark.RKeys, &Ref{Symbol: s.column})
		if mark.Residual != nil {
			return nil, nil, fail(pos, "IN with a sub-query that names columns around it other than by = is not supported")
		}
	}
	return mark, mark.Symbol, nil
}
