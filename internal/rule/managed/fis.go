package managed

import "github.com/tickmark/tickmark/internal/rule"

func fisRules() []rule.Rule {
	return []rule.Rule{mustHave(rule.Rule{
		Identifier: "FIS_EXPERIMENT_TEMPLATE_LOG_CONFIGURATION_EXISTS",
		Severity:   rule.Low,
		Rationale: "An experiment breaks things on purpose; its log is how damage is told apart from an accident. The experiment template of Fault Injection Service must " +
			"have a LogConfiguration, with any destination.",
		Remediation: rule.Remediation{Hint: "Send the log of the experiments to CloudWatch Logs or S3."},
	}, rule.Required("configuration.RoleArn"), rule.Absent("configuration.LogConfiguration", nil, "FIS GetExperimentTemplate gives nothing where there is none"),
		"Experiments are logged.", "Experiments are not logged.")}
}
