package managed

import "github.com/tickmark/tickmark/internal/rule"

func route53Rules() []rule.Rule { return []rule.Rule{zoneQueryLogging()} }

func zoneQueryLogging() rule.Rule {
	id := rule.Required("configuration.Id")
	vpcs := rule.Absent("configuration.VPCs", nil, "a zone with VPCs is private; a public one has none")
	logs := rule.Absent("configuration.QueryLoggingConfig.CloudWatchLogsLogGroupArn", nil, "a zone whose queries are not logged has no such configuration")
	return rule.Rule{
		Identifier: "ROUTE53_QUERY_LOGGING_ENABLED",
		Severity:   rule.Medium,
		Rationale: "The queries to a zone tell who looked for what, and which names are under attack. Query logging of the public hosted zone must be configured, with any log group. Private hosted " +
			"zones, which are associated with VPCs, are not judged.",
		Remediation: rule.Remediation{Hint: "Configure query logging for the hosted zone."},
		Fields:      []*rule.Field{id, vpcs, logs},
		Check: func(c *rule.Context) rule.Result {
			c.Str(id)
			if c.Len(vpcs) > 0 {
				return c.Skip("The hosted zone is private.")
			}
			if c.Has(logs) {
				return c.Pass("Queries are logged.")
			}
			return c.Fail("Queries are not logged.")
		},
	}
}
