package managed

import (
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

func controlConfigRules() []rule.Rule { return []rule.Rule{configRecordsAll()} }

// configRecordsAll is the control Config.1.
func configRecordsAll() rule.Rule {
	const recorder = "AWS::Config::ConfigurationRecorder"
	f := serviceState()
	aggregation := rule.Absent("configuration.details.aggregationRegion", "", "Security Hub has no finding aggregator where findings are not aggregated").Of(factService)
	recording := rule.Required("configuration.Recording").Of(recorder)
	all := rule.Required("configuration.RecordingGroup.AllSupported").Of(recorder)
	global := rule.Required("configuration.RecordingGroup.IncludeGlobalResourceTypes").Of(recorder)
	role := rule.Required("configuration.RoleARN").Of(recorder)
	return rule.Rule{
		Identifier: "Config.1",
		Name:       "config-records-all-resources",
		Trigger:    rule.Periodic,
		Subjects:   rule.Account,
		Params: []rule.Param{{
			Name: "includeConfigServiceLinkedRoleCheck", Type: rule.Bool, Default: "true", Doc: "the recorder must use AWS Config's service-linked role; false allows any role",
		}},
		Severity: rule.Critical,
		Rationale: "What is not recorded is judged by no rule. A configuration recorder of the region must be recording and record all supported resource types, those of today and tomorrow: a list " +
			"of types or of exceptions does not do, since it is not known here which controls are enabled. It must record global resource types too, unless Security Hub aggregates the region's findings " +
			"in another region. It must use the service-linked role AWSServiceRoleForConfig, unless includeConfigServiceLinkedRoleCheck is false.",
		Remediation: rule.Remediation{Hint: "Let the recorder record all resource types with the service-linked role, and start it."},
		Fields:      []*rule.Field{f.service, f.enabled, aggregation, recording, all, global, role},
		Uses:        []string{factService, recorder},
		Check: func(c *rule.Context) rule.Result {
			if !c.Service(f.service, "config").Bool(f.enabled) {
				return c.Fail("No configuration recorder is recording.")
			}
			linked := false
			for _, hub := range c.Matching(f.service, "securityhub") {
				to := hub.Str(aggregation)
				linked = to != "" && to != c.Region()
			}
			lack := "No configuration recorder is recording."
			for _, r := range c.All(recorder) {
				switch {
				case !r.Bool(recording):
				case !r.Bool(all):
					lack = "The recorder does not record all supported resource types."
				case !linked && !r.Bool(global):
					lack = "The recorder does not record global resource types."
				case c.Params.Bool("includeConfigServiceLinkedRoleCheck") && !strings.HasSuffix(r.Str(role), ":role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"):
					lack = "The recorder does not use the service-linked role."
				default:
					return c.Pass("All supported resource types are recorded.")
				}
			}
			return c.Fail(lack)
		},
	}
}
