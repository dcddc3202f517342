package exec

import (
	"errors"
	"sync"

	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// scan reads a table.
type scan struct{ n *plan.Scan }

func (s *scan) run(x *execution, out emit) error {
	return s.read(x, out, true)
}

// read scans; rows count as matched when no filter stands above.
func (s *scan) read(x *execution, out emit, counts bool) error {
	r := &plan.ScanRequest{Filters: s.n.Filters, Limit: s.n.Limit, Workers: x.workers, Statistics: x.stats}
	for _, c := range s.n.Columns {
		r.Columns = append(r.Columns, c.Wanted)
	}
	return s.n.Table.Scan(x.ctx, r, func(worker int, b *plan.Batch) error {
		if err := x.ctx.Err(); err != nil {
			return err
		}
		if counts {
			x.stats.Matched.Add(int64(b.Rows))
		}
		return Guarded(func() error { return out(worker, b) })
	})
}

// values are rows written out.
type values struct {
	n    int
	cols [][]*expr
	t    []*value.Type
}

func newValues(n *plan.Values) (operator, error) {
	v := &values{n: len(n.Rows), t: typesOf(n.Symbols)}
	for c := range n.Symbols {
		var column []*expr
		for _, r := range n.Rows {
			e, err := compile(r[c], nil)
			if err != nil {
				return nil, err
			}
			column = append(column, e)
		}
		v.cols = append(v.cols, column)
	}
	return v, nil
}

func (v *values) run(x *execution, out emit) error {
	columns := make([]*value.Vector, len(v.cols))
	l := x.local()
	for c, list := range v.cols {
		b := value.NewBuilder(v.t[c], v.n)
		for _, e := range list {
			got, err := e.row(l, make([]value.Value, e.env))
			if err != nil {
				return err
			}
			b.Append(got)
		}
		columns[c] = b.Vector()
	}
	return out(0, plan.NewBatch(v.n, columns, nil))
}

// filter keeps rows for which all conditions are true; each is evaluated for the rows the ones before leave.
type filter struct {
	in    operator
	scan  *scan // in, when it is one
	conds []*expr
}

func newFilter(n *plan.Filter) (operator, error) {
	in, err := build(n.In)
	if err != nil {
		return nil, err
	}
	f := &filter{in: in}
	f.scan, _ = in.(*scan)
	terms := []plan.Expr{n.Cond}
	if l, ok := n.Cond.(*plan.Logic); ok && !l.Or {
		terms = l.Terms
	}
	f.conds, err = compileAll(terms, n.In.Outputs())
	return f, err
}

func (f *filter) run(x *execution, out emit) error {
	locals := x.locals()
	take := func(worker int, b *plan.Batch) error {
		for _, c := range f.conds {
			v, err := c.eval(locals[worker], b)
			if err != nil {
				return err
			}
			rows := trueRows(v)
			if len(rows) == 0 {
				return nil
			}
			if len(rows) < b.Rows {
				b = b.Select(rows)
			}
		}
		if f.scan != nil {
			x.stats.Matched.Add(int64(b.Rows))
		}
		return out(worker, b)
	}
	if f.scan != nil {
		return f.scan.read(x, take, false)
	}
	return f.in.run(x, take)
}

// trueRows are the rows where a condition is true.
func trueRows(v *value.Vector) []uint32 {
	if v.Const {
		if v.NullAt(0) || !v.Bools[0] || v.N == 0 {
			return nil
		}
		rows := make([]uint32, v.N)
		for i := range rows {
			rows[i] = uint32(i)
		}
		return rows
	}
	rows := make([]uint32, 0, v.N)
	for r := range v.N {
		at := v.At(r)
		if v.Bools[at] && !v.NullAt(at) {
			rows = append(rows, uint32(r))
		}
	}
	return rows
}

// project computes columns.
type project struct {
	in   operator
	cols []*expr
}

func newProject(n *plan.Project) (operator, error) {
	in, err := build(n.In)
	if err != nil {
		return nil, err
	}
	p := &project{in: in}
	for _, it := range n.Items {
		e, err := compile(it.X, n.In.Outputs())
		if err != nil {
			return nil, err
		}
		p.cols = append(p.cols, e)
	}
	return p, nil
}

// run hands batches on whose columns are computed when somebody reads them, for the rows that are left then.
func (p *project) run(x *execution, out emit) error {
	locals := x.locals()
	return p.in.run(x, func(worker int, b *plan.Batch) error {
		part, of := b, []uint32(nil) // the rows asked for last
		return out(worker, plan.NewBatch(b.Rows, make([]*value.Vector, len(p.cols)), func(i int, rows []uint32) (*value.Vector, error) {
			switch {
			case rows == nil:
				return p.cols[i].eval(locals[worker], b)
			case len(rows) == 0:
				return value.FromValues(p.cols[i].t, nil), nil
			case len(of) != len(rows) || &of[0] != &rows[0]:
				part, of = b.Select(rows), rows
			}
			return p.cols[i].eval(locals[worker], part)
		}))
	})
}

// limit leaves out the first rows and cuts.
type limit struct {
	in            operator
	offset, count int64
}

func (n *limit) run(x *execution, out emit) error {
	var mu sync.Mutex
	skip, left := n.offset, n.count
	if left == 0 {
		return nil
	}
	stop := enough{n}
	err := n.in.run(x, func(_ int, b *plan.Batch) error {
		mu.Lock()
		defer mu.Unlock()
		from := min(skip, int64(b.Rows))
		skip -= from
		to := int64(b.Rows)
		if left >= 0 {
			to = min(to, from+left)
			left -= to - from
		}
		if to > from {
			if err := out(0, cut(b, from, to)); err != nil {
				return err
			}
		}
		if left == 0 {
			return stop
		}
		return nil
	})
	if errors.Is(err, stop) {
		return nil
	}
	return err
}

// cut is rows from..to-1 of a batch.
func cut(b *plan.Batch, from, to int64) *plan.Batch {
	if from == 0 && to == int64(b.Rows) {
		return b
	}
	rows := make([]uint32, 0, to-from)
	for r := from; r < to; r++ {
		rows = append(rows, uint32(r))
	}
	return b.Select(rows)
}
