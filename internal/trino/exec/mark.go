package exec

import (
	"errors"

	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// mark tells for each row of the left side whether one of the right side matches.
type mark struct {
	l, r         operator
	lSyms, rSyms []*plan.Symbol
	lKeys, rKeys []*expr
	residual     *expr
	null         bool
}

func newMark(n *plan.Mark) (operator, error) {
	l, err := build(n.L)
	if err != nil {
		return nil, err
	}
	r, err := build(n.R)
	if err != nil {
		return nil, err
	}
	m := &mark{l: l, r: r, lSyms: n.L.Outputs(), rSyms: n.R.Outputs(), null: n.Null}
	if m.lKeys, err = compileAll(n.LKeys, m.lSyms); err != nil {
		return nil, err
	}
	if m.rKeys, err = compileAll(n.RKeys, m.rSyms); err != nil {
		return nil, err
	}
	if n.Residual != nil {
		m.residual, err = compile(n.Residual, append(append([]*plan.Symbol(nil), m.lSyms...), m.rSyms...))
	}
	return m, err
}

func (m *mark) run(x *execution, out emit) error {
	t, err := newTable(x, m.r, m.rSyms, m.rKeys, "the rows of a sub-query")
	if err != nil {
		return err
	}
	var around *nullInfo
	if m.null {
		if around, err = m.nulls(x, t); err != nil {
			return err
		}
	}
	locals := x.locals()
	return m.l.run(x, func(worker int, b *plan.Batch) error {
		l := locals[worker]
		groups, err := t.groups(l, b, m.lKeys)
		if err != nil {
			return err
		}
		hit := make([]bool, b.Rows)
		for r, g := range groups {
			hit[r] = g != absent && int(g) < len(t.first) && t.first[g] >= 0
		}
		if m.residual != nil {
			if err := m.check(l, t, b, groups, hit); err != nil {
				return err
			}
		}
		marked := &value.Vector{Type: value.BooleanType, N: b.Rows, Bools: hit}
		if m.null {
			if marked.Nulls, err = around.unknown(l, m, b, hit); err != nil {
				return err
			}
		}
		columns, err := b.Columns()
		if err != nil {
			return err
		}
		columns = append(append([]*value.Vector(nil), columns...), marked)
		return out(worker, plan.NewBatch(b.Rows, columns, nil))
	})
}

// check looks for a row of each group that the residual lets pass.
func (m *mark) check(l *local, t *table, b *plan.Batch, groups []uint32, hit []bool) error {
	for r, g := range groups {
		if !hit[r] {
			continue
		}
		hit[r] = false
		var rows []uint32
		for at := t.first[g]; at >= 0 && !hit[r]; at = t.next[at] {
			rows = append(rows, uint32(at))
			if len(rows) < batchRows && t.next[at] >= 0 {
				continue
			}
			any, err := m.passes(l, t, b, uint32(r), rows)
			if err != nil {
				return err
			}
			hit[r], rows = any, rows[:0]
		}
	}
	return nil
}

func (m *mark) passes(l *local, t *table, b *plan.Batch, left uint32, rows []uint32) (bool, error) {
	same := make([]uint32, len(rows))
	for i := range same {
		same[i] = left
	}
	columns, err := b.Select(same).Columns()
	if err != nil {
		return false, err
	}
	columns = append([]*value.Vector(nil), columns...)
	for _, c := range t.columns {
		columns = append(columns, c.Select(rows))
	}
	v, err := m.residual.eval(l, plan.NewBatch(len(rows), columns, nil))
	return err == nil && len(trueRows(v)) > 0, err
}

// nullInfo knows, by the keys before the last, whether there are rows, and whether one has NULL as last key.
type nullInfo struct {
	groups  *grouper
	hasNull []bool
}

func (m *mark) nulls(x *execution, t *table) (*nullInfo, error) {
	last := len(m.rKeys) - 1
	var types []*value.Type
	for _, k := range m.rKeys[:last] {
		types = append(types, k.t)
	}
	n := &nullInfo{groups: newGrouper(types)}
	l := x.local()
	err := chunks(t.rows.n, func(from, to int) error {
		b := t.batch(from, to)
		columns, err := evalAll(l, b, m.rKeys)
		if err != nil {
			return err
		}
		for r, g := range n.groups.add(columns[:last], b.Rows) {
			for int(g) >= len(n.hasNull) {
				n.hasNull = append(n.hasNull, false)
			}
			n.hasNull[g] = n.hasNull[g] || columns[last].Null(r)
		}
		return nil
	})
	return n, err
}

// unknown tells the rows of which it cannot be said that nothing matches.
func (n *nullInfo) unknown(l *local, m *mark, b *plan.Batch, hit []bool) ([]bool, error) {
	last := len(m.lKeys) - 1
	columns, err := evalAll(l, b, m.lKeys)
	if err != nil {
		return nil, err
	}
	out := make([]bool, b.Rows)
	nulls := nullsOf(b.Rows, columns[:last]...)
	for r, g := range n.groups.find(columns[:last], b.Rows, false) {
		if hit[r] || g == absent || nulls != nil && nulls[r] {
			continue
		}
		out[r] = n.hasNull[g] || columns[last].Null(r)
	}
	return out, nil
}

// single makes exactly one row of none or one.
type single struct {
	in      operator
	symbols []*plan.Symbol
}

func newSingle(n *plan.Single) (operator, error) {
	in, err := build(n.In)
	return &single{in, n.In.Outputs()}, err
}

func (s *single) run(x *execution, out emit) error {
	rows := newStore(typesOf(s.symbols), x.memory, "the row of a sub-query")
	two := value.Errorf("Scalar sub-query has returned multiple rows")
	err := s.in.run(x, one(func(_ int, b *plan.Batch) error {
		if rows.n+b.Rows > 1 {
			return two
		}
		columns, err := b.Columns()
		if err != nil || b.Rows == 0 {
			return err
		}
		return rows.add(columns, b.Rows)
	}))
	switch {
	case errors.Is(err, two):
		return two
	case err != nil:
		return err
	case rows.n == 0:
		return out(0, plan.NewBatch(1, nullColumns(s.symbols, 1), nil))
	}
	return out(0, plan.NewBatch(1, rows.vectors(), nil))
}
