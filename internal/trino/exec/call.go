package exec

import (
	"fmt"

	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// call calls a function.
type call struct {
	fn      *value.Function
	args    []*expr
	t       *value.Type
	one     func(c *value.Context, args []value.Value) (value.Value, error)
	lambdas bool
}

func newCall(e *plan.Call, args []*expr) (node, error) {
	n := &call{fn: e.Fn, args: args, t: e.T, one: e.Fn.Row}
	types := make([]*value.Type, len(args))
	isConst := make([]bool, len(args))
	values := make([]value.Value, len(args))
	for i, a := range args {
		types[i] = a.t
		n.lambdas = n.lambdas || a.t.Kind == value.FunctionKind
		if k, ok := a.node.(*constant); ok {
			isConst[i], values[i] = true, k.v
		}
	}
	var err error
	switch {
	case e.Fn.BindConstants != nil:
		n.one, err = e.Fn.BindConstants(types, e.T, isConst, values)
	case e.Fn.Bind != nil:
		n.one, err = e.Fn.Bind(types, e.T)
	}
	if err != nil {
		return nil, err
	}
	if n.one == nil && n.fn.Vec == nil {
		return nil, fmt.Errorf("function %s has no implementation", e.Fn.Signature.String())
	}
	if n.one == nil {
		n.one = n.single
	}
	return n, nil
}

// single calls a function that only has vectors for one row.
func (n *call) single(c *value.Context, args []value.Value) (value.Value, error) {
	vs := make([]*value.Vector, len(args))
	for i, a := range args {
		vs[i] = value.Constant(n.args[i].t, a, 1)
	}
	v, err := n.fn.Vec(c, vs, 1)
	if err != nil {
		return nil, err
	}
	return v.Get(0), nil
}

func (n *call) row(l *local, env []value.Value) (value.Value, error) {
	args := make([]value.Value, len(n.args))
	for i, a := range n.args {
		v, err := a.row(l, env)
		if err != nil {
			return nil, err
		}
		if v == nil && !n.fn.Nullable {
			return nil, nil
		}
		args[i] = v
	}
	return n.one(l.ctx, args)
}

func (n *call) vector(l *local, b *plan.Batch) (*value.Vector, error) {
	if n.lambdas {
		return n.byRow(l, b)
	}
	vs := make([]*value.Vector, len(n.args))
	for i, a := range n.args {
		var err error
		if vs[i], err = a.eval(l, b); err != nil {
			return nil, err
		}
	}
	if n.fn.Vec != nil {
		return n.vec(l, vs, b.Rows)
	}
	out := value.NewBuilder(n.t, b.Rows)
	args := make([]value.Value, len(vs))
rows:
	for r := range b.Rows {
		for i, v := range vs {
			args[i] = v.Get(r)
			if args[i] == nil && !n.fn.Nullable {
				out.Null()
				continue rows
			}
		}
		v, err := n.one(l.ctx, args)
		if err != nil {
			return nil, err
		}
		out.Append(v)
	}
	return out.Vector(), nil
}

func (n *call) vec(l *local, vs []*value.Vector, rows int) (*value.Vector, error) {
	for i, v := range vs {
		if v.Of != nil {
			vs[i] = v.Flat()
		}
	}
	out, err := n.fn.Vec(l.ctx, vs, rows)
	if err != nil || n.fn.Nullable {
		return out, err
	}
	nulls := nullsOf(rows, vs...)
	if nulls == nil {
		return out, nil
	}
	flat := *out.Flat()
	for r := range nulls {
		nulls[r] = nulls[r] || flat.Null(r)
	}
	flat.Nulls = nulls
	return &flat, nil
}

// byRow evaluates a call with lambdas, whose environment is a row.
func (n *call) byRow(l *local, b *plan.Batch) (*value.Vector, error) {
	e := &expr{node: rowOnly{n}, t: n.t}
	for _, a := range n.args {
		e.add(a)
		e.env = max(e.env, a.env)
	}
	return e.rows(l, b)
}
