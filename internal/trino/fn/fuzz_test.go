package fn_test

import (
	"testing"

	"github.com/tickmark/tickmark/internal/trino/fn"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// FuzzFunctions: no function of texts and whole numbers fails in another way than by an error, and none gives a value of
// another type than it says.
func FuzzFunctions(f *testing.F) {
	f.Add("2024-03-05 08:00", "%Y-%m-%d %H:%i", "a", int64(1))
	f.Add(`{"a":[1,"\u0041"]}`, `$.a["b"][0]`, "$1", int64(-2))
	f.Add("a=1;b=2", ";", "=", int64(3))
	f.Add("yyyy-MM-dd'T'HH:mm:ss.SSSZ", "([a-z]+)|(.)", "%1$s%-5d", int64(1)<<62)
	names := fn.Names()
	f.Fuzz(func(t *testing.T, a, b, c string, n int64) {
		if len(a)+len(b)+len(c) > 200 {
			return
		}
		for _, name := range names {
			for _, fun := range fn.Lookup(name) {
				if fun.Result.HasVariables() || fun.Variadic {
					continue
				}
				if args := arguments(fun, []string{a, b, c}, n); args != nil {
					once(t, fun, args)
				}
			}
		}
	})
}

// arguments makes arguments of texts and a number; nil when the function takes others.
func arguments(f *value.Function, texts []string, n int64) []value.Value {
	args := make([]value.Value, len(f.Args))
	for i, t := range f.Args {
		switch {
		case t.Kind == value.Varbinary || t.Kind == value.Varchar:
			args[i] = texts[i%len(texts)]
		case t.IsInteger() || t.Kind == value.Timestamp && n>>52 == 0 || t.Kind == value.Date && n>>26 == 0:
			args[i] = n
		case t.Kind == value.Double:
			args[i] = float64(n)
		case t.Kind == value.TimestampTZ && n>>52 == 0:
			args[i] = value.Zoned{Milli: n, Zone: "Europe/Zurich"}
		default:
			return nil
		}
	}
	return args
}

func once(t *testing.T, f *value.Function, args []value.Value) {
	m := &match{f: f, t: f.Result}
	for i, a := range args {
		m.args = append(m.args, constant(f.Args[i], a))
	}
	b, err := m.bound(nil)
	if err != nil {
		return
	}
	v, err := b.eval(nil)
	if err != nil || v == nil || f.Returns != nil {
		return
	}
	value.FromValues(f.Result, []value.Value{v})
	value.Format(f.Result, v)
}
