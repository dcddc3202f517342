package exec

import (
	"github.com/tickmark/tickmark/internal/trino"
	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// frames tells the frame of each row: the rows from..to-1 of the partition.
func (f *windowFunc) frames(p *partition) (func(i int) (from, to int, err error), error) {
	start, err := f.bound(p, f.f.Frame.Start, f.start, false)
	if err != nil {
		return nil, err
	}
	end, err := f.bound(p, f.f.Frame.End, f.end, true)
	if err != nil {
		return nil, err
	}
	return func(i int) (int, int, error) {
		a, err := start(i)
		if err != nil {
			return 0, 0, err
		}
		b, err := end(i)
		n := p.size()
		return min(max(a, 0), n), min(max(b, 0), n), err
	}, nil
}

// bound is where frames begin, or end (the row behind the last).
func (f *windowFunc) bound(p *partition, b plan.Bound, offset int, end bool) (func(i int) (int, error), error) {
	switch b.Kind {
	case trino.UnboundedPreceding:
		return func(int) (int, error) { return 0, nil }, nil
	case trino.UnboundedFollowing:
		return func(int) (int, error) { return p.size(), nil }, nil
	case trino.CurrentRow:
		switch {
		case f.f.Frame.Unit == trino.Rows && end:
			return func(i int) (int, error) { return i + 1, nil }, nil
		case f.f.Frame.Unit == trino.Rows:
			return func(i int) (int, error) { return i, nil }, nil
		case end:
			return func(i int) (int, error) { return p.last[i], nil }, nil
		}
		return func(i int) (int, error) { return p.first[i], nil }, nil
	}
	sign := 1
	if b.Kind == trino.Preceding {
		sign = -1
	}
	if f.f.Frame.Unit == trino.Range {
		return f.rangeBound(p, offset, sign, end)
	}
	return func(i int) (int, error) {
		n, ok := p.get(offset, i).(int64)
		if !ok || n < 0 {
			return 0, value.Errorf("Window frame offset value must not be negative or null")
		}
		n = min(n, int64(p.size()))
		if f.f.Frame.Unit == trino.Groups {
			return p.groupBound(p.group[i]+sign*int(n), end), nil
		}
		at := i + sign*int(n)
		if end {
			at++
		}
		return at, nil
	}, nil
}

// groupBound is where a group of peers begins, or ends.
func (p *partition) groupBound(g int, end bool) int {
	if end {
		g++
	}
	switch {
	case g < 0:
		return 0
	case g >= len(p.starts):
		return p.size()
	}
	return p.starts[g]
}

// rangeBound is the first row whose order is not before the row's own moved by an offset, or the first behind it.
func (f *windowFunc) rangeBound(p *partition, offset, sign int, end bool) (func(i int) (int, error), error) {
	k := p.order[0]
	if k.desc {
		sign = -sign
	}
	op := trino.Add
	if sign < 0 {
		op = trino.Sub
	}
	inputs := []*expr{{t: k.t}, {t: p.columns[offset].Type}}
	n, err := newArith(&plan.Arith{Op: op, T: k.t}, inputs)
	if err != nil {
		return nil, err
	}
	move := n.(*arith).op
	return func(i int) (int, error) {
		v, by := p.get(k.column, i), p.get(offset, i)
		if by == nil {
			return 0, value.Errorf("Window frame offset value must not be negative or null")
		}
		if v == nil { // NULLs are with their like
			if end {
				return p.last[i], nil
			}
			return p.first[i], nil
		}
		edge, err := move(v, by)
		if err != nil {
			return 0, err
		}
		return p.search(k, edge, end), nil
	}, nil
}

// search is the first row that is not before a value in the order, or with behind the first that is behind it.
func (p *partition) search(k orderKey, edge value.Value, behind bool) int {
	lo, hi := 0, p.size()
	for lo < hi {
		mid := (lo + hi) / 2
		v := p.get(k.column, mid)
		var c int
		switch {
		case v == nil && k.nullsFirst:
			c = -1
		case v == nil:
			c = 1
		default:
			if c = value.Compare(k.t, v, edge); k.desc {
				c = -c
			}
		}
		if c < 0 || behind && c == 0 {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo
}
