package managed

import (
	"slices"

	"github.com/tickmark/tickmark/internal/rule"
)

func appflowRules() []rule.Rule {
	trigger := rule.Required("configuration.TriggerConfig.TriggerType")
	return []rule.Rule{{
		Identifier: "APPFLOW_FLOW_TRIGGER_TYPE_CHECK",
		Params: []rule.Param{{
			Name: "triggerType", Type: rule.CSV, Required: true, Enum: []string{"Scheduled", "Event", "OnDemand"}, Doc: "the trigger types that are allowed",
		}},
		Severity: rule.Low,
		Rationale: "What starts a flow decides when data leaves one system for another. The trigger type of the AppFlow flow must be one of those that " +
			"triggerType lists: Scheduled, Event, OnDemand.",
		Remediation: rule.Remediation{Hint: "Change the trigger of the flow."},
		Fields:      []*rule.Field{trigger},
		Check: func(c *rule.Context) rule.Result {
			if got := c.Str(trigger); !slices.Contains(c.Params.List("triggerType"), got) {
				return c.Fail("The trigger type is " + got + ".")
			}
			return c.Pass("The trigger type is an allowed one.")
		},
	}}
}
