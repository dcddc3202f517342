package managed

import "github.com/tickmark/tickmark/internal/rule"

func dmsRules() []rule.Rule {
	return []rule.Rule{mustBe(rule.Rule{
		Identifier: "DMS_REPLICATION_NOT_PUBLIC",
		Severity:   rule.Critical,
		Rationale: "A replication instance holds the way into the databases it copies. PubliclyAccessible of the instance must be false, whatever its " +
			"subnets and security groups let through.",
		Remediation: rule.Remediation{Hint: "Create the replication instance anew, not publicly accessible."},
	}, rule.Required("configuration.PubliclyAccessible"), false, "The replication instance is not public.", "The replication instance is public.")}
}
