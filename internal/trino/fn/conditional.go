package fn

import "github.com/tickmark/tickmark/internal/trino/value"

func conditionals() []*value.Function {
	return group(
		typed("greatest(T, T...) T", func(args []*value.Type, result *value.Type) func(a values) (value.Value, error) {
			return best(result, 1)
		}),
		typed("least(T, T...) T", func(args []*value.Type, result *value.Type) func(a values) (value.Value, error) {
			return best(result, -1)
		}),
		nullable(typed("typeof(T) varchar", func(args []*value.Type, _ *value.Type) func(a values) (value.Value, error) {
			return func(values) (value.Value, error) { return args[0].String(), nil }
		})),
	)
}

// best is the largest (1) or smallest (-1) argument.
func best(t *value.Type, sign int) func(a values) (value.Value, error) {
	return func(a values) (value.Value, error) {
		out := a[0]
		for _, v := range a[1:] {
			if value.Compare(t, v, out) == sign {
				out = v
			}
		}
		return out, nil
	}
}
