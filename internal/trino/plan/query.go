package plan

import (
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/trino"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// query plans a query; its fields name the columns, which may be fewer than the node's outputs.
func (p *planner) query(q *trino.Query, outer *scope, w *with) (Node, []field, error) {
	if p.nodes++; p.nodes > maxNodes {
		return nil, nil, fail(q.Pos(), "the statement has more than %d sub-queries", maxNodes)
	}
	w, err := p.withs(q.With, outer, w)
	if err != nil {
		return nil, nil, err
	}
	var node Node
	var fields []field
	var keys []SortKey
	if s, ok := q.Body.(*trino.Select); ok {
		node, fields, keys, err = p.selectOf(s, outer, w, q.OrderBy)
	} else if node, fields, err = p.body(q.Body, outer, w); err == nil {
		node, keys, err = p.order(node, fields, outer, w, q.OrderBy)
	}
	if err != nil {
		return nil, nil, err
	}
	node, err = p.limit(node, keys, q)
	return node, fields, err
}

// withs plans the queries of WITH.
func (p *planner) withs(list []*trino.Named, outer *scope, w *with) (*with, error) {
	first := w
	for _, n := range list {
		for have := w; have != first; have = have.next {
			if strings.EqualFold(have.name, n.Name.Name) {
				return nil, fail(n.Pos(), "WITH query name '%s' specified more than once", n.Name.Name)
			}
		}
		node, fields, err := p.query(n.Query, outer, w)
		if err != nil {
			return nil, err
		}
		if fields, err = renamed(n.Pos(), fields, n.Columns); err != nil {
			return nil, err
		}
		w = &with{n.Name.Name, &Source{Plan: node, Columns: symbolsIn(fields)}, fields, w}
	}
	return w, nil
}

func symbolsIn(fields []field) []*Symbol {
	out := make([]*Symbol, len(fields))
	for i, f := range fields {
		out[i] = f.symbol
	}
	return out
}

// renamed gives columns the names of a list, when there is one.
func renamed(pos trino.Position, fields []field, names []trino.Ident) ([]field, error) {
	if names == nil {
		return fields, nil
	}
	if len(names) != len(fields) {
		return nil, fail(pos, "Column alias list has %d entries but the relation has %d columns", len(names), len(fields))
	}
	out := append([]field(nil), fields...)
	for i := range out {
		out[i].name = names[i].Name
	}
	return out, nil
}

func (p *planner) body(body trino.Body, outer *scope, w *with) (Node, []field, error) {
	switch x := body.(type) {
	case *trino.Select:
		node, fields, _, err := p.selectOf(x, outer, w, nil)
		return node, fields, err
	case *trino.Nested:
		return p.query(x.Query, outer, w)
	case *trino.Values:
		return p.values(x, outer, w)
	case *trino.SetOp:
		return p.setOp(x, outer, w)
	}
	return nil, nil, fail(body.Pos(), "this form of query is not supported")
}

func (p *planner) values(x *trino.Values, outer *scope, w *with) (Node, []field, error) {
	b := &binder{planner: p, scope: &scope{outer: outer}, with: w, clause: "VALUES"}
	out := &Values{}
	for i, row := range x.Rows {
		items := []trino.Expr{row}
		if r, ok := row.(*trino.Row); ok {
			items = r.Elements
		}
		if i > 0 && len(items) != len(out.Rows[0]) {
			return nil, nil, fail(row.Pos(), "Values rows have mismatched sizes: %d vs %d", len(out.Rows[0]), len(items))
		}
		list, err := b.all(items)
		if err != nil {
			return nil, nil, err
		}
		out.Rows = append(out.Rows, list)
	}
	var fields []field
	for c := range out.Rows[0] {
		column := make([]Expr, len(out.Rows))
		for i, r := range out.Rows {
			column[i] = r[c]
		}
		t, bad := b.unify(column)
		if t == nil {
			return nil, nil, fail(x.Rows[bad].Pos(), "Values rows have mismatched types")
		}
		for i := range out.Rows {
			out.Rows[i][c] = column[i]
		}
		s := p.symbol("", t)
		out.Symbols = append(out.Symbols, s)
		fields = append(fields, field{symbol: s})
	}
	return out, fields, nil
}

func (p *planner) setOp(x *trino.SetOp, outer *scope, w *with) (Node, []field, error) {
	l, lf, err := p.body(x.Left, outer, w)
	if err != nil {
		return nil, nil, err
	}
	r, rf, err := p.body(x.Right, outer, w)
	if err != nil {
		return nil, nil, err
	}
	if len(lf) != len(rf) {
		return nil, nil, fail(x.Pos(), "%s query has different number of fields: %d, %d", x.Op, len(lf), len(rf))
	}
	var symbols []*Symbol
	var fields []field
	for i := range lf {
		t := value.Common(lf[i].symbol.Type, rf[i].symbol.Type)
		if t == nil {
			return nil, nil, fail(x.Pos(), "column %d in %s query has incompatible types: %s, %s", i+1, x.Op, lf[i].symbol.Type, rf[i].symbol.Type)
		}
		s := p.symbol(lf[i].name, t)
		symbols = append(symbols, s)
		fields = append(fields, field{name: lf[i].name, symbol: s})
	}
	l, lc := p.columnsAs(l, lf, symbols)
	r, rc := p.columnsAs(r, rf, symbols)
	if x.Op == trino.Union {
		var node Node = &Union{[]Node{l, r}, [][]*Symbol{lc, rc}, symbols}
		if !x.All {
			node = distinct(node, symbols)
		}
		return node, fields, nil
	}
	for _, s := range symbols {
		if !s.Type.Comparable() {
			return nil, nil, fail(x.Pos(), "%s cannot compare columns of type %s", x.Op, s.Type)
		}
	}
	return &SetOp{x.Op, x.All, l, r, lc, rc, symbols}, fields, nil
}

// columnsAs converts a node's columns to the types of others.
func (p *planner) columnsAs(n Node, fields []field, like []*Symbol) (Node, []*Symbol) {
	project := &Project{In: n}
	out := make([]*Symbol, len(like))
	for i, f := range fields {
		out[i] = f.symbol
		if !f.symbol.Type.Equal(like[i].Type) {
			out[i] = p.symbol(f.name, like[i].Type)
			project.Items = append(project.Items, Assign{out[i], &Cast{X: &Ref{Symbol: f.symbol}, T: like[i].Type}})
		}
	}
	if len(project.Items) == 0 {
		return n, out
	}
	return extend(n, project.Items), out
}

// extend adds computed columns to those of a node.
func extend(n Node, items []Assign) Node {
	if len(items) == 0 {
		return n
	}
	out := &Project{In: n}
	for _, s := range n.Outputs() {
		out.Items = append(out.Items, Assign{s, &Ref{Symbol: s}})
	}
	out.Items = append(out.Items, items...)
	return out
}

// distinct keeps one of equal rows.
func distinct(n Node, symbols []*Symbol) Node {
	out := &Aggregate{In: n}
	seen := map[*Symbol]bool{}
	for _, s := range symbols {
		if !seen[s] {
			seen[s] = true
			out.Keys = append(out.Keys, s)
		}
	}
	return out
}

// order binds the ORDER BY of a query that is no SELECT.
func (p *planner) order(n Node, fields []field, outer *scope, w *with, by []*trino.Sort) (Node, []SortKey, error) {
	b := &binder{planner: p, scope: &scope{fields: fields, outer: outer}, with: w, clause: "ORDER BY clause"}
	var keys []SortKey
	var items []Assign
	for _, s := range by {
		var e Expr
		var err error
		if i, isOrdinal := s.X.(*trino.Integer); isOrdinal {
			if i.Value < 1 || i.Value > int64(len(fields)) {
				return nil, nil, fail(s.X.Pos(), "ORDER BY position %d is not in select list", i.Value)
			}
			e = &Ref{Symbol: fields[i.Value-1].symbol}
		} else if e, err = b.bind(s.X); err != nil {
			return nil, nil, err
		}
		key, err := sortKey(s, e)
		if err != nil {
			return nil, nil, err
		}
		if r, ok := e.(*Ref); ok {
			key.Symbol = r.Symbol
		} else {
			key.Symbol = p.symbol("", e.Type())
			items = append(items, Assign{key.Symbol, e})
		}
		keys = append(keys, key)
	}
	return extend(n, items), keys, nil
}

func sortKey(s *trino.Sort, e Expr) (SortKey, error) {
	if !e.Type().Orderable() {
		return SortKey{}, fail(s.X.Pos(), "Type %s is not orderable, and therefore cannot be used in ORDER BY", e.Type())
	}
	return SortKey{Desc: s.Desc, NullsFirst: s.Nulls == trino.NullsFirst}, nil
}

// limit sorts and cuts.
func (p *planner) limit(n Node, keys []SortKey, q *trino.Query) (Node, error) {
	offset, err := p.count(q.Offset, "OFFSET")
	if err != nil {
		return nil, err
	}
	count, err := p.count(q.Limit, "LIMIT")
	if err != nil {
		return nil, err
	}
	offset = max(offset, 0)
	if q.Ties && len(keys) == 0 {
		return nil, fail(q.Pos(), "FETCH FIRST WITH TIES clause requires ORDER BY")
	}
	if len(keys) > 0 {
		s := &Sort{In: n, Keys: keys, Limit: -1, Ties: q.Ties}
		if count >= 0 {
			s.Limit = offset + count
			if q.Ties {
				s.Limit, count = offset+count, -1
			}
		}
		n = s
		if offset == 0 {
			return n, nil
		}
	}
	if offset > 0 || count >= 0 {
		n = &Limit{n, offset, count}
	}
	return n, nil
}

// maxCount bounds LIMIT and OFFSET, so that their sum is a number.
const maxCount = 1 << 60

// count is the number LIMIT or OFFSET gives; -1 when there is none.
func (p *planner) count(x trino.Expr, what string) (int64, error) {
	switch x := x.(type) {
	case nil:
		return -1, nil
	case *trino.Integer:
		if x.Value >= 0 {
			return min(x.Value, maxCount), nil
		}
	case *trino.Parameter:
		if x.Index < len(p.Parameters) {
			if n, err := strconv.ParseInt(p.Parameters[x.Index], 10, 64); err == nil && n >= 0 {
				return min(n, maxCount), nil
			}
		}
	}
	return 0, fail(x.Pos(), "%s must be a whole number that is not negative", what)
}
