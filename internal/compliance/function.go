package compliance

import (
	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/rule"
	"github.com/tickmark/tickmark/internal/tree"
)

// The messages that may trigger a custom rule.
const (
	ItemChanged      = "ConfigurationItemChangeNotification"
	OversizedChanged = "OversizedConfigurationItemChangeNotification"
	Scheduled        = "ScheduledNotification"
	SnapshotMessage  = "ConfigurationSnapshotDeliveryCompleted"
)

// checkFunction validates a rule of owner CUSTOM_LAMBDA.
func (r *ConfigRule) checkFunction() (definition, error) {
	a, err := arn.Parse(r.Identifier)
	switch {
	case err != nil || a.Service != "lambda":
		return definition{}, badRule("SourceIdentifier", "%q is not the ARN of a Lambda function.", r.Identifier)
	case r.Policy != nil:
		return definition{}, badRule("CustomPolicyDetails", "A rule of owner CUSTOM_LAMBDA has no CustomPolicyDetails; leave them out.")
	case r.Frequency != "" && !r.TriggeredBy(Scheduled) && !r.TriggeredBy(SnapshotMessage):
		return definition{}, badRule("MaximumExecutionFrequency", "Only a rule that a schedule or a snapshot triggers has a frequency: add the message type %s, or leave it out.", Scheduled)
	case len(r.Details) == 0 || len(r.Details) > 25:
		return definition{}, badRule("SourceDetails", "Say by 1 to 25 SourceDetails which messages trigger the rule, not %d.", len(r.Details))
	}
	for _, d := range r.Details {
		if err := checkDetail(d); err != nil {
			return definition{}, err
		}
	}
	return functionDefinition(*r), checkFreeParameters(r.Parameters)
}

func checkDetail(d SourceDetail) error {
	switch d.Message {
	case Scheduled:
		if d.Frequency != "" && hours[d.Frequency] == 0 {
			return badRule("MaximumExecutionFrequency", "%q is no frequency; use One_Hour, Three_Hours, Six_Hours, Twelve_Hours or TwentyFour_Hours.", d.Frequency)
		}
	case ItemChanged, OversizedChanged, SnapshotMessage:
		if d.Frequency != "" {
			return badRule("MaximumExecutionFrequency", "Only a trigger of the message type %s has a frequency.", Scheduled)
		}
	default:
		return badRule("MessageType", "%q triggers no rule; there are %s, %s, %s and %s.", d.Message, ItemChanged, OversizedChanged, Scheduled, SnapshotMessage)
	}
	return nil
}

// checkFreeParameters validates the parameters of a custom rule, which may have any names: an object of strings.
func checkFreeParameters(text string) error {
	if text == "" {
		return nil
	}
	doc, err := tree.ParseString(text)
	if err != nil || doc.Root().Kind() != tree.Object {
		return fault.Invalidf("InputParameters", "The input parameters are not a JSON object.").With("InvalidParameterValueException")
	}
	for key, n := range doc.Root().Members {
		if n.Kind() != tree.String {
			return fault.Invalidf("InputParameters", "The value of the parameter %q must be a string.", key).With("InvalidParameterValueException")
		}
	}
	return nil
}

// functionDefinition is when a Lambda function is asked and about what. It has no check: the verdicts come from
// PutEvaluations.
func functionDefinition(r ConfigRule) definition {
	l := &rule.Rule{Identifier: r.Identifier, Subjects: rule.Account, Types: r.Scope.Types}
	change, schedule := r.TriggeredBy(ItemChanged) || r.TriggeredBy(OversizedChanged), r.TriggeredBy(Scheduled)
	switch {
	case change && schedule:
		l.Trigger = rule.Hybrid
	case schedule:
		l.Trigger = rule.Periodic
	case change:
		l.Trigger = rule.Change
	default:
		l.Trigger = rule.External
	}
	if change {
		l.Subjects = rule.EveryType
	}
	return definition{logic: l}
}

// invokes reports whether the rule asks a function, which gives the verdicts by PutEvaluations.
func (in *instance) invokes() bool { return in.Owner == OwnerLambda && in.broken == "" }

// TriggeredBy reports whether a message triggers the rule.
func (r *ConfigRule) TriggeredBy(message string) bool {
	for _, d := range r.Details {
		if d.Message == message {
			return true
		}
	}
	return false
}
