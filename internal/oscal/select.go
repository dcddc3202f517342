package oscal

import (
	"fmt"
	"slices"

	"github.com/tickmark/tickmark/internal/arn"
)

// maxPattern is how long a pattern may be.
const maxPattern = 200

// chosen are the ids of controls, and those that were named and are not there.
type chosen struct {
	ids     map[string]bool
	missing []string
}

// choose is which controls of a catalog a selection means.
func (s *Selection) choose(c *Catalog) (chosen, error) {
	out := chosen{ids: map[string]bool{}}
	all := s.All != nil || len(s.Include) == 0
	if s.All != nil && len(s.Include) > 0 {
		return out, fmt.Errorf("include-all and include-controls are both given")
	}
	if all {
		everyControl(c, func(k *Control) { out.ids[k.ID] = true })
	}
	for i := range s.Include {
		if err := s.Include[i].each(c, &out.missing, func(id string) { out.ids[id] = true }); err != nil {
			return out, err
		}
	}
	for i := range s.Exclude {
		if err := s.Exclude[i].each(c, nil, func(id string) { delete(out.ids, id) }); err != nil {
			return out, err
		}
	}
	return out, nil
}

// everyControl calls yield for each control of a catalog, shells left out.
func everyControl(c *Catalog, yield func(*Control)) {
	c.Walk(func(_ []*Group, k *Control) { yield(k) })
}

// each calls yield for the id of each control that the choice names; ids that are not there are added to missing.
func (ch *Choice) each(c *Catalog, missing *[]string, yield func(id string)) error {
	switch ch.Children {
	case "", "yes", "no":
	default:
		return fmt.Errorf("with-child-controls is %q; it must be yes or no", ch.Children)
	}
	for _, m := range ch.Matching {
		if len(m.Pattern) > maxPattern {
			return fmt.Errorf("a pattern has %d characters; it may have %d", len(m.Pattern), maxPattern)
		}
	}
	found := map[string]bool{}
	everyControl(c, func(k *Control) {
		named := slices.Contains(ch.IDs, k.ID)
		for _, m := range ch.Matching {
			named = named || arn.Match(m.Pattern, k.ID)
		}
		if !named {
			return
		}
		found[k.ID] = true
		yield(k.ID)
		if ch.Children == "yes" {
			for i := range k.Controls {
				if !k.Controls[i].Shell {
					yield(k.Controls[i].ID)
				}
			}
		}
	})
	for _, id := range ch.IDs {
		if missing != nil && !found[id] {
			*missing = append(*missing, id)
		}
	}
	return nil
}

// prune is a copy of a catalog with only the chosen controls, in their groups; a control that was not chosen is a shell
// when one in it was.
func prune(c *Catalog, ids map[string]bool) *Catalog {
	return &Catalog{Params: slices.Clone(c.Params), Controls: pruneControls(c.Controls, ids), Groups: pruneGroups(c.Groups, ids)}
}

func pruneControls(list []Control, ids map[string]bool) (out []Control) {
	for _, k := range list {
		below := pruneControls(k.Controls, ids)
		switch {
		case ids[k.ID] && !k.Shell:
			k = k.clone()
			k.Controls = below
			out = append(out, k)
		case len(below) > 0:
			out = append(out, Control{ID: k.ID, Class: k.Class, Title: k.Title, Controls: below, Shell: true})
		}
	}
	return out
}

func pruneGroups(list []Group, ids map[string]bool) (out []Group) {
	for _, g := range list {
		g.Controls, g.Groups = pruneControls(g.Controls, ids), pruneGroups(g.Groups, ids)
		if len(g.Controls)+len(g.Groups) > 0 {
			g.Params, g.Props, g.Links, g.Parts = slices.Clone(g.Params), slices.Clone(g.Props), slices.Clone(g.Links), cloneParts(g.Parts)
			out = append(out, g)
		}
	}
	return out
}

// clone is a copy that shares nothing that is changed later; the enhancements are left out.
func (k Control) clone() Control {
	k.Params, k.Props, k.Links, k.Parts = slices.Clone(k.Params), slices.Clone(k.Props), slices.Clone(k.Links), cloneParts(k.Parts)
	k.Controls = nil
	return k
}

func cloneParts(list []Part) []Part {
	out := slices.Clone(list)
	for i := range out {
		out[i].Props, out[i].Links, out[i].Parts = slices.Clone(out[i].Props), slices.Clone(out[i].Links), cloneParts(out[i].Parts)
	}
	return out
}
