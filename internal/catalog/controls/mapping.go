package controls

import (
	"cmp"
	"slices"
	"sync"

	"github.com/tickmark/tickmark/internal/catalog"
)

// The types of mappings, and how controls are related.
const (
	ToFramework = "FRAMEWORK"
	ToCommon    = "COMMON_CONTROL"
	ToControl   = "RELATED_CONTROL"

	// Alternative controls judge the same thing in two ways, Complementary ones belong to one practice.
	Alternative   = "ALTERNATIVE"
	Complementary = "COMPLEMENTARY"
)

// Mapping is what a control is mapped to; the member of its type is set.
type Mapping struct {
	Control *Control
	Type    string
	// Common is a common control that the control serves.
	Common *catalog.Common
	// Requirement is a requirement of a standard framework.
	Requirement *catalog.Control
	// Related is another control, and Relation how the two belong together.
	Related  *Control
	Relation string
}

// Item is the requirement's own id, behind the framework's name when it is shorter than Control Catalog allows.
func (m *Mapping) Item() string {
	if len(m.Requirement.Requirement) < 3 {
		return m.Requirement.Framework.Name() + " " + m.Requirement.Requirement
	}
	return m.Requirement.Requirement
}

// Mappings are all mappings, ordered by control and type.
var Mappings = sync.OnceValue(func() []Mapping {
	l := load()
	var out []Mapping
	for _, c := range l.list {
		out = append(out, commons(c)...)
		out = append(out, related(l, c)...)
	}
	out = append(out, requirements(l)...)
	slices.SortStableFunc(out, func(a, b Mapping) int {
		return cmp.Or(cmp.Compare(a.Control.ID, b.Control.ID), cmp.Compare(a.Type, b.Type))
	})
	return out
})

func commons(c *Control) []Mapping {
	var out []Mapping
	for _, k := range c.cores {
		for _, to := range k.Common {
			if !slices.ContainsFunc(out, func(m Mapping) bool { return m.Common == to }) {
				out = append(out, Mapping{Control: c, Type: ToCommon, Common: to})
			}
		}
	}
	return out
}

// related are the controls that judge by the same rule, and the core controls that a control belongs to or groups.
func related(l *library, c *Control) []Mapping {
	var out []Mapping
	add := func(to *Control, relation string) {
		if to != nil && to != c && !slices.ContainsFunc(out, func(m Mapping) bool { return m.Related == to }) {
			out = append(out, Mapping{Control: c, Type: ToControl, Related: to, Relation: relation})
		}
	}
	for _, h := range l.hub[c.Identifier] {
		add(h, Alternative)
	}
	for _, r := range c.rules {
		add(l.rule[r], Alternative)
	}
	for _, k := range c.cores {
		add(l.byID[k.CatalogID], Complementary)
	}
	if c.core != nil {
		for _, s := range c.core.Sources() {
			switch s.Type {
			case catalog.Config:
				add(l.rule[s.Keyword], Complementary)
			case catalog.SecurityHub:
				add(l.byID[catalog.ControlID(SecurityControl, s.Keyword)], Complementary)
			}
		}
	}
	return out
}

// requirements are the mappings to requirements, in the order of the frameworks.
func requirements(l *library) []Mapping {
	var out []Mapping
	for r := range catalog.Standard().Controls {
		met := map[*Control]bool{}
		for typ, keyword := range r.Mapped {
			var c *Control
			switch typ {
			case catalog.Config:
				c = l.rule[keyword]
			case catalog.SecurityHub:
				c = l.byID[catalog.ControlID(SecurityControl, keyword)]
			}
			if c != nil && !met[c] {
				met[c] = true
				out = append(out, Mapping{Control: c, Type: ToFramework, Requirement: r})
			}
		}
	}
	return out
}
