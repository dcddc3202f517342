package plan

import (
	"strings"

	"github.com/tickmark/tickmark/internal/trino"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// scanFilters are the conditions a table can use to leave rows out.
func (p *planner) scanFilters(s *Scan, conds []Expr) []ColumnFilter {
	var out []ColumnFilter
	for _, c := range conds {
		if f, ok := s.filter(c); ok {
			out = append(out, f)
		}
	}
	return out
}

// filter is a condition as one on a column, where it has that form.
func (s *Scan) filter(c Expr) (ColumnFilter, bool) {
	switch x := c.(type) {
	case *Compare:
		if f, ok := s.comparison(x.Op, x.L, x.R); ok {
			return f, true
		}
		return s.comparison(mirrored[x.Op], x.R, x.L)
	case *In:
		f := ColumnFilter{Kind: FilterIn}
		for _, e := range x.List {
			k, ok := e.(*Const)
			if !ok {
				return f, false
			}
			if k.V != nil {
				f.Values = append(f.Values, k.V)
			}
		}
		w, ok := s.wanted(x.X)
		f.Wanted = w
		return f, ok
	case *Like:
		return s.prefix(x)
	case *Ref, *Field: // a boolean column
		w, ok := s.wanted(x)
		return ColumnFilter{Wanted: w, Kind: FilterIn, Values: []value.Value{true}}, ok && w.Type.Kind == value.Boolean
	case *Not:
		w, ok := s.wanted(x.X)
		return ColumnFilter{Wanted: w, Kind: FilterIn, Values: []value.Value{false}}, ok && w.Type.Kind == value.Boolean
	case *Logic:
		if x.Or {
			return s.either(x.Terms)
		}
	}
	return ColumnFilter{}, false
}

// either is an OR of equalities with one column.
func (s *Scan) either(terms []Expr) (ColumnFilter, bool) {
	var out ColumnFilter
	for i, t := range terms {
		f, ok := s.filter(t)
		if !ok || f.Kind != FilterIn || i > 0 && !sameWanted(f.Wanted, out.Wanted) {
			return out, false
		}
		f.Values = append(out.Values, f.Values...)
		out = f
	}
	return out, true
}

func sameWanted(a, b Wanted) bool {
	if a.Column != b.Column || len(a.Path) != len(b.Path) {
		return false
	}
	for i := range a.Path {
		if a.Path[i] != b.Path[i] {
			return false
		}
	}
	return true
}

var mirrored = map[trino.Comparison]trino.Comparison{
	trino.Eq: trino.Eq, trino.Ne: trino.Ne, trino.Lt: trino.Gt, trino.Le: trino.Ge, trino.Gt: trino.Lt, trino.Ge: trino.Le,
}

func (s *Scan) comparison(op trino.Comparison, l, r Expr) (ColumnFilter, bool) {
	k, ok := r.(*Const)
	if !ok || k.V == nil {
		return ColumnFilter{}, false
	}
	w, ok := s.wanted(l)
	f := ColumnFilter{Wanted: w}
	switch op {
	case trino.Eq:
		f.Values = []value.Value{k.V}
	case trino.Lt, trino.Le:
		f.Kind, f.High, f.HighOpen = FilterRange, k.V, op == trino.Lt
	case trino.Gt, trino.Ge:
		f.Kind, f.Low, f.LowOpen = FilterRange, k.V, op == trino.Gt
	default:
		return f, false
	}
	return f, ok
}

func (s *Scan) prefix(x *Like) (ColumnFilter, bool) {
	k, ok := x.Pattern.(*Const)
	if !ok || k.V == nil || x.Escape != nil {
		return ColumnFilter{}, false
	}
	pattern := k.V.(string)
	end := strings.IndexAny(pattern, "%_")
	w, ok := s.wanted(x.X)
	switch {
	case end < 0:
		return ColumnFilter{Wanted: w, Values: []value.Value{pattern}}, ok
	case end == 0:
		return ColumnFilter{}, false
	}
	return ColumnFilter{Wanted: w, Kind: FilterPrefix, Prefix: pattern[:end]}, ok
}

// wanted is the column, or the place in one, that an expression reads.
func (s *Scan) wanted(e Expr) (Wanted, bool) {
	switch x := e.(type) {
	case *Ref:
		for _, c := range s.Columns {
			if c.Symbol == x.Symbol {
				return c.Wanted, true
			}
		}
	case *Field:
		if w, ok := s.wanted(x.X); ok {
			return w.step(Step{Field: x.Index}, x.Type()), true
		}
	case *Call:
		if key, ok := mapKey(x); ok {
			if w, ok := s.wanted(x.Args[0]); ok {
				return w.step(Step{-1, key}, x.T), true
			}
		}
	}
	return Wanted{}, false
}

func (w Wanted) step(s Step, t *value.Type) Wanted {
	return Wanted{w.Column, append(w.Path[:len(w.Path):len(w.Path)], s), t}
}

// mapKey is the key of element_at(map, 'key').
func mapKey(c *Call) (string, bool) {
	if c.Fn.Name != "element_at" || len(c.Args) != 2 || c.Args[0].Type().Kind != value.MapKind {
		return "", false
	}
	k, ok := c.Args[1].(*Const)
	if !ok {
		return "", false
	}
	s, ok := k.V.(string)
	return s, ok
}

// paths reads what lies inside of columns by the scan, instead of the whole column.
func (p *planner) paths(n Node) {
	for _, e := range n.exprs() {
		*e = p.derive(n, *e)
	}
	for _, in := range n.inputs() {
		p.paths(*in)
	}
}

// derive rewrites an expression of a node whose inputs can make what it takes out of a column.
func (p *planner) derive(n Node, e Expr) Expr {
	e = mapChildren(e, func(x Expr) Expr { return p.derive(n, x) })
	var from Expr
	var step Step
	switch x := e.(type) {
	case *Field:
		from, step = x.X, Step{Field: x.Index}
	case *Call:
		key, ok := mapKey(x)
		if !ok {
			return e
		}
		from, step = x.Args[0], Step{-1, key}
	default:
		return e
	}
	r, ok := from.(*Ref)
	if !ok {
		return e
	}
	for _, in := range n.inputs() {
		if s := p.derived(*in, r.Symbol, step, e.Type()); s != nil {
			return &Ref{Symbol: s, Pos: r.Pos}
		}
	}
	return e
}

// derived makes a node hand on what lies inside of one of its columns; nil when it cannot.
func (p *planner) derived(n Node, from *Symbol, step Step, t *value.Type) *Symbol {
	switch x := n.(type) {
	case *Scan:
		return p.scanned(x, from, step, t)
	case *Project:
		for _, it := range x.Items {
			if r, ok := it.X.(*Ref); ok && it.Symbol == from {
				s := p.derived(x.In, r.Symbol, step, t)
				if s != nil && !has(x, s) {
					x.Items = append(x.Items, Assign{s, &Ref{Symbol: s}})
				}
				return s
			}
		}
	case *Filter, *Sort, *Limit, *Unnest, *Window, *Join:
		for _, in := range n.inputs() {
			if s := p.derived(*in, from, step, t); s != nil {
				return s
			}
		}
	case *Mark:
		return p.derived(x.L, from, step, t)
	}
	return nil
}

func has(n Node, s *Symbol) bool {
	for _, o := range n.Outputs() {
		if o == s {
			return true
		}
	}
	return false
}

func (p *planner) scanned(x *Scan, from *Symbol, step Step, t *value.Type) *Symbol {
	for _, c := range x.Columns {
		if c.Symbol != from {
			continue
		}
		want := c.Wanted.step(step, t)
		for _, have := range x.Columns {
			if sameWanted(have.Wanted, want) {
				return have.Symbol
			}
		}
		s := p.symbol(from.Name, t)
		x.Columns = append(x.Columns, ScanColumn{s, want})
		return s
	}
	return nil
}
