package plan

import (
	"github.com/tickmark/tickmark/internal/trino"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// decorrelation pulls the conditions that name columns around a sub-query out of it, to where they join.
type decorrelation struct {
	*planner
	outer      map[*Symbol]bool
	conditions []Expr
	pos        trino.Position
}

func newDecorrelation(p *planner, around Node, pos trino.Position) *decorrelation {
	d := &decorrelation{planner: p, outer: map[*Symbol]bool{}, pos: pos}
	for _, s := range around.Outputs() {
		d.outer[s] = true
	}
	return d
}

// of are the columns around that a plan names.
func (d *decorrelation) of(n Node) []*Symbol {
	var out []*Symbol
	for s := range freeSymbols(n) {
		if d.outer[s] {
			out = append(out, s)
		}
	}
	return out
}

func (d *decorrelation) names(e Expr) bool {
	found := false
	symbolsOf(e, func(s *Symbol) { found = found || d.outer[s] })
	return found
}

func (d *decorrelation) unsupported(what string) error {
	return fail(d.pos, "a sub-query that names columns around it is not supported with %s", what)
}

// pull takes the conditions out. The result still has the columns of keep, and those the conditions name. With exists
// only whether there are rows matters.
func (d *decorrelation) pull(n Node, keep []*Symbol, exists bool) (Node, error) {
	if len(d.of(n)) == 0 {
		return n, nil
	}
	switch x := n.(type) {
	case *Filter:
		return d.filter(x, keep, exists)
	case *Project:
		return d.project(x, keep, exists)
	case *Sort:
		if x.Limit < 0 || exists && x.Limit > 0 {
			return d.pull(x.In, keep, exists)
		}
		return nil, d.unsupported("ORDER BY and LIMIT")
	case *Limit:
		if exists && x.Offset == 0 && x.Count != 0 {
			return d.pull(x.In, keep, exists)
		}
		return nil, d.unsupported("LIMIT")
	case *Join:
		return d.join(x, keep, exists)
	case *Aggregate:
		return d.aggregate(x)
	case *Unnest:
		in, err := d.pull(x.In, nil, exists)
		for _, a := range x.Args {
			if d.names(a) {
				return nil, d.unsupported("UNNEST of such columns")
			}
		}
		return &Unnest{in, x.Args, x.Out, x.Ordinality, x.Outer}, err
	case *Mark:
		l, err := d.pull(x.L, nil, exists)
		if err == nil && len(d.of(x.R)) > 0 {
			err = d.unsupported("a sub-query of its own that names them too")
		}
		for _, e := range append(append([]Expr(nil), x.LKeys...), x.Residual) {
			if e != nil && d.names(e) && err == nil {
				err = d.unsupported("a sub-query of its own that is compared with them")
			}
		}
		out := *x
		out.L = l
		return &out, err
	}
	return nil, d.unsupported("set operations, window functions or VALUES")
}

func (d *decorrelation) filter(x *Filter, keep []*Symbol, exists bool) (Node, error) {
	var inside []Expr
	for _, c := range conjuncts(x.Cond) {
		if d.names(c) {
			d.conditions = append(d.conditions, c)
		} else {
			inside = append(inside, c)
		}
	}
	in, err := d.pull(x.In, keep, exists)
	if err != nil || len(inside) == 0 {
		return in, err
	}
	return &Filter{in, and(inside)}, nil
}

func (d *decorrelation) project(x *Project, keep []*Symbol, exists bool) (Node, error) {
	before := len(d.conditions)
	in, err := d.pull(x.In, nil, exists)
	if err != nil {
		return nil, err
	}
	wanted := map[*Symbol]bool{}
	for _, s := range keep {
		wanted[s] = true
	}
	for _, c := range d.conditions[:before] {
		symbolsOf(c, func(s *Symbol) { wanted[s] = true })
	}
	out := &Project{In: in}
	made := map[*Symbol]bool{}
	for _, it := range x.Items {
		if d.names(it.X) {
			if exists && !wanted[it.Symbol] {
				continue
			}
			return nil, d.unsupported("its columns computed of them")
		}
		made[it.Symbol] = true
		out.Items = append(out.Items, it)
	}
	for _, s := range in.Outputs() {
		if !made[s] {
			out.Items = append(out.Items, Assign{s, &Ref{Symbol: s}})
		}
	}
	return out, nil
}

func (d *decorrelation) join(x *Join, keep []*Symbol, exists bool) (Node, error) {
	out := *x
	out.condition = nil
	inner := x.Kind == trino.InnerJoin || x.Kind == trino.CrossJoin
	for _, c := range x.condition {
		switch {
		case !d.names(c):
			out.condition = append(out.condition, c)
		case inner:
			d.conditions = append(d.conditions, c)
		default:
			return nil, d.unsupported(string(x.Kind) + " on them")
		}
	}
	var err error
	if inner || x.Kind == trino.LeftJoin {
		if out.L, err = d.pull(x.L, nil, exists); err != nil {
			return nil, err
		}
	}
	if inner || x.Kind == trino.RightJoin {
		if out.R, err = d.pull(x.R, nil, exists); err != nil {
			return nil, err
		}
	}
	if len(d.of(&out)) > 0 {
		return nil, d.unsupported(string(x.Kind))
	}
	return &out, nil
}

// sides are the two sides of an equality of something around with something inside; nil when it is none.
func (d *decorrelation) sides(c Expr) (outside, inside Expr) {
	e, ok := c.(*Compare)
	if !ok || e.Op != trino.Eq {
		return nil, nil
	}
	only := func(x Expr, outer bool) bool {
		yes, any := true, false
		symbolsOf(x, func(s *Symbol) {
			any = true
			yes = yes && d.outer[s] == outer
		})
		return yes && any
	}
	switch {
	case only(e.L, true) && only(e.R, false):
		return e.L, e.R
	case only(e.R, true) && only(e.L, false):
		return e.R, e.L
	}
	return nil, nil
}

// keyed computes the inner sides of the conditions as columns; all of them must be equalities.
func (d *decorrelation) keyed(n Node, conditions []Expr) (Node, []Expr, []*Symbol, error) {
	var outside []Expr
	var keys []*Symbol
	var items []Assign
	for _, c := range conditions {
		l, r := d.sides(c)
		if l == nil {
			return nil, nil, nil, d.unsupported("an aggregation, when it names them other than by =")
		}
		outside = append(outside, l)
		if ref, ok := r.(*Ref); ok {
			keys = append(keys, ref.Symbol)
			continue
		}
		s := d.symbol("", r.Type())
		items = append(items, Assign{s, r})
		keys = append(keys, s)
	}
	return extend(n, items), outside, keys, nil
}

// aggregate groups by the inner sides of the equalities beside the keys.
func (d *decorrelation) aggregate(x *Aggregate) (Node, error) {
	if len(x.Keys) == 0 || x.Sets != nil {
		return nil, d.unsupported("an aggregation without GROUP BY in this place")
	}
	before := len(d.conditions)
	in, err := d.pull(x.In, nil, false)
	if err != nil {
		return nil, err
	}
	in, outside, keys, err := d.keyed(in, d.conditions[before:])
	if err != nil {
		return nil, err
	}
	d.conditions = d.conditions[:before:before]
	for i, o := range outside {
		d.conditions = append(d.conditions, &Compare{trino.Eq, o, &Ref{Symbol: keys[i]}})
	}
	out := *x
	out.In = in
	for _, k := range keys {
		out.Keys = appendNew(out.Keys, k)
	}
	return &out, nil
}

func appendNew(list []*Symbol, s *Symbol) []*Symbol {
	for _, have := range list {
		if have == s {
			return list
		}
	}
	return append(list[:len(list):len(list)], s)
}

// scalar joins a correlated scalar sub-query: an aggregation by its groups, any other with at most one row a group.
func (d *decorrelation) scalar(n Node, s *sub) (Node, *Symbol, error) {
	var above []*Project
	node := s.node
	for {
		p, ok := node.(*Project)
		if !ok {
			break
		}
		above = append(above, p)
		node = p.In
	}
	agg, ok := node.(*Aggregate)
	if !ok || len(agg.Keys) > 0 {
		return d.single(n, s)
	}
	in, err := d.pull(agg.In, nil, false)
	if err != nil {
		return nil, nil, err
	}
	in, outside, keys, err := d.keyed(in, d.conditions)
	if err != nil {
		return nil, nil, err
	}
	grouped := &Aggregate{In: in, Aggs: append([]Agg(nil), agg.Aggs...)}
	for _, k := range keys {
		grouped.Keys = appendNew(grouped.Keys, k)
	}
	var items []Assign
	for i := range grouped.Aggs { // without a group, count is 0 and the others are NULL
		a := &grouped.Aggs[i]
		if a.Name == "count" || a.Name == "count_if" || a.Name == "approx_distinct" {
			was := a.Symbol
			a.Symbol = d.symbol(was.Name, was.Type)
			items = append(items, Assign{was, &Coalesce{[]Expr{&Ref{Symbol: a.Symbol}, &Const{T: value.BigIntType, V: int64(0)}}, was.Type}})
		}
	}
	var out Node = extend(leftJoin(n, grouped, outside, keys), items)
	for i := len(above) - 1; i >= 0; i-- {
		var more []Assign
		for _, it := range above[i].Items {
			if r, ok := it.X.(*Ref); !ok || r.Symbol != it.Symbol {
				more = append(more, it)
			}
		}
		out = extend(out, more)
	}
	return out, s.column, nil
}

func leftJoin(l, r Node, outside []Expr, keys []*Symbol) Node {
	j := &Join{Kind: trino.LeftJoin, L: l, R: r}
	for i, o := range outside {
		j.condition = append(j.condition, &Compare{trino.Eq, o, &Ref{Symbol: keys[i]}})
	}
	return j
}

// single joins a sub-query that must not have two rows for one row around.
func (d *decorrelation) single(n Node, s *sub) (Node, *Symbol, error) {
	in, err := d.pull(s.node, []*Symbol{s.column}, false)
	if err != nil {
		return nil, nil, err
	}
	in, outside, keys, err := d.keyed(in, d.conditions)
	if err != nil {
		return nil, nil, err
	}
	first, rows := d.symbol(s.column.Name, s.column.Type), d.symbol("", value.BigIntType)
	agg := &Aggregate{In: in, Aggs: []Agg{{Symbol: first, Name: First, Args: []Expr{&Ref{Symbol: s.column}}}, {Symbol: rows, Name: "count"}}}
	for _, k := range keys {
		agg.Keys = appendNew(agg.Keys, k)
	}
	out := d.symbol(s.column.Name, s.column.Type)
	several := &Compare{trino.Gt, &Ref{Symbol: rows}, &Const{T: value.BigIntType, V: int64(1)}}
	one := &Case{Whens: []When{{several, &Fail{"Scalar sub-query has returned multiple rows", out.Type}}}, Else: &Ref{Symbol: first}, T: out.Type}
	return extend(leftJoin(n, agg, outside, keys), []Assign{{out, one}}), out, nil
}

// First is the aggregate of a group's first value, NULL or not; no statement can name it.
const First = "$first"
