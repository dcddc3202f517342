package scan

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/rule"
)

// FailOn narrows which failures make a scan fail: those that meet every condition. The zero value asks for all.
type FailOn struct {
	New      bool          `json:"new,omitempty"`
	Severity rule.Severity `json:"severity,omitempty"`
}

// ParseFailOn reads conditions: new, or severity>=low|medium|high|critical.
func ParseFailOn(conditions []string) (FailOn, error) {
	var f FailOn
	for _, c := range conditions {
		c = strings.ToLower(strings.ReplaceAll(c, " ", ""))
		if c == "new" {
			f.New = true
			continue
		}
		name, ok := strings.CutPrefix(c, "severity>=")
		s, known := rule.ParseSeverity(strings.ToUpper(name))
		if !ok || !known {
			return f, fault.Invalidf("fail-on", "--fail-on %q is no condition: there are new and severity>=low|medium|high|critical.", c)
		}
		f.Severity = s
	}
	return f, nil
}

func (f FailOn) asks(e *Evaluation) bool {
	if f.New && !e.New {
		return false
	}
	s, ok := rule.ParseSeverity(e.Severity)
	return f.Severity == 0 || !ok || s >= f.Severity // a rule without a severity, one of the user's own, is never below
}

// Severities are the names of the severities from the highest, and "" for rules without one.
func Severities() []string {
	all := []string{"CRITICAL", "HIGH", "MEDIUM", "LOW", ""}
	return slices.Clone(all)
}
