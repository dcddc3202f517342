package exec

import (
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// field is a field of a row.
type field struct {
	x *expr
	i int
}

func (n *field) row(l *local, env []value.Value) (value.Value, error) {
	v, err := n.x.row(l, env)
	if v == nil || err != nil {
		return nil, err
	}
	return v.([]value.Value)[n.i], nil
}

// subscript is an element, which must be there.
type subscript struct{ x, i *expr }

func (n *subscript) row(l *local, env []value.Value) (value.Value, error) {
	v, err := n.x.row(l, env)
	if v == nil || err != nil {
		return nil, err
	}
	i, err := n.i.row(l, env)
	if i == nil || err != nil {
		return nil, err
	}
	if m, ok := v.(*value.Map); ok {
		out, found := m.Get(n.x.t.Key(), i)
		if !found {
			return nil, value.Errorf("Key not present in map: %s", value.Format(n.i.t, i))
		}
		return out, nil
	}
	list := v.([]value.Value)
	switch at := i.(int64); {
	case at == 0:
		return nil, value.Errorf("SQL array indices start at 1")
	case at < 0:
		return nil, value.Errorf("Array subscript is negative: %d", at)
	case at > int64(len(list)):
		return nil, value.Errorf("Array subscript must be less than or equal to array length: %d > %d", at, len(list))
	default:
		return list[at-1], nil
	}
}

// caseOf is CASE.
type caseOf struct {
	ifs, thens []*expr
	other      *expr // nil: NULL
}

func newCase(e *plan.Case, xs []*expr) *caseOf {
	n := &caseOf{}
	for i := range e.Whens {
		n.ifs, n.thens = append(n.ifs, xs[2*i]), append(n.thens, xs[2*i+1])
	}
	if e.Else != nil {
		n.other = xs[len(xs)-1]
	}
	return n
}

func (n *caseOf) row(l *local, env []value.Value) (value.Value, error) {
	for i, c := range n.ifs {
		v, err := c.row(l, env)
		if err != nil {
			return nil, err
		}
		if v == true {
			return n.thens[i].row(l, env)
		}
	}
	if n.other == nil {
		return nil, nil
	}
	return n.other.row(l, env)
}

type coalesce struct{ xs []*expr }

func (n *coalesce) row(l *local, env []value.Value) (value.Value, error) {
	for _, x := range n.xs {
		if v, err := x.row(l, env); v != nil || err != nil {
			return v, err
		}
	}
	return nil, nil
}

// list makes an array or a row.
type list struct{ xs []*expr }

func (n *list) row(l *local, env []value.Value) (value.Value, error) {
	out := make([]value.Value, len(n.xs))
	for i, x := range n.xs {
		var err error
		if out[i], err = x.row(l, env); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// cast converts.
type cast struct {
	x    *expr
	conv value.Caster
	try  bool
}

func (n *cast) row(l *local, env []value.Value) (value.Value, error) {
	v, err := n.x.row(l, env)
	if v == nil || err != nil {
		return nil, err
	}
	out, err := n.conv(l.ctx, v)
	if err != nil && n.try && fault.KindOf(err) == fault.Invalid {
		return nil, nil
	}
	return out, err
}

// try makes NULL of a failure that the data cause.
type try struct{ x *expr }

func (n *try) row(l *local, env []value.Value) (value.Value, error) {
	v, err := n.x.row(l, env)
	if err != nil && fault.KindOf(err) == fault.Invalid {
		return nil, nil
	}
	return v, err
}

// lambda makes a function value over the row's environment. Its parameters have slots of their own there, so that the
// value is only good until the row is done.
type lambda struct {
	params []int
	body   *expr
}

func (n *lambda) row(l *local, env []value.Value) (value.Value, error) {
	return &value.Lambda{Call: func(args ...value.Value) (value.Value, error) {
		for i, p := range n.params {
			env[p] = args[i]
		}
		return n.body.row(l, env)
	}}, nil
}

// failure fails.
type failure struct{ err error }

func (n *failure) row(*local, []value.Value) (value.Value, error) { return nil, n.err }

// let evaluates something once for a body that names it.
type let struct {
	slot    int
	x, body *expr
}

func (n *let) row(l *local, env []value.Value) (value.Value, error) {
	v, err := n.x.row(l, env)
	if err != nil {
		return nil, err
	}
	env[n.slot] = v
	return n.body.row(l, env)
}
