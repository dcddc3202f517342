package managed

import "github.com/tickmark/tickmark/internal/rule"

func logsRules() []rule.Rule {
	return []rule.Rule{logRetention(), mustHaveKey(rule.Rule{
		Identifier: "CLOUDWATCH_LOG_GROUP_ENCRYPTED",
		Params:     []rule.Param{keyParam("KmsKeyId")},
		Severity:   rule.Medium,
		Rationale: "Logs hold what programs were told, secrets included. The log group must name a KMS key, KmsKeyId when that is given; the encryption " +
			"CloudWatch Logs does by itself does not count.",
		Remediation: rule.Remediation{Hint: "Associate a KMS key with the log group."},
	}, rule.Required("configuration.LogGroupName"), rule.Absent("configuration.KmsKeyId", "", "CloudWatch Logs leaves it out for a log group without a key"),
		"KmsKeyId", "The log group")}
}

func logRetention() rule.Rule {
	name := rule.Required("configuration.LogGroupName")
	days := rule.Absent("configuration.RetentionInDays", 0, "CloudWatch Logs leaves it out for a log group that never expires")
	return rule.Rule{
		Identifier: "CW_LOGGROUP_RETENTION_PERIOD_CHECK",
		Params: []rule.Param{
			{Name: "MinRetentionTime", Type: rule.Int, Default: "365", Min: 1, Doc: "days events must be kept at least"},
			{Name: "LogGroupNames", Type: rule.CSV, Doc: "names of the log groups that are judged; all when it is not given"},
		},
		Severity: rule.Medium,
		Rationale: "What happened is often asked a year later. The log group must keep its events for at least MinRetentionTime days, or for ever. When " +
			"LogGroupNames is given, log groups of other names are not judged.",
		Remediation: rule.Remediation{Hint: "Lengthen the retention of the log group."},
		Fields:      []*rule.Field{name, days},
		Check: func(c *rule.Context) rule.Result {
			if !allowed(c.Params.List("LogGroupNames"), c.Str(name)) {
				return c.Skip("It is not one of the log groups that are judged.")
			}
			if kept := c.Int(days); kept != 0 && kept < c.Params.Int("MinRetentionTime") {
				return c.Fail("Events are kept for fewer days than required.")
			}
			return c.Pass("Events are kept for as long as required.")
		},
	}
}
