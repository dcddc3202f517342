package catalog

import (
	_ "embed"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/tickmark/tickmark/internal/rule/managed"
)

// State tells how evidence of a control comes about.
type State string

// The states.
const (
	// StateAutomated: at least one source collects by itself.
	StateAutomated State = "automated"
	// StateManual: somebody has to bring the evidence.
	StateManual State = "manual"
	// StateNotCollectable: it has automated sources, none of which can bring anything yet.
	StateNotCollectable State = "not yet collectable"
)

// Collectable reports whether anything here can feed the source: a rule whose logic is in the library or that
// somebody else judges, a finding, a call that something recorded answers, an event; of a grouping, one of what it groups.
func (s Source) Collectable() bool {
	if s.Type == CommonControl || s.Type == CoreControl {
		cores, _ := grouped(s)
		return slices.ContainsFunc(cores, func(c *Core) bool {
			return slices.ContainsFunc(c.Sources(), func(s Source) bool { return collectable(s.Type, s.Keyword) })
		})
	}
	return collectable(s.Type, s.Keyword)
}

func collectable(t SourceType, keyword string) bool {
	switch t {
	case Config:
		return strings.HasPrefix(keyword, CustomPrefix) || managed.Implemented(keyword)
	case APICall:
		call, ok := FindCall(keyword)
		return ok && call.Type != ""
	case SecurityHub, CloudTrail:
		return true
	}
	return false
}

// StateOf tells the state of a control with these sources.
func StateOf(sources []Source) State {
	state := StateManual
	for _, s := range sources {
		switch {
		case s.Collectable():
			return StateAutomated
		case s.Type != Manual:
			state = StateNotCollectable
		}
	}
	return state
}

// State tells how evidence of the control comes about.
func (c *Control) State() State {
	state := StateManual
	for typ, keyword := range c.Mapped {
		if collectable(typ, keyword) {
			return StateAutomated
		}
		state = StateNotCollectable
	}
	return state
}

// Coverage counts the controls of a framework by state.
type Coverage struct {
	Automated      int `json:"automated"`
	Manual         int `json:"manual"`
	NotCollectable int `json:"notYetCollectable"`
}

// Add counts one more control.
func (v *Coverage) Add(s State) {
	switch s {
	case StateAutomated:
		v.Automated++
	case StateManual:
		v.Manual++
	default:
		v.NotCollectable++
	}
}

// Coverage counts the framework's controls by state.
func (f *Framework) Coverage() (v Coverage) {
	for _, s := range f.Sets {
		for _, c := range s.Controls {
			v.Add(c.State())
		}
	}
	return v
}

//go:embed data/audit-manager.tsv
var auditManagerData string

// Original is a framework as AWS Audit Manager publishes it, by numbers.
type Original struct {
	Name                      string
	Framework                 *Framework // ours
	Automated, Controls, Sets int
}

// Originals are the frameworks of AWS Audit Manager, in its order.
var Originals = sync.OnceValue(func() []Original {
	var out []Original
	for line := range strings.Lines(auditManagerData) {
		if line[0] == '#' {
			continue
		}
		cell := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		f, ok := Standard().Framework(stableID("framework", cell[1], cell[2]))
		if !ok {
			panic("audit-manager.tsv: no framework " + cell[1] + " " + cell[2]) // embedded, and tested
		}
		o := Original{Name: cell[0], Framework: f}
		for i, n := range []*int{&o.Automated, &o.Controls, &o.Sets} {
			var err error
			if *n, err = strconv.Atoi(cell[3+i]); err != nil {
				panic(err)
			}
		}
		out = append(out, o)
	}
	return out
})
