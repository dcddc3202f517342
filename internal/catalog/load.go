package catalog

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed data/controls.tsv
var controlsData string

//go:embed data/activity.tsv
var activityData string

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

// load parses the embedded data. The data is part of the program and tested with it: it cannot be bad at run time.
func load() *Library {
	l := &Library{framework: map[string]*Framework{}, control: make(map[string]*Control, 8192)}
	var f *Framework
	var rows []row
	finish := func() {
		if f != nil {
			addActivity(f, rows)
			t := titlesOf(f)
			f.Sets = formSets(f, t, rows)
			f.controls = len(rows)
			entitle(f, t)
		}
		rows = nil
	}
	for line := range strings.Lines(controlsData) {
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		if head, ok := strings.CutPrefix(line, "= "); ok {
			finish()
			standard, version, _ := strings.Cut(head, "\t")
			f = &Framework{ID: stableID("framework", standard, version), Standard: standard, Version: version}
			l.frameworks = append(l.frameworks, f)
			l.framework[f.ID] = f
			continue
		}
		r := parseRow(f, line)
		l.control[r.control.ID] = r.control
		rows = append(rows, r)
	}
	finish()
	slices.SortFunc(l.frameworks, func(a, b *Framework) int { return strings.Compare(a.Name(), b.Name()) })
	return l
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

// activity is one line of activity.tsv.
type activity struct {
	framework, versions string
	controls            []string
	api, trail, hub     []string
}

var activities = sync.OnceValue(func() []activity {
	var out []activity
	for line := range strings.Lines(activityData) {
		if line = strings.TrimSuffix(line, "\n"); line == "" || line[0] == '#' {
			continue
		}
		var cell [6]string
		for i, c := range strings.SplitN(line, "\t", len(cell)) {
			cell[i] = c
		}
		out = append(out, activity{cell[0], cell[1], list(cell[2]), list(cell[3]), list(cell[4]), list(cell[5])})
	}
	return out
})

func (a activity) applies(f *Framework) bool { return pattern{a.framework, a.versions}.matches(f) }

func addActivity(f *Framework, rows []row) {
	for _, a := range activities() {
		if !a.applies(f) {
			continue
		}
		for _, r := range rows {
			if slices.Contains(a.controls, r.control.Requirement) {
				r.control.api = append(r.control.api, a.api...)
				r.control.trail = append(r.control.trail, a.trail...)
				r.control.hub = append(r.control.hub, a.hub...)
			}
		}
	}
}
