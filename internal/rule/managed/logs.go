package managed

import "github.com/tickmark/tickmark/internal/rule"

func logsRules() []rule.Rule {
	return []rule.Rule{mustHaveKey(rule.Rule{
		Identifier: "CLOUDWATCH_LOG_GROUP_ENCRYPTED",
		Params:     []rule.Param{keyParam("KmsKeyId")},
		Severity:   rule.Medium,
		Rationale: "Logs hold what programs were told, secrets included. The log group must name a KMS key, KmsKeyId when that is given; the encryption " +
			"CloudWatch Logs does by itself does not count.",
		Remediation: rule.Remediation{Hint: "Associate a KMS key with the log group."},
	}, rule.Required("configuration.LogGroupName"), rule.Absent("configuration.KmsKeyId", "", "CloudWatch Logs leaves it out for a log group without a key"),
		"KmsKeyId", "The log group")}
}
