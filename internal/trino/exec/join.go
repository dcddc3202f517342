package exec

import (
	"github.com/tickmark/tickmark/internal/trino"
	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// table is the rows of one side of a join by their keys.
type table struct {
	rows    *store
	columns []*value.Vector
	keys    *grouper
	first   []int32 // by group of keys: the first row; -1 is none
	next    []int32 // by row: the next of the same group
}

// newTable keeps an operator's rows by keys. Rows with a NULL among the keys are in no group.
func newTable(x *execution, op operator, symbols []*plan.Symbol, keys []*expr, what string) (*table, error) {
	rows, err := collect(x, op, symbols, what)
	if err != nil {
		return nil, err
	}
	t := &table{rows: rows, columns: rows.vectors()}
	var types []*value.Type
	for _, k := range keys {
		types = append(types, k.t)
	}
	t.keys = newGrouper(types)
	t.next = make([]int32, rows.n)
	l := x.local()
	account := held{m: x.memory, what: what}
	err = chunks(rows.n, func(from, to int) error {
		b := t.batch(from, to)
		columns, err := evalAll(l, b, keys)
		if err != nil {
			return err
		}
		groups := t.keys.add(columns, b.Rows)
		nulls := nullsOf(b.Rows, columns...)
		for i, g := range groups {
			for int(g) >= len(t.first) {
				t.first = append(t.first, -1)
			}
			if nulls != nil && nulls[i] {
				continue
			}
			t.next[from+i] = t.first[g]
			t.first[g] = int32(from + i)
		}
		if err := account.now(t.keys.size() + int64(4*rows.n)); err != nil {
			return err
		}
		return x.ctx.Err()
	})
	return t, err
}

func (t *table) batch(from, to int) *plan.Batch {
	part := make([]*value.Vector, len(t.columns))
	for i, c := range t.columns {
		part[i] = c.Slice(from, to)
	}
	return plan.NewBatch(to-from, part, nil)
}

// groups are the groups of a batch's keys, absent without one.
func (t *table) groups(l *local, b *plan.Batch, keys []*expr) ([]uint32, error) {
	columns, err := evalAll(l, b, keys)
	if err != nil {
		return nil, err
	}
	out := t.keys.find(columns, b.Rows, false)
	for r, null := range nullsOf(b.Rows, columns...) {
		if null {
			out[r] = absent
		}
	}
	return out, nil
}

// join keeps the right side by its keys, and looks each row of the left side up. A right join is a left one with the
// sides changed.
type join struct {
	l, r         operator
	lSyms, rSyms []*plan.Symbol
	lKeys, rKeys []*expr
	residual     *expr // over left and then right columns
	keepL, keepR bool
	swapped      bool
}

func newJoin(n *plan.Join) (operator, error) {
	l, err := build(n.L)
	if err != nil {
		return nil, err
	}
	r, err := build(n.R)
	if err != nil {
		return nil, err
	}
	j := &join{
		l: l, r: r, lSyms: n.L.Outputs(), rSyms: n.R.Outputs(),
		keepL: n.Kind == trino.LeftJoin || n.Kind == trino.FullJoin, keepR: n.Kind == trino.FullJoin,
	}
	lKeys, rKeys := n.LKeys, n.RKeys
	if n.Kind == trino.RightJoin {
		j.swapped, j.keepL = true, true
		j.l, j.r, j.lSyms, j.rSyms = j.r, j.l, j.rSyms, j.lSyms
		lKeys, rKeys = rKeys, lKeys
	}
	if j.lKeys, err = compileAll(lKeys, j.lSyms); err != nil {
		return nil, err
	}
	if j.rKeys, err = compileAll(rKeys, j.rSyms); err != nil {
		return nil, err
	}
	if n.Residual != nil {
		j.residual, err = compile(n.Residual, append(append([]*plan.Symbol(nil), j.lSyms...), j.rSyms...))
	}
	return j, err
}

func (j *join) run(x *execution, out emit) error {
	t, err := newTable(x, j.r, j.rSyms, j.rKeys, "the right side of a join")
	if err != nil {
		return err
	}
	var matched []bool
	if j.keepR {
		matched = make([]bool, t.rows.n)
		out = one(out)
	}
	locals := x.locals()
	probe := func(worker int, b *plan.Batch) error {
		return j.probe(x, locals[worker], t, matched, worker, b, out)
	}
	if j.keepR {
		probe = one(probe)
	}
	if err := j.l.run(x, probe); err != nil || !j.keepR {
		return err
	}
	var rest []uint32
	for r, m := range matched {
		if !m {
			rest = append(rest, uint32(r))
		}
	}
	return chunks(len(rest), func(from, to int) error {
		rows := rest[from:to]
		columns := nullColumns(j.lSyms, len(rows))
		for _, c := range t.columns {
			columns = append(columns, c.Select(rows))
		}
		return out(0, j.batch(columns, len(rows)))
	})
}

func nullColumns(symbols []*plan.Symbol, n int) []*value.Vector {
	out := make([]*value.Vector, len(symbols))
	for i, s := range symbols {
		out[i] = value.Constant(s.Type, nil, n)
	}
	return out
}

// batch puts the columns in the order of the plan's.
func (j *join) batch(columns []*value.Vector, n int) *plan.Batch {
	if j.swapped {
		k := len(j.lSyms)
		columns = append(append([]*value.Vector(nil), columns[k:]...), columns[:k]...)
	}
	return plan.NewBatch(n, columns, nil)
}

// pairs are matching rows.
type pairs struct{ l, r []uint32 }

// probe joins a batch of the left side.
func (j *join) probe(x *execution, l *local, t *table, matched []bool, worker int, b *plan.Batch, out emit) error {
	groups, err := t.groups(l, b, j.lKeys)
	if err != nil {
		return err
	}
	var found []bool
	if j.keepL {
		found = make([]bool, b.Rows)
	}
	p := &pairs{}
	flush := func() error {
		if len(p.l) == 0 {
			return nil
		}
		err := j.flush(x, l, t, matched, found, worker, b, p, out)
		p.l, p.r = p.l[:0:0], p.r[:0:0]
		return err
	}
	for r, g := range groups {
		if g == absent || int(g) >= len(t.first) {
			continue
		}
		for at := t.first[g]; at >= 0; at = t.next[at] {
			p.l, p.r = append(p.l, uint32(r)), append(p.r, uint32(at))
			if len(p.l) == batchRows {
				if err := flush(); err != nil {
					return err
				}
			}
		}
	}
	if err := flush(); err != nil || !j.keepL {
		return err
	}
	var alone []uint32
	for r, f := range found {
		if !f {
			alone = append(alone, uint32(r))
		}
	}
	if len(alone) == 0 {
		return nil
	}
	columns, err := b.Select(alone).Columns()
	if err != nil {
		return err
	}
	columns = append(append([]*value.Vector(nil), columns...), nullColumns(j.rSyms, len(alone))...)
	return out(worker, j.batch(columns, len(alone)))
}

// flush emits pairs that the residual lets pass.
func (j *join) flush(x *execution, l *local, t *table, matched, found []bool, worker int, b *plan.Batch, p *pairs, out emit) error {
	if err := x.ctx.Err(); err != nil {
		return err
	}
	left, err := b.Select(p.l).Columns()
	if err != nil {
		return err
	}
	columns := append([]*value.Vector(nil), left...)
	for _, c := range t.columns {
		columns = append(columns, c.Select(p.r))
	}
	n := len(p.l)
	keepL, keepR := p.l, p.r
	if j.residual != nil {
		v, err := j.residual.eval(l, plan.NewBatch(n, columns, nil))
		if err != nil {
			return err
		}
		rows := trueRows(v)
		if len(rows) < n {
			joined := plan.NewBatch(n, columns, nil).Select(rows)
			if columns, err = joined.Columns(); err != nil {
				return err
			}
			n = len(rows)
			keepL, keepR = choose(p.l, rows), choose(p.r, rows)
		}
	}
	for i := range n {
		if found != nil {
			found[keepL[i]] = true
		}
		if matched != nil {
			matched[keepR[i]] = true
		}
	}
	if n == 0 {
		return nil
	}
	return out(worker, j.batch(columns, n))
}

func choose(from, rows []uint32) []uint32 {
	out := make([]uint32, len(rows))
	for i, r := range rows {
		out[i] = from[r]
	}
	return out
}
