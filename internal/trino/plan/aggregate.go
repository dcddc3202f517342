package plan

import (
	"fmt"

	"github.com/tickmark/tickmark/internal/trino"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// aggregateType tells, for the types of an aggregate's arguments, those it takes and its result; nil when it does not
// take them.
type aggregateType func(in []*value.Type) (args []*value.Type, result *value.Type)

// aggregates are the aggregate functions.
var aggregates = map[string]aggregateType{
	"count":                countType,
	"count_if":             fixed("boolean", "bigint"),
	"sum":                  sumType,
	"avg":                  avgType,
	"min":                  extremeType,
	"max":                  extremeType,
	"min_by":               byType,
	"max_by":               byType,
	"arbitrary":            same,
	"any_value":            same,
	"array_agg":            listType,
	"set_agg":              listType,
	"map_agg":              mapType,
	"multimap_agg":         multimapType,
	"histogram":            histogramType,
	"bool_and":             fixed("boolean", "boolean"),
	"bool_or":              fixed("boolean", "boolean"),
	"every":                fixed("boolean", "boolean"),
	"stddev":               fixed("double", "double"),
	"stddev_samp":          fixed("double", "double"),
	"stddev_pop":           fixed("double", "double"),
	"variance":             fixed("double", "double"),
	"var_samp":             fixed("double", "double"),
	"var_pop":              fixed("double", "double"),
	"geometric_mean":       fixed("double", "double"),
	"corr":                 fixed("double, double", "double"),
	"covar_samp":           fixed("double, double", "double"),
	"covar_pop":            fixed("double, double", "double"),
	"regr_slope":           fixed("double, double", "double"),
	"regr_intercept":       fixed("double, double", "double"),
	"approx_distinct":      distinctType,
	"approx_percentile":    percentileType,
	"approx_most_frequent": frequentType,
	"listagg":              listaggType,
}

func isAggregate(name string) bool { return aggregates[name] != nil }

func fixed(args, result string) aggregateType {
	want := value.MustType("row(" + args + ")").Elems
	r := value.MustType(result)
	return func(in []*value.Type) ([]*value.Type, *value.Type) {
		if len(in) != len(want) {
			return nil, nil
		}
		return want, r
	}
}

func countType(in []*value.Type) ([]*value.Type, *value.Type) {
	if len(in) > 1 {
		return nil, nil
	}
	return in, value.BigIntType
}

func sumType(in []*value.Type) ([]*value.Type, *value.Type) {
	if len(in) != 1 {
		return nil, nil
	}
	switch t := in[0]; {
	case t.IsInteger() || t.Kind == value.Unknown:
		return []*value.Type{value.BigIntType}, value.BigIntType
	case t.IsFloat(), t.Kind == value.IntervalDay, t.Kind == value.IntervalYear:
		return in, t
	case t.Kind == value.DecimalKind:
		return in, value.DecimalOf(value.MaxPrecision, t.Scale)
	}
	return nil, nil
}

func avgType(in []*value.Type) ([]*value.Type, *value.Type) {
	if len(in) != 1 {
		return nil, nil
	}
	switch t := in[0]; {
	case t.IsInteger() || t.Kind == value.Unknown:
		return []*value.Type{value.DoubleType}, value.DoubleType
	case t.IsFloat(), t.Kind == value.IntervalDay, t.Kind == value.IntervalYear, t.Kind == value.DecimalKind:
		return in, t
	}
	return nil, nil
}

func extremeType(in []*value.Type) ([]*value.Type, *value.Type) {
	switch {
	case len(in) == 1 && in[0].Orderable():
		return in, in[0]
	case len(in) == 2 && in[0].Orderable():
		return []*value.Type{in[0], value.BigIntType}, value.ArrayOf(in[0])
	}
	return nil, nil
}

func byType(in []*value.Type) ([]*value.Type, *value.Type) {
	switch {
	case len(in) == 2 && in[1].Orderable():
		return in, in[0]
	case len(in) == 3 && in[1].Orderable():
		return []*value.Type{in[0], in[1], value.BigIntType}, value.ArrayOf(in[0])
	}
	return nil, nil
}

func same(in []*value.Type) ([]*value.Type, *value.Type) {
	if len(in) != 1 {
		return nil, nil
	}
	return in, in[0]
}

func listType(in []*value.Type) ([]*value.Type, *value.Type) {
	if len(in) != 1 {
		return nil, nil
	}
	return in, value.ArrayOf(in[0])
}

func mapType(in []*value.Type) ([]*value.Type, *value.Type) {
	if len(in) != 2 || !in[0].Comparable() {
		return nil, nil
	}
	return in, value.MapOf(in[0], in[1])
}

func multimapType(in []*value.Type) ([]*value.Type, *value.Type) {
	if len(in) != 2 || !in[0].Comparable() {
		return nil, nil
	}
	return in, value.MapOf(in[0], value.ArrayOf(in[1]))
}

func histogramType(in []*value.Type) ([]*value.Type, *value.Type) {
	if len(in) != 1 || !in[0].Comparable() {
		return nil, nil
	}
	return in, value.MapOf(in[0], value.BigIntType)
}

func distinctType(in []*value.Type) ([]*value.Type, *value.Type) {
	switch {
	case len(in) == 1 && in[0].Comparable():
		return in, value.BigIntType
	case len(in) == 2 && in[0].Comparable():
		return []*value.Type{in[0], value.DoubleType}, value.BigIntType
	}
	return nil, nil
}

func percentileType(in []*value.Type) ([]*value.Type, *value.Type) {
	if len(in) < 2 || len(in) > 3 || !in[0].IsNumber() {
		return nil, nil
	}
	x := value.DoubleType
	if in[0].IsInteger() {
		x = value.BigIntType
	}
	out := []*value.Type{x}
	if len(in) == 3 {
		out = append(out, value.DoubleType)
	}
	if in[len(in)-1].Kind == value.Array {
		return append(out, value.ArrayOf(value.DoubleType)), value.ArrayOf(x)
	}
	return append(out, value.DoubleType), x
}

func frequentType(in []*value.Type) ([]*value.Type, *value.Type) {
	if len(in) != 3 || !in[1].Comparable() {
		return nil, nil
	}
	return []*value.Type{value.BigIntType, in[1], value.BigIntType}, value.MapOf(in[1], value.BigIntType)
}

func listaggType(in []*value.Type) ([]*value.Type, *value.Type) {
	switch len(in) {
	case 1:
		return []*value.Type{value.VarcharType}, value.VarcharType
	case 2:
		return []*value.Type{value.VarcharType, value.VarcharType}, value.VarcharType
	}
	return nil, nil
}

// aggCall is an aggregate in an expression, before it is moved to an Aggregate.
type aggCall struct {
	Agg
	t   *value.Type
	pos trino.Position
}

func (a *aggCall) Type() *value.Type { return a.t }

func (a *aggCall) key() string {
	out := fmt.Sprintf("%s,%d,%v,%v", a.Name, len(a.Args), a.Distinct, a.Filter != nil)
	for _, o := range a.Order {
		out += fmt.Sprintf("%v%v", o.Desc, o.NullsFirst)
	}
	return out
}

func (a *aggCall) mapChildren(f func(Expr) Expr) Expr {
	xs := append([]Expr(nil), a.Args...)
	for _, o := range a.Order {
		xs = append(xs, o.X)
	}
	if a.Filter != nil {
		xs = append(xs, a.Filter)
	}
	xs, changed := mapAll(xs, f)
	if !changed {
		return a
	}
	out := *a
	n := len(a.Args)
	out.Args = xs[:n:n]
	out.Order = append([]AggOrder(nil), a.Order...)
	for i := range out.Order {
		out.Order[i].X = xs[n+i]
	}
	if a.Filter != nil {
		out.Filter = xs[len(xs)-1]
	}
	return &out
}

// aggregate binds an aggregate.
func (b *binder) aggregate(x *trino.Call) (Expr, error) {
	if !b.aggregates || b.inLambda {
		return nil, fail(x.Pos(), "%s cannot contain aggregations, window functions or grouping operations: %s", b.clause, x.Name)
	}
	inner := *b
	inner.aggregates, inner.windows = false, false
	inner.clause = "Arguments of aggregations"
	args, result, err := inner.aggregateArgs(x)
	if err != nil {
		return nil, err
	}
	out := &aggCall{Agg: Agg{Name: x.Name, Args: args, Distinct: x.Distinct}, t: result, pos: x.Pos()}
	if x.Filter != nil {
		if out.Filter, err = inner.boolean(x.Filter, "FILTER"); err != nil {
			return nil, err
		}
	}
	for _, s := range x.OrderBy {
		e, err := inner.bind(s.X)
		if err != nil {
			return nil, err
		}
		if !e.Type().Orderable() {
			return nil, fail(s.X.Pos(), "ORDER BY can only be applied to orderable types (actual: %s)", e.Type())
		}
		out.Order = append(out.Order, AggOrder{e, s.Desc, s.Nulls == trino.NullsFirst})
	}
	return out, nil
}

// aggregateArgs binds an aggregate's arguments as it takes them.
func (b *binder) aggregateArgs(x *trino.Call) ([]Expr, *value.Type, error) {
	args, err := b.all(x.Args)
	if err != nil {
		return nil, nil, err
	}
	if x.Star {
		if x.Name != "count" {
			return nil, nil, fail(x.Pos(), "* is only for count")
		}
		return nil, value.BigIntType, nil
	}
	types := make([]*value.Type, len(args))
	for i, a := range args {
		types[i] = a.Type()
	}
	if x.Name == "count" && len(args) == 0 && x.Distinct {
		return nil, nil, fail(x.Pos(), "DISTINCT can not be applied to count(*)")
	}
	want, result := aggregates[x.Name](types)
	ok := result != nil
	for i := range want {
		if ok {
			args[i], ok = b.coerce(args[i], want[i])
		}
	}
	if !ok {
		return nil, nil, fail(x.Pos(), "Unexpected parameters (%s) for function %s", typesOf(args), x.Name)
	}
	if x.Distinct && len(args) > 0 && !types[0].Comparable() {
		return nil, nil, fail(x.Pos(), "DISTINCT can only be applied to comparable types (actual: %s)", types[0])
	}
	return args, result, nil
}
