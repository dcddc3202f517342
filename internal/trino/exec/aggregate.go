package exec

import (
	"slices"

	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// aggregate groups rows: each worker for itself, then all together.
type aggregate struct {
	in   operator
	n    *plan.Aggregate
	keys []*expr
	aggs []aggregateCall
	sets [][]int // numbers of keys
}

// aggregateCall is one aggregate's inputs.
type aggregateCall struct {
	agg    plan.Agg
	args   []*expr // then what it is ordered by
	filter *expr
	types  []*value.Type // of args
}

func newAggregate(n *plan.Aggregate) (operator, error) {
	in, err := build(n.In)
	if err != nil {
		return nil, err
	}
	a := &aggregate{in: in, n: n, sets: n.Sets}
	symbols := n.In.Outputs()
	all := make([]int, len(n.Keys))
	for i, k := range n.Keys {
		all[i] = i
		e, err := compile(&plan.Ref{Symbol: k}, symbols)
		if err != nil {
			return nil, err
		}
		a.keys = append(a.keys, e)
	}
	if a.sets == nil {
		a.sets = [][]int{all}
	}
	for _, agg := range n.Aggs {
		c := aggregateCall{agg: agg}
		list := slices.Clone(agg.Args)
		for _, o := range agg.Order {
			list = append(list, o.X)
		}
		if c.args, err = compileAll(list, symbols); err != nil {
			return nil, err
		}
		for _, e := range c.args {
			c.types = append(c.types, e.t)
		}
		if agg.Filter != nil {
			if c.filter, err = compile(agg.Filter, symbols); err != nil {
				return nil, err
			}
		}
		a.aggs = append(a.aggs, c)
	}
	return a, nil
}

// aggregator makes the states of one aggregate.
func (c *aggregateCall) aggregator(m *memory) (aggregator, error) {
	args := c.types[:len(c.agg.Args)]
	inner, err := newAggregator(c.agg.Name, args, c.agg.Symbol.Type)
	if err != nil {
		return nil, err
	}
	if len(c.agg.Order) > 0 {
		var keys []orderKey
		for i, o := range c.agg.Order {
			keys = append(keys, orderKey{len(keys), c.types[len(args)+i], o.Desc, o.NullsFirst})
		}
		types := append([]*value.Type{value.BigIntType}, c.types...)
		out := &ordered{inner: inner, keys: keys, args: len(args), rows: newStore(types, m, "the rows of "+c.agg.Name+" with ORDER BY")}
		if c.agg.Distinct {
			return newDistinct(out, c.types), nil
		}
		return out, nil
	}
	if c.agg.Distinct {
		return newDistinct(inner, args), nil
	}
	return inner, nil
}

// groups is one grouping set of one worker.
type groups struct {
	keys  *grouper
	aggs  []aggregator
	held  held
	set   []int
	types []*value.Type
}

func (a *aggregate) newGroups(m *memory, set []int) (*groups, error) {
	g := &groups{set: set, held: held{m: m, what: "the groups of GROUP BY, DISTINCT or an aggregate"}}
	for _, k := range set {
		g.types = append(g.types, a.keys[k].t)
	}
	g.keys = newGrouper(g.types)
	for i := range a.aggs {
		agg, err := a.aggs[i].aggregator(m)
		if err != nil {
			return nil, err
		}
		g.aggs = append(g.aggs, agg)
	}
	return g, nil
}

func (g *groups) account() error {
	n := g.keys.size()
	for _, a := range g.aggs {
		n += a.size()
	}
	return g.held.now(n)
}

func (a *aggregate) run(x *execution, out emit) error {
	workers := make([][]*groups, x.workers)
	locals := x.locals()
	err := a.in.run(x, func(worker int, b *plan.Batch) error {
		if workers[worker] == nil {
			for _, set := range a.sets {
				g, err := a.newGroups(x.memory, set)
				if err != nil {
					return err
				}
				workers[worker] = append(workers[worker], g)
			}
		}
		return a.take(locals[worker], workers[worker], b)
	})
	if err != nil {
		return err
	}
	for i, set := range a.sets {
		if err := x.ctx.Err(); err != nil {
			return err
		}
		g, err := a.merged(x, workers, i, set)
		if err != nil {
			return err
		}
		if err := a.emit(x, g, i, out); err != nil {
			return err
		}
	}
	return nil
}

// take adds a batch.
func (a *aggregate) take(l *local, sets []*groups, b *plan.Batch) error {
	keys, err := evalAll(l, b, a.keys)
	if err != nil {
		return err
	}
	ids := make([][]uint32, len(sets))
	for i, g := range sets {
		columns := make([]*value.Vector, len(g.set))
		for j, k := range g.set {
			columns[j] = keys[k]
		}
		ids[i] = g.keys.add(columns, b.Rows)
	}
	for i := range a.aggs {
		if err := a.aggs[i].take(l, sets, ids, i, b); err != nil {
			return err
		}
	}
	for _, g := range sets {
		if err := g.account(); err != nil {
			return err
		}
	}
	return nil
}

func evalAll(l *local, b *plan.Batch, list []*expr) ([]*value.Vector, error) {
	out := make([]*value.Vector, len(list))
	for i, e := range list {
		var err error
		if out[i], err = e.eval(l, b); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// take adds a batch to the i-th aggregate of every grouping set.
func (c *aggregateCall) take(l *local, sets []*groups, ids [][]uint32, i int, b *plan.Batch) error {
	var rows []uint32
	if c.filter != nil {
		v, err := c.filter.eval(l, b)
		if err != nil {
			return err
		}
		if rows = trueRows(v); len(rows) == 0 {
			return nil
		}
		b = b.Select(rows)
	}
	args, err := evalAll(l, b, c.args)
	if err != nil {
		return err
	}
	for s, g := range sets {
		of := ids[s]
		if rows != nil {
			of = make([]uint32, len(rows))
			for j, r := range rows {
				of[j] = ids[s][r]
			}
		}
		if err := g.aggs[i].add(of, g.keys.n, args); err != nil {
			return err
		}
	}
	return nil
}

// merged are the groups of all workers for one grouping set.
func (a *aggregate) merged(x *execution, workers [][]*groups, i int, set []int) (*groups, error) {
	var total *groups
	for _, w := range workers {
		switch {
		case w == nil:
		case total == nil:
			total = w[i]
		default:
			if err := total.merge(x, w[i]); err != nil {
				return nil, err
			}
			w[i] = nil
		}
	}
	if total == nil {
		return a.newGroups(x.memory, set)
	}
	return total, nil
}

func (g *groups) merge(x *execution, from *groups) error {
	to := make([]uint32, 0, from.keys.n)
	err := chunks(from.keys.n, func(a, b int) error {
		to = append(to, g.keys.add(from.keys.columns(a, b), b-a)...)
		return x.ctx.Err()
	})
	if err != nil {
		return err
	}
	for i, agg := range g.aggs {
		if err := agg.merge(from.aggs[i], to, g.keys.n); err != nil {
			return err
		}
	}
	from.held.release()
	return g.account()
}

func (a *aggregate) emit(x *execution, g *groups, set int, out emit) error {
	n := g.keys.n
	if len(g.set) == 0 {
		n = 1 // one group even of nothing
	}
	var results []*value.Vector
	for _, agg := range g.aggs {
		v, err := agg.result(n)
		if err != nil {
			return err
		}
		results = append(results, v)
	}
	return chunks(n, func(from, to int) error {
		if err := x.ctx.Err(); err != nil {
			return err
		}
		columns := make([]*value.Vector, 0, len(a.keys)+len(results)+1)
		var have []*value.Vector
		if len(g.set) > 0 {
			have = g.keys.columns(from, to)
		}
		for k := range a.keys {
			if j := slices.Index(g.set, k); j >= 0 {
				columns = append(columns, have[j])
			} else {
				columns = append(columns, value.Constant(a.keys[k].t, nil, to-from))
			}
		}
		for _, r := range results {
			columns = append(columns, r.Slice(from, to))
		}
		if a.n.SetID != nil {
			columns = append(columns, value.Constant(value.BigIntType, int64(set), to-from))
		}
		return out(0, plan.NewBatch(to-from, columns, nil))
	})
}
