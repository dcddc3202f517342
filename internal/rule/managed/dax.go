package managed

import "github.com/tickmark/tickmark/internal/rule"

func daxRules() []rule.Rule {
	return []rule.Rule{
		mustBeOneOf(rule.Rule{
			Identifier:  "DAX_ENCRYPTION_ENABLED",
			Severity:    rule.Medium,
			Rationale:   "An accelerator writes parts of its tables to disk, and they must be as unreadable there as in the tables. Encryption at rest of the DAX cluster must be ENABLED.",
			Remediation: rule.Remediation{Hint: "Create a DAX cluster with encryption at rest; it cannot be turned on later."},
		}, rule.Required("configuration.SSEDescription.Status"), []string{"ENABLED"}, "Encryption at rest is on.", "Encryption at rest is off."),
		mustBeOneOf(rule.Rule{
			Identifier:  "DAX_TLS_ENDPOINT_ENCRYPTION",
			Severity:    rule.Medium,
			Rationale:   "Items of tables cross the network between an accelerator and its clients. The endpoint of the DAX cluster must encrypt with TLS.",
			Remediation: rule.Remediation{Hint: "Create a DAX cluster with endpoint encryption; it cannot be turned on later."},
		}, rule.Required("configuration.ClusterEndpointEncryptionType"), []string{"TLS"}, "The endpoint encrypts with TLS.", "The endpoint does not encrypt."),
	}
}
