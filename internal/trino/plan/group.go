package plan

import (
	"fmt"
	"slices"

	"github.com/tickmark/tickmark/internal/trino"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// maxSets bounds grouping sets: CUBE doubles them with each column.
const maxSets = 256

// grouper collects the keys of GROUP BY.
type grouper struct {
	keys  []Expr
	byKey map[string]int
}

func (g *grouper) add(e Expr) int {
	k := Key(e)
	i, ok := g.byKey[k]
	if !ok {
		i = len(g.keys)
		g.byKey[k] = i
		g.keys = append(g.keys, e)
	}
	return i
}

// group plans GROUP BY and aggregates, when there are any.
func (s *selection) group(x *trino.Select) error {
	g := &grouper{byKey: map[string]int{}}
	sets, err := s.groupingSets(x.GroupBy, g)
	if err != nil {
		return err
	}
	calls := s.aggregateCalls()
	if x.GroupBy == nil && len(calls) == 0 && s.having == nil && !s.hasGrouping() {
		return nil
	}
	agg := &Aggregate{}
	byKey := map[string]*Symbol{}
	var items []Assign
	for i, e := range g.keys {
		if s.node, e, err = s.attach(s.node, e, x.GroupBy.Pos()); err != nil {
			return err
		}
		sym := s.symbol("", e.Type())
		if r, ok := e.(*Ref); ok {
			sym = r.Symbol
		} else {
			items = append(items, Assign{sym, e})
		}
		byKey[Key(g.keys[i])] = sym
		agg.Keys = append(agg.Keys, sym)
	}
	for _, c := range calls {
		k := Key(c)
		if byKey[k] != nil {
			continue
		}
		byKey[k] = s.symbol(c.Name, c.t)
		a := c.Agg
		a.Symbol = byKey[k]
		a.Args = slices.Clone(a.Args)
		for i := range a.Args {
			if s.node, a.Args[i], err = s.attach(s.node, a.Args[i], c.pos); err != nil {
				return err
			}
		}
		agg.Aggs = append(agg.Aggs, a)
	}
	known := map[*Symbol]bool{}
	for _, sym := range s.node.Outputs() {
		known[sym] = true
	}
	agg.In = extend(s.node, items)
	s.node = agg
	if sets != nil {
		agg.Sets, agg.SetID = sets, s.symbol("", value.BigIntType)
	}
	r := &regroup{byKey, known, agg, g}
	return s.each(r.rewrite)
}

// aggregateCalls are the aggregates behind GROUP BY.
func (s *selection) aggregateCalls() []*aggCall {
	var out []*aggCall
	_ = s.each(func(e Expr, _ trino.Position) (Expr, error) {
		Walk(e, func(x Expr) bool {
			if a, ok := x.(*aggCall); ok {
				out = append(out, a)
				return false
			}
			return true
		})
		return e, nil
	})
	return out
}

func (s *selection) hasGrouping() bool {
	found := false
	_ = s.each(func(e Expr, _ trino.Position) (Expr, error) {
		Walk(e, func(x Expr) bool {
			if _, ok := x.(*groupingCall); ok {
				found = true
			}
			return !found
		})
		return e, nil
	})
	return found
}

// groupingSets binds GROUP BY; nil when it has only one set, which is all keys.
func (s *selection) groupingSets(x *trino.GroupBy, g *grouper) ([][]int, error) {
	if x == nil {
		return nil, nil
	}
	b := *s.binder
	b.aggregates, b.windows, b.clause = false, false, "GROUP BY clause"
	sets := [][]int{{}}
	plain := true
	for _, el := range x.Elements {
		var options [][]int
		for _, set := range el.Sets {
			one := []int{}
			for _, e := range set {
				key, err := s.groupKey(&b, e)
				if err != nil {
					return nil, err
				}
				one = append(one, g.add(key))
			}
			options = append(options, one)
		}
		switch el.Kind {
		case trino.Rollup:
			options = rollup(options)
		case trino.Cube:
			options = cube(options)
		}
		plain = plain && el.Kind == trino.Simple
		if len(sets)*len(options) > maxSets {
			return nil, fail(x.Pos(), "GROUP BY has more than %d grouping sets", maxSets)
		}
		var next [][]int
		for _, have := range sets {
			for _, more := range options {
				next = append(next, append(slices.Clone(have), more...))
			}
		}
		sets = next
	}
	if plain {
		return nil, nil
	}
	if x.Distinct {
		sets = distinctSets(sets)
	}
	return sets, nil
}

func rollup(list [][]int) [][]int {
	var out [][]int
	for n := len(list); n >= 0; n-- {
		out = append(out, slices.Concat(list[:n]...))
	}
	return out
}

func cube(list [][]int) [][]int {
	if len(list) > 8 {
		list = list[:9] // more than maxSets in any case
	}
	out := [][]int{{}}
	for i := len(list) - 1; i >= 0; i-- {
		for _, have := range slices.Clone(out) {
			out = append(out, append(slices.Clone(list[i]), have...))
		}
	}
	slices.Reverse(out)
	return out
}

func distinctSets(sets [][]int) [][]int {
	seen := map[string]bool{}
	return slices.DeleteFunc(sets, func(s []int) bool {
		c := slices.Compact(slices.Sorted(slices.Values(s)))
		k := fmt.Sprint(c)
		was := seen[k]
		seen[k] = true
		return was
	})
}

func (s *selection) groupKey(b *binder, x trino.Expr) (Expr, error) {
	var e Expr
	if i, ok := x.(*trino.Integer); ok {
		if i.Value < 1 || i.Value > int64(len(s.items)) {
			return nil, fail(x.Pos(), "GROUP BY position %d is not in select list", i.Value)
		}
		e = s.items[i.Value-1].x
		bad := false
		Walk(e, func(x Expr) bool {
			switch x.(type) {
			case *aggCall, *windowCall:
				bad = true
			}
			return !bad
		})
		if bad {
			return nil, fail(x.Pos(), "GROUP BY clause cannot contain aggregations, window functions or grouping operations")
		}
	} else {
		var err error
		if e, err = b.bind(x); err != nil {
			return nil, err
		}
	}
	if !e.Type().Comparable() {
		return nil, fail(x.Pos(), "%s is not comparable, and therefore cannot be used in GROUP BY", e.Type())
	}
	return e, nil
}

// regroup puts the columns of an Aggregate in the places of what they were computed from.
type regroup struct {
	byKey map[string]*Symbol
	below map[*Symbol]bool // the columns before grouping
	agg   *Aggregate
	keys  *grouper
}

func (r *regroup) rewrite(e Expr, pos trino.Position) (Expr, error) {
	var failed error
	var walk func(e Expr) Expr
	walk = func(e Expr) Expr {
		if sym := r.byKey[Key(e)]; sym != nil {
			return &Ref{Symbol: sym}
		}
		switch x := e.(type) {
		case *Ref:
			if r.below[x.Symbol] && failed == nil {
				failed = fail(x.Pos, "'%s' must be an aggregate expression or appear in GROUP BY clause", x.Symbol.Name)
			}
			return e
		case *groupingCall:
			out, err := r.grouping(x)
			if err != nil && failed == nil {
				failed = err
			}
			return out
		case *sub:
			x.free(func(s *Symbol) {
				if r.below[s] && !slices.Contains(r.agg.Keys, s) && failed == nil {
					failed = fail(pos, "a sub-query behind GROUP BY names '%s', which is not grouped by", s.Name)
				}
			})
		}
		return mapChildren(e, walk)
	}
	out := walk(e)
	return out, failed
}

// groupingCall is GROUPING(...): a bit for each argument, set where the row's grouping set lacks it.
type groupingCall struct {
	args []Expr
	pos  trino.Position
}

func (g *groupingCall) Type() *value.Type { return value.BigIntType }
func (g *groupingCall) key() string       { return "grouping" }
func (g *groupingCall) mapChildren(f func(Expr) Expr) Expr {
	if xs, changed := mapAll(g.args, f); changed {
		return &groupingCall{xs, g.pos}
	}
	return g
}

func (b *binder) grouping(x *trino.Call) (Expr, error) {
	if !b.aggregates || b.inLambda {
		return nil, fail(x.Pos(), "%s cannot contain aggregations, window functions or grouping operations: grouping", b.clause)
	}
	args, err := b.all(x.Args)
	if len(args) > 63 {
		return nil, fail(x.Pos(), "GROUPING supports up to 63 column arguments")
	}
	return &groupingCall{args, x.Pos()}, err
}

func (r *regroup) grouping(g *groupingCall) (Expr, error) {
	var keys []int
	for _, a := range g.args {
		i, ok := r.keys.byKey[Key(a)]
		if !ok {
			return g, fail(g.pos, "The arguments to GROUPING() must be expressions referenced by the GROUP BY at the relevant query level")
		}
		keys = append(keys, i)
	}
	if r.agg.Sets == nil {
		return &Const{T: value.BigIntType, V: int64(0)}, nil
	}
	out := &Case{T: value.BigIntType}
	for n, set := range r.agg.Sets {
		bits := int64(0)
		for _, k := range keys {
			bits <<= 1
			if !slices.Contains(set, k) {
				bits |= 1
			}
		}
		is := &Compare{trino.Eq, &Ref{Symbol: r.agg.SetID}, &Const{T: value.BigIntType, V: int64(n)}}
		out.Whens = append(out.Whens, When{is, &Const{T: value.BigIntType, V: bits}})
	}
	return out, nil
}

// windowsOut moves window functions into nodes of their own, one for each window.
func (s *selection) windowsOut() error {
	nodes := map[string]*Window{}
	done := map[string]*Symbol{}
	var items []Assign
	known := map[string]*Symbol{}
	column := func(e Expr) *Symbol {
		if r, ok := e.(*Ref); ok {
			return r.Symbol
		}
		k := Key(e)
		if known[k] == nil {
			known[k] = s.symbol("", e.Type())
			items = append(items, Assign{known[k], e})
		}
		return known[k]
	}
	var order []*Window
	var failed error
	var walk func(e Expr) Expr
	walk = func(e Expr) Expr {
		w, ok := e.(*windowCall)
		if !ok {
			return mapChildren(e, walk)
		}
		k := Key(w)
		if done[k] == nil {
			if hasSub(w) && failed == nil {
				failed = fail(trino.Position{}, "a sub-query in a window function is not supported")
			}
			n := &Window{}
			for _, p := range w.partition {
				n.Partition = append(n.Partition, column(p))
			}
			for _, o := range w.order {
				n.Order = append(n.Order, SortKey{column(o.X), o.Desc, o.NullsFirst})
			}
			spec := windowKey(n)
			if nodes[spec] == nil {
				nodes[spec] = n
				order = append(order, n)
			}
			f := w.WindowFunc
			f.Symbol = s.symbol(w.Name, w.t)
			done[k] = f.Symbol
			nodes[spec].Funcs = append(nodes[spec].Funcs, f)
		}
		return &Ref{Symbol: done[k]}
	}
	if err := s.each(func(e Expr, _ trino.Position) (Expr, error) { return walk(e), failed }); err != nil {
		return err
	}
	s.node = extend(s.node, items)
	for _, n := range order {
		n.In = s.node
		s.node = n
	}
	return nil
}

func windowKey(n *Window) string {
	out := ""
	for _, p := range n.Partition {
		out += fmt.Sprintf("%d,", p.ID)
	}
	for _, o := range n.Order {
		out += fmt.Sprintf(";%d%v%v", o.Symbol.ID, o.Desc, o.NullsFirst)
	}
	return out
}

func hasSub(e Expr) bool {
	found := false
	Walk(e, func(x Expr) bool {
		if _, ok := x.(*sub); ok {
			found = true
		}
		return !found
	})
	return found
}
