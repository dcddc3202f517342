package fn

import (
	"github.com/tickmark/tickmark/internal/trino/value"
)

// values are the arguments of a row; none is NULL unless the function takes NULLs.
type values []value.Value

func (a values) str(i int) string            { return a[i].(string) }
func (a values) int(i int) int64             { return a[i].(int64) }
func (a values) float(i int) float64         { return a[i].(float64) }
func (a values) list(i int) []value.Value    { return a[i].([]value.Value) }
func (a values) mapping(i int) *value.Map    { return a[i].(*value.Map) }
func (a values) lambda(i int) *value.Lambda  { return a[i].(*value.Lambda) }
func (a values) decimal(i int) value.Decimal { return a[i].(value.Decimal) }
func (a values) zoned(i int) value.Zoned     { return a[i].(value.Zoned) }

// evaluator takes one row.
type evaluator = func(c *value.Context, args []value.Value) (value.Value, error)

// pure is a function that cannot fail.
func pure(signature string, f func(a values) value.Value) *value.Function {
	return &value.Function{Signature: value.Sign(signature), Row: func(_ *value.Context, args []value.Value) (value.Value, error) { return f(args), nil }}
}

// row is a function that may fail.
func row(signature string, f func(a values) (value.Value, error)) *value.Function {
	return &value.Function{Signature: value.Sign(signature), Row: func(_ *value.Context, args []value.Value) (value.Value, error) { return f(args) }}
}

// interruptible is a function that takes a lambda: nested ones may run for long, and a query that is stopped stops them.
func interruptible(signature string, f func(a values) (value.Value, error)) *value.Function {
	return &value.Function{Signature: value.Sign(signature), Row: func(c *value.Context, args []value.Value) (value.Value, error) {
		if err := c.Err(); err != nil {
			return nil, err
		}
		return f(args)
	}}
}

// typed is a function whose work depends on the types of its arguments.
func typed(signature string, bind func(args []*value.Type, result *value.Type) func(a values) (value.Value, error)) *value.Function {
	return &value.Function{Signature: value.Sign(signature), Bind: func(args []*value.Type, result *value.Type) (evaluator, error) {
		f := bind(args, result)
		return func(_ *value.Context, args []value.Value) (value.Value, error) { return f(args) }, nil
	}}
}

// prepared is a function with an argument that is mostly a constant, such as a pattern: it is read once then.
func prepared[T any](signature string, arg int, prepare func(string) (T, error), f func(p T, a values) (value.Value, error)) *value.Function {
	bind := func(_ []*value.Type, _ *value.Type, isConst []bool, consts []value.Value) (evaluator, error) {
		s, ok := "", false
		if isConst[arg] {
			s, ok = consts[arg].(string)
		}
		if !ok {
			return func(_ *value.Context, args []value.Value) (value.Value, error) {
				p, err := prepare(args[arg].(string))
				if err != nil {
					return nil, err
				}
				return f(p, args)
			}, nil
		}
		p, err := prepare(s)
		return func(_ *value.Context, args []value.Value) (value.Value, error) {
			if err != nil {
				return nil, err
			}
			return f(p, args)
		}, nil
	}
	return &value.Function{Signature: value.Sign(signature), BindConstants: bind}
}

// text maps texts to texts, a vector at a time.
func text(signature string, f func(string) string) *value.Function {
	return vector(signature, func(b *value.Builder, s string) { b.Str(f(s)) })
}

// count maps texts to numbers, a vector at a time.
func count(signature string, f func(string) int64) *value.Function {
	return vector(signature, func(b *value.Builder, s string) { b.Int(f(s)) })
}

func vector(signature string, f func(b *value.Builder, s string)) *value.Function {
	sign := value.Sign(signature)
	return &value.Function{Signature: sign, Vec: func(_ *value.Context, args []*value.Vector, n int) (*value.Vector, error) {
		v, b := args[0], value.NewBuilder(sign.Result, n)
		for i := range n {
			if v.Null(i) {
				b.Null()
			} else {
				f(b, v.Str(i))
			}
		}
		return b.Vector(), nil
	}}
}

// nullable makes a function take NULLs.
func nullable(f *value.Function) *value.Function {
	f.Nullable = true
	return f
}

// group joins functions to a family.
func group(fs ...*value.Function) []*value.Function { return fs }

// each makes one function for each of several signatures.
func each(f func(a values) (value.Value, error), signatures ...string) []*value.Function {
	var out []*value.Function
	for _, s := range signatures {
		out = append(out, row(s, f))
	}
	return out
}

// join puts families together.
func join(families ...[]*value.Function) []*value.Function {
	var out []*value.Function
	for _, f := range families {
		out = append(out, f...)
	}
	return out
}
