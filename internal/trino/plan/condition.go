package plan

import (
	"github.com/tickmark/tickmark/internal/trino"
	"github.com/tickmark/tickmark/internal/trino/value"
)

func (b *binder) condition(x trino.Expr) (Expr, error) {
	switch x := x.(type) {
	case *trino.Logical:
		out := &Logic{Or: x.Or}
		for _, t := range x.Terms {
			e, err := b.boolean(t, "Logical expression term")
			if err != nil {
				return nil, err
			}
			out.Terms = append(out.Terms, e)
		}
		return out, nil
	case *trino.Not:
		e, err := b.boolean(x.X, "Value of logical NOT expression")
		if err != nil {
			return nil, err
		}
		return &Not{e}, nil
	case *trino.Compare:
		l, r, err := b.pair(x.Left, x.Right)
		if err != nil {
			return nil, err
		}
		return b.compare(x.Pos(), x.Op, l, r)
	case *trino.Distinct:
		l, r, err := b.pair(x.Left, x.Right)
		if err != nil {
			return nil, err
		}
		l2, r2, ok := b.align(l, r)
		if !ok {
			return nil, fail(x.Pos(), "Cannot apply operator: %s IS DISTINCT FROM %s", l.Type(), r.Type())
		}
		return negated(&Distinct{l2, r2}, x.Not), nil
	case *trino.IsNull:
		e, err := b.bind(x.X)
		if err != nil {
			return nil, err
		}
		return negated(&IsNull{e}, x.Not), nil
	case *trino.Between:
		return b.between(x)
	case *trino.In:
		return b.in(x)
	case *trino.Like:
		return b.like(x)
	case *trino.Exists:
		return b.exists(x)
	case *trino.Quantified:
		return b.quantified(x)
	case *trino.Subquery:
		return b.scalar(x)
	}
	return nil, fail(x.Pos(), "this expression is not supported")
}

func negated(e Expr, not bool) Expr {
	if not {
		return &Not{e}
	}
	return e
}

func (b *binder) pair(l, r trino.Expr) (Expr, Expr, error) {
	left, err := b.bind(l)
	if err != nil {
		return nil, nil, err
	}
	right, err := b.bind(r)
	return left, right, err
}

// compare compares two bound expressions.
func (b *binder) compare(pos trino.Position, op trino.Comparison, l, r Expr) (Expr, error) {
	l2, r2, ok := b.align(l, r)
	if !ok {
		return nil, fail(pos, "Cannot apply operator: %s %s %s", l.Type(), op, r.Type())
	}
	t := l2.Type()
	if op == trino.Eq || op == trino.Ne {
		ok = t.Comparable()
	} else {
		ok = t.Orderable()
	}
	if !ok {
		return nil, fail(pos, "Cannot apply operator: %s %s %s", t, op, t)
	}
	return &Compare{op, l2, r2}, nil
}

func (b *binder) between(x *trino.Between) (Expr, error) {
	e, err := b.bind(x.X)
	if err != nil {
		return nil, err
	}
	low, high, err := b.pair(x.Low, x.High)
	if err != nil {
		return nil, err
	}
	return b.once(e, func(e Expr) (Expr, error) {
		from, err := b.compare(x.Pos(), trino.Ge, e, low)
		if err != nil {
			return nil, err
		}
		to, err := b.compare(x.Pos(), trino.Le, e, high)
		return negated(&Logic{Terms: []Expr{from, to}}, x.Not), err
	})
}

func (b *binder) in(x *trino.In) (Expr, error) {
	if x.Query != nil {
		return b.inQuery(x)
	}
	e, err := b.bind(x.X)
	if err != nil {
		return nil, err
	}
	list, err := b.all(x.List)
	if err != nil {
		return nil, err
	}
	t := e.Type()
	for i, item := range list {
		l, r, ok := b.align(e, item)
		if !ok || !l.Type().Comparable() {
			return nil, fail(x.List[i].Pos(), "IN value and list items must be the same type: %s and %s", t, item.Type())
		}
		e, list[i] = l, r
	}
	for i := range list { // a later item may have widened the type
		list[i] = b.convert(list[i], e.Type())
	}
	return negated(&In{e, list}, x.Not), nil
}

func (b *binder) like(x *trino.Like) (Expr, error) {
	xs := []trino.Expr{x.X, x.Pattern}
	if x.Escape != nil {
		xs = append(xs, x.Escape)
	}
	list, err := b.all(xs)
	if err != nil {
		return nil, err
	}
	for i, e := range list {
		c, ok := b.coerce(e, value.VarcharType)
		if !ok {
			return nil, fail(xs[i].Pos(), "LIKE takes varchar, not %s", e.Type())
		}
		list[i] = c
	}
	out := &Like{X: list[0], Pattern: list[1]}
	if x.Escape != nil {
		out.Escape = list[2]
	}
	return negated(out, x.Not), nil
}
