package plan

import (
	"github.com/tickmark/tickmark/internal/trino"
	"github.com/tickmark/tickmark/internal/trino/value"
)

func (b *binder) unary(x *trino.Unary) (Expr, error) {
	e, err := b.bind(x.X)
	if err != nil {
		return nil, err
	}
	t := e.Type()
	if !t.IsNumber() && t.Kind != value.IntervalDay && t.Kind != value.IntervalYear {
		return nil, fail(x.Pos(), "Cannot negate %s", t)
	}
	if x.Op == trino.Add {
		return e, nil
	}
	return b.folded(&Negate{e}), nil
}

// folded is a constant where the expression has only constants and can be evaluated.
func (b *binder) folded(e Expr) Expr {
	if _, ok := e.(*Const); ok || b.Fold == nil || !constant(e) {
		return e
	}
	v, err := b.Fold(e)
	if err != nil {
		return e // it fails when it is evaluated, if it ever is
	}
	return &Const{T: e.Type(), V: v}
}

// constant reports whether an expression has the same value for every row and can be evaluated while it is planned:
// lambdas may take long.
func constant(e Expr) bool {
	yes := true
	bound := map[*Symbol]bool{}
	Walk(e, func(x Expr) bool {
		switch x := x.(type) {
		case *Lambda:
			yes = false
		case *Let:
			bound[x.Symbol] = true
		case *Ref:
			yes = yes && bound[x.Symbol]
		case *Call:
			yes = yes && !x.Fn.Volatile
		case *sub, *aggCall, *windowCall:
			yes = false
		}
		return yes
	})
	return yes
}

func (b *binder) binary(x *trino.Binary) (Expr, error) {
	if x.Op == trino.Concat {
		return b.function(x.Pos(), "concat", []trino.Expr{x.Left, x.Right})
	}
	l, r, err := b.pair(x.Left, x.Right)
	if err != nil {
		return nil, err
	}
	l, r = loosen(b, l, r)
	l, r, t := b.operands(x.Op, l, r)
	if t == nil {
		return nil, fail(x.Pos(), "Cannot apply operator: %s %s %s", l.Type(), x.Op, r.Type())
	}
	return b.folded(&Arith{x.Op, l, r, t}), nil
}

// loosen gives a parameter the type of the other side.
func loosen(b *binder, l, r Expr) (Expr, Expr) {
	if isLoose(l) {
		if e, ok := b.coerce(l, r.Type()); ok {
			l = e
		}
	} else if isLoose(r) {
		if e, ok := b.coerce(r, l.Type()); ok {
			r = e
		}
	}
	return l, r
}

// operands converts the sides of an operator and tells the result's type; nil when it cannot be applied.
func (b *binder) operands(op trino.Operator, l, r Expr) (Expr, Expr, *value.Type) {
	lt, rt := l.Type(), r.Type()
	switch {
	case lt.Kind == value.Unknown && rt.IsNumber():
		return b.operands(op, b.convert(l, rt), r)
	case rt.Kind == value.Unknown && lt.IsNumber():
		return b.operands(op, l, b.convert(r, lt))
	case lt.IsNumber() && rt.IsNumber():
		return b.numbers(op, l, r)
	}
	return l, r, timeResult(op, lt, rt)
}

func (b *binder) numbers(op trino.Operator, l, r Expr) (Expr, Expr, *value.Type) {
	t := value.Common(l.Type(), r.Type())
	if t.Kind != value.DecimalKind {
		return b.convert(l, t), b.convert(r, t), t
	}
	lt, rt := decimal(l.Type()), decimal(r.Type())
	l, r = b.convert(l, lt), b.convert(r, rt)
	p1, s1, p2, s2 := lt.Precision, lt.Scale, rt.Precision, rt.Scale
	scale := max(s1, s2)
	var precision int
	switch op {
	case trino.Add, trino.Sub:
		precision = max(p1-s1, p2-s2) + scale + 1
	case trino.Mul:
		precision, scale = p1+p2, s1+s2
	case trino.Div:
		precision = p1 + s2 + max(0, s2-s1)
	case trino.Mod:
		precision = min(p2-s2, p1-s1) + scale
	}
	if scale > value.MaxPrecision {
		return l, r, nil
	}
	return l, r, value.DecimalOf(max(1, min(value.MaxPrecision, precision)), scale)
}

// decimal is an integer type as the decimal that holds it.
func decimal(t *value.Type) *value.Type {
	if t.Kind == value.DecimalKind {
		return t
	}
	return value.Common(t, value.DecimalOf(1, 0))
}

// timeResult is the type of arithmetic with times and intervals; nil when there is none.
func timeResult(op trino.Operator, l, r *value.Type) *value.Type {
	interval := func(t *value.Type) bool { return t.Kind == value.IntervalDay || t.Kind == value.IntervalYear }
	moment := func(t *value.Type) bool {
		return t.Kind == value.Timestamp || t.Kind == value.TimestampTZ || t.Kind == value.Date
	}
	switch op {
	case trino.Add:
		switch {
		case moment(l) && interval(r), l.Kind == value.Time && r.Kind == value.IntervalDay, interval(l) && l.Kind == r.Kind:
			return l
		case interval(l) && moment(r):
			return r
		}
	case trino.Sub:
		switch {
		case moment(l) && interval(r), l.Kind == value.Time && r.Kind == value.IntervalDay, interval(l) && l.Kind == r.Kind:
			return l
		case moment(l) && moment(r) && (l.Kind == r.Kind):
			return value.IntervalDayType
		}
	case trino.Mul:
		switch {
		case interval(l) && (r.IsInteger() || r.IsFloat()):
			return l
		case (l.IsInteger() || l.IsFloat()) && interval(r):
			return r
		}
	case trino.Div:
		if interval(l) && (r.IsInteger() || r.IsFloat()) {
			return l
		}
	}
	return nil
}
