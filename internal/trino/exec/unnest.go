package exec

import (
	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// unnest makes rows of elements. Of several arguments the shorter ones end in NULLs.
type unnest struct {
	in   operator
	n    *plan.Unnest
	args []*expr
}

func newUnnest(n *plan.Unnest) (operator, error) {
	in, err := build(n.In)
	if err != nil {
		return nil, err
	}
	args, err := compileAll(n.Args, n.In.Outputs())
	return &unnest{in, n, args}, err
}

func (u *unnest) run(x *execution, out emit) error {
	locals := x.locals()
	return u.in.run(x, func(worker int, b *plan.Batch) error {
		args, err := evalAll(locals[worker], b, u.args)
		if err != nil {
			return err
		}
		m := u.rows()
		for r := range b.Rows {
			m.row(uint32(r), args)
			if len(m.from) >= batchRows {
				if err := m.emit(worker, b, out); err != nil {
					return err
				}
				if err := x.ctx.Err(); err != nil {
					return err
				}
				m = u.rows()
			}
		}
		return m.emit(worker, b, out)
	})
}

// unnested are rows on their way out.
type unnested struct {
	u        *unnest
	from     []uint32
	builders [][]*value.Builder
	ordinals []int64
	nulls    []bool // of ordinals
}

func (u *unnest) rows() *unnested {
	m := &unnested{u: u}
	for _, symbols := range u.n.Out {
		var list []*value.Builder
		for _, s := range symbols {
			list = append(list, value.NewBuilder(s.Type, 16))
		}
		m.builders = append(m.builders, list)
	}
	return m
}

func (m *unnested) row(r uint32, args []*value.Vector) {
	values := make([]value.Value, len(args))
	n := 0
	for i, a := range args {
		values[i] = a.Get(int(r))
		switch v := values[i].(type) {
		case []value.Value:
			n = max(n, len(v))
		case *value.Map:
			n = max(n, len(v.Keys))
		}
	}
	alone := n == 0 && m.u.n.Outer
	if alone {
		n = 1
	}
	for i := range n {
		m.from = append(m.from, r)
		m.ordinals = append(m.ordinals, int64(i+1))
		m.nulls = append(m.nulls, alone)
		for a, v := range values {
			m.element(m.builders[a], v, i)
		}
	}
}

func (m *unnested) element(to []*value.Builder, v value.Value, i int) {
	switch x := v.(type) {
	case []value.Value:
		if i >= len(x) {
			break
		}
		if row, isRow := x[i].([]value.Value); isRow && len(row) == len(to) && len(to) != 1 {
			for j, b := range to {
				b.Append(row[j])
			}
			return
		}
		if len(to) == 1 {
			to[0].Append(m.only(to[0], x[i]))
			return
		}
	case *value.Map:
		if i < len(x.Keys) {
			to[0].Append(x.Keys[i])
			to[1].Append(x.Vals[i])
			return
		}
	}
	for _, b := range to {
		b.Null()
	}
}

// only is the element of an array; of a row with one field that field.
func (m *unnested) only(to *value.Builder, v value.Value) value.Value {
	for a, list := range m.builders {
		if list[0] == to && m.u.args[a].t.Elem().Kind == value.Row && v != nil {
			return v.([]value.Value)[0]
		}
	}
	return v
}

func (m *unnested) emit(worker int, b *plan.Batch, out emit) error {
	if len(m.from) == 0 {
		return nil
	}
	left, err := b.Select(m.from).Columns()
	if err != nil {
		return err
	}
	columns := append([]*value.Vector(nil), left...)
	for _, list := range m.builders {
		for _, made := range list {
			columns = append(columns, made.Vector())
		}
	}
	if m.u.n.Ordinality != nil {
		columns = append(columns, &value.Vector{Type: value.BigIntType, N: len(m.from), Ints: m.ordinals, Nulls: m.nulls})
	}
	return out(worker, plan.NewBatch(len(m.from), columns, nil))
}
