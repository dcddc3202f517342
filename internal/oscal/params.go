package oscal

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// insertion stands in texts for a parameter.
var insertion = regexp.MustCompile(`\{\{\s*(?:insert:\s*param,\s*|param:\s*)?([A-Za-z_][A-Za-z0-9._-]*)\s*\}\}`)

// allParams adds every parameter of a catalog to a map; the first of an id stays.
func allParams(c *Catalog, to map[string]Param) {
	eachParams(c, func(list []Param) {
		for _, p := range list {
			if _, ok := to[p.ID]; !ok {
				to[p.ID] = p
			}
		}
	})
}

// settleParams leaves out parameters that stand outside of controls and that no text asks for, and brings in those that
// a text asks for and whose control was not selected.
func settleParams(c *Catalog, sources map[string]Param) {
	there := map[string]Param{}
	allParams(c, there)
	asked := map[string]bool{}
	var ask func(text string)
	ask = func(text string) {
		for _, m := range insertion.FindAllStringSubmatch(text, -1) {
			id := m[1]
			if asked[id] {
				continue
			}
			asked[id] = true
			p, ok := there[id]
			if !ok {
				p = sources[id]
			}
			p.texts(ask)
		}
	}
	texts(c, ask)
	unasked := func(p Param) bool { return !asked[p.ID] }
	c.Params = slices.DeleteFunc(slices.Clone(c.Params), unasked)
	eachGroup(c.Groups, func(g *Group) { g.Params = slices.DeleteFunc(slices.Clone(g.Params), unasked) })
	for _, id := range slices.Sorted(maps.Keys(asked)) {
		if _, ok := there[id]; ok {
			continue
		}
		if p, ok := sources[id]; ok {
			c.Params = append(c.Params, p)
		}
	}
}

func eachGroup(list []Group, yield func(*Group)) {
	for i := range list {
		yield(&list[i])
		eachGroup(list[i].Groups, yield)
	}
}

func (p Param) texts(yield func(string)) {
	for _, v := range p.Values {
		yield(v)
	}
	if p.Select != nil {
		for _, v := range p.Select.Choice {
			yield(v)
		}
	}
	for _, g := range p.Guidelines {
		yield(g.Prose)
	}
	yield(p.Label)
	yield(p.Usage)
}

// texts calls yield for the texts of a catalog's controls and groups.
func texts(c *Catalog, yield func(string)) {
	parts := func(list []Part) { eachPart(list, func(p *Part) { yield(p.Prose); yield(p.Title) }) }
	eachGroup(c.Groups, func(g *Group) { parts(g.Parts) })
	eachControl(c, func(k *Control) {
		yield(k.Title)
		parts(k.Parts)
		for _, p := range k.Params {
			p.texts(yield)
		}
	})
}

// Prose is a text with what stands for the parameters in it: their values, choices or labels. Values may hold
// parameters in turn.
func (c *Catalog) Prose() func(text string) string {
	params := map[string]Param{}
	allParams(c, params)
	var fill func(text string, depth int) string
	fill = func(text string, depth int) string {
		return insertion.ReplaceAllStringFunc(text, func(found string) string {
			p, ok := params[insertion.FindStringSubmatch(found)[1]]
			if !ok || depth > 5 {
				return "[assignment]"
			}
			return fill(p.said(), depth+1)
		})
	}
	return func(text string) string { return fill(text, 0) }
}

// said is what stands for the parameter in a text.
func (p Param) said() string {
	switch {
	case len(p.Values) > 0:
		return strings.Join(p.Values, ", ")
	case p.Select != nil && len(p.Select.Choice) > 0:
		return "[selection: " + strings.Join(p.Select.Choice, "; ") + "]"
	case p.Label != "":
		return "[assignment: " + p.Label + "]"
	}
	return "[assignment: " + p.ID + "]"
}
