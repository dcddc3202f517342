package managed

import "github.com/tickmark/tickmark/internal/rule"

func connectRules() []rule.Rule {
	return []rule.Rule{mustBe(rule.Rule{
		Identifier:  "CONNECT_INSTANCE_LOGGING_ENABLED",
		Severity:    rule.Medium,
		Rationale:   "Why a caller was sent astray is seen in the log of the flow only. The Connect instance must have flow logs on (the attribute ContactflowLogs), which go to CloudWatch Logs.",
		Remediation: rule.Remediation{Hint: "Turn on flow logs of the Connect instance."},
	}, rule.Required("configuration.Attributes.ContactflowLogs"), true, "Flow logs are on.", "Flow logs are off.")}
}
