package managed

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

func stepfunctionsRules() []rule.Rule { return []rule.Rule{machineLogged()} }

// machineLevels are the log levels of a state machine, from nothing to everything.
var machineLevels = []string{"OFF", "FATAL", "ERROR", "ALL"}

func machineLogged() rule.Rule {
	const at = "configuration.LoggingConfiguration"
	arn := rule.Required("configuration.Arn")
	level := rule.Absent(at+".Level", "OFF", "OFF is the default log level of a state machine")
	list := rule.Absent(at+".Destinations", nil, "Step Functions leaves out an empty list")
	group := rule.Absent(at+".Destinations[].CloudWatchLogsLogGroup.LogGroupArn", "", "Step Functions leaves out what a destination does not set")
	return rule.Rule{
		Identifier: "STEP_FUNCTIONS_STATE_MACHINE_LOGGING_ENABLED",
		Params: []rule.Param{
			{Name: "cloudWatchLogGroupArns", Type: rule.CSV, Doc: "ARNs of the log groups that are allowed"},
			{Name: "logLevel", Enum: []string{"ALL", "ERROR", "FATAL"}, Doc: "the level of the log at least"},
		},
		Severity: rule.Medium,
		Rationale: "The log of a state machine shows where it went wrong. Its log level must not be OFF, and be at least logLevel when that is given, where FATAL is less than ERROR and ERROR less " +
			"than ALL; and the log must go to a log group of cloudWatchLogGroupArns when that is given.",
		Remediation: rule.Remediation{Hint: "Turn on the log of the state machine."},
		Fields:      []*rule.Field{arn, level, list, group},
		Check: func(c *rule.Context) rule.Result {
			c.Str(arn)
			got := slices.Index(machineLevels, c.Str(level))
			if got <= 0 {
				return c.Fail("The state machine is not logged.")
			}
			if got < slices.Index(machineLevels, c.Params.Str("logLevel")) {
				return c.Fail("The log level is below the lowest allowed.")
			}
			want := c.Params.List("cloudWatchLogGroupArns")
			if len(want) == 0 {
				return c.Pass("The state machine is logged.")
			}
			for _, d := range c.Each(list) {
				if slices.ContainsFunc(want, func(w string) bool { return sameLogGroup(d.Str(group), w) }) {
					return c.Pass("The state machine is logged to an allowed log group.")
				}
			}
			return c.Fail("The log goes to another log group than allowed.")
		},
	}
}

// sameLogGroup compares ARNs of log groups, which are written with and without `:*`.
func sameLogGroup(a, b string) bool {
	return strings.TrimSuffix(a, ":*") == strings.TrimSuffix(b, ":*")
}
