package compliance

import (
	"slices"

	"github.com/tickmark/tickmark/internal/rule/custom"
)

// checkPolicy validates a rule of owner CUSTOM_POLICY. AWS ignores its SourceIdentifier, and so do we.
func (r *ConfigRule) checkPolicy() (definition, error) {
	r.Identifier = ""
	p := r.Policy
	switch {
	case p == nil:
		return definition{}, badRule("CustomPolicyDetails", "A rule of owner CUSTOM_POLICY needs CustomPolicyDetails with the PolicyRuntime and the PolicyText.")
	case p.Runtime != custom.Guard && p.Runtime != custom.CEL:
		return definition{}, badRule("PolicyRuntime", "%q is no runtime of policies; there are %s and %s.", p.Runtime, custom.Guard, custom.CEL)
	case r.Frequency != "":
		return definition{}, badRule("MaximumExecutionFrequency", "A rule of owner CUSTOM_POLICY is triggered by changes only; leave the frequency out.")
	case len(r.Details) > 25:
		return definition{}, badRule("SourceDetails", "A rule has at most 25 SourceDetails, not %d.", len(r.Details))
	}
	for _, d := range r.Details {
		if !slices.Contains([]string{ItemChanged, OversizedChanged}, d.Message) {
			return definition{}, badRule("MessageType", "%q does not trigger a rule of owner CUSTOM_POLICY; there are %s and %s.", d.Message, ItemChanged, OversizedChanged)
		}
		if err := checkDetail(d); err != nil {
			return definition{}, err
		}
	}
	if err := checkFreeParameters(r.Parameters); err != nil {
		return definition{}, err
	}
	if _, err := custom.Compile(p.Runtime, p.Text); err != nil {
		return definition{}, badRule("PolicyText", "The policy cannot be read: %v.", err)
	}
	d, _ := policyDefinition(*r)
	return d, nil
}

// policyDefinition is the rule that a policy text makes, or why it makes none.
func policyDefinition(r ConfigRule) (d definition, broken string) {
	if r.Policy == nil {
		return definition{}, "The rule has no policy."
	}
	p, err := custom.Compile(r.Policy.Runtime, r.Policy.Text)
	if err != nil {
		return definition{}, "The policy cannot be read: " + err.Error() + "."
	}
	if d.logic, err = p.Rule(r.Parameters); err != nil {
		return definition{}, "The policy cannot be evaluated: " + err.Error() + "."
	}
	d.logic.Types = r.Scope.Types
	return d, ""
}
