package managed

import (
	"slices"

	"github.com/tickmark/tickmark/internal/rule"
)

// guarddutyRules judge which features of a GuardDuty detector are on.
func guarddutyRules() []rule.Rule {
	const runtime = "RUNTIME_MONITORING"
	return []rule.Rule{
		protection("GUARDDUTY_S3_PROTECTION_ENABLED", rule.High, "what is done with objects in S3", "", "S3_DATA_EVENTS"),
		protection("GUARDDUTY_EKS_PROTECTION_AUDIT_ENABLED", rule.High, "the audit logs of EKS clusters", "", "EKS_AUDIT_LOGS"),
		protection("GUARDDUTY_LAMBDA_PROTECTION_ENABLED", rule.High, "the network activity of Lambda functions", "", "LAMBDA_NETWORK_LOGS"),
		protection("GUARDDUTY_MALWARE_PROTECTION_ENABLED", rule.High, "volumes of suspicious instances for malware", "", "EBS_MALWARE_PROTECTION"),
		protection("GUARDDUTY_RDS_PROTECTION_ENABLED", rule.High, "logins to RDS databases", "", "RDS_LOGIN_EVENTS"),
		protection("GUARDDUTY_RUNTIME_MONITORING_ENABLED", rule.High, "what runs on instances and in containers", "", runtime),
		protection("GUARDDUTY_EC2_PROTECTION_RUNTIME_ENABLED", rule.Medium, "what runs on EC2 instances", "EC2_AGENT_MANAGEMENT", runtime),
		protection("GUARDDUTY_ECS_PROTECTION_RUNTIME_ENABLED", rule.Medium, "what runs in Fargate tasks of ECS", "ECS_FARGATE_AGENT_MANAGEMENT", runtime),
		protection("GUARDDUTY_EKS_PROTECTION_RUNTIME_ENABLED", rule.High, "what runs in EKS clusters", "EKS_ADDON_MANAGEMENT", runtime, "EKS_RUNTIME_MONITORING"),
	}
}

// detectorFields are the features of a detector, each with further settings of which some put agents in place.
type detectorFields struct{ enabled, features, name, status, more, setting, settingStatus *rule.Field }

func detector() detectorFields {
	const (
		features = "configuration.Features"
		more     = features + "[].AdditionalConfiguration"
	)
	return detectorFields{
		enabled:       rule.Required("configuration.Enable"),
		features:      rule.Required(features),
		name:          rule.Required(features + "[].Name"),
		status:        rule.Required(features + "[].Status"),
		more:          rule.Absent(more, nil, "GuardDuty GetDetector gives it for features with further settings only"),
		setting:       rule.Required(more + "[].Name"),
		settingStatus: rule.Required(more + "[].Status"),
	}
}

// has reports whether a feature is on, and with an agent named, whether GuardDuty manages that agent.
func (f detectorFields) has(c *rule.Context, features []string, agent string) bool {
	for _, e := range c.Each(f.features) {
		if !slices.Contains(features, e.Str(f.name)) || e.Str(f.status) != "ENABLED" {
			continue
		}
		if agent == "" {
			return true
		}
		for _, s := range e.Each(f.more) {
			if s.Str(f.setting) == agent && s.Str(f.settingStatus) == "ENABLED" {
				return true
			}
		}
	}
	return false
}

// protection is a rule that a detector must have one of some features on, and manage the agent it needs.
func protection(identifier string, severity rule.Severity, what, agent string, features ...string) rule.Rule {
	f := detector()
	fields := []*rule.Field{f.enabled, f.features, f.name, f.status}
	counts := "The detector must be on with the feature " + features[len(features)-1]
	if agent != "" {
		fields = append(fields, f.more, f.setting, f.settingStatus)
		counts = "The detector must be on with a feature of runtime monitoring and the setting " + agent + ", by which GuardDuty puts the agents in place itself"
	}
	return rule.Rule{
		Identifier: identifier,
		Severity:   severity,
		Rationale: "GuardDuty sees only what it was told to look at, here " + what + ". " + counts + ". Accounts of an organization are judged one by one, " +
			"each by its own detectors.",
		Remediation: rule.Remediation{Hint: "Turn on the protection in the settings of GuardDuty."},
		Fields:      fields,
		Check: func(c *rule.Context) rule.Result {
			if !c.Bool(f.enabled) {
				return c.Fail("The detector is suspended.")
			}
			if f.has(c, features, agent) {
				return c.Pass("The protection is on.")
			}
			return c.Fail("GuardDuty does not watch " + what + ".")
		},
	}
}
