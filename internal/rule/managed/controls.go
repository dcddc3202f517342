package managed

import (
	"slices"
	"strings"
	"sync"

	"github.com/tickmark/tickmark/internal/rule"
)

// Control is a security control of AWS Security Hub, which answers requirements of standards by rules.
type Control struct {
	ID string
	// Rules are the identifiers of the managed rules, or of the library's own, that answer it; none when nothing does.
	Rules    []string
	Severity rule.Severity
	// Standards are the standards of Security Hub that have the control, such as FSBP or CIS-3.0; none for a control that
	// AWS retired, or has in no standard.
	Standards []string
	// Parameters are the input parameters with which the rules answer the control, a JSON object; "" for the defaults.
	Parameters string
}

// Implemented reports whether all rules of the control have their logic in the library.
func (c Control) Implemented() bool {
	return len(c.Rules) > 0 && !slices.ContainsFunc(c.Rules, func(id string) bool { return !Implemented(id) })
}

// Standards are the standards that controls name, in the order of a list.
func Standards() []string {
	return []string{"FSBP", "CIS-1.2", "CIS-1.4", "CIS-3.0", "CIS-5.0", "PCI-3.2.1", "PCI-4.0.1", "NIST-800-53", "NIST-800-171", "TAGGING"}
}

// Controls lists the controls in the order of securityhub.tsv: by service and number. They are shared: do not change them.
var Controls = sync.OnceValue(func() []Control {
	text, err := sources.ReadFile("securityhub.tsv")
	if err != nil {
		panic(err) // embedded
	}
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	controls := make([]Control, 0, len(lines))
	for _, line := range lines[1:] {
		f := strings.Split(line, "\t")
		if len(f) != 5 {
			panic("securityhub.tsv: want five columns in " + line)
		}
		severity, ok := rule.ParseSeverity(f[2])
		if !ok {
			panic("securityhub.tsv: no severity " + f[2])
		}
		controls = append(controls, Control{f[0], rule.Split(f[1]), severity, rule.Split(f[3]), f[4]})
	}
	return controls
})

// FindControl gives the control of an id, in any case.
func FindControl(id string) (Control, bool) {
	i, ok := controlIndex()[strings.ToUpper(id)]
	if !ok {
		return Control{}, false
	}
	return Controls()[i], true
}

var controlIndex = sync.OnceValue(func() map[string]int {
	index := map[string]int{}
	for i, c := range Controls() {
		index[strings.ToUpper(c.ID)] = i
	}
	return index
})

// ControlsOf lists the controls that a rule answers.
func ControlsOf(identifier string) []Control { return controlsByRule()[identifier] }

var controlsByRule = sync.OnceValue(func() map[string][]Control {
	by := map[string][]Control{}
	for _, c := range Controls() {
		for _, id := range c.Rules {
			by[id] = append(by[id], c)
		}
	}
	return by
})
