package managed

import "github.com/tickmark/tickmark/internal/rule"

func customerprofilesRules() []rule.Rule {
	return []rule.Rule{having(rule.Required("configuration.ObjectTypeName"), mustBe(rule.Rule{
		Identifier: "CUSTOMERPROFILES_OBJECT_TYPE_ALLOW_PROFILE_CREATION",
		Severity:   rule.Low,
		Rationale: "Data about a customer nobody knows yet is lost when no profile may be made for it. AllowProfileCreation of the Customer Profiles object type must " +
			"be true.",
		Remediation: rule.Remediation{Hint: "Let the object type create profiles."},
	}, rule.Absent("configuration.AllowProfileCreation", false, "false is the default of PutProfileObjectType"), true, "New profiles may be created.", "New profiles are not created."))}
}
