package managed

import "github.com/tickmark/tickmark/internal/rule"

func rumRules() []rule.Rule {
	return []rule.Rule{mustBe(rule.Rule{
		Identifier: "RUM_APP_MONITOR_CLOUDWATCH_LOGS_ENABLED",
		Severity:   rule.Low,
		Rationale: "CloudWatch RUM itself forgets what visitors sent after 30 days. CwLogEnabled of the app monitor must be true, so that a copy of it goes to CloudWatch " +
			"Logs.",
		Remediation: rule.Remediation{Hint: "Let the app monitor keep its telemetry in CloudWatch Logs."},
	}, rule.Required("configuration.CwLogEnabled"), true, "Telemetry is kept in CloudWatch Logs.", "Telemetry is not kept in CloudWatch Logs.")}
}
