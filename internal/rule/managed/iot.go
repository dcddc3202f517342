package managed

import "github.com/tickmark/tickmark/internal/rule"

func iotRules() []rule.Rule {
	return []rule.Rule{
		mustBe(rule.Rule{
			Identifier: "IOT_AUTHORIZER_TOKEN_SIGNING_ENABLED",
			Severity:   rule.Medium,
			Rationale: "With signed tokens, AWS IoT turns strangers away before they cost a call of the authorizer's function. SigningDisabled of the IoT authorizer must be " +
				"false.",
			Remediation: rule.Remediation{Hint: "Create the authorizer again with token signing: it cannot be turned on later."},
		}, rule.Required("configuration.SigningDisabled"), false, "Tokens must be signed.", "Tokens need not be signed."),
		mustSay(rule.Rule{
			Identifier: "IOT_PROVISIONING_TEMPLATE_JITP",
			Severity:   rule.Low,
			Rationale: "Just-in-time provisioning registers devices by the certificate they were made with, not by a claim that many share. TemplateType of the IoT " +
				"provisioning template must be JITP.",
			Remediation: rule.Remediation{Hint: "Provision the devices by a template for just-in-time provisioning."},
		}, nil, rule.Required("configuration.TemplateType"), []string{"JITP"}, "Devices are provisioned just in time.", "Devices are not provisioned just in time."),
	}
}
