package fn

import (
	"github.com/tickmark/tickmark/internal/trino/value"
)

func maps() []*value.Function {
	return group(
		typed("element_at(map(K,V), K) V", func(args []*value.Type, _ *value.Type) func(a values) (value.Value, error) {
			key := args[0].Key()
			return func(a values) (value.Value, error) {
				v, _ := a.mapping(0).Get(key, a[1])
				return v, nil
			}
		}),
		pure("cardinality(map(K,V)) bigint", func(a values) value.Value { return int64(len(a.mapping(0).Keys)) }),
		pure("map_keys(map(K,V)) array(K)", func(a values) value.Value { return append(list{}, a.mapping(0).Keys...) }),
		pure("map_values(map(K,V)) array(V)", func(a values) value.Value { return append(list{}, a.mapping(0).Vals...) }),
		pure("map_entries(map(K,V)) array(row(K, V))", func(a values) value.Value {
			m := a.mapping(0)
			out := make(list, len(m.Keys))
			for i, k := range m.Keys {
				out[i] = list{k, m.Vals[i]}
			}
			return out
		}),
		pure("map() map(A,B)", func(values) value.Value { return &value.Map{} }),
		keyed("map(array(K), array(V)) map(K,V)", func(b *mapBuilder, a values) error {
			if len(a.list(0)) != len(a.list(1)) {
				return value.Errorf("map: key and value arrays must be the same length, not %d and %d", len(a.list(0)), len(a.list(1)))
			}
			for i, k := range a.list(0) {
				if err := b.put(k, a.list(1)[i]); err != nil {
					return err
				}
			}
			return nil
		}),
		keyed("map_from_entries(array(row(K, V))) map(K,V)", func(b *mapBuilder, a values) error {
			for _, e := range a.list(0) {
				if e == nil {
					return value.Errorf("map_from_entries: an entry is null")
				}
				if err := b.put(e.(list)[0], e.(list)[1]); err != nil {
					return err
				}
			}
			return nil
		}),
		keyed("multimap_from_entries(array(row(K, V))) map(K,array(V))", func(b *mapBuilder, a values) error {
			for _, e := range a.list(0) {
				if e == nil || e.(list)[0] == nil {
					return value.Errorf("multimap_from_entries: an entry or a key is null")
				}
				i := b.at(e.(list)[0])
				old, _ := b.m.Vals[i].(list)
				b.m.Vals[i] = append(old, e.(list)[1])
			}
			return nil
		}),
		keyed("map_concat(map(K,V), map(K,V), map(K,V)...) map(K,V)", func(b *mapBuilder, a values) error {
			for n := range a {
				for i, k := range a.mapping(n).Keys {
					b.m.Vals[b.at(k)] = a.mapping(n).Vals[i]
				}
			}
			return nil
		}),
	)
}

// mapBuilder makes a map whose keys are distinct.
type mapBuilder struct {
	name string
	t    *value.Type // of the keys
	m    *value.Map
	seen map[string]int
}

// at is a key's place, which is made when there is none.
func (b *mapBuilder) at(k value.Value) int {
	id := string(value.AppendKey(nil, b.t, k))
	i, ok := b.seen[id]
	if !ok {
		i = len(b.m.Keys)
		b.seen[id] = i
		b.m.Keys, b.m.Vals = append(b.m.Keys, k), append(b.m.Vals, nil)
	}
	return i
}

// put adds an entry whose key is new.
func (b *mapBuilder) put(k, v value.Value) error {
	if k == nil {
		return value.Errorf("%s: map key cannot be null", b.name)
	}
	before := len(b.m.Keys)
	i := b.at(k)
	if i < before {
		return value.Errorf("%s: duplicate map keys (%s) are not allowed", b.name, value.Format(b.t, k))
	}
	b.m.Vals[i] = v
	return nil
}

// keyed is a function that gives a map.
func keyed(signature string, f func(b *mapBuilder, a values) error) *value.Function {
	name := value.Sign(signature).Name
	return &value.Function{Signature: value.Sign(signature), Bind: func(_ []*value.Type, result *value.Type) (evaluator, error) {
		return func(c *value.Context, a []value.Value) (value.Value, error) {
			b := &mapBuilder{name, result.Key(), &value.Map{}, map[string]int{}}
			if err := c.Err(); err != nil {
				return nil, err
			}
			if err := f(b, a); err != nil {
				return nil, err
			}
			return b.m, nil
		}, nil
	}}
}

func mapLambdas() []*value.Function {
	return group(
		keyed("map_filter(map(K,V), function(K,V,boolean)) map(K,V)", func(b *mapBuilder, a values) error {
			return entries(a, func(k, v, keep value.Value) error {
				if keep == true {
					b.m.Keys, b.m.Vals = append(b.m.Keys, k), append(b.m.Vals, v)
				}
				return nil
			})
		}),
		keyed("transform_keys(map(K,V), function(K,V,R)) map(R,V)", func(b *mapBuilder, a values) error {
			return entries(a, func(_, v, key value.Value) error { return b.put(key, v) })
		}),
		keyed("transform_values(map(K,V), function(K,V,R)) map(K,R)", func(b *mapBuilder, a values) error {
			return entries(a, func(k, _, v value.Value) error {
				b.m.Keys, b.m.Vals = append(b.m.Keys, k), append(b.m.Vals, v)
				return nil
			})
		}),
		keyed("map_zip_with(map(K,V), map(K,W), function(K,V,W,R)) map(K,R)", zipMaps),
	)
}

// entries calls the lambda with each entry, and f with what it gives.
func entries(a values, f func(k, v, result value.Value) error) error {
	m := a.mapping(0)
	for i, k := range m.Keys {
		r, err := a.lambda(1).Call(k, m.Vals[i])
		if err != nil {
			return err
		}
		if err := f(k, m.Vals[i], r); err != nil {
			return err
		}
	}
	return nil
}

// zipMaps gives the lambda the values of each key in both maps, NULL where one has none.
func zipMaps(b *mapBuilder, a values) error {
	x, y := a.mapping(0), a.mapping(1)
	for i, k := range x.Keys {
		other, _ := y.Get(b.t, k)
		r, err := a.lambda(2).Call(k, x.Vals[i], other)
		if err != nil {
			return err
		}
		b.m.Vals[b.at(k)] = r
	}
	for i, k := range y.Keys {
		if _, ok := x.Get(b.t, k); ok {
			continue
		}
		r, err := a.lambda(2).Call(k, nil, y.Vals[i])
		if err != nil {
			return err
		}
		b.m.Vals[b.at(k)] = r
	}
	return nil
}
