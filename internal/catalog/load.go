package catalog

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed data/controls.tsv
var controlsData string

// Library is the standard content with its indexes.
type Library struct {
	frameworks []*Framework
	framework  map[string]*Framework
	control    map[string]*Control
}

// Standard is the library that ships with the program, parsed at the first call.
var Standard = sync.OnceValue(load)

// Frameworks are all standard frameworks, by name.
func (l *Library) Frameworks() []*Framework { return l.frameworks }

// Framework finds a framework by id.
func (l *Library) Framework(id string) (*Framework, bool) {
	f, ok := l.framework[id]
	return f, ok
}

// FrameworkNamed finds a framework by its full name, or by its standard when that has only one version.
func (l *Library) FrameworkNamed(name string) (*Framework, bool) {
	var found *Framework
	for _, f := range l.frameworks {
		if strings.EqualFold(f.Name(), name) {
			return f, true
		}
		if strings.EqualFold(f.Standard, name) {
			if found != nil {
				return nil, false
			}
			found = f
		}
	}
	return found, found != nil
}

// Control finds a control by id.
func (l *Library) Control(id string) (*Control, bool) {
	c, ok := l.control[id]
	return c, ok
}

// Controls calls yield for every standard control, framework by framework.
func (l *Library) Controls(yield func(*Control) bool) {
	for _, f := range l.frameworks {
		for _, s := range f.Sets {
			for _, c := range s.Controls {
				if !yield(c) {
					return
				}
			}
		}
	}
}

// row is a control with its place, before sets are formed.
type row struct {
	control *Control
	set     string
}

// draft is a framework with its rows, before sets are formed.
type draft struct {
	*Framework
	rows []row
	from *draft // the one it is a selection from
}

// load parses the embedded data. The data is part of the program and tested with it: it cannot be bad at run time.
func load() *Library {
	drafts := derive(parseControls(controlsData))
	l := &Library{framework: map[string]*Framework{}, control: make(map[string]*Control, 8192)}
	for _, d := range drafts {
		f := d.Framework
		t := titlesOf(f)
		if d.from != nil {
			t.merge(titlesOf(d.from.Framework))
		}
		f.Sets = formSets(f, t, d.rows)
		f.controls = len(d.rows)
		entitle(f, t)
		l.frameworks = append(l.frameworks, f)
		l.framework[f.ID] = f
		for _, r := range d.rows {
			l.control[r.control.ID] = r.control
		}
	}
	slices.SortFunc(l.frameworks, func(a, b *Framework) int { return strings.Compare(a.Name(), b.Name()) })
	return l
}

// parseControls reads controls.tsv and adds the project's own mappings.
func parseControls(text string) []*draft {
	var out []*draft
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		if head, ok := strings.CutPrefix(line, "= "); ok {
			standard, version, _ := strings.Cut(head, "\t")
			out = append(out, newDraft(standard, version))
			continue
		}
		d := out[len(out)-1]
		d.rows = append(d.rows, parseRow(d.Framework, line))
	}
	for _, d := range out {
		addActivity(d.Framework, d.rows)
		addAssertions(d.Framework, d.rows)
	}
	return out
}

func newDraft(standard, version string) *draft {
	return &draft{Framework: &Framework{ID: stableID("framework", standard, version), Standard: standard, Version: version}}
}

func parseRow(f *Framework, line string) row {
	var cell [5]string
	for i, c := range strings.SplitN(line, "\t", len(cell)) {
		cell[i] = c
	}
	c := &Control{
		ID: stableID("control", f.Standard, f.Version, cell[0]), Requirement: cell[0], Framework: f,
		config: list(cell[2]), hub: list(cell[3]),
	}
	return row{c, cell[1]}
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}
