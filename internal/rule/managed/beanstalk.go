package managed

import (
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

func beanstalkRules() []rule.Rule {
	return []rule.Rule{managedUpdates(), enhancedHealth(), environmentLogs()}
}

// environmentOptions read the options of an environment: an object of namespaces as AWS Config records them, or the list
// of DescribeConfigurationSettings.
type environmentOptions struct{ list, namespace, name, value *rule.Field }

const optionsAt = "configuration.optionSettings"

func newEnvironmentOptions() environmentOptions {
	const inList = "only the list form of the options has it"
	return environmentOptions{
		list:      rule.Required(optionsAt),
		namespace: rule.Absent(optionsAt+"[].namespace", "", inList),
		name:      rule.Absent(optionsAt+"[].optionName", "", inList),
		value:     rule.Absent(optionsAt+"[].value", "", inList),
	}
}

func (o environmentOptions) fields(more ...*rule.Field) []*rule.Field {
	return append(more, o.list, o.namespace, o.name, o.value)
}

// option is a setting of an environment.
type option struct {
	namespace, name, unset string
	field                  *rule.Field // where the object form has it
}

func newOption(namespace, name, unset string) option {
	return option{namespace, name, unset, rule.Absent(optionsAt+"[]."+name+".value", unset, "the default of the option, which is left out when it is not set")}
}

func (o environmentOptions) get(c *rule.Context, want option) string {
	for key, p := range c.Each(o.list) {
		if key == want.namespace {
			return p.Str(want.field)
		}
		if key == "" && p.Str(o.namespace) == want.namespace && p.Str(o.name) == want.name {
			return p.Str(o.value)
		}
	}
	return want.unset
}

func managedUpdates() rule.Rule {
	options := newEnvironmentOptions()
	enabled := newOption("aws:elasticbeanstalk:managedactions", "ManagedActionsEnabled", "false")
	level := newOption("aws:elasticbeanstalk:managedactions:platformupdate", "UpdateLevel", "")
	return rule.Rule{
		Identifier: "ELASTIC_BEANSTALK_MANAGED_UPDATES_ENABLED",
		Params:     []rule.Param{{Name: "UpdateLevel", Enum: []string{"minor", "patch"}, Doc: "the updates that must be installed"}},
		Severity:   rule.High,
		Rationale: "A platform nobody updates keeps every hole that was found in it. Managed platform updates of the environment (ManagedActionsEnabled) must be on, and " +
			"install updates of the level UpdateLevel when that is given.",
		Remediation: rule.Remediation{Hint: "Turn on managed platform updates of the environment."},
		Fields:      options.fields(enabled.field, level.field),
		Check: func(c *rule.Context) rule.Result {
			if !strings.EqualFold(options.get(c, enabled), "true") {
				return c.Fail("Managed platform updates are off.")
			}
			if want := c.Params.Str("UpdateLevel"); want != "" && options.get(c, level) != want {
				return c.Fail("Managed platform updates are of another level than required.")
			}
			return c.Pass("Managed platform updates are on.")
		},
	}
}

func enhancedHealth() rule.Rule {
	options := newEnvironmentOptions()
	system := newOption("aws:elasticbeanstalk:healthreporting:system", "SystemType", "basic")
	return rule.Rule{
		Identifier: "BEANSTALK_ENHANCED_HEALTH_REPORTING_ENABLED",
		Severity:   rule.Low,
		Rationale: "Basic health tells that an environment is ill; enhanced health tells where. The option SystemType of the environment's health reporting must be " +
			"enhanced.",
		Remediation: rule.Remediation{Hint: "Turn on enhanced health reporting of the environment."},
		Fields:      options.fields(system.field),
		Check: func(c *rule.Context) rule.Result {
			if options.get(c, system) == "enhanced" {
				return c.Pass("Health reporting is enhanced.")
			}
			return c.Fail("Health reporting is not enhanced.")
		},
	}
}

func environmentLogs() rule.Rule {
	const logs = "aws:elasticbeanstalk:cloudwatch:logs"
	options := newEnvironmentOptions()
	stream := newOption(logs, "StreamLogs", "false")
	retention := newOption(logs, "RetentionInDays", "7")
	deleted := newOption(logs, "DeleteOnTerminate", "false")
	return rule.Rule{
		Identifier: "ELASTIC_BEANSTALK_LOGS_TO_CLOUDWATCH",
		Params: []rule.Param{
			{Name: "RetentionInDays", Enum: []string{"1", "3", "5", "7", "14", "30", "60", "90", "120", "150", "180", "365", "400", "545", "731", "1827", "3653"}, Doc: "the days the logs must be kept, exactly"},
			{Name: "DeleteOnTerminate", Type: rule.Bool, Doc: "whether the logs must be deleted with the environment"},
		},
		Severity: rule.High,
		Rationale: "Logs on an instance are gone with it. The environment must stream its logs to CloudWatch Logs (StreamLogs), and keep and delete them as RetentionInDays and " +
			"DeleteOnTerminate say, where given; by default it keeps them for 7 days and does not delete them.",
		Remediation: rule.Remediation{Hint: "Turn on the streaming of logs to CloudWatch Logs.", Document: "AWSConfigRemediation-EnableElasticBeanstalkEnvironmentLogStreaming"},
		Fields:      options.fields(stream.field, retention.field, deleted.field),
		Check: func(c *rule.Context) rule.Result {
			if !strings.EqualFold(options.get(c, stream), "true") {
				return c.Fail("The logs are not streamed to CloudWatch Logs.")
			}
			if want := c.Params.Str("RetentionInDays"); want != "" && options.get(c, retention) != want {
				return c.Fail("The logs are not kept for as many days as required.")
			}
			if c.Params.Has("DeleteOnTerminate") && strings.EqualFold(options.get(c, deleted), "true") != c.Params.Bool("DeleteOnTerminate") {
				return c.Fail("Whether the logs are deleted with the environment is not as required.")
			}
			return c.Pass("The logs are streamed to CloudWatch Logs.")
		},
	}
}
