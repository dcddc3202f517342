package exec

import (
	"cmp"
	"slices"
	"strings"
	"sync"

	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// orderKey is a column to sort by.
type orderKey struct {
	column           int
	t                *value.Type
	desc, nullsFirst bool
}

func orderKeys(keys []plan.SortKey, symbols []*plan.Symbol) []orderKey {
	at := layoutOf(symbols)
	out := make([]orderKey, len(keys))
	for i, k := range keys {
		out[i] = orderKey{at[k.Symbol], k.Symbol.Type, k.Desc, k.NullsFirst}
	}
	return out
}

// comparer compares two rows of columns.
func comparer(columns []*value.Vector, keys []orderKey) func(a, b uint32) int {
	list := make([]func(a, b uint32) int, len(keys))
	for i, k := range keys {
		list[i] = columnComparer(columns[k.column], k)
	}
	if len(list) == 1 {
		return list[0]
	}
	return func(a, b uint32) int {
		for _, f := range list {
			if c := f(a, b); c != 0 {
				return c
			}
		}
		return 0
	}
}

func columnComparer(v *value.Vector, k orderKey) func(a, b uint32) int {
	sign := 1
	if k.desc {
		sign = -1
	}
	nulls := 1
	if k.nullsFirst {
		nulls = -1
	}
	values := func(a, b int) int { return value.Compare(k.t, v.Entry(a), v.Entry(b)) }
	switch k.t.Storage() {
	case value.InStrs:
		values = func(a, b int) int { return strings.Compare(v.Strs[a], v.Strs[b]) }
	case value.InInts:
		values = func(a, b int) int { return cmp.Compare(v.Ints[a], v.Ints[b]) }
	case value.InFloats:
		values = func(a, b int) int { return value.CompareFloats(v.Floats[a], v.Floats[b]) }
	}
	return func(a, b uint32) int {
		x, y := v.At(int(a)), v.At(int(b))
		xn, yn := v.NullAt(x), v.NullAt(y)
		switch {
		case xn && yn:
			return 0
		case xn:
			return nulls
		case yn:
			return -nulls
		}
		return sign * values(x, y)
	}
}

// sortedRows are the numbers of rows in order; equal rows stay as they came.
func sortedRows(columns []*value.Vector, keys []orderKey, n int) []uint32 {
	rows := make([]uint32, n)
	for i := range rows {
		rows[i] = uint32(i)
	}
	slices.SortStableFunc(rows, comparer(columns, keys))
	return rows
}

// sorter sorts, and keeps the first rows only when there is a limit.
type sorter struct {
	in    operator
	n     *plan.Sort
	types []*value.Type
	keys  []orderKey
}

func newSort(n *plan.Sort) (operator, error) {
	in, err := build(n.In)
	symbols := n.In.Outputs()
	return &sorter{in, n, typesOf(symbols), orderKeys(n.Keys, symbols)}, err
}

// pruneAt is how many rows beyond the limit are kept before the worst are thrown out.
const pruneAt = 16_384

func (s *sorter) run(x *execution, out emit) error {
	if s.n.Limit == 0 {
		return nil
	}
	what := "the rows of ORDER BY"
	rows := newStore(s.types, x.memory, what)
	var mu sync.Mutex
	var bar *bar
	err := s.in.run(x, func(_ int, b *plan.Batch) error {
		mu.Lock()
		defer mu.Unlock()
		if bar != nil {
			var err error
			if b, err = bar.pass(b); err != nil || b.Rows == 0 {
				return err
			}
		}
		if s.n.Limit > 0 && s.n.Limit < int64(b.Rows) && !s.n.Ties {
			var err error
			if b, bar, err = s.top(b, bar); err != nil {
				return err
			}
		}
		columns, err := b.Columns()
		if err != nil {
			return err
		}
		if err := rows.add(columns, b.Rows); err != nil {
			return err
		}
		if s.n.Limit > 0 && s.n.Limit < pruneAt && int64(rows.n) > s.n.Limit+pruneAt {
			best, order := s.best(rows)
			kept := newStore(s.types, x.memory, what)
			for i := range best {
				best[i] = best[i].Select(order)
			}
			if err := kept.add(best, len(order)); err != nil {
				return err
			}
			rows.held.release()
			rows = kept
			columns := rows.vectors()
			bar = s.newBar(columns, int(s.n.Limit)-1)
		}
		return nil
	})
	if err != nil {
		return err
	}
	columns, order := s.best(rows)
	return chunks(len(order), func(from, to int) error {
		if err := x.ctx.Err(); err != nil {
			return err
		}
		part := make([]*value.Vector, len(columns))
		for i, c := range columns {
			part[i] = c.Select(order[from:to])
		}
		return out(0, plan.NewBatch(to-from, part, nil))
	})
}

// best are the kept rows in order, cut at the limit.
func (s *sorter) best(rows *store) ([]*value.Vector, []uint32) {
	columns := rows.vectors()
	order := sortedRows(columns, s.keys, rows.n)
	limit := s.n.Limit
	if limit < 0 || limit >= int64(len(order)) {
		return columns, order
	}
	if s.n.Ties {
		compare := comparer(columns, s.keys)
		for limit < int64(len(order)) && compare(order[limit-1], order[limit]) == 0 {
			limit++
		}
	}
	return columns, order[:limit]
}

// bar is the worst row that is kept: what sorts behind it by the first key need not be looked at.
type bar struct {
	key   orderKey
	worst value.Value
}

// newBar is the bar at a row of columns; nil when it cannot be one.
func (s *sorter) newBar(columns []*value.Vector, row int) *bar {
	k := s.keys[0]
	if k.t.Storage() == value.InValues {
		return nil
	}
	worst := columns[k.column].Get(row)
	if worst == nil {
		return nil
	}
	return &bar{k, owned(worst)}
}

// top keeps the rows of a batch that can be among the first, so that only their other columns are read.
func (s *sorter) top(b *plan.Batch, have *bar) (*plan.Batch, *bar, error) {
	columns := make([]*value.Vector, b.Width())
	for _, k := range s.keys {
		var err error
		if columns[k.column], err = b.Column(k.column); err != nil {
			return nil, nil, err
		}
	}
	order := sortedRows(columns, s.keys, b.Rows)[:s.n.Limit]
	if next := s.newBar(columns, int(order[len(order)-1])); next != nil && (have == nil || !have.behind(next.worst)) {
		have = next
	}
	return b.Select(order), have, nil
}

// behind reports whether a value sorts behind the bar.
func (b *bar) behind(v value.Value) bool {
	c := value.Compare(b.key.t, v, b.worst)
	if b.key.desc {
		c = -c
	}
	return c > 0
}

func (b *bar) pass(in *plan.Batch) (*plan.Batch, error) {
	v, err := in.Column(b.key.column)
	if err != nil {
		return nil, err
	}
	var keep []uint32
	for r := range in.Rows {
		x := v.Get(r)
		if x == nil {
			if b.key.nullsFirst {
				keep = append(keep, uint32(r))
			}
			continue
		}
		if !b.behind(x) {
			keep = append(keep, uint32(r))
		}
	}
	return in.Select(keep), nil
}
