package lake

import (
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trino/plan"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// knownWords is what the words of a column are as entries of a vector.
type knownWords struct {
	of    []string
	nulls []bool
	bools []bool // of a boolean column
}

// entries are the words as entries: the empty one is NULL.
func (w *eventWorker) entries(r *reading, t trail.Texts) *knownWords {
	k := &w.words[r.hot]
	if sameWords(k.of, t.Words) {
		return k
	}
	*k = knownWords{of: t.Words}
	for i, word := range t.Words {
		if word == "" {
			if k.nulls == nil {
				k.nulls = make([]bool, len(t.Words))
			}
			k.nulls[i] = true
		}
	}
	if r.t.Kind == value.Boolean {
		k.bools = make([]bool, len(t.Words))
		for i, word := range t.Words {
			k.bools[i] = word == "true"
		}
	}
	return k
}

// hot is a column of a block's rows, of all when rows is nil.
func (w *eventWorker) hot(r *reading, b *trail.Block, rows []uint32) *value.Vector {
	v := &value.Vector{Type: r.t, N: b.Rows}
	if r.hot == trail.ColumnTime {
		v.Ints = b.Times
	} else {
		t := b.Texts[r.hot]
		k := w.entries(r, t)
		v.Of, v.Nulls = t.Of, k.nulls
		if r.t.Kind == value.Boolean {
			v.Bools = k.bools
		} else {
			v.Strs = t.Words
		}
	}
	if rows != nil {
		v = v.Select(rows)
	}
	return v
}

// hotFilter is a condition on a column that blocks have.
type hotFilter struct {
	hot trail.Column
	t   *value.Type
	plan.ColumnFilter
}

// testedWords is which words of a column a filter lets pass.
type testedWords struct {
	of   []string
	pass []bool
}

// pass keeps the rows that the filter lets pass, in place.
func (f *hotFilter) pass(w *eventWorker, number int, b *trail.Block, rows []uint32) []uint32 {
	kept := rows[:0]
	if f.hot == trail.ColumnTime {
		for _, r := range rows {
			if f.holds(b.Times[r]) {
				kept = append(kept, r)
			}
		}
		return kept
	}
	t := b.Texts[f.hot]
	if t.Of == nil {
		for _, r := range rows {
			if f.holdsWord(t.Words[r]) {
				kept = append(kept, r)
			}
		}
		return kept
	}
	tested, ok := w.tests[number]
	if !ok || !sameWords(tested.of, t.Words) {
		tested = testedWords{t.Words, make([]bool, len(t.Words))}
		for i, word := range t.Words {
			tested.pass[i] = f.holdsWord(word)
		}
		if w.tests == nil {
			w.tests = map[int]testedWords{}
		}
		w.tests[number] = tested
	}
	for _, r := range rows {
		if tested.pass[t.Of[r]] {
			kept = append(kept, r)
		}
	}
	return kept
}

func (f *hotFilter) holdsWord(word string) bool {
	switch {
	case word == "":
		return false
	case f.t.Kind == value.Boolean:
		return f.holds(word == "true")
	}
	return f.holds(word)
}

func (f *hotFilter) holds(v value.Value) bool {
	switch f.Kind {
	case plan.FilterIn:
		for _, want := range f.Values {
			if want == v {
				return true
			}
		}
		return false
	case plan.FilterRange:
		if f.Low != nil {
			if c := value.Compare(f.t, v, f.Low); c < 0 || c == 0 && f.LowOpen {
				return false
			}
		}
		if f.High != nil {
			if c := value.Compare(f.t, v, f.High); c > 0 || c == 0 && f.HighOpen {
				return false
			}
		}
	case plan.FilterPrefix:
		s, ok := v.(string)
		return ok && len(s) >= len(f.Prefix) && s[:len(f.Prefix)] == f.Prefix
	}
	return true
}
