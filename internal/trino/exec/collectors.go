package exec

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/trino/value"
)

// owned is a value that does not hold on to what its text was cut from.
func owned(v value.Value) value.Value {
	if s, ok := v.(string); ok {
		return strings.Clone(s)
	}
	return v
}

type listState struct {
	list []value.Value
	seen map[string]bool
}

// newList is array_agg, or set_agg.
func newList(t, elem *value.Type, set bool) aggregator {
	f := &fold[listState]{t: t, each: 40}
	take := func(s *listState, v value.Value) {
		if set {
			k := string(value.AppendKey(nil, elem, v))
			if s.seen[k] {
				return
			}
			if s.seen == nil {
				s.seen = map[string]bool{}
			}
			s.seen[k] = true
			f.bytes += int64(len(k)) + 32
		}
		s.list = append(s.list, owned(v))
		f.bytes += 16 + boxed(v)
	}
	f.update = func(_ *fold[listState], s *listState, a []*value.Vector, r int) error {
		take(s, a[0].Get(r))
		return nil
	}
	f.combine = func(_ *fold[listState], s, o *listState) error {
		for _, v := range o.list {
			take(s, v)
		}
		return nil
	}
	f.final = func(s *listState) (value.Value, error) {
		if s.list == nil {
			return nil, nil
		}
		return s.list, nil
	}
	return f
}

type mapState struct {
	m  *value.Map
	at map[string]int
}

func (s *mapState) index(t *value.Type, k value.Value) (int, bool) {
	key := string(value.AppendKey(nil, t.Key(), k))
	i, ok := s.at[key]
	if !ok {
		if s.m == nil {
			s.m, s.at = &value.Map{}, map[string]int{}
		}
		i = len(s.m.Keys)
		s.at[key] = i
		s.m.Keys, s.m.Vals = append(s.m.Keys, owned(k)), append(s.m.Vals, nil)
	}
	return i, ok
}

func (s *mapState) value() (value.Value, error) {
	if s.m == nil {
		return nil, nil
	}
	return s.m, nil
}

// newMapAgg is map_agg, or multimap_agg.
func newMapAgg(t *value.Type, many bool) aggregator {
	f := &fold[mapState]{t: t, each: 32}
	f.update = func(_ *fold[mapState], s *mapState, a []*value.Vector, r int) error {
		k, v := a[0].Get(r), a[1].Get(r)
		if k == nil {
			return nil
		}
		i, had := s.index(t, k)
		f.bytes += 16 + boxed(v)
		if !had {
			f.bytes += 96 + 2*boxed(k)
		}
		if many {
			list, _ := s.m.Vals[i].([]value.Value)
			s.m.Vals[i] = append(list, owned(v))
		} else if !had {
			s.m.Vals[i] = owned(v)
		}
		return nil
	}
	f.combine = func(_ *fold[mapState], s, o *mapState) error {
		if o.m == nil {
			return nil
		}
		for j, k := range o.m.Keys {
			i, had := s.index(t, k)
			if many {
				list, _ := s.m.Vals[i].([]value.Value)
				s.m.Vals[i] = append(list, o.m.Vals[j].([]value.Value)...)
			} else if !had {
				s.m.Vals[i] = o.m.Vals[j]
			}
		}
		f.bytes += 16
		return nil
	}
	f.final = (*mapState).value
	return f
}

// newHistogram counts the values of argument i; keep may cut the result.
func newHistogram(t *value.Type, i int, keep func(*value.Map) value.Value) *fold[mapState] {
	f := &fold[mapState]{t: t, each: 32}
	bump := func(s *mapState, k value.Value, n int64) {
		at, had := s.index(t, k)
		if !had {
			f.bytes += 112 + 2*boxed(k)
			s.m.Vals[at] = n
			return
		}
		s.m.Vals[at] = s.m.Vals[at].(int64) + n
	}
	f.update = func(_ *fold[mapState], s *mapState, a []*value.Vector, r int) error {
		if k := a[i].Get(r); k != nil {
			bump(s, k, 1)
		}
		return nil
	}
	f.combine = func(_ *fold[mapState], s, o *mapState) error {
		if o.m != nil {
			for j, k := range o.m.Keys {
				bump(s, k, o.m.Vals[j].(int64))
			}
		}
		return nil
	}
	f.final = func(s *mapState) (value.Value, error) {
		if keep != nil && s.m != nil {
			return keep(s.m), nil
		}
		return s.value()
	}
	return f
}

// newFrequent is approx_most_frequent, which counts exactly here.
func newFrequent(t *value.Type) aggregator {
	buckets := int64(0)
	f := newHistogram(t, 1, func(m *value.Map) value.Value {
		order := make([]int, len(m.Keys))
		for i := range order {
			order[i] = i
		}
		slices.SortStableFunc(order, func(a, b int) int { return int(m.Vals[b].(int64) - m.Vals[a].(int64)) })
		out := &value.Map{}
		for _, i := range order[:min(int64(len(order)), max(buckets, 0))] {
			out.Keys, out.Vals = append(out.Keys, m.Keys[i]), append(out.Vals, m.Vals[i])
		}
		return out
	})
	inner := f.update
	f.update = func(f *fold[mapState], s *mapState, a []*value.Vector, r int) error {
		if !a[0].Null(r) {
			buckets = max(buckets, a[0].Int(r))
		}
		return inner(f, s, a, r)
	}
	combine := f.combine
	f.combine = func(f *fold[mapState], s, o *mapState) error { return combine(f, s, o) }
	return &frequent{f, &buckets}
}

// frequent hands the number of buckets on when states are merged.
type frequent struct {
	*fold[mapState]
	buckets *int64
}

func (f *frequent) merge(from aggregator, to []uint32, n int) error {
	o := from.(*frequent)
	*f.buckets = max(*f.buckets, *o.buckets)
	return f.fold.merge(o.fold, to, n)
}

type textState struct {
	b     []byte
	valid bool
	sep   string
}

// newListagg joins texts.
func newListagg(t *value.Type) aggregator {
	f := &fold[textState]{t: t, each: 48}
	take := func(s *textState, text, sep string) error {
		if s.valid {
			s.b = append(s.b, sep...)
		}
		s.b = append(s.b, text...)
		s.valid, s.sep = true, sep
		f.bytes += int64(len(text) + len(sep))
		if len(s.b) > 1<<20 {
			return value.Errorf("Concatenated string is larger than 1 MB: use LISTAGG over fewer rows")
		}
		return nil
	}
	f.update = func(_ *fold[textState], s *textState, a []*value.Vector, r int) error {
		if a[0].Null(r) {
			return nil
		}
		sep := ""
		if len(a) > 1 && !a[1].Null(r) {
			sep = strings.Clone(a[1].Str(r))
		}
		return take(s, a[0].Str(r), sep)
	}
	f.combine = func(_ *fold[textState], s, o *textState) error {
		if !o.valid {
			return nil
		}
		return take(s, string(o.b), o.sep)
	}
	f.final = func(s *textState) (value.Value, error) { return orNull(s.valid, string(s.b)), nil }
	return f
}

// newTop is min(x, n), max(x, n), min_by(x, y, n) and max_by(x, y, n): argument y orders, x is kept, n counts.
func newTop(largest bool, by, _ *value.Type, t *value.Type, y, x, n int) aggregator {
	type topState struct {
		rows  [][2]value.Value // y, x
		limit int64
	}
	f := &fold[topState]{t: t, each: 40}
	sorted := func(s *topState) {
		slices.SortStableFunc(s.rows, func(a, b [2]value.Value) int {
			c := value.Compare(by, a[0], b[0])
			if largest {
				return -c
			}
			return c
		})
		if int64(len(s.rows)) > s.limit {
			s.rows = slices.Clone(s.rows[:s.limit])
		}
	}
	f.update = func(_ *fold[topState], s *topState, a []*value.Vector, r int) error {
		if a[y].Null(r) || a[n].Null(r) {
			return nil
		}
		s.limit = a[n].Int(r)
		if s.limit < 1 || s.limit > 10_000 {
			return value.Errorf("the number of values of min, max, min_by and max_by must be 1 to 10000: it is %d", s.limit)
		}
		s.rows = append(s.rows, [2]value.Value{owned(a[y].Get(r)), owned(a[x].Get(r))})
		if int64(len(s.rows)) >= 2*s.limit+16 {
			sorted(s)
		}
		return nil
	}
	f.combine = func(_ *fold[topState], s, o *topState) error {
		s.limit = max(s.limit, o.limit)
		s.rows = append(s.rows, o.rows...)
		sorted(s)
		f.bytes += int64(len(o.rows)) * 32
		return nil
	}
	f.final = func(s *topState) (value.Value, error) {
		if s.rows == nil {
			return nil, nil
		}
		sorted(s)
		out := make([]value.Value, len(s.rows))
		for i, r := range s.rows {
			out[i] = r[1]
		}
		return out, nil
	}
	return f
}
