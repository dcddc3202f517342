package oscal

import "slices"

// apply sets parameters and alters controls; warn tells of directives that had nothing to work on. Loose are the
// parameters of all sources, which may be needed without their controls.
func (m *Modify) apply(c *Catalog, loose map[string]Param, warn func(string, ...any)) {
	for i := range m.SetParameters {
		s := &m.SetParameters[i]
		found := false
		eachParams(c, func(list []Param) {
			for j := range list {
				if list[j].ID == s.ParamID {
					s.apply(&list[j])
					found = true
				}
			}
		})
		if p, ok := loose[s.ParamID]; ok {
			s.apply(&p)
			loose[s.ParamID], found = p, true
		}
		if !found {
			warn("modify.set-parameters: there is no parameter %q", s.ParamID)
		}
	}
	for i := range m.Alters {
		a := &m.Alters[i]
		found := false
		eachControl(c, func(k *Control) {
			if k.ID == a.ControlID && !k.Shell {
				found = true
				a.apply(k, warn)
			}
		})
		if !found {
			warn("modify.alters: control %q is not selected", a.ControlID)
		}
	}
}

// eachControl calls yield for every control, to be changed.
func eachControl(c *Catalog, yield func(*Control)) {
	var controls func([]Control)
	controls = func(list []Control) {
		for i := range list {
			yield(&list[i])
			controls(list[i].Controls)
		}
	}
	var groups func([]Group)
	groups = func(list []Group) {
		for i := range list {
			controls(list[i].Controls)
			groups(list[i].Groups)
		}
	}
	controls(c.Controls)
	groups(c.Groups)
}

// eachParams calls yield for every list of parameters.
func eachParams(c *Catalog, yield func([]Param)) {
	yield(c.Params)
	var groups func([]Group)
	groups = func(list []Group) {
		for i := range list {
			yield(list[i].Params)
			groups(list[i].Groups)
		}
	}
	groups(c.Groups)
	eachControl(c, func(k *Control) { yield(k.Params) })
}

// apply sets a parameter: label, usage and class replace, a value or a choice replaces either, the rest is added.
func (s *SetParameter) apply(p *Param) {
	set := func(to *string, from string) {
		if from != "" {
			*to = from
		}
	}
	set(&p.Label, s.Label)
	set(&p.Usage, s.Usage)
	set(&p.Class, s.Class)
	p.Props = append(slices.Clip(p.Props), s.Props...)
	p.Links = append(slices.Clip(p.Links), s.Links...)
	p.Constraints = append(slices.Clip(p.Constraints), s.Constraints...)
	p.Guidelines = append(slices.Clip(p.Guidelines), s.Guidelines...)
	if len(s.Values) > 0 || s.Select != nil {
		p.Values, p.Select = s.Values, s.Select
	}
}

func (a *Alter) apply(k *Control, warn func(string, ...any)) {
	for _, r := range a.Removes {
		if r == (Remove{}) {
			warn("modify.alters of %s: a remove names nothing", k.ID)
			continue
		}
		if !r.apply(k) {
			warn("modify.alters of %s: there is nothing to remove that is %+v", k.ID, r)
		}
	}
	for i := range a.Adds {
		if !a.Adds[i].apply(k) {
			warn("modify.alters of %s: there is no part %q to add to", k.ID, a.Adds[i].ByID)
		}
	}
}

// item is what a remove looks at.
type item struct{ kind, id, name, class, ns string }

func (r Remove) matches(x item) bool {
	for _, c := range [][2]string{{r.ByItemName, x.kind}, {r.ByID, x.id}, {r.ByName, x.name}, {r.ByClass, x.class}, {r.ByNS, x.ns}} {
		if c[0] != "" && c[0] != c[1] {
			return false
		}
	}
	return true
}

// apply removes what matches inside a control, its enhancements left alone; false when nothing did.
func (r Remove) apply(k *Control) bool {
	found := false
	hit := func(x item) bool {
		m := r.matches(x)
		found = found || m
		return m
	}
	k.Params = slices.DeleteFunc(k.Params, func(p Param) bool { return hit(item{"param", p.ID, "", p.Class, ""}) })
	k.Props, k.Links = withoutProps(k.Props, hit), withoutLinks(k.Links, hit)
	k.Parts = withoutParts(k.Parts, hit)
	return found
}

func withoutProps(list []Prop, hit func(item) bool) []Prop {
	return slices.DeleteFunc(list, func(p Prop) bool { return hit(item{"prop", "", p.Name, p.Class, p.NS}) })
}

func withoutLinks(list []Link, hit func(item) bool) []Link {
	return slices.DeleteFunc(list, func(Link) bool { return hit(item{kind: "link"}) })
}

func withoutParts(list []Part, hit func(item) bool) []Part {
	list = slices.DeleteFunc(list, func(p Part) bool { return hit(item{"part", p.ID, p.Name, p.Class, p.NS}) })
	for i := range list {
		list[i].Props, list[i].Links = withoutProps(list[i].Props, hit), withoutLinks(list[i].Links, hit)
		list[i].Parts = withoutParts(list[i].Parts, hit)
	}
	return list
}

// apply adds to a control: at its beginning or end, or in or beside the part of an id; false when there is no such
// part. Beside a part there can stand only parts: what else is added goes to what holds the part.
func (a *Add) apply(k *Control) bool {
	start := a.Position == "starting" || a.Position == "before"
	if a.ByID == "" {
		if a.Title != "" {
			k.Title = a.Title
		}
		k.Params = at(k.Params, a.Params, start)
		k.Props, k.Links, k.Parts = at(k.Props, a.Props, start), at(k.Links, a.Links, start), at(k.Parts, a.Parts, start)
		return true
	}
	if a.Position == "before" || a.Position == "after" {
		return a.beside(k)
	}
	done := false
	eachPart(k.Parts, func(p *Part) {
		if p.ID != a.ByID || done {
			return
		}
		done = true
		if a.Title != "" {
			p.Title = a.Title
		}
		p.Props, p.Links, p.Parts = at(p.Props, a.Props, start), at(p.Links, a.Links, start), at(p.Parts, a.Parts, start)
	})
	if done {
		k.Params = at(k.Params, a.Params, start) // parts have none
	}
	return done
}

func (a *Add) beside(k *Control) bool {
	place := func(list []Part) ([]Part, bool) {
		i := slices.IndexFunc(list, func(p Part) bool { return p.ID == a.ByID })
		if i < 0 {
			return list, false
		}
		if a.Position == "after" {
			i++
		}
		return slices.Insert(slices.Clone(list), i, a.Parts...), true
	}
	start := a.Position == "before"
	var done bool
	if k.Parts, done = place(k.Parts); done {
		k.Params, k.Props, k.Links = at(k.Params, a.Params, start), at(k.Props, a.Props, start), at(k.Links, a.Links, start)
		return true
	}
	eachPart(k.Parts, func(p *Part) {
		if done {
			return
		}
		if p.Parts, done = place(p.Parts); done {
			p.Props, p.Links = at(p.Props, a.Props, start), at(p.Links, a.Links, start)
			k.Params = at(k.Params, a.Params, start)
		}
	})
	if done {
		return true
	}
	i := slices.IndexFunc(k.Params, func(p Param) bool { return p.ID == a.ByID })
	if i < 0 {
		return false
	}
	if a.Position == "after" {
		i++
	}
	k.Params = slices.Insert(slices.Clone(k.Params), i, a.Params...)
	k.Props, k.Links, k.Parts = at(k.Props, a.Props, start), at(k.Links, a.Links, start), at(k.Parts, a.Parts, start)
	return true
}

func at[T any](list, more []T, start bool) []T {
	if len(more) == 0 {
		return list
	}
	if start {
		return append(slices.Clone(more), list...)
	}
	return append(slices.Clip(list), more...)
}

func eachPart(list []Part, yield func(*Part)) {
	for i := range list {
		yield(&list[i])
		eachPart(list[i].Parts, yield)
	}
}
