package exec

import (
	"cmp"
	"strings"

	"github.com/tickmark/tickmark/internal/trino"
	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// logic is AND or OR, three-valued.
type logic struct {
	or    bool
	terms []*expr
}

func (n *logic) row(l *local, env []value.Value) (value.Value, error) {
	var out value.Value = !n.or
	for _, t := range n.terms {
		v, err := t.row(l, env)
		switch {
		case err != nil:
			return nil, err
		case v == nil:
			out = nil
		case v.(bool) == n.or:
			return n.or, nil
		}
	}
	return out, nil
}

// vector evaluates each term only for the rows that the ones before have not decided.
func (n *logic) vector(l *local, b *plan.Batch) (*value.Vector, error) {
	out := &value.Vector{Type: value.BooleanType, N: b.Rows, Bools: make([]bool, b.Rows)}
	for i := range out.Bools {
		out.Bools[i] = !n.or
	}
	var rows []uint32 // those still open; nil: all
	part := b
	for _, t := range n.terms {
		v, err := t.eval(l, part)
		if err != nil {
			return nil, err
		}
		open := make([]uint32, 0, part.Rows)
		for r := range part.Rows {
			at := uint32(r)
			if rows != nil {
				at = rows[r]
			}
			switch {
			case v.Null(r):
				if out.Nulls == nil {
					out.Nulls = make([]bool, b.Rows)
				}
				out.Nulls[at] = true
				open = append(open, at)
			case v.Bool(r) == n.or:
				out.Bools[at] = n.or
				if out.Nulls != nil {
					out.Nulls[at] = false
				}
			default:
				open = append(open, at)
			}
		}
		if len(open) == 0 {
			break
		}
		if len(open) < part.Rows {
			part, rows = b.Select(open), open
		}
	}
	return out, nil
}

type not struct{ x *expr }

func (n *not) row(l *local, env []value.Value) (value.Value, error) {
	v, err := n.x.row(l, env)
	if v == nil || err != nil {
		return nil, err
	}
	return !v.(bool), nil
}

func (n *not) vector(l *local, b *plan.Batch) (*value.Vector, error) {
	v, err := n.x.eval(l, b)
	if err != nil {
		return nil, err
	}
	out := *v
	out.Bools = make([]bool, len(v.Bools))
	for i, x := range v.Bools {
		out.Bools[i] = !x
	}
	return &out, nil
}

type isNull struct{ x *expr }

func (n *isNull) row(l *local, env []value.Value) (value.Value, error) {
	v, err := n.x.row(l, env)
	return v == nil, err
}

func (n *isNull) vector(l *local, b *plan.Batch) (*value.Vector, error) {
	v, err := n.x.eval(l, b)
	if err != nil {
		return nil, err
	}
	out := &value.Vector{Type: value.BooleanType, N: b.Rows, Bools: make([]bool, b.Rows)}
	if v.Nulls != nil {
		for r := range out.Bools {
			out.Bools[r] = v.Null(r)
		}
	}
	return out, nil
}

// compare compares values of one type.
type compare struct {
	op   trino.Comparison
	l, r *expr
	t    *value.Type
}

func (n *compare) row(l *local, env []value.Value) (value.Value, error) {
	a, err := n.l.row(l, env)
	if a == nil || err != nil {
		return nil, err
	}
	b, err := n.r.row(l, env)
	if b == nil || err != nil {
		return nil, err
	}
	return n.holds(a, b), nil
}

// holds compares two values. NaN equals nothing and is neither smaller nor larger.
func (n *compare) holds(a, b value.Value) bool {
	if x, ok := a.(float64); ok {
		return floatHolds(n.op, x, b.(float64))
	}
	if n.t.Kind == value.MapKind {
		return value.Equal(n.t, a, b) == (n.op == trino.Eq)
	}
	return comparisons[n.op](value.Compare(n.t, a, b))
}

func floatHolds(op trino.Comparison, x, y float64) bool {
	switch op {
	case trino.Eq:
		return x == y
	case trino.Ne:
		return x != y
	case trino.Lt:
		return x < y
	case trino.Le:
		return x <= y
	case trino.Gt:
		return x > y
	}
	return x >= y
}

func (n *compare) vector(l *local, b *plan.Batch) (*value.Vector, error) {
	x, err := n.l.eval(l, b)
	if err != nil {
		return nil, err
	}
	y, err := n.r.eval(l, b)
	if err != nil {
		return nil, err
	}
	out := &value.Vector{Type: value.BooleanType, N: b.Rows, Bools: make([]bool, b.Rows), Nulls: nullsOf(b.Rows, x, y)}
	switch n.t.Storage() {
	case value.InStrs:
		compareStrs(n.op, x, y, out.Bools)
	case value.InInts:
		holds := comparisons[n.op]
		for r := range out.Bools {
			out.Bools[r] = holds(cmp.Compare(x.Int(r), y.Int(r)))
		}
	case value.InFloats:
		for r := range out.Bools {
			out.Bools[r] = floatHolds(n.op, x.Float(r), y.Float(r))
		}
	default:
		for r := range out.Bools {
			if out.Nulls == nil || !out.Nulls[r] {
				out.Bools[r] = n.holds(x.Get(r), y.Get(r))
			}
		}
	}
	return out, nil
}

func compareStrs(op trino.Comparison, x, y *value.Vector, out []bool) {
	if op == trino.Eq || op == trino.Ne {
		for r := range out {
			out[r] = (x.Str(r) == y.Str(r)) == (op == trino.Eq)
		}
		return
	}
	holds := comparisons[op]
	for r := range out {
		out[r] = holds(strings.Compare(x.Str(r), y.Str(r)))
	}
}

// nullsOf tells the rows where one of the vectors is NULL; nil when there is none.
func nullsOf(rows int, vs ...*value.Vector) []bool {
	var out []bool
	for _, v := range vs {
		if v.Nulls == nil {
			continue
		}
		for r := range rows {
			if v.Null(r) {
				if out == nil {
					out = make([]bool, rows)
				}
				out[r] = true
			}
		}
	}
	return out
}

type distinctFrom struct {
	l, r *expr
	t    *value.Type
}

func (n *distinctFrom) row(l *local, env []value.Value) (value.Value, error) {
	a, err := n.l.row(l, env)
	if err != nil {
		return nil, err
	}
	b, err := n.r.row(l, env)
	return !value.Equal(n.t, a, b), err
}

// in compares with a list. Its constants are a set.
type in struct {
	x        *expr
	set      map[value.Value]bool // constants of types whose boxes can be compared
	rest     []*expr
	t        *value.Type
	nullable bool // NULL is in the list
}

func newIn(e *plan.In, xs []*expr) *in {
	n := &in{x: xs[0], set: map[value.Value]bool{}, t: xs[0].t}
	plain := n.t.Storage() != value.InValues && n.t.Storage() != value.InFloats
	for i, item := range e.List {
		k, ok := item.(*plan.Const)
		switch {
		case ok && k.V == nil:
			n.nullable = true
		case ok && plain:
			n.set[k.V] = true
		default:
			n.rest = append(n.rest, xs[i+1])
		}
	}
	return n
}

func (n *in) row(l *local, env []value.Value) (value.Value, error) {
	v, err := n.x.row(l, env)
	if v == nil || err != nil {
		return nil, err
	}
	if len(n.set) > 0 && n.set[v] {
		return true, nil
	}
	null := n.nullable
	for _, item := range n.rest {
		w, err := item.row(l, env)
		switch {
		case err != nil:
			return nil, err
		case w == nil:
			null = true
		case value.Equal(n.t, v, w):
			return true, nil
		}
	}
	if null {
		return nil, nil
	}
	return false, nil
}

// like matches a pattern.
type like struct {
	x       *expr
	pattern *expr
	escape  *expr
	ready   func(string) bool // of a constant pattern
}

func newLike(xs []*expr) (node, error) {
	n := &like{x: xs[0], pattern: xs[1]}
	var escape value.Value
	escapeKnown := true
	if len(xs) == 3 {
		n.escape = xs[2]
		k, ok := xs[2].node.(*constant)
		if escapeKnown = ok; ok {
			escape = k.v
		}
	}
	if k, ok := xs[1].node.(*constant); ok && k.v != nil && escapeKnown && (n.escape == nil || escape != nil) {
		m, err := likeMatcher(k.v.(string), escape)
		if err != nil {
			return nil, err
		}
		n.ready = m
	}
	return n, nil
}

func (n *like) row(l *local, env []value.Value) (value.Value, error) {
	v, err := n.x.row(l, env)
	if v == nil || err != nil {
		return nil, err
	}
	if n.ready != nil {
		return n.ready(v.(string)), nil
	}
	p, err := n.pattern.row(l, env)
	if p == nil || err != nil {
		return nil, err
	}
	var escape value.Value
	if n.escape != nil {
		if escape, err = n.escape.row(l, env); escape == nil || err != nil {
			return nil, err
		}
	}
	m, err := likeMatcher(p.(string), escape)
	if err != nil {
		return nil, err
	}
	return m(v.(string)), nil
}

func (n *like) vector(l *local, b *plan.Batch) (*value.Vector, error) {
	if n.ready == nil {
		e := &expr{node: rowOnly{n}, t: value.BooleanType, env: b.Width()}
		for i := range b.Width() {
			e.slots = append(e.slots, i)
		}
		return e.rows(l, b)
	}
	v, err := n.x.eval(l, b)
	if err != nil {
		return nil, err
	}
	out := &value.Vector{Type: value.BooleanType, N: b.Rows, Bools: make([]bool, b.Rows), Nulls: nullsOf(b.Rows, v)}
	for r := range out.Bools {
		if out.Nulls == nil || !out.Nulls[r] {
			out.Bools[r] = n.ready(v.Str(r))
		}
	}
	return out, nil
}
