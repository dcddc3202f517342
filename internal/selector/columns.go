package selector

import (
	"slices"

	"github.com/tickmark/tickmark/internal/trail"
)

// Part is what a store can ask its index, of one selector: the events that it takes are among those of the category whose
// source is one of the sources, when there are any. All events of the part are taken when Whole.
type Part struct {
	Category string
	Sources  []string
	Whole    bool
}

// Parts are the parts of the set's selectors; an event that none of them has is not taken.
func (s *Set) Parts() (out []Part) {
	for i := range s.selectors {
		c := &s.selectors[i]
		p := Part{Category: c.category, Whole: c.readOnly == "" && c.typ == "" && len(c.tests) == 0}
		for _, t := range c.tests {
			if t.field == "eventSource" && len(t.take.exact) > 0 && len(t.take.prefixes)+len(t.take.suffixes) == 0 {
				for v := range t.take.exact {
					p.Sources = append(p.Sources, v)
				}
				slices.Sort(p.Sources)
				break
			}
		}
		out = append(out, p)
	}
	return out
}

// Categories are those of which the set takes events, each once.
func (s *Set) Categories() (out []string) {
	for i := range s.selectors {
		out = append(out, s.selectors[i].category)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Takes reports whether the set may take events of a category.
func (s *Set) Takes(category string) bool { return slices.Contains(s.Categories(), category) }

// Columns are those that MatchRow looks at. Raw is among them only where the set asks for what stands in records alone.
func (s *Set) Columns() []trail.Column {
	out := []trail.Column{trail.ColumnCategory}
	for i := range s.selectors {
		c := &s.selectors[i]
		if c.readOnly != "" {
			out = append(out, trail.ColumnReadOnly)
		}
		if c.typ != "" {
			out = append(out, trail.ColumnRaw)
		}
		for _, t := range c.tests {
			out = append(out, t.column)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
