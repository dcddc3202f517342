package oscal

import (
	"reflect"
	"slices"
	"strings"
)

// The ways to combine controls of one id.
const (
	keep     = "keep"
	useFirst = "use-first"
)

// merge makes one catalog of the selections: flat, as the sources are, or in a structure of the profile's own.
func (p *Profile) merge(selections []*Catalog, warn func(string, ...any)) *Catalog {
	c := combiner{method: keep, warn: warn}
	m := p.Merge
	if m != nil && m.Combine != nil && m.Combine.Method != "" {
		c.method = m.Combine.Method
	}
	out := &Catalog{}
	for _, s := range selections {
		out.Params = c.params(out.Params, s.Params)
	}
	if m != nil && m.AsIs {
		for _, s := range selections {
			out.Controls = c.controls(out.Controls, s.Controls)
			out.Groups = c.groups(out.Groups, s.Groups)
		}
		return out
	}
	var flat []Control
	for _, s := range selections {
		var list []Control
		s.Walk(func(groups []*Group, k *Control) {
			for _, g := range groups {
				out.Params = c.params(out.Params, g.Params)
			}
			list = append(list, k.clone())
		})
		flat = c.controls(flat, list)
	}
	if m == nil || m.Custom == nil {
		out.Controls = flat
		return out
	}
	selected := &Catalog{Controls: flat}
	used := map[string]bool{}
	out.Controls = c.insert(selected, m.Custom.Insert, used)
	out.Groups = c.custom(selected, m.Custom.Groups, used)
	for _, k := range flat {
		if !used[k.ID] {
			warn("control %s is selected and has no place in merge.custom: it is left out", k.ID)
		}
	}
	return out
}

type combiner struct {
	method string
	warn   func(string, ...any)
}

// params puts parameters together; the first of an id is taken.
func (c *combiner) params(to, from []Param) []Param {
	for _, p := range from {
		if !slices.ContainsFunc(to, func(q Param) bool { return q.ID == p.ID }) {
			to = append(to, p)
		}
	}
	return to
}

// controls adds controls to a list. A shell takes the content of the control itself, whatever the method.
func (c *combiner) controls(to, from []Control) []Control {
	for _, k := range from {
		i := slices.IndexFunc(to, func(o Control) bool { return o.ID == k.ID })
		switch {
		case i < 0:
			to = append(to, k)
		case k.Shell:
			to[i].Controls = c.controls(to[i].Controls, k.Controls)
		case to[i].Shell:
			below := to[i].Controls
			to[i] = k
			to[i].Controls = c.controls(below, k.Controls)
		case c.method == keep:
			c.warn("control %s is selected twice and stands twice; merge.combine can make one of them", k.ID)
			to = append(to, k)
		case c.method == useFirst:
			to[i].Controls = c.controls(to[i].Controls, k.Controls)
		default:
			to[i] = c.one(to[i], k)
		}
	}
	return to
}

// one is everything that two representations of a control say, what both say once.
func (c *combiner) one(a, b Control) Control {
	a.Params, a.Props = union(a.Params, b.Params), union(a.Props, b.Props)
	a.Links, a.Parts = union(a.Links, b.Links), union(a.Parts, b.Parts)
	a.Controls = c.controls(a.Controls, b.Controls)
	return a
}

func union[T any](a, b []T) []T {
	for _, v := range b {
		if !slices.ContainsFunc(a, func(o T) bool { return reflect.DeepEqual(o, v) }) {
			a = append(a, v)
		}
	}
	return a
}

// groups adds groups to a list; groups of one id are one, with the title and the texts of the first.
func (c *combiner) groups(to, from []Group) []Group {
	for _, g := range from {
		i := slices.IndexFunc(to, func(o Group) bool { return g.ID != "" && o.ID == g.ID })
		if i < 0 {
			to = append(to, g)
			continue
		}
		to[i].Params = c.params(to[i].Params, g.Params)
		to[i].Controls = c.controls(to[i].Controls, g.Controls)
		to[i].Groups = c.groups(to[i].Groups, g.Groups)
	}
	return to
}

func (c *combiner) custom(selected *Catalog, groups []CustomGroup, used map[string]bool) (out []Group) {
	for _, g := range groups {
		out = append(out, Group{
			ID: g.ID, Class: g.Class, Title: g.Title, Params: g.Params, Props: g.Props, Links: g.Links, Parts: g.Parts,
			Controls: c.insert(selected, g.Insert, used), Groups: c.custom(selected, g.Groups, used),
		})
	}
	return out
}

// insert are the selected controls that a place of a custom structure names.
func (c *combiner) insert(selected *Catalog, list []Insert, used map[string]bool) (out []Control) {
	for i := range list {
		ch, err := list[i].choose(selected)
		if err != nil {
			c.warn("merge.custom: %v", err)
			continue
		}
		for _, id := range ch.missing {
			c.warn("merge.custom: control %q is not selected", id)
		}
		var here []Control
		for _, k := range selected.Controls {
			if ch.ids[k.ID] {
				used[k.ID] = true
				here = append(here, k.clone())
			}
		}
		switch list[i].Order {
		case "ascending":
			slices.SortStableFunc(here, func(a, b Control) int { return strings.Compare(a.ID, b.ID) })
		case "descending":
			slices.SortStableFunc(here, func(a, b Control) int { return strings.Compare(b.ID, a.ID) })
		}
		out = append(out, here...)
	}
	return out
}
