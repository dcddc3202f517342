package plan

import "github.com/tickmark/tickmark/internal/trino"

// optimize rewrites a plan: shared queries with one reader go in its place, conditions move down to where they can be
// decided, what is wanted inside of columns moves down to the scans, and columns nobody reads are left out.
func (p *planner) optimize(out *Plan) error {
	sources := map[*Source]bool{}
	out.Root = p.inline(out.Root, sources)
	if err := check(out.Root); err != nil {
		return err
	}
	for s := range sources {
		if err := check(s.Plan); err != nil {
			return err
		}
	}
	out.Root = p.push(out.Root, nil)
	for s := range sources {
		s.Plan = p.push(s.Plan, nil)
	}
	p.paths(out.Root)
	for s := range sources {
		p.paths(s.Plan)
	}
	needed := symbolSet{}
	for _, c := range out.Columns {
		needed[c.Symbol] = true
	}
	out.Root = prune(out.Root, needed)
	for s := range sources {
		needed := symbolSet{}
		for _, c := range s.Columns {
			needed[c] = true
		}
		s.Plan = prune(s.Plan, needed)
	}
	return nil
}

// check refuses expressions over columns that do not reach them: those around a sub-query, in places where no join can
// bring them.
func check(n Node) error {
	have := symbolSet{}
	for _, in := range n.inputs() {
		if err := check(*in); err != nil {
			return err
		}
		for _, s := range (*in).Outputs() {
			have[s] = true
		}
	}
	var missing *Symbol
	for _, e := range n.exprs() {
		symbolsOf(*e, func(s *Symbol) {
			if !have[s] {
				missing = s
			}
		})
	}
	switch x := n.(type) {
	case *Aggregate:
		missing = have.first(x.Keys, missing)
	case *Sort:
		for _, k := range x.Keys {
			missing = have.first([]*Symbol{k.Symbol}, missing)
		}
	case *Window:
		missing = have.first(x.Partition, missing)
	case *Mark:
		right := setOf(x.R)
		for _, k := range x.RKeys {
			symbolsOf(k, func(s *Symbol) { missing = right.first([]*Symbol{s}, missing) })
		}
	}
	if missing != nil {
		return fail(trino.Position{}, "a sub-query's use of '%s', a column around it, is not supported in this place", missing.Name)
	}
	return nil
}

// first is a symbol of the list that is not in the set, if there is one.
func (s symbolSet) first(list []*Symbol, otherwise *Symbol) *Symbol {
	for _, x := range list {
		if !s[x] {
			return x
		}
	}
	return otherwise
}

type symbolSet map[*Symbol]bool

// inline puts queries of WITH that are read once where they are read, and collects the others.
func (p *planner) inline(n Node, sources map[*Source]bool) Node {
	if s, ok := n.(*Shared); ok {
		if s.Source.readers > 1 {
			if !sources[s.Source] {
				sources[s.Source] = true
				s.Source.Plan = p.inline(s.Source.Plan, sources)
			}
			return n
		}
		out := &Project{In: p.inline(s.Source.Plan, sources)}
		for i, sym := range s.Symbols {
			out.Items = append(out.Items, Assign{sym, &Ref{Symbol: s.Source.Columns[i]}})
		}
		return out
	}
	for _, in := range n.inputs() {
		*in = p.inline(*in, sources)
	}
	return n
}

func setOf(n Node) symbolSet {
	out := symbolSet{}
	for _, s := range n.Outputs() {
		out[s] = true
	}
	return out
}

// within reports whether an expression names only symbols of the set.
func (s symbolSet) within(e Expr) bool {
	yes := true
	symbolsOf(e, func(x *Symbol) { yes = yes && s[x] })
	return yes
}

// split divides conditions by whether they name only symbols of the set.
func (s symbolSet) split(conds []Expr) (in, out []Expr) {
	for _, c := range conds {
		if s.within(c) && !volatile(c) {
			in = append(in, c)
		} else {
			out = append(out, c)
		}
	}
	return in, out
}

func filtered(n Node, conds []Expr) Node {
	if len(conds) == 0 {
		return n
	}
	return &Filter{n, and(conds)}
}

// push moves conditions as far down as they can be decided. All of them hold for the rows of the result.
func (p *planner) push(n Node, conds []Expr) Node {
	switch x := n.(type) {
	case *Filter:
		return p.push(x.In, append(conjuncts(x.Cond), conds...))
	case *Project:
		return p.pushProject(x, conds)
	case *Join:
		return p.pushJoin(x, conds)
	case *Mark:
		down, stay := setOf(x.L).split(conds)
		x.L, x.R = p.push(x.L, down), p.push(x.R, nil)
		return filtered(x, stay)
	case *Aggregate:
		keys := symbolSet{}
		if x.Sets == nil {
			for _, k := range x.Keys {
				keys[k] = true
			}
		}
		down, stay := keys.split(conds)
		if len(x.Keys) == 0 {
			down, stay = nil, conds
		}
		x.In = p.push(x.In, down)
		return filtered(x, stay)
	case *Window:
		keys := symbolSet{}
		for _, k := range x.Partition {
			keys[k] = true
		}
		down, stay := keys.split(conds)
		x.In = p.push(x.In, down)
		return filtered(x, stay)
	case *Unnest:
		down, stay := setOf(x.In).split(conds)
		x.In = p.push(x.In, down)
		return filtered(x, stay)
	case *Sort:
		if x.Limit < 0 {
			x.In = p.push(x.In, conds)
			return x
		}
	case *Union:
		for i := range x.In {
			by := map[*Symbol]Expr{}
			for j, s := range x.Symbols {
				by[s] = &Ref{Symbol: x.Columns[i][j]}
			}
			x.In[i] = p.push(x.In[i], replaceAll(conds, by))
		}
		return x
	case *Scan:
		x.Filters = append(x.Filters, p.scanFilters(x, conds)...)
		return filtered(x, conds)
	}
	for _, in := range n.inputs() {
		*in = p.push(*in, nil)
	}
	return filtered(n, conds)
}

func replaceAll(list []Expr, by map[*Symbol]Expr) []Expr {
	out := make([]Expr, len(list))
	for i, e := range list {
		out[i] = replaceRefs(e, by)
	}
	return out
}

// pushProject writes conditions over computed columns as conditions over what they are computed of, unless that would
// compute something heavy twice.
func (p *planner) pushProject(x *Project, conds []Expr) Node {
	by := map[*Symbol]Expr{}
	cheap := symbolSet{}
	for _, it := range x.Items {
		if isCheap(it.X) {
			cheap[it.Symbol] = true
			by[it.Symbol] = it.X
		}
	}
	down, stay := cheap.split(conds)
	x.In = p.push(x.In, replaceAll(down, by))
	return filtered(x, stay)
}

func isCheap(e Expr) bool {
	switch x := e.(type) {
	case *Ref, *Const:
		return true
	case *Field:
		return isCheap(x.X)
	}
	return false
}

func (p *planner) pushJoin(x *Join, conds []Expr) Node {
	left, right := setOf(x.L), setOf(x.R)
	if x.Kind == trino.CrossJoin || x.Kind == trino.InnerJoin {
		all := append(x.condition, conds...)
		x.condition = nil
		var l, r []Expr
		l, all = left.split(all)
		r, all = right.split(all)
		x.L, x.R = p.push(x.L, l), p.push(x.R, r)
		stay := x.keys(all, left, right)
		if len(x.LKeys) > 0 || x.Residual != nil {
			x.Kind = trino.InnerJoin
		}
		return filtered(x, stay)
	}
	// What is said about the side that all rows come of moves there; the join's own condition about the other side too.
	var l, r []Expr
	on := x.condition
	x.condition = nil
	switch x.Kind {
	case trino.LeftJoin:
		l, conds = left.split(conds)
		r, on = right.split(on)
	case trino.RightJoin:
		r, conds = right.split(conds)
		l, on = left.split(on)
	}
	x.L, x.R = p.push(x.L, l), p.push(x.R, r)
	x.Residual = and(x.keys(on, left, right))
	return filtered(x, conds)
}

// keys takes equalities between the sides as keys. The others are the residual of an inner join, or returned for
// joins that keep rows. Volatile ones are always returned.
func (x *Join) keys(conds []Expr, left, right symbolSet) []Expr {
	var rest []Expr
	for _, c := range conds {
		e, ok := c.(*Compare)
		switch {
		case ok && e.Op == trino.Eq && left.within(e.L) && right.within(e.R) && named(e.L) && named(e.R):
			x.LKeys, x.RKeys = append(x.LKeys, e.L), append(x.RKeys, e.R)
		case ok && e.Op == trino.Eq && left.within(e.R) && right.within(e.L) && named(e.L) && named(e.R):
			x.LKeys, x.RKeys = append(x.LKeys, e.R), append(x.RKeys, e.L)
		default:
			rest = append(rest, c)
		}
	}
	if x.Kind == trino.InnerJoin || x.Kind == trino.CrossJoin {
		var inside, outside []Expr
		for _, c := range rest {
			if volatile(c) {
				outside = append(outside, c)
			} else {
				inside = append(inside, c)
			}
		}
		x.Residual = and(inside)
		return outside
	}
	return rest
}

// named reports whether an expression names a symbol at all.
func named(e Expr) bool {
	any := false
	symbolsOf(e, func(*Symbol) { any = true })
	return any
}
