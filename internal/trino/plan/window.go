package plan

import (
	"fmt"
	"strings"

	"github.com/tickmark/tickmark/internal/trino"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// windowTypes are the functions that need a window.
var windowTypes = map[string]aggregateType{
	"rank": none("bigint"), "dense_rank": none("bigint"), "row_number": none("bigint"),
	"percent_rank": none("double"), "cume_dist": none("double"), "ntile": fixed("bigint", "bigint"),
	"first_value": same, "last_value": same, "nth_value": nthType, "lag": lagType, "lead": lagType,
}

func isWindowOnly(name string) bool { return windowTypes[name] != nil }

func none(result string) aggregateType {
	r := value.MustType(result)
	return func(in []*value.Type) ([]*value.Type, *value.Type) {
		if len(in) > 0 {
			return nil, nil
		}
		return in, r
	}
}

func nthType(in []*value.Type) ([]*value.Type, *value.Type) {
	if len(in) != 2 {
		return nil, nil
	}
	return []*value.Type{in[0], value.BigIntType}, in[0]
}

func lagType(in []*value.Type) ([]*value.Type, *value.Type) {
	switch len(in) {
	case 1:
		return in, in[0]
	case 2:
		return []*value.Type{in[0], value.BigIntType}, in[0]
	case 3:
		return []*value.Type{in[0], value.BigIntType, in[0]}, in[0]
	}
	return nil, nil
}

// windowCall is a window function in an expression, before it is moved to a Window.
type windowCall struct {
	WindowFunc
	partition []Expr
	order     []AggOrder
	t         *value.Type
}

func (w *windowCall) Type() *value.Type { return w.t }

func (w *windowCall) key() string {
	return fmt.Sprintf("%s,%d,%d,%s,%v,%v,%v,%s%s%s", w.Name, len(w.Args), len(w.partition), orderKey(w.order), w.IgnoreNulls, w.Distinct, w.Filter != nil,
		w.Frame.Unit, w.Frame.Start.Kind, w.Frame.End.Kind)
}

func orderKey(order []AggOrder) string {
	var b strings.Builder
	for _, o := range order {
		fmt.Fprintf(&b, "%v%v;", o.Desc, o.NullsFirst)
	}
	return b.String()
}

func (w *windowCall) mapChildren(f func(Expr) Expr) Expr {
	out := *w
	out.order = append([]AggOrder(nil), w.order...)
	args, a := mapAll(w.Args, f)
	partition, p := mapAll(w.partition, f)
	out.Args, out.partition = args, partition
	changed := a || p
	for i := range out.order {
		out.order[i].X = f(w.order[i].X)
		changed = changed || out.order[i].X != w.order[i].X
	}
	for _, e := range []*Expr{&out.Filter, &out.Frame.Start.Offset, &out.Frame.End.Offset} {
		if *e != nil {
			x := f(*e)
			changed = changed || x != *e
			*e = x
		}
	}
	if !changed {
		return w
	}
	return &out
}

// windowed binds a call with OVER.
func (b *binder) windowed(x *trino.Call) (Expr, error) {
	if !b.windows || b.inLambda {
		return nil, fail(x.Pos(), "%s cannot contain window functions: %s", b.clause, x.Name)
	}
	inner := *b
	inner.windows = false
	inner.clause = "A window"
	out := &windowCall{WindowFunc: WindowFunc{Name: x.Name, IgnoreNulls: x.IgnoreNulls, Distinct: x.Distinct}}
	var err error
	switch {
	case isWindowOnly(x.Name):
		out.Args, out.t, err = inner.windowArgs(x)
	case isAggregate(x.Name):
		if x.Distinct || len(x.OrderBy) > 0 {
			return nil, fail(x.Pos(), "DISTINCT and ORDER BY in the arguments of a window function are not supported")
		}
		out.Args, out.t, err = inner.aggregateArgs(x)
	default:
		return nil, fail(x.Pos(), "Function '%s' is no window function", x.Name)
	}
	if err != nil {
		return nil, err
	}
	if x.Filter != nil {
		if out.Filter, err = inner.boolean(x.Filter, "FILTER"); err != nil {
			return nil, err
		}
	}
	return out, inner.over(out, x.Over)
}

func (b *binder) windowArgs(x *trino.Call) ([]Expr, *value.Type, error) {
	args, err := b.all(x.Args)
	if err != nil {
		return nil, nil, err
	}
	types := make([]*value.Type, len(args))
	for i, a := range args {
		types[i] = a.Type()
	}
	want, result := windowTypes[x.Name](types)
	ok := result != nil && !x.Star && !x.Distinct && len(x.OrderBy) == 0
	for i := range want {
		if ok {
			args[i], ok = b.coerce(args[i], want[i])
		}
	}
	if !ok {
		return nil, nil, fail(x.Pos(), "Unexpected parameters (%s) for window function %s", typesOf(args), x.Name)
	}
	return args, result, nil
}

// over binds a window, and that of the WINDOW clause it takes over.
func (b *binder) over(out *windowCall, w *trino.Window) error {
	for depth := 0; w.Base != nil; depth++ {
		base := b.windowNamed(w.Base.Name)
		if base == nil || depth > len(b.named) {
			return fail(w.Base.Pos(), "Cannot resolve WINDOW name %s", w.Base.Name)
		}
		merged := *base
		if len(w.OrderBy) > 0 {
			merged.OrderBy = w.OrderBy
		}
		if w.Frame != nil {
			merged.Frame = w.Frame
		}
		w = &merged
	}
	var err error
	if out.partition, err = b.all(w.PartitionBy); err != nil {
		return err
	}
	for i, p := range out.partition {
		if !p.Type().Comparable() {
			return fail(w.PartitionBy[i].Pos(), "%s is not comparable, and therefore cannot be used in window function PARTITION BY", p.Type())
		}
	}
	for _, s := range w.OrderBy {
		e, err := b.bind(s.X)
		if err != nil {
			return err
		}
		if !e.Type().Orderable() {
			return fail(s.X.Pos(), "%s is not orderable, and therefore cannot be used in window function ORDER BY", e.Type())
		}
		out.order = append(out.order, AggOrder{e, s.Desc, s.Nulls == trino.NullsFirst})
	}
	out.Frame = Frame{Unit: trino.Range, Start: Bound{Kind: trino.UnboundedPreceding}, End: Bound{Kind: trino.CurrentRow}}
	if len(out.order) == 0 {
		out.Frame.End.Kind = trino.UnboundedFollowing
	}
	if w.Frame == nil {
		return nil
	}
	return b.frame(out, w.Frame)
}

func (b *binder) windowNamed(name string) *trino.Window {
	for _, n := range b.named {
		if strings.EqualFold(n.Name.Name, name) {
			return n.Window
		}
	}
	return nil
}

func (b *binder) frame(out *windowCall, f *trino.Frame) error {
	out.Frame.Unit = f.Unit
	for _, side := range []struct {
		from trino.Bound
		to   *Bound
	}{{f.Start, &out.Frame.Start}, {f.End, &out.Frame.End}} {
		side.to.Kind = side.from.Kind
		if side.from.Offset == nil {
			continue
		}
		e, err := b.bind(side.from.Offset)
		if err != nil {
			return err
		}
		if f.Unit == trino.Range {
			if len(out.order) != 1 {
				return fail(f.Pos(), "Window frame of type RANGE PRECEDING or FOLLOWING requires single sort item in ORDER BY")
			}
			t := out.order[0].X.Type()
			ok := t.IsNumber() && e.Type().IsNumber() ||
				(t.Kind == value.Timestamp || t.Kind == value.Date || t.Kind == value.TimestampTZ) && e.Type().Kind == value.IntervalDay
			if !ok {
				return fail(side.from.Offset.Pos(), "Window frame RANGE offset of type %s cannot be added to %s", e.Type(), t)
			}
			if t.IsNumber() {
				e = b.convert(e, t)
			}
		} else if e2, ok := b.coerce(e, value.BigIntType); ok {
			e = e2
		} else {
			return fail(side.from.Offset.Pos(), "Window frame %s offset must be exact numeric type with scale 0 (actual %s)", f.Unit, e.Type())
		}
		side.to.Offset = e
	}
	return nil
}
