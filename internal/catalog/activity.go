package catalog

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed data/activity.tsv
var activityData string

// activity is one line of activity.tsv.
type activity struct {
	framework, versions string
	controls            []string
	api, trail, hub     []string
	config              []string
}

var activities = sync.OnceValue(func() []activity {
	var out []activity
	for line := range strings.Lines(activityData) {
		if line = strings.TrimSuffix(line, "\n"); line == "" || line[0] == '#' {
			continue
		}
		var cell [7]string
		for i, c := range strings.SplitN(line, "\t", len(cell)) {
			cell[i] = c
		}
		out = append(out, activity{cell[0], cell[1], list(cell[2]), list(cell[3]), list(cell[4]), list(cell[5]), list(cell[6])})
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
				r.control.api = join(r.control.api, a.api)
				r.control.trail = join(r.control.trail, a.trail)
				r.control.hub = join(r.control.hub, a.hub)
				r.control.config = join(r.control.config, a.config)
			}
		}
	}
}

// join appends what is not in the list yet. The lists are shared between controls and never written in place.
func join(list, more []string) []string {
	out := slices.Clip(list)
	for _, s := range more {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
