package plan

import (
	"maps"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/trino"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// call binds a call of any kind.
func (b *binder) call(x *trino.Call) (Expr, error) {
	switch {
	case x.Over != nil:
		return b.windowed(x)
	case isAggregate(x.Name):
		return b.aggregate(x)
	case x.Name == "grouping":
		return b.grouping(x)
	case isWindowOnly(x.Name):
		return nil, fail(x.Pos(), "Window function %s requires an OVER clause", x.Name)
	case x.Distinct || x.Filter != nil || len(x.OrderBy) > 0 || x.Star:
		if len(b.Functions(x.Name)) == 0 {
			return nil, fail(x.Pos(), "Function '%s' not registered", x.Name)
		}
		return nil, fail(x.Pos(), "DISTINCT, FILTER, ORDER BY and * are only for aggregations, and %s is none", x.Name)
	}
	return b.function(x.Pos(), x.Name, x.Args)
}

// function binds a call of a scalar function or a special form.
func (b *binder) function(pos trino.Position, name string, args []trino.Expr) (Expr, error) {
	switch name {
	case "coalesce":
		return b.coalesce(pos, args)
	case "if":
		return b.ifOf(pos, args)
	case "nullif":
		return b.nullif(pos, args)
	case "try":
		if len(args) != 1 {
			return nil, fail(pos, "TRY takes one argument")
		}
		e, err := b.bind(args[0])
		if err != nil {
			return nil, err
		}
		return &Try{e}, nil
	}
	overloads := b.Functions(name)
	if len(overloads) == 0 {
		return nil, fail(pos, "Function '%s' not registered", name)
	}
	bound := make([]Expr, len(args)) // nil for lambdas
	for i, a := range args {
		if _, ok := a.(*trino.Lambda); ok {
			continue
		}
		var err error
		if bound[i], err = b.bind(a); err != nil {
			return nil, err
		}
	}
	return b.choose(pos, name, overloads, args, bound)
}

// choose takes the overload that fits best: that with the fewest coercions, the first of equals.
func (b *binder) choose(pos trino.Position, name string, overloads []*value.Function, args []trino.Expr, bound []Expr) (Expr, error) {
	var best *match
	var lambdaErr error
	for _, f := range overloads {
		m, err := b.match(f, args, bound)
		if err != nil {
			lambdaErr = err
		}
		if m != nil && (best == nil || m.cost < best.cost) {
			best = m
		}
	}
	if best == nil {
		if lambdaErr != nil {
			return nil, lambdaErr
		}
		return nil, fail(pos, "Unexpected parameters (%s) for function %s. Expected: %s", typesOf(bound), name, expected(overloads))
	}
	result := value.Substitute(best.fn.Result, best.vars)
	if best.fn.Returns != nil {
		types := make([]*value.Type, len(best.args))
		for i, a := range best.args {
			types[i] = a.Type()
		}
		var err error
		if result, err = best.fn.Returns(types); err != nil {
			return nil, fail(pos, "%s: %s", name, err)
		}
	}
	if result.HasVariables() {
		result = unknowns(result)
	}
	return b.folded(&Call{best.fn, best.args, result}), nil
}

// unknowns puts the unknown type in place of variables that nothing has bound.
func unknowns(t *value.Type) *value.Type {
	vars := map[string]*value.Type{}
	for c := 'A'; c <= 'Z'; c++ {
		vars[string(c)] = value.UnknownType
	}
	return value.Substitute(t, vars)
}

func typesOf(bound []Expr) string {
	out := make([]string, len(bound))
	for i, e := range bound {
		out[i] = "function"
		if e != nil {
			out[i] = e.Type().String()
		}
	}
	return strings.Join(out, ", ")
}

func expected(overloads []*value.Function) string {
	out := make([]string, len(overloads))
	for i, f := range overloads {
		out[i] = f.Signature.String()
	}
	return strings.Join(out, ", ")
}

// match is an overload fitted to arguments.
type match struct {
	fn   *value.Function
	args []Expr
	vars map[string]*value.Type
	cost int
}

// match fits an overload; nil when it does not fit. The error is one in a lambda's body.
func (b *binder) match(f *value.Function, args []trino.Expr, bound []Expr) (*match, error) {
	if !f.Takes(len(args)) {
		return nil, nil
	}
	vars := map[string]*value.Type{}
	for range 3 { // a lambda may widen the type of what it is given, as reduce's may that of its state
		before := maps.Clone(vars)
		m, err := b.attempt(f, args, bound, vars)
		if m == nil || err != nil || maps.EqualFunc(before, vars, (*value.Type).Equal) || !lambdas(bound) {
			return m, err
		}
	}
	return nil, nil
}

func lambdas(bound []Expr) bool { return slices.Contains(bound, nil) }

// attempt fits an overload with variables that may be bound already.
func (b *binder) attempt(f *value.Function, args []trino.Expr, bound []Expr, vars map[string]*value.Type) (*match, error) {
	m := &match{fn: f, args: make([]Expr, len(args)), vars: vars}
	for i, e := range bound {
		isFunction := f.Arg(i).Kind == value.FunctionKind
		if (e == nil) != isFunction {
			return nil, nil
		}
		if e != nil && !unify(f.Arg(i), e.Type(), m.vars) {
			return nil, nil
		}
	}
	for i, e := range bound {
		if e == nil {
			continue
		}
		t := value.Substitute(f.Arg(i), m.vars)
		if t.HasVariables() {
			t = unknowns(t)
		}
		switch from := e.Type(); {
		case anyDecimal(t) && from.Kind == value.DecimalKind:
			m.args[i] = e
			continue
		case from.Equal(t):
		case from.Kind == value.Unknown:
			m.cost++
		default:
			m.cost += 10 + distance(from, t)
		}
		var ok bool
		if m.args[i], ok = b.coerce(e, t); !ok {
			return nil, nil
		}
	}
	for i, e := range bound {
		if e != nil {
			continue
		}
		l, err := b.lambda(args[i].(*trino.Lambda), f.Arg(i), m.vars)
		if l == nil || err != nil {
			return nil, err
		}
		m.args[i] = l
	}
	return m, nil
}

// anyDecimal: "decimal" in a signature takes each decimal as it is.
func anyDecimal(t *value.Type) bool {
	return t.Kind == value.DecimalKind && t.Precision == value.MaxPrecision && t.Scale == 0
}

// distance prefers the nearer of two types that something could become.
func distance(from, to *value.Type) int {
	if d := int(to.Kind) - int(from.Kind); d > 0 {
		return d
	}
	return 20
}

// unify binds the variables of a declared type; false when the actual type cannot be it.
func unify(declared, actual *value.Type, vars map[string]*value.Type) bool {
	switch {
	case declared.Kind == value.Variable:
		name := declared.Names[0]
		have := vars[name]
		if have == nil {
			vars[name] = actual
			return true
		}
		t := value.Common(have, actual)
		if t != nil {
			vars[name] = t
		}
		return t != nil
	case actual.Kind == value.Unknown || !declared.HasVariables():
		return true
	case declared.Kind != actual.Kind || len(declared.Elems) != len(actual.Elems):
		return false
	}
	for i, d := range declared.Elems {
		if !unify(d, actual.Elems[i], vars) {
			return false
		}
	}
	return true
}

// lambda binds a lambda as a declared function type whose parameters are known by now; nil when it does not fit.
func (b *binder) lambda(x *trino.Lambda, declared *value.Type, vars map[string]*value.Type) (Expr, error) {
	params := declared.Params()
	if len(params) != len(x.Params) {
		return nil, fail(x.Pos(), "Unexpected parameters for the lambda expression: it has %d, and %d are expected", len(x.Params), len(params))
	}
	inner := *b
	inner.scope = &scope{outer: b.scope, lambda: true}
	inner.inLambda = true
	l := &Lambda{}
	types := make([]*value.Type, len(params))
	for i, p := range params {
		types[i] = unknowns(value.Substitute(p, vars))
		s := b.symbol(x.Params[i].Name, types[i])
		l.Params = append(l.Params, s)
		inner.scope.fields = append(inner.scope.fields, field{name: x.Params[i].Name, symbol: s})
	}
	body, err := inner.bind(x.Body)
	if err != nil {
		return nil, err
	}
	result := declared.Result()
	if result.Kind == value.Variable && vars[result.Names[0]] == nil || result.HasVariables() {
		if !unify(result, body.Type(), vars) {
			return nil, nil
		}
	}
	want := value.Substitute(result, vars)
	l.Body, l.T = body, value.FunctionOf(types, want)
	if !body.Type().Equal(want) {
		c, ok := b.coerce(body, want)
		if !ok {
			return nil, fail(x.Body.Pos(), "the lambda expression gives %s where %s is expected", body.Type(), want)
		}
		l.Body = c
	}
	return l, nil
}

func (b *binder) coalesce(pos trino.Position, args []trino.Expr) (Expr, error) {
	if len(args) < 2 {
		return nil, fail(pos, "COALESCE takes two arguments or more")
	}
	list, err := b.all(args)
	if err != nil {
		return nil, err
	}
	t, bad := b.unify(list)
	if t == nil {
		return nil, fail(args[bad].Pos(), "All COALESCE operands must be the same type: %s", list[bad].Type())
	}
	return &Coalesce{list, t}, nil
}

func (b *binder) ifOf(pos trino.Position, args []trino.Expr) (Expr, error) {
	if len(args) != 2 && len(args) != 3 {
		return nil, fail(pos, "IF takes two or three arguments")
	}
	cond, err := b.boolean(args[0], "IF condition")
	if err != nil {
		return nil, err
	}
	list, err := b.all(args[1:])
	if err != nil {
		return nil, err
	}
	t, bad := b.unify(list)
	if t == nil {
		return nil, fail(args[bad+1].Pos(), "Result types for IF must be the same: %s", list[bad].Type())
	}
	out := &Case{Whens: []When{{cond, list[0]}}, T: t}
	if len(list) == 2 {
		out.Else = list[1]
	}
	return out, nil
}

func (b *binder) nullif(pos trino.Position, args []trino.Expr) (Expr, error) {
	if len(args) != 2 {
		return nil, fail(pos, "NULLIF takes two arguments")
	}
	l, r, err := b.pair(args[0], args[1])
	if err != nil {
		return nil, err
	}
	return b.once(l, func(l Expr) (Expr, error) {
		equal, err := b.compare(pos, trino.Eq, l, r)
		return &Case{Whens: []When{{equal, &Const{T: l.Type()}}}, Else: l, T: l.Type()}, err
	})
}
