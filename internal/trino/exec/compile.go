package exec

import (
	"fmt"
	"slices"

	"github.com/tickmark/tickmark/internal/trino"
	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// layout is the columns of batches: where each symbol is.
type layout map[*plan.Symbol]int

func layoutOf(symbols []*plan.Symbol) layout {
	out := layout{}
	for i, s := range symbols {
		if _, ok := out[s]; !ok {
			out[s] = i
		}
	}
	return out
}

// compiler compiles expressions over batches of one layout.
type compiler struct {
	slots layout
	next  int // the first slot that no column or parameter has
}

func compile(e plan.Expr, symbols []*plan.Symbol) (*expr, error) {
	c := &compiler{layoutOf(symbols), len(symbols)}
	return c.compile(e)
}

func compileAll(list []plan.Expr, symbols []*plan.Symbol) ([]*expr, error) {
	out := make([]*expr, len(list))
	for i, e := range list {
		var err error
		if out[i], err = compile(e, symbols); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (c *compiler) all(list ...plan.Expr) ([]*expr, error) {
	out := make([]*expr, len(list))
	for i, e := range list {
		var err error
		if out[i], err = c.compile(e); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func (c *compiler) compile(e plan.Expr) (*expr, error) {
	out := &expr{t: e.Type(), pure: true}
	children := plan.Children(e)
	switch l := e.(type) {
	case *plan.Lambda:
		children = nil
		if err := c.lambda(out, l); err != nil {
			return nil, err
		}
	case *plan.Let:
		children = nil
		if err := c.let(out, l); err != nil {
			return nil, err
		}
	}
	compiled, err := c.all(children...)
	if err != nil {
		return nil, err
	}
	for _, x := range compiled {
		out.add(x)
	}
	if out.node == nil {
		if out.node, err = c.node(e, compiled, out); err != nil {
			return nil, err
		}
	}
	out.env = c.next
	return out, nil
}

// add takes over what a child reads.
func (e *expr) add(x *expr) {
	e.pure = e.pure && x.pure
	for _, s := range x.slots {
		if !slices.Contains(e.slots, s) {
			e.slots = append(e.slots, s)
		}
	}
}

func (c *compiler) node(e plan.Expr, xs []*expr, out *expr) (node, error) {
	switch e := e.(type) {
	case *plan.Ref:
		slot, ok := c.slots[e.Symbol]
		if !ok {
			return nil, fmt.Errorf("column %q (%d) is not there: the plan is wrong", e.Symbol.Name, e.Symbol.ID)
		}
		out.slots = []int{slot}
		return &column{slot, e.Type()}, nil
	case *plan.Const:
		return &constant{e.T, e.V}, nil
	case *plan.Call:
		out.pure = out.pure && !e.Fn.Volatile
		return newCall(e, xs)
	case *plan.Field:
		return &field{xs[0], e.Index}, nil
	case *plan.Subscript:
		return &subscript{xs[0], xs[1]}, nil
	case *plan.Logic:
		return &logic{e.Or, xs}, nil
	case *plan.Not:
		return &not{xs[0]}, nil
	case *plan.Compare:
		return &compare{e.Op, xs[0], xs[1], xs[0].t}, nil
	case *plan.Distinct:
		return &distinctFrom{xs[0], xs[1], xs[0].t}, nil
	case *plan.IsNull:
		return &isNull{xs[0]}, nil
	case *plan.In:
		return newIn(e, xs), nil
	case *plan.Like:
		return newLike(xs)
	case *plan.Arith:
		return newArith(e, xs)
	case *plan.Negate:
		return &negate{xs[0]}, nil
	case *plan.Case:
		return newCase(e, xs), nil
	case *plan.Coalesce:
		return &coalesce{xs}, nil
	case *plan.Cast:
		return &cast{xs[0], value.Cast(xs[0].t, e.T), e.Try}, nil
	case *plan.Try:
		return &try{xs[0]}, nil
	case *plan.Array:
		return &list{xs}, nil
	case *plan.Row:
		return &list{xs}, nil
	case *plan.Fail:
		return &failure{value.Errorf("%s", e.Message)}, nil
	}
	return nil, fmt.Errorf("%T cannot be evaluated: the plan is wrong", e)
}

// lambda gives the parameters slots behind those of the columns.
func (c *compiler) lambda(out *expr, l *plan.Lambda) error {
	n := &lambda{}
	inner := &compiler{layout{}, c.next}
	for s, slot := range c.slots {
		inner.slots[s] = slot
	}
	for _, p := range l.Params {
		inner.slots[p] = inner.next
		n.params = append(n.params, inner.next)
		inner.next++
	}
	body, err := inner.compile(l.Body)
	if err != nil {
		return err
	}
	n.body, out.node = body, n
	c.next = max(c.next, inner.next, body.env)
	out.pure = body.pure
	for _, s := range body.slots {
		if !slices.Contains(n.params, s) {
			out.slots = append(out.slots, s)
		}
	}
	return nil
}

// let gives what is named several times a slot behind the others.
func (c *compiler) let(out *expr, l *plan.Let) error {
	x, err := c.compile(l.X)
	if err != nil {
		return err
	}
	slot := c.next
	c.next++
	c.slots[l.Symbol] = slot
	body, err := c.compile(l.Body)
	if err != nil {
		return err
	}
	out.node = &let{slot, x, body}
	out.add(x)
	out.add(body)
	out.slots = slices.DeleteFunc(out.slots, func(s int) bool { return s == slot })
	return nil
}

// Fold evaluates an expression without columns; for plan.Options.
func Fold(ctx *value.Context) func(plan.Expr) (value.Value, error) {
	return func(e plan.Expr) (value.Value, error) {
		x, err := compile(e, nil)
		if err != nil {
			return nil, err
		}
		return x.row(&local{ctx: ctx}, make([]value.Value, x.env))
	}
}

var comparisons = map[trino.Comparison]func(int) bool{
	trino.Eq: func(c int) bool { return c == 0 }, trino.Ne: func(c int) bool { return c != 0 },
	trino.Lt: func(c int) bool { return c < 0 }, trino.Le: func(c int) bool { return c <= 0 },
	trino.Gt: func(c int) bool { return c > 0 }, trino.Ge: func(c int) bool { return c >= 0 },
}
