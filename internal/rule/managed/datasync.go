package managed

import "github.com/tickmark/tickmark/internal/rule"

func datasyncRules() []rule.Rule {
	return []rule.Rule{taskLogged(), taskVerified(), objectStorageHTTPS()}
}

func taskLogged() rule.Rule {
	group := rule.Absent("configuration.CloudWatchLogGroupArn", "", "DataSync DescribeTask leaves it out for a task without a log group")
	level := rule.Required("configuration.Options.LogLevel")
	return rule.Rule{
		Identifier: "DATASYNC_TASK_LOGGING_ENABLED",
		Params:     []rule.Param{{Name: "logLevel", Default: "BASIC", Enum: []string{"BASIC", "TRANSFER"}, Doc: "the level of logging a task must have, exactly"}},
		Severity:   rule.Medium,
		Rationale: "Which files a transfer left out or damaged stands in its log only. The task must log to a log group of CloudWatch Logs, at exactly the " +
			"level logLevel: BASIC logs errors, TRANSFER every file.",
		Remediation: rule.Remediation{Hint: "Give the task a log group and the level of logging that is asked for."},
		Fields:      []*rule.Field{group, level},
		Check: func(c *rule.Context) rule.Result {
			got := c.Str(level)
			if !c.Has(group) {
				return c.Fail("The task has no log group.")
			}
			if want := c.Params.Str("logLevel"); got != want {
				return c.Fail("The level of logging of the task is " + got + ", not " + want + ".")
			}
			return c.Pass("The task logs as required.")
		},
	}
}

func taskVerified() rule.Rule {
	mode := rule.Required("configuration.Options.VerifyMode")
	return rule.Rule{
		Identifier: "DATASYNC_TASK_DATA_VERIFICATION_ENABLED",
		Severity:   rule.Medium,
		Rationale: "A copy nobody compared may not be one. The task must compare source and destination at the end of a transfer: the VerifyMode in its " +
			"options must not be NONE, while it does not matter whether all files or only those transferred are compared.",
		Remediation: rule.Remediation{Hint: "Turn on verification in the options of the task."},
		Fields:      []*rule.Field{mode},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(mode) == "NONE" {
				return c.Fail("The task does not verify what it transferred.")
			}
			return c.Pass("The task verifies what it transferred.")
		},
	}
}

func objectStorageHTTPS() rule.Rule {
	protocol := rule.Required("configuration.ServerProtocol")
	return rule.Rule{
		Identifier:  "DATASYNC_LOCATION_OBJECT_STORAGE_USING_HTTPS",
		Severity:    rule.Medium,
		Rationale:   "What travels without TLS can be read and changed on the way. The ServerProtocol of a location in object storage must be HTTPS.",
		Remediation: rule.Remediation{Hint: "Let the location speak HTTPS with its server."},
		Fields:      []*rule.Field{protocol},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(protocol) == "HTTPS" {
				return c.Pass("The location uses HTTPS.")
			}
			return c.Fail("The location does not use HTTPS.")
		},
	}
}
