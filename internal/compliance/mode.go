package compliance

import (
	"slices"

	"github.com/tickmark/tickmark/internal/rule/managed"
)

// The evaluation modes of rules: of resources there are, and of resources that are only planned.
const (
	Detective = "DETECTIVE"
	Proactive = "PROACTIVE"
)

// checkModes validates the evaluation modes and puts them in order; a rule that names none is detective.
func (r *ConfigRule) checkModes() error {
	for _, m := range r.Modes {
		if m != Detective && m != Proactive {
			return badRule("EvaluationModes", "%q is no evaluation mode; there are %s and %s.", m, Detective, Proactive)
		}
	}
	switch {
	case !r.proactive():
		r.Modes = nil
		return nil
	case r.Owner == OwnerLambda:
		return badRule("EvaluationModes", "Functions are not asked about planned resources yet; leave out %s.", Proactive)
	case r.Owner == OwnerAWS && !managed.Proactive(r.Identifier):
		return badRule("EvaluationModes", "The rule %s does not judge planned resources: leave out %s.", r.Identifier, Proactive)
	}
	slices.Sort(r.Modes)
	r.Modes = slices.Compact(r.Modes)
	return nil
}

// EvaluationModes are the rule's modes.
func (r *ConfigRule) EvaluationModes() []string {
	if len(r.Modes) == 0 {
		return []string{Detective}
	}
	return r.Modes
}

func (r *ConfigRule) detective() bool {
	return len(r.Modes) == 0 || slices.Contains(r.Modes, Detective)
}

func (r *ConfigRule) proactive() bool { return slices.Contains(r.Modes, Proactive) }
