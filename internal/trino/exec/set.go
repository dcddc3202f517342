package exec

import (
	"github.com/tickmark/tickmark/internal/trino"
	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// picked are some columns of batches, in another order.
func picked(b *plan.Batch, slots []int) (*plan.Batch, error) {
	out := make([]*value.Vector, len(slots))
	for i, s := range slots {
		var err error
		if out[i], err = b.Column(s); err != nil {
			return nil, err
		}
	}
	return plan.NewBatch(b.Rows, out, nil), nil
}

func slotsOf(symbols, of []*plan.Symbol) []int {
	at := layoutOf(of)
	out := make([]int, len(symbols))
	for i, s := range symbols {
		out[i] = at[s]
	}
	return out
}

// union gives the rows of all its inputs.
type union struct {
	in    []operator
	slots [][]int
}

func newUnion(n *plan.Union) (operator, error) {
	u := &union{}
	for i, in := range n.In {
		op, err := build(in)
		if err != nil {
			return nil, err
		}
		u.in = append(u.in, op)
		u.slots = append(u.slots, slotsOf(n.Columns[i], in.Outputs()))
	}
	return u, nil
}

func (u *union) run(x *execution, out emit) error {
	for i, in := range u.in {
		err := in.run(x, func(worker int, b *plan.Batch) error {
			p, err := picked(b, u.slots[i])
			if err != nil {
				return err
			}
			return out(worker, p)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// setOp is INTERSECT and EXCEPT: it counts each row on both sides.
type setOp struct {
	l, r   operator
	ls, rs []int
	n      *plan.SetOp
}

func newSetOp(n *plan.SetOp) (operator, error) {
	l, err := build(n.L)
	if err != nil {
		return nil, err
	}
	r, err := build(n.R)
	return &setOp{l, r, slotsOf(n.LCol, n.L.Outputs()), slotsOf(n.RCol, n.R.Outputs()), n}, err
}

func (s *setOp) run(x *execution, out emit) error {
	keys := newGrouper(typesOf(s.n.Symbols))
	account := held{m: x.memory, what: "the rows of " + string(s.n.Op)}
	tally := func(op operator, slots []int) ([]int64, error) {
		var counts []int64
		err := op.run(x, one(func(_ int, b *plan.Batch) error {
			p, err := picked(b, slots)
			if err != nil {
				return err
			}
			columns, err := p.Columns()
			if err != nil {
				return err
			}
			for _, g := range keys.add(columns, b.Rows) {
				for int(g) >= len(counts) {
					counts = append(counts, 0)
				}
				counts[g]++
			}
			return account.now(keys.size() + int64(16*keys.n))
		}))
		return counts, err
	}
	left, err := tally(s.l, s.ls)
	if err != nil {
		return err
	}
	right, err := tally(s.r, s.rs)
	if err != nil {
		return err
	}
	columns := keys.columns(0, keys.n)
	var rows []uint32
	flush := func() error {
		part := make([]*value.Vector, len(columns))
		for i, c := range columns {
			part[i] = c.Select(rows)
		}
		n := len(rows)
		rows = nil
		return out(0, plan.NewBatch(n, part, nil))
	}
	for g, n := range left {
		other := int64(0)
		if g < len(right) {
			other = right[g]
		}
		for range s.times(n, other) {
			if rows = append(rows, uint32(g)); len(rows) == batchRows {
				if err := flush(); err != nil {
					return err
				}
			}
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return flush()
}

// times is how often a row is in the result that is l times on the left and r times on the right.
func (s *setOp) times(l, r int64) int64 {
	var n int64
	if s.n.Op == trino.Intersect {
		n = min(l, r)
	} else if n = max(0, l-r); !s.n.All && r > 0 {
		n = 0
	}
	if !s.n.All {
		n = min(n, 1)
	}
	return n
}

// sharedRows reads rows that were made once.
type sharedRows struct {
	n     *plan.Shared
	plan  operator
	slots []int
}

func newShared(n *plan.Shared) (operator, error) {
	op, err := build(n.Source.Plan)
	return &sharedRows{n, op, slotsOf(n.Source.Columns, n.Source.Plan.Outputs())}, err
}

func (s *sharedRows) run(x *execution, out emit) error {
	rows := x.shared[s.n.Source]
	if rows == nil {
		var err error
		if rows, err = collect(x, s.plan, s.n.Source.Plan.Outputs(), "the rows of a query of WITH that is read several times"); err != nil {
			return err
		}
		x.shared[s.n.Source] = rows
	}
	columns := rows.vectors()
	mine := make([]*value.Vector, len(s.slots))
	for i, slot := range s.slots {
		mine[i] = columns[slot]
	}
	return emitAll(x, mine, rows.n, out)
}
