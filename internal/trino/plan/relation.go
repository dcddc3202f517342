package plan

import (
	"strings"

	"github.com/tickmark/tickmark/internal/trino"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// relation plans what stands in FROM.
func (p *planner) relation(r trino.Relation, outer *scope, w *with) (Node, []field, error) {
	if p.nodes++; p.nodes > maxNodes {
		return nil, nil, fail(r.Pos(), "the statement has more than %d sub-queries", maxNodes)
	}
	switch x := r.(type) {
	case *trino.Table:
		return p.table(x, w)
	case *trino.Derived:
		if x.Lateral {
			return nil, nil, fail(x.Pos(), "LATERAL must be joined to a relation before it")
		}
		return p.query(x.Query, outer, w)
	case *trino.Aliased:
		node, fields, err := p.relation(x.Relation, outer, w)
		if err != nil {
			return nil, nil, err
		}
		fields, err = aliased(x, fields)
		return node, fields, err
	case *trino.Unnest:
		return p.unnest(x, &Values{Rows: [][]Expr{{}}}, nil, outer, w, false)
	case *trino.Join:
		return p.join(x, outer, w)
	}
	return nil, nil, fail(r.Pos(), "this relation is not supported")
}

func aliased(x *trino.Aliased, fields []field) ([]field, error) {
	fields, err := renamed(x.Pos(), fields, x.Columns)
	if err != nil {
		return nil, err
	}
	out := append([]field(nil), fields...)
	for i := range out {
		out[i].relation = x.Alias.Name
	}
	return out, nil
}

func (p *planner) table(x *trino.Table, w *with) (Node, []field, error) {
	names := make([]string, len(x.Name))
	for i, n := range x.Name {
		names[i] = n.Name
	}
	last := names[len(names)-1]
	if len(names) == 1 {
		for ; w != nil; w = w.next {
			if strings.EqualFold(w.name, last) {
				return p.shared(w)
			}
		}
	}
	t, err := p.Catalog(names)
	if err != nil {
		return nil, nil, err
	}
	scan := &Scan{Table: t}
	var fields []field
	for i, c := range t.Columns() {
		s := p.symbol(c.Name, c.Type)
		scan.Columns = append(scan.Columns, ScanColumn{s, Wanted{Column: i, Type: c.Type}})
		fields = append(fields, field{last, c.Name, s})
	}
	return scan, fields, nil
}

// shared reads the rows of a query of WITH.
func (p *planner) shared(w *with) (Node, []field, error) {
	w.source.readers++
	n := &Shared{Source: w.source}
	bySymbol := map[*Symbol]*Symbol{}
	var fields []field
	for _, c := range w.source.Columns {
		if bySymbol[c] == nil {
			bySymbol[c] = p.symbol(c.Name, c.Type)
		}
		n.Symbols = append(n.Symbols, bySymbol[c])
	}
	for _, f := range w.fields {
		fields = append(fields, field{w.name, f.name, bySymbol[f.symbol]})
	}
	return n, fields, nil
}

// unnest makes rows of elements; the arguments may name columns of in.
func (p *planner) unnest(x *trino.Unnest, in Node, left []field, outer *scope, w *with, keep bool) (Node, []field, error) {
	b := &binder{planner: p, scope: &scope{fields: left, outer: outer}, with: w, clause: "UNNEST"}
	args, err := b.all(x.Args)
	if err != nil {
		return nil, nil, err
	}
	n := &Unnest{In: in, Args: args, Outer: keep}
	var fields []field
	for i, a := range args {
		if n.In, args[i], err = p.attach(n.In, a, x.Args[i].Pos()); err != nil {
			return nil, nil, err
		}
		var names []string
		var types []*value.Type
		switch t := a.Type(); {
		case t.Kind == value.Array && t.Elem().Kind == value.Row:
			names, types = t.Elem().Names, t.Elem().Elems
		case t.Kind == value.Array:
			names, types = []string{""}, t.Elems
		case t.Kind == value.MapKind:
			names, types = []string{"", ""}, t.Elems
		default:
			return nil, nil, fail(x.Args[i].Pos(), "Cannot unnest type: %s", t)
		}
		var out []*Symbol
		for j, t := range types {
			s := p.symbol(names[j], t)
			out = append(out, s)
			fields = append(fields, field{name: names[j], symbol: s})
		}
		n.Out = append(n.Out, out)
	}
	if x.Ordinality {
		n.Ordinality = p.symbol("ordinality", value.BigIntType)
		fields = append(fields, field{name: "ordinality", symbol: n.Ordinality})
	}
	return n, fields, nil
}

func (p *planner) join(x *trino.Join, outer *scope, w *with) (Node, []field, error) {
	l, lf, err := p.relation(x.Left, outer, w)
	if err != nil {
		return nil, nil, err
	}
	if node, fields, done, err := p.lateral(x, l, lf, outer, w); done || err != nil {
		return node, fields, err
	}
	r, rf, err := p.relation(x.Right, outer, w)
	if err != nil {
		return nil, nil, err
	}
	n := &Join{Kind: x.Kind, L: l, R: r}
	fields := append(append([]field(nil), lf...), rf...)
	switch {
	case x.On != nil:
		b := &binder{planner: p, scope: &scope{fields: fields, outer: outer}, with: w, clause: "JOIN clause"}
		cond, err := b.boolean(x.On, "JOIN ON clause")
		if err != nil {
			return nil, nil, err
		}
		if hasSub(cond) {
			return nil, nil, fail(x.On.Pos(), "a sub-query in JOIN ON is not supported: put it into WHERE")
		}
		n.condition = conjuncts(cond)
	case x.Using != nil:
		return p.using(x, n, lf, rf)
	}
	return n, fields, nil
}

// lateral plans the joins whose right side names columns of the left: UNNEST and LATERAL.
func (p *planner) lateral(x *trino.Join, l Node, lf []field, outer *scope, w *with) (Node, []field, bool, error) {
	right := x.Right
	alias, named := right.(*trino.Aliased)
	if named {
		right = alias.Relation
	}
	keep := x.Kind == trino.LeftJoin
	var node Node
	var rf []field
	var err error
	switch r := right.(type) {
	case *trino.Unnest:
		node, rf, err = p.unnest(r, l, lf, outer, w, keep)
	case *trino.Derived:
		if !r.Lateral {
			return nil, nil, false, nil
		}
		node, rf, err = p.lateralQuery(r, l, lf, outer, w, keep)
	default:
		return nil, nil, false, nil
	}
	if err != nil {
		return nil, nil, true, err
	}
	if on, isTrue := x.On.(*trino.Bool); x.Kind != trino.CrossJoin && !((x.Kind == trino.LeftJoin || x.Kind == trino.InnerJoin) && isTrue && on.Value) {
		return nil, nil, true, fail(x.Pos(), "UNNEST and LATERAL can be joined by CROSS JOIN, or by JOIN and LEFT JOIN ... ON TRUE")
	}
	if named {
		if rf, err = aliased(alias, rf); err != nil {
			return nil, nil, true, err
		}
	}
	return node, append(append([]field(nil), lf...), rf...), true, nil
}

func (p *planner) lateralQuery(r *trino.Derived, l Node, lf []field, outer *scope, w *with, keep bool) (Node, []field, error) {
	sub, fields, err := p.query(r.Query, &scope{fields: lf, outer: outer}, w)
	if err != nil {
		return nil, nil, err
	}
	d := newDecorrelation(p, l, r.Pos())
	sub, err = d.pull(sub, symbolsIn(fields), false)
	if err != nil {
		return nil, nil, err
	}
	n := &Join{Kind: trino.InnerJoin, L: l, R: sub, condition: d.conditions}
	if keep {
		n.Kind = trino.LeftJoin
	}
	return n, fields, nil
}

// using joins by columns of the same name, which the result has once.
func (p *planner) using(x *trino.Join, n *Join, lf, rf []field) (Node, []field, error) {
	b := &binder{planner: p}
	var merged []field
	var items []Assign
	skip := map[string]bool{}
	for _, name := range x.Using {
		l, err := (&scope{fields: lf}).one("", name)
		if err != nil {
			return nil, nil, err
		}
		r, err := (&scope{fields: rf}).one("", name)
		if err != nil {
			return nil, nil, err
		}
		if l == nil || r == nil {
			return nil, nil, fail(name.Pos(), "Column '%s' is missing from a side of the join", name.Name)
		}
		equal, err := b.compare(name.Pos(), trino.Eq, &Ref{Symbol: l}, &Ref{Symbol: r})
		if err != nil {
			return nil, nil, err
		}
		n.condition = append(n.condition, equal)
		sides := equal.(*Compare)
		s := p.symbol(name.Name, sides.L.Type())
		items = append(items, Assign{s, &Coalesce{[]Expr{sides.L, sides.R}, s.Type}})
		merged = append(merged, field{name: name.Name, symbol: s})
		skip[strings.ToLower(name.Name)] = true
	}
	for _, f := range append(append([]field(nil), lf...), rf...) {
		if !skip[strings.ToLower(f.name)] {
			merged = append(merged, f)
		}
	}
	return extend(n, items), merged, nil
}
