package exec

import (
	"github.com/tickmark/tickmark/internal/trino/value"
)

// aggregator computes one aggregate for groups 0, 1, 2 ...
type aggregator interface {
	// add takes rows: row r belongs to groups[r], which is below n.
	add(groups []uint32, n int, args []*value.Vector) error
	// merge takes what another one has: its group i is to[i] here; n is the number of groups here.
	merge(from aggregator, to []uint32, n int) error
	// result is the values of groups 0..n-1.
	result(n int) (*value.Vector, error)
	// size is the memory held.
	size() int64
}

// fold is an aggregator with a state for each group.
type fold[S any] struct {
	t      *value.Type
	states []S
	bytes  int64 // beyond the states themselves
	each   int64 // of one state
	// update takes a row; combine another state; final gives the result.
	update  func(f *fold[S], s *S, args []*value.Vector, row int) error
	combine func(f *fold[S], s, from *S) error
	final   func(s *S) (value.Value, error)
}

func (f *fold[S]) grow(n int) {
	for len(f.states) < n {
		var s S
		f.states = append(f.states, s)
	}
}

func (f *fold[S]) add(groups []uint32, n int, args []*value.Vector) error {
	f.grow(n)
	for r, g := range groups {
		if err := f.update(f, &f.states[g], args, r); err != nil {
			return err
		}
	}
	return nil
}

func (f *fold[S]) merge(other aggregator, to []uint32, n int) error {
	f.grow(n)
	from := other.(*fold[S])
	for i := range from.states {
		if err := f.combine(f, &f.states[to[i]], &from.states[i]); err != nil {
			return err
		}
	}
	return nil
}

func (f *fold[S]) result(n int) (*value.Vector, error) {
	f.grow(n)
	b := value.NewBuilder(f.t, n)
	for i := range n {
		v, err := f.final(&f.states[i])
		if err != nil {
			return nil, err
		}
		b.Append(v)
	}
	return b.Vector(), nil
}

func (f *fold[S]) size() int64 { return int64(len(f.states))*f.each + f.bytes }

// count counts rows, or values that are not NULL.
type count struct{ n []int64 }

func (c *count) grow(n int) {
	for len(c.n) < n {
		c.n = append(c.n, 0)
	}
}

func (c *count) add(groups []uint32, n int, args []*value.Vector) error {
	c.grow(n)
	if len(args) == 0 || args[0].Nulls == nil {
		if len(args) == 0 || args[0].Type.Kind != value.Unknown {
			for _, g := range groups {
				c.n[g]++
			}
		}
		return nil
	}
	for r, g := range groups {
		if !args[0].Null(r) {
			c.n[g]++
		}
	}
	return nil
}

func (c *count) merge(from aggregator, to []uint32, n int) error {
	c.grow(n)
	for i, k := range from.(*count).n {
		c.n[to[i]] += k
	}
	return nil
}

func (c *count) result(n int) (*value.Vector, error) {
	c.grow(n)
	return &value.Vector{Type: value.BigIntType, N: n, Ints: c.n[:n]}, nil
}

func (c *count) size() int64 { return int64(8 * len(c.n)) }

// distinct gives each different row of a group once to another aggregator.
type distinct struct {
	inner aggregator
	rows  *grouper // of all groups
	// seen has the pairs of a group and a row; list has them in the order they came.
	seen map[uint64]struct{}
	list []pair
	// first tells the rows that the first group has: there is often only one.
	first []bool
}

type pair struct{ group, row uint32 }

func newDistinct(inner aggregator, types []*value.Type) *distinct {
	return &distinct{inner: inner, rows: newGrouper(types), seen: map[uint64]struct{}{}}
}

func (d *distinct) add(groups []uint32, _ int, args []*value.Vector) error {
	last := pair{absent, absent}
	for i, row := range d.rows.add(args, len(groups)) {
		p := pair{groups[i], row}
		if p == last {
			continue
		}
		last = p
		if d.had(p) {
			continue
		}
		d.list = append(d.list, p)
	}
	return nil
}

// had reports whether a pair came before, and remembers it.
func (d *distinct) had(p pair) bool {
	if p.group == 0 {
		for int(p.row) >= len(d.first) {
			d.first = append(d.first, false)
		}
		was := d.first[p.row]
		d.first[p.row] = true
		return was
	}
	k := uint64(p.group)<<32 | uint64(p.row)
	_, was := d.seen[k]
	d.seen[k] = struct{}{}
	return was
}

func (d *distinct) merge(from aggregator, to []uint32, n int) error {
	return from.(*distinct).each(func(groups []uint32, columns []*value.Vector) error {
		for i, g := range groups {
			groups[i] = to[g]
		}
		return d.add(groups, n, columns)
	})
}

// each gives all pairs, batch by batch.
func (d *distinct) each(f func(groups []uint32, columns []*value.Vector) error) error {
	all := d.rows.columns(0, d.rows.n)
	return chunks(len(d.list), func(a, b int) error {
		groups, rows := make([]uint32, b-a), make([]uint32, b-a)
		for i, p := range d.list[a:b] {
			groups[i], rows[i] = p.group, p.row
		}
		columns := make([]*value.Vector, len(all))
		for i, c := range all {
			columns[i] = c.Select(rows)
		}
		return f(groups, columns)
	})
}

func (d *distinct) result(n int) (*value.Vector, error) {
	err := d.each(func(groups []uint32, columns []*value.Vector) error { return d.inner.add(groups, n, columns) })
	if err != nil {
		return nil, err
	}
	return d.inner.result(n)
}

func (d *distinct) size() int64 {
	return d.rows.size() + d.inner.size() + int64(8*len(d.list)+24*len(d.seen)+len(d.first))
}

// groupsOf are the groups of a column of group numbers, through a table of others when there is one.
func groupsOf(v *value.Vector, to []uint32) []uint32 {
	out := make([]uint32, v.N)
	for i := range out {
		out[i] = uint32(v.Int(i))
		if to != nil {
			out[i] = to[out[i]]
		}
	}
	return out
}

// ordered keeps rows and gives them to another aggregator in order.
type ordered struct {
	inner aggregator
	keys  []orderKey // over the columns behind the arguments
	args  int
	rows  *store
}

func (o *ordered) add(groups []uint32, n int, args []*value.Vector) error {
	ids := make([]int64, len(groups))
	for i, g := range groups {
		ids[i] = int64(g)
	}
	return o.rows.add(append([]*value.Vector{{Type: value.BigIntType, N: len(ids), Ints: ids}}, args...), len(ids))
}

func (o *ordered) merge(from aggregator, to []uint32, n int) error {
	other := from.(*ordered)
	columns := other.rows.vectors()
	err := chunks(other.rows.n, func(a, b int) error {
		part := make([]*value.Vector, len(columns))
		for i, c := range columns {
			part[i] = c.Slice(a, b)
		}
		return o.add(groupsOf(part[0], to), n, part[1:])
	})
	other.rows.held.release()
	return err
}

func (o *ordered) result(n int) (*value.Vector, error) {
	columns := o.rows.vectors()
	order := sortedRows(columns[1+o.args:], o.keys, o.rows.n)
	err := chunks(len(order), func(a, b int) error {
		part := make([]*value.Vector, o.args)
		for i := range part {
			part[i] = columns[1+i].Select(order[a:b])
		}
		return o.inner.add(groupsOf(columns[0].Select(order[a:b]), nil), n, part)
	})
	if err != nil {
		return nil, err
	}
	return o.inner.result(n)
}

func (o *ordered) size() int64 { return o.inner.size() }
