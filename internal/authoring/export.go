package authoring

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/catalog"
)

// Export writes custom definitions as a file. What owner owns is written without its owner, so that another account may
// take the file. With names only these frameworks are written, with the controls that they need.
func Export(d assess.Definitions, owner string, only func(*assess.Framework) bool) *File {
	x := exporter{owner: owner, controls: map[string]*assess.Control{}, written: map[string]bool{}}
	for i := range d.Controls {
		x.controls[d.Controls[i].ID] = &d.Controls[i]
	}
	frameworks, controls := slices.Clone(d.Frameworks), slices.Clone(d.Controls)
	slices.SortFunc(frameworks, func(a, b assess.Framework) int { return byName(a.Name, b.Name, a.Owner, b.Owner) })
	slices.SortFunc(controls, func(a, b assess.Control) int { return byName(a.Name, b.Name, a.Owner, b.Owner) })
	f := &File{Format: Format}
	for i := range frameworks {
		if only == nil || only(&frameworks[i]) {
			f.Frameworks = append(f.Frameworks, x.framework(&frameworks[i]))
		}
	}
	if only != nil {
		return f
	}
	for i := range controls {
		if k := &controls[i]; !x.written[k.ID] {
			c := controlOf(k)
			c.Owner = x.other(k.Owner, owner)
			f.Controls = append(f.Controls, c)
		}
	}
	return f
}

func byName(a, b, ownerA, ownerB string) int {
	return cmp.Or(cmp.Compare(strings.ToLower(a), strings.ToLower(b)), cmp.Compare(ownerA, ownerB))
}

type exporter struct {
	owner    string
	controls map[string]*assess.Control
	written  map[string]bool
}

// other is an owner as it is written where otherwise is understood.
func (x *exporter) other(owner, otherwise string) string {
	if owner == otherwise {
		return ""
	}
	return owner
}

func (x *exporter) framework(f *assess.Framework) Framework {
	out := Framework{Name: f.Name, Owner: x.other(f.Owner, x.owner), Description: f.Description, ComplianceType: f.ComplianceType, Tags: f.Tags}
	for _, s := range f.Sets {
		set := ControlSet{Name: s.Name, Controls: []Entry{}}
		for _, id := range s.Controls {
			set.Controls = append(set.Controls, x.entry(f.Owner, id))
		}
		out.ControlSets = append(out.ControlSets, set)
	}
	return out
}

func (x *exporter) entry(owner, id string) Entry {
	k, custom := x.controls[id]
	if !custom {
		if c, ok := catalog.Standard().Control(id); ok {
			id = standardName(c)
		}
		return Entry{Standard: id}
	}
	if x.written[id] {
		return Entry{Use: k.Name, Control: Control{Owner: x.other(k.Owner, owner)}}
	}
	x.written[id] = true
	c := controlOf(k)
	c.Owner = x.other(k.Owner, owner)
	return Entry{Control: c}
}
