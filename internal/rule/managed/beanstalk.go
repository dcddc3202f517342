package managed

import (
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

func beanstalkRules() []rule.Rule { return []rule.Rule{managedUpdates()} }

func managedUpdates() rule.Rule {
	const (
		at       = "configuration.optionSettings"
		actions  = "aws:elasticbeanstalk:managedactions"
		platform = "aws:elasticbeanstalk:managedactions:platformupdate"
		unset    = "an option that is not set is left out; ManagedActionsEnabled is false by default"
	)
	options := rule.Required(at)
	enabled := rule.Absent(at+"[].ManagedActionsEnabled.value", "false", unset)
	level := rule.Absent(at+"[].UpdateLevel.value", "", unset)
	// DescribeConfigurationSettings gives a list where AWS Config records an object of namespaces.
	const inList = "only the list form of the options has it"
	namespace := rule.Absent(at+"[].namespace", "", inList)
	option := rule.Absent(at+"[].optionName", "", inList)
	value := rule.Absent(at+"[].value", "", inList)
	return rule.Rule{
		Identifier: "ELASTIC_BEANSTALK_MANAGED_UPDATES_ENABLED",
		Params:     []rule.Param{{Name: "UpdateLevel", Enum: []string{"minor", "patch"}, Doc: "the updates that must be installed"}},
		Severity:   rule.High,
		Rationale: "A platform nobody updates keeps every hole that was found in it. Managed platform updates of the environment (ManagedActionsEnabled) must be on, and " +
			"install updates of the level UpdateLevel when that is given.",
		Remediation: rule.Remediation{Hint: "Turn on managed platform updates of the environment."},
		Fields:      []*rule.Field{options, enabled, level, namespace, option, value},
		Check: func(c *rule.Context) rule.Result {
			on, installed := "", ""
			for key, o := range c.Each(options) {
				switch {
				case key == actions:
					on = o.Str(enabled)
				case key == platform:
					installed = o.Str(level)
				case key == "" && o.Str(namespace) == actions && o.Str(option) == "ManagedActionsEnabled":
					on = o.Str(value)
				case key == "" && o.Str(namespace) == platform && o.Str(option) == "UpdateLevel":
					installed = o.Str(value)
				}
			}
			if !strings.EqualFold(on, "true") {
				return c.Fail("Managed platform updates are off.")
			}
			if want := c.Params.Str("UpdateLevel"); want != "" && installed != want {
				return c.Fail("Managed platform updates are of another level than required.")
			}
			return c.Pass("Managed platform updates are on.")
		},
	}
}
