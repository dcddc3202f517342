package plan

import (
	"strings"

	"github.com/tickmark/tickmark/internal/trino"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// item is a column of a SELECT.
type item struct {
	name string
	x    Expr
	pos  trino.Position
}

// selection is a SELECT on its way to a plan.
type selection struct {
	*binder
	node   Node
	items  []item
	having Expr
	orders []Expr
}

// selectOf plans a SELECT and the ORDER BY behind it.
func (p *planner) selectOf(s *trino.Select, outer *scope, w *with, by []*trino.Sort) (Node, []field, []SortKey, error) {
	var node Node = &Values{Rows: [][]Expr{{}}}
	var fields []field
	if s.From != nil {
		var err error
		if node, fields, err = p.relation(s.From, outer, w); err != nil {
			return nil, nil, nil, err
		}
	}
	b := &binder{planner: p, scope: &scope{fields: fields, outer: outer}, with: w, named: s.Windows}
	sel := &selection{binder: b, node: node}
	if s.Where != nil {
		b.clause = "WHERE clause"
		cond, err := b.boolean(s.Where, "WHERE clause")
		if err != nil {
			return nil, nil, nil, err
		}
		if sel.node, err = p.filter(sel.node, cond, s.Where.Pos()); err != nil {
			return nil, nil, nil, err
		}
	}
	if err := sel.bindItems(s); err != nil {
		return nil, nil, nil, err
	}
	if err := sel.bindOrder(by); err != nil {
		return nil, nil, nil, err
	}
	if err := sel.group(s); err != nil {
		return nil, nil, nil, err
	}
	if sel.having != nil {
		var err error
		if sel.node, err = p.filter(sel.node, sel.having, s.Having.Pos()); err != nil {
			return nil, nil, nil, err
		}
	}
	if err := sel.windowsOut(); err != nil {
		return nil, nil, nil, err
	}
	return sel.finish(s, by)
}

// filter keeps the rows for which a condition is true.
func (p *planner) filter(n Node, cond Expr, pos trino.Position) (Node, error) {
	n, cond, err := p.attach(n, cond, pos)
	if err != nil {
		return nil, err
	}
	return &Filter{n, cond}, nil
}

// bindItems binds the columns and HAVING.
func (s *selection) bindItems(x *trino.Select) error {
	b := *s.binder
	b.aggregates, b.windows, b.clause = true, true, "SELECT"
	for _, it := range x.Items {
		if it.All {
			if err := s.star(&b, it); err != nil {
				return err
			}
			continue
		}
		e, err := b.bind(it.X)
		if err != nil {
			return err
		}
		s.items = append(s.items, item{nameOf(it), e, it.Pos()})
	}
	if x.Having != nil {
		b.windows, b.clause = false, "HAVING clause"
		e, err := b.boolean(x.Having, "HAVING clause")
		if err != nil {
			return err
		}
		s.having = e
	}
	return nil
}

// nameOf is the name of a column: its alias, the column's or the field's own.
func nameOf(it *trino.Item) string {
	if it.Alias != nil {
		return it.Alias.Name
	}
	switch x := it.X.(type) {
	case *trino.Name:
		return x.Name
	case *trino.Dereference:
		return x.Field.Name
	}
	return ""
}

// star adds all columns, those of a relation, or the fields of a row.
func (s *selection) star(b *binder, it *trino.Item) error {
	var fields []field
	if it.X == nil {
		fields = s.scope.fields
		if len(fields) == 0 {
			return fail(it.Pos(), "SELECT * not allowed in queries without FROM clause")
		}
	} else if n, ok := it.X.(*trino.Name); ok {
		for _, f := range s.scope.fields {
			if strings.EqualFold(f.relation, n.Name) {
				fields = append(fields, f)
			}
		}
	}
	if len(fields) == 0 {
		return s.fieldsOf(b, it)
	}
	fields, err := renamed(it.Pos(), fields, it.Columns)
	for _, f := range fields {
		s.items = append(s.items, item{f.name, &Ref{Symbol: f.symbol, Pos: it.Pos()}, it.Pos()})
	}
	return err
}

func (s *selection) fieldsOf(b *binder, it *trino.Item) error {
	e, err := b.bind(it.X)
	if err != nil || e.Type().Kind != value.Row {
		return fail(it.Pos(), "Unable to resolve reference %s", dotted(parts(it.X)))
	}
	names := e.Type().Names
	if it.Columns != nil && len(it.Columns) != len(names) {
		return fail(it.Pos(), "Column alias list has %d entries but the row has %d fields", len(it.Columns), len(names))
	}
	for i, n := range names {
		if it.Columns != nil {
			n = it.Columns[i].Name
		}
		s.items = append(s.items, item{n, &Field{e, i}, it.Pos()})
	}
	return nil
}

// bindOrder binds ORDER BY: ordinals, columns by their names, or expressions over them and over what FROM has.
func (s *selection) bindOrder(by []*trino.Sort) error {
	b := *s.binder
	b.aggregates, b.windows, b.clause = true, true, "ORDER BY clause"
	named := &scope{outer: s.scope}
	aliases := map[*Symbol]Expr{}
	for _, it := range s.items {
		if it.name == "" {
			continue
		}
		alias := s.symbol(it.name, it.x.Type())
		if r, ok := it.x.(*Ref); ok {
			alias = r.Symbol
		}
		aliases[alias] = it.x
		named.fields = append(named.fields, field{name: it.name, symbol: alias})
	}
	b.scope = named
	for _, o := range by {
		if i, ok := o.X.(*trino.Integer); ok {
			if i.Value < 1 || i.Value > int64(len(s.items)) {
				return fail(o.Pos(), "ORDER BY position %d is not in select list", i.Value)
			}
			s.orders = append(s.orders, s.items[i.Value-1].x)
			continue
		}
		e, err := b.bind(o.X)
		if err != nil {
			return err
		}
		s.orders = append(s.orders, replaceRefs(e, aliases))
	}
	return nil
}

// replaceRefs puts expressions in the places of symbols.
func replaceRefs(e Expr, by map[*Symbol]Expr) Expr {
	if r, ok := e.(*Ref); ok {
		if x, ok := by[r.Symbol]; ok {
			return x
		}
		return e
	}
	return mapChildren(e, func(x Expr) Expr { return replaceRefs(x, by) })
}

// each calls f with every expression behind GROUP BY.
func (s *selection) each(f func(e Expr, pos trino.Position) (Expr, error)) error {
	for i := range s.items {
		e, err := f(s.items[i].x, s.items[i].pos)
		if err != nil {
			return err
		}
		s.items[i].x = e
	}
	for i := range s.orders {
		e, err := f(s.orders[i], trino.Position{})
		if err != nil {
			return err
		}
		s.orders[i] = e
	}
	if s.having != nil {
		e, err := f(s.having, trino.Position{})
		if err != nil {
			return err
		}
		s.having = e
	}
	return nil
}

// finish computes the columns and what they are ordered by.
func (s *selection) finish(x *trino.Select, by []*trino.Sort) (Node, []field, []SortKey, error) {
	var assigns []Assign
	known := map[string]*Symbol{}
	column := func(name string, e Expr, pos trino.Position) (*Symbol, error) {
		var err error
		if s.node, e, err = s.attach(s.node, e, pos); err != nil {
			return nil, err
		}
		if r, ok := e.(*Ref); ok {
			return r.Symbol, nil
		}
		k := Key(e)
		if have := known[k]; have != nil && !volatile(e) {
			return have, nil
		}
		known[k] = s.symbol(name, e.Type())
		assigns = append(assigns, Assign{known[k], e})
		return known[k], nil
	}
	var fields []field
	for _, it := range s.items {
		sym, err := column(it.name, it.x, it.pos)
		if err != nil {
			return nil, nil, nil, err
		}
		fields = append(fields, field{name: it.name, symbol: sym})
	}
	var keys []SortKey
	for i, e := range s.orders {
		key, err := sortKey(by[i], e)
		if err != nil {
			return nil, nil, nil, err
		}
		if key.Symbol, err = column("", e, by[i].X.Pos()); err != nil {
			return nil, nil, nil, err
		}
		keys = append(keys, key)
	}
	node := extend(s.node, assigns)
	if !x.Distinct {
		return node, fields, keys, nil
	}
	selected := map[*Symbol]bool{}
	for i, f := range fields {
		selected[f.symbol] = true
		if !f.symbol.Type.Comparable() {
			return nil, nil, nil, fail(s.items[i].pos, "DISTINCT can only be applied to comparable types (actual: %s)", f.symbol.Type)
		}
	}
	for i, k := range keys {
		if !selected[k.Symbol] {
			return nil, nil, nil, fail(by[i].X.Pos(), "For SELECT DISTINCT, ORDER BY expressions must appear in select list")
		}
	}
	return distinct(node, symbolsIn(fields)), fields, keys, nil
}
