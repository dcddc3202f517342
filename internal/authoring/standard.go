package authoring

import (
	"fmt"
	"slices"
	"sync"

	"github.com/tickmark/tickmark/internal/catalog"
)

// standardName is how files name a standard control. It is made of the framework's name and the requirement's id, which
// stay, not of a title.
func standardName(c *catalog.Control) string { return c.Framework.Name() + " " + c.Requirement }

// standardNames are the standard controls by name.
var standardNames = sync.OnceValue(func() map[string]*catalog.Control {
	names := map[string]*catalog.Control{}
	for c := range catalog.Standard().Controls {
		names[standardName(c)] = c
	}
	return names
})

// findStandard finds a standard control by its name, or by its id.
func findStandard(name string) (*catalog.Control, error) {
	if c, ok := standardNames()[name]; ok {
		return c, nil
	}
	if c, ok := catalog.Standard().Control(name); ok {
		return c, nil
	}
	all := make([]string, 0, len(standardNames()))
	for n := range standardNames() {
		all = append(all, n)
	}
	slices.Sort(all)
	return nil, fmt.Errorf("there is no standard control %q; write the framework and the requirement, as in NIST CSF v1.1 PR.AC-1%s", name, catalog.DidYouMean(name, all))
}

// Standard is a standard framework as a file, to be applied under another name. Its controls are named, or with
// definitions, defined: then they can be changed.
func Standard(f *catalog.Framework, as string, definitions bool) *File {
	out := Framework{Name: as, Description: f.Description(), ComplianceType: f.ComplianceType()}
	if as == "" {
		out.Name = f.Name()
	}
	for _, s := range f.Sets {
		set := ControlSet{Name: s.Name}
		for _, c := range s.Controls {
			e := Entry{Standard: standardName(c)}
			if definitions {
				e = Entry{Control: Control{Name: c.Name(), Description: c.Description(), Sources: sourcesOf(c.Sources())}}
			}
			set.Controls = append(set.Controls, e)
		}
		out.ControlSets = append(out.ControlSets, set)
	}
	return &File{Format: Format, Frameworks: []Framework{out}}
}
