package fn_test

import (
	"context"
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/trino"
	"github.com/tickmark/tickmark/internal/trino/fn"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// A small evaluator of expressions: enough to write the cases of functions as SQL. It shares no code with the planner.

var at = &value.Context{Context: context.Background(), Now: time.Date(2024, 3, 5, 8, 0, 0, 0, time.UTC)}

type scope map[string]*value.Type

// bound is an expression with its type.
type bound struct {
	t    *value.Type
	eval func(env map[string]value.Value) (value.Value, error)
}

func constant(t *value.Type, v value.Value) bound {
	return bound{t, func(map[string]value.Value) (value.Value, error) { return v, nil }}
}

func bind(x trino.Expr, s scope) (bound, error) {
	switch x := x.(type) {
	case *trino.Null:
		return constant(value.UnknownType, nil), nil
	case *trino.Bool:
		return constant(value.BooleanType, x.Value), nil
	case *trino.String:
		return constant(value.VarcharType, x.Value), nil
	case *trino.Bytes:
		return constant(value.VarbinaryType, string(x.Value)), nil
	case *trino.Integer:
		if x.Value == int64(int32(x.Value)) {
			return constant(value.IntegerType, x.Value), nil
		}
		return constant(value.BigIntType, x.Value), nil
	case *trino.Double:
		return constant(value.DoubleType, x.Value), nil
	case *trino.Decimal:
		d, _ := value.ParseDecimal(x.Text)
		return constant(value.DecimalOf(len(strings.ReplaceAll(x.Text, ".", "")), d.Scale), d), nil
	case *trino.Typed:
		return literal(x)
	case *trino.Interval:
		n := int64(1)
		fmt.Sscan(x.Text, &n)
		if x.From == "MONTH" {
			return constant(value.IntervalYearType, n), nil
		}
		return constant(value.IntervalDayType, n*map[string]int64{"DAY": 86_400_000, "HOUR": 3_600_000, "MINUTE": 60_000}[x.From]), nil
	case *trino.Name:
		return bound{s[x.Name], func(env map[string]value.Value) (value.Value, error) { return env[x.Name], nil }}, nil
	case *trino.Unary:
		return negated(x, s)
	case *trino.Binary:
		return arithmetic(x, s)
	case *trino.Compare:
		return compared(x, s)
	case *trino.IsNull:
		in, err := bind(x.X, s)
		return bound{value.BooleanType, func(env map[string]value.Value) (value.Value, error) {
			v, err := in.eval(env)
			return (v == nil) != x.Not, err
		}}, err
	case *trino.Array:
		return list(x.Elements, s)
	case *trino.Row:
		return fields(x.Elements, s)
	case *trino.Cast:
		return casted(x, s)
	case *trino.Call:
		return call(x, s)
	}
	return bound{}, fmt.Errorf("the evaluator does not know %T", x)
}

func literal(x *trino.Typed) (bound, error) {
	if x.Type.Name == "json" {
		return call(&trino.Call{Name: "json_parse", Args: []trino.Expr{&trino.String{Value: x.Text}}}, nil)
	}
	name := x.Type.Name
	if _, zone, _ := value.ParseTimestamp(x.Text); name == "timestamp" && zone != "" {
		name += " with time zone"
	}
	t := value.MustType(name)
	v, err := value.Cast(value.VarcharType, t)(at, x.Text)
	return constant(t, v), err
}

func negated(x *trino.Unary, s scope) (bound, error) {
	in, err := bind(x.X, s)
	return bound{in.t, func(env map[string]value.Value) (value.Value, error) {
		v, err := in.eval(env)
		switch n := v.(type) {
		case int64:
			return -n, err
		case float64:
			return -n, err
		case value.Decimal:
			d, _ := value.ParseDecimal("-" + n.String())
			return d, err
		}
		return nil, err
	}}, err
}

// pair binds two operands as one type.
func pair(l, r trino.Expr, s scope) (bound, bound, error) {
	a, err := bind(l, s)
	if err != nil {
		return a, a, err
	}
	b, err := bind(r, s)
	if err != nil {
		return a, b, err
	}
	t := value.Common(a.t, b.t)
	return a.to(t), b.to(t), nil
}

func arithmetic(x *trino.Binary, s scope) (bound, error) {
	if x.Op == trino.Concat {
		return call(&trino.Call{Name: "concat", Args: []trino.Expr{x.Left, x.Right}}, s)
	}
	l, r, err := pair(x.Left, x.Right, s)
	return bound{l.t, both(l, r, func(a, b value.Value) (value.Value, error) {
		if l.t.IsFloat() {
			return map[trino.Operator]float64{trino.Add: a.(float64) + b.(float64), trino.Mul: a.(float64) * b.(float64), trino.Div: a.(float64) / b.(float64)}[x.Op], nil
		}
		if x.Op == trino.Div {
			if b.(int64) == 0 {
				return nil, value.Errorf("Division by zero")
			}
			return a.(int64) / b.(int64), nil
		}
		return map[trino.Operator]int64{trino.Add: a.(int64) + b.(int64), trino.Sub: a.(int64) - b.(int64), trino.Mul: a.(int64) * b.(int64)}[x.Op], nil
	})}, err
}

func compared(x *trino.Compare, s scope) (bound, error) {
	l, r, err := pair(x.Left, x.Right, s)
	return bound{value.BooleanType, both(l, r, func(a, b value.Value) (value.Value, error) {
		c := value.Compare(l.t, a, b)
		return map[trino.Comparison]bool{trino.Eq: c == 0, trino.Ne: c != 0, trino.Lt: c < 0, trino.Gt: c > 0, trino.Ge: c >= 0, trino.Le: c <= 0}[x.Op], nil
	})}, err
}

func both(l, r bound, f func(a, b value.Value) (value.Value, error)) func(env map[string]value.Value) (value.Value, error) {
	return func(env map[string]value.Value) (value.Value, error) {
		a, err := l.eval(env)
		if err != nil {
			return nil, err
		}
		b, err := r.eval(env)
		if err != nil || a == nil || b == nil {
			return nil, err
		}
		return f(a, b)
	}
}

func evaluated(all []bound, env map[string]value.Value) ([]value.Value, error) {
	out := make([]value.Value, len(all))
	for i, b := range all {
		var err error
		if out[i], err = b.eval(env); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func list(xs []trino.Expr, s scope) (bound, error) {
	t := value.UnknownType
	all := make([]bound, len(xs))
	for i, x := range xs {
		var err error
		if all[i], err = bind(x, s); err != nil {
			return bound{}, err
		}
		t = value.Common(t, all[i].t)
	}
	for i := range all {
		all[i] = all[i].to(t)
	}
	return bound{value.ArrayOf(t), func(env map[string]value.Value) (value.Value, error) { return wrap(evaluated(all, env)) }}, nil
}

func wrap(l []value.Value, err error) (value.Value, error) { return l, err }

func fields(xs []trino.Expr, s scope) (bound, error) {
	all, types := make([]bound, len(xs)), make([]*value.Type, len(xs))
	for i, x := range xs {
		var err error
		if all[i], err = bind(x, s); err != nil {
			return bound{}, err
		}
		types[i] = all[i].t
	}
	return bound{value.RowOf(make([]string, len(xs)), types), func(env map[string]value.Value) (value.Value, error) { return wrap(evaluated(all, env)) }}, nil
}

func casted(x *trino.Cast, s scope) (bound, error) {
	in, err := bind(x.X, s)
	if err != nil {
		return in, err
	}
	return in.to(value.MustType(x.Type.String())), nil
}

// to is the expression as another type.
func (b bound) to(t *value.Type) bound {
	if b.t.Equal(t) {
		return b
	}
	c := value.Cast(b.t, t)
	return bound{t, func(env map[string]value.Value) (value.Value, error) {
		v, err := b.eval(env)
		if v == nil || err != nil {
			return nil, err
		}
		return c(at, v)
	}}
}

// call takes the overload with the fewest coercions.
func call(x *trino.Call, s scope) (bound, error) {
	if x.Name == "try" {
		in, err := bind(x.Args[0], s)
		return bound{in.t, func(env map[string]value.Value) (value.Value, error) {
			if v, err := in.eval(env); err == nil {
				return v, nil
			}
			return nil, nil
		}}, err
	}
	var best *match
	var last error
	for _, f := range fn.Lookup(x.Name) {
		m, err := fit(f, x.Args, s)
		if err != nil {
			last = err
		} else if m != nil && (best == nil || m.cost < best.cost) {
			best = m
		}
	}
	if best == nil {
		if last == nil {
			last = fmt.Errorf("no overload of %s fits", x.Name)
		}
		return bound{}, last
	}
	return best.bound(x.Args)
}

type match struct {
	f    *value.Function
	args []bound
	t    *value.Type
	cost int
}

func fit(f *value.Function, args []trino.Expr, s scope) (*match, error) {
	if !f.Takes(len(args)) {
		return nil, nil
	}
	m := &match{f: f, args: make([]bound, len(args))}
	vars := map[string]*value.Type{}
	for i, a := range args {
		_, lambda := a.(*trino.Lambda)
		if lambda != (f.Arg(i).Kind == value.FunctionKind) {
			return nil, nil
		}
		if lambda {
			continue
		}
		var err error
		if m.args[i], err = bind(a, s); err != nil {
			return nil, err
		}
		if !unify(f.Arg(i), m.args[i].t, vars) {
			return nil, nil
		}
	}
	for i, a := range args {
		if l, ok := a.(*trino.Lambda); ok {
			var err error
			if m.args[i], err = lambdaOf(l, f.Arg(i), vars, s); err != nil {
				return nil, err
			}
			continue
		}
		t := value.Substitute(f.Arg(i), vars)
		if anyDecimal := t.Equal(value.DecimalOf(38, 0)) && m.args[i].t.Kind == value.DecimalKind; anyDecimal || t.Equal(m.args[i].t) {
			continue
		}
		if !value.Coercible(m.args[i].t, t) {
			return nil, nil
		}
		if m.args[i].t.Kind != value.Unknown {
			m.cost += 10
		}
		m.cost += max(int(t.Kind)-int(m.args[i].t.Kind), 1)
		m.args[i] = m.args[i].to(t)
	}
	m.t = value.Substitute(f.Result, vars)
	if f.Returns != nil {
		var types []*value.Type
		for _, a := range m.args {
			types = append(types, a.t)
		}
		var err error
		m.t, err = f.Returns(types)
		return m, err
	}
	return m, nil
}

func unify(declared, actual *value.Type, vars map[string]*value.Type) bool {
	if declared.Kind == value.Variable {
		name := declared.Names[0]
		if vars[name] == nil {
			vars[name] = actual
			return true
		}
		vars[name] = value.Common(vars[name], actual)
		return vars[name] != nil
	}
	if actual.Kind == value.Unknown || !declared.HasVariables() {
		return true
	}
	if declared.Kind != actual.Kind || len(declared.Elems) != len(actual.Elems) {
		return false
	}
	for i, e := range declared.Elems {
		if !unify(e, actual.Elems[i], vars) {
			return false
		}
	}
	return true
}

func lambdaOf(l *trino.Lambda, declared *value.Type, vars map[string]*value.Type, s scope) (bound, error) {
	inner := maps.Clone(s)
	if inner == nil {
		inner = scope{}
	}
	for i, p := range l.Params {
		inner[p.Name] = value.Substitute(declared.Params()[i], vars)
	}
	body, err := bind(l.Body, inner)
	if err != nil {
		return body, err
	}
	unify(declared.Result(), body.t, vars)
	body = body.to(value.Substitute(declared.Result(), vars))
	return bound{value.Substitute(declared, vars), func(env map[string]value.Value) (value.Value, error) {
		return &value.Lambda{Call: func(args ...value.Value) (value.Value, error) {
			with := map[string]value.Value{}
			maps.Copy(with, env)
			for i, p := range l.Params {
				with[p.Name] = args[i]
			}
			return body.eval(with)
		}}, nil
	}}, nil
}

// bound evaluates the function in whichever form it has; texts among the arguments, if they are given, are constants.
func (m *match) bound(args []trino.Expr) (bound, error) {
	types, isConst, consts := make([]*value.Type, len(m.args)), make([]bool, len(m.args)), make([]value.Value, len(m.args))
	for i, a := range m.args {
		types[i] = a.t
		if i >= len(args) {
			continue
		}
		if _, ok := args[i].(*trino.String); ok {
			isConst[i] = true
			consts[i], _ = a.eval(nil)
		}
	}
	run := m.f.Row
	var err error
	switch {
	case m.f.Bind != nil:
		run, err = m.f.Bind(types, m.t)
	case m.f.BindConstants != nil:
		run, err = m.f.BindConstants(types, m.t, isConst, consts)
	case m.f.Vec != nil:
		run = func(c *value.Context, row []value.Value) (value.Value, error) {
			vs := make([]*value.Vector, len(row))
			for i, v := range row {
				vs[i] = value.FromValues(types[i], []value.Value{nil, v})
			}
			out, err := m.f.Vec(c, vs, 2)
			if err != nil {
				return nil, err
			}
			return out.Get(1), nil
		}
	}
	return bound{m.t, func(env map[string]value.Value) (value.Value, error) {
		row, err := evaluated(m.args, env)
		if err != nil {
			return nil, err
		}
		for _, v := range row {
			if v == nil && !m.f.Nullable {
				return nil, nil
			}
		}
		return run(at, row)
	}}, err
}

// answer is an expression's value as results show it.
func answer(t *testing.T, expression string) (string, error) {
	t.Helper()
	q, err := trino.Parse("SELECT " + expression)
	if err != nil {
		t.Fatalf("%s: %v", expression, err)
	}
	b, err := bind(q.Body.(*trino.Select).Items[0].X, nil)
	if err != nil {
		return "", err
	}
	v, err := b.eval(nil)
	if err != nil {
		return "", err
	}
	if v == nil {
		return "NULL", nil
	}
	return value.Format(b.t, v), nil
}

// check compares answers; a wanted text that begins with ! is in the message of a failure.
func check(t *testing.T, cases [][2]string) {
	t.Helper()
	for _, c := range cases {
		got, err := answer(t, c[0])
		if message, ok := strings.CutPrefix(c[1], "!"); ok {
			if err == nil || !strings.Contains(err.Error(), message) {
				t.Errorf("%s = %s, %v\nwant a failure: %s", c[0], got, err, message)
			}
			continue
		}
		if err != nil || got != c[1] {
			t.Errorf("%s = %s, %v\nwant %s", c[0], got, err, c[1])
		}
	}
}
