package catalog

import (
	"cmp"
	"iter"
	"slices"
	"sync"
)

// Uncategorized stands for controls that are filed nowhere.
const Uncategorized = "UNCATEGORIZED"

// Filed are the common controls under which a control with these sources belongs, the one that most of them speak for
// first: those its sources name, and the chief ones of the core controls that hold its keywords.
func Filed(sources []Source) []*Common { return filed(keywordsOf(sources)) }

// keywordsOf yields the types and keywords of sources.
func keywordsOf(sources []Source) iter.Seq2[SourceType, string] {
	return func(yield func(SourceType, string) bool) {
		for _, s := range sources {
			if !yield(s.Type, s.Keyword) {
				return
			}
		}
	}
}

// Filed are the common controls under which a standard control belongs. One without automated sources is filed by its
// requirement's place in the standard.
func (c *Control) Filed() []*Common { return filedStandard()[c] }

// Domain is the one domain that a standard control belongs to; nil when it belongs to none.
func (c *Control) Domain() *Domain {
	if d := domainOf(c.Mapped); d != nil {
		return d
	}
	if list := c.Filed(); len(list) > 0 {
		return list[0].Objective.Domain
	}
	return nil
}

// filedStandard is made once: there are thousands of controls with up to a hundred keywords.
var filedStandard = sync.OnceValue(func() map[*Control][]*Common {
	out := map[*Control][]*Common{}
	for _, f := range Standard().Frameworks() {
		lines := filingsOf(f)
		for _, s := range f.Sets {
			for _, c := range s.Controls {
				list := filed(c.Mapped)
				if len(list) == 0 {
					list = bySection(lines, c.Requirement)
				}
				if len(list) > 0 {
					out[c] = list
				}
			}
		}
	}
	return out
})

// Mapped yields the type and keyword of everything automated that is mapped to the control.
func (c *Control) Mapped(yield func(SourceType, string) bool) {
	for _, l := range []struct {
		typ      SourceType
		keywords []string
	}{{Config, c.config}, {SecurityHub, c.hub}, {APICall, c.api}, {CloudTrail, c.trail}} {
		for _, k := range l.keywords {
			if !yield(l.typ, k) {
				return
			}
		}
	}
}

func filed(keywords iter.Seq2[SourceType, string]) []*Common {
	weight := map[*Common]int{}
	for typ, keyword := range keywords {
		for _, c := range speaksFor(typ, keyword) {
			weight[c]++
		}
	}
	out := make([]*Common, 0, len(weight))
	for c := range weight {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b *Common) int {
		return cmp.Or(cmp.Compare(weight[b], weight[a]), cmp.Compare(a.Key, b.Key))
	})
	return out
}

// speaksFor are the common controls that one source is about.
func speaksFor(typ SourceType, keyword string) []*Common {
	var out []*Common
	switch typ {
	case CommonControl:
		if c, ok := Catalog().Common(keyword); ok {
			out = append(out, c)
		}
	case CoreControl:
		if c, ok := Catalog().Core(keyword); ok {
			out = append(out, c.Common[0])
		}
	default:
		for _, c := range Catalog().holders[sourceKey{typ, keyword}] {
			if !slices.Contains(out, c.Common[0]) {
				out = append(out, c.Common[0])
			}
		}
	}
	return out
}

// Holders are the core controls that hold a keyword of a type.
func (g *Groupings) Holders(typ SourceType, keyword string) []*Core {
	return g.holders[sourceKey{typ, keyword}]
}

// DomainOf is the domain that most sources of a control speak for; nil when they speak for none.
func DomainOf(sources []Source) *Domain { return domainOf(keywordsOf(sources)) }

func domainOf(keywords iter.Seq2[SourceType, string]) *Domain {
	weight := map[*Domain]int{}
	var best *Domain
	for typ, keyword := range keywords {
		for _, c := range speaksFor(typ, keyword) {
			weight[c.Objective.Domain]++
		}
	}
	for d, n := range weight {
		if best == nil || n > weight[best] || n == weight[best] && d.Key < best.Key {
			best = d
		}
	}
	return best
}

// Under reports whether controls filed under a list of common controls belong to what a reference means: a domain, an
// objective or a common control by its ARN, or Uncategorized. ok is false when it means nothing known.
func Under(ref string) (belongs func([]*Common) bool, ok bool) {
	if ref == Uncategorized {
		return func(list []*Common) bool { return len(list) == 0 }, true
	}
	g := Catalog()
	var match func(*Common) bool
	if d, ok := g.Domain(ref); ok {
		match = func(c *Common) bool { return c.Objective.Domain == d }
	} else if o, ok := g.Objective(ref); ok {
		match = func(c *Common) bool { return c.Objective == o }
	} else if k, ok := g.Common(ref); ok {
		match = func(c *Common) bool { return c == k }
	} else {
		return nil, false
	}
	return func(list []*Common) bool { return slices.ContainsFunc(list, match) }, true
}
