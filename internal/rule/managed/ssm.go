package managed

import "github.com/tickmark/tickmark/internal/rule"

func ssmRules() []rule.Rule {
	return []rule.Rule{
		managedInstance(rule.Rule{
			Identifier: "EC2_MANAGEDINSTANCE_ASSOCIATION_COMPLIANCE_STATUS_CHECK",
			Severity:   rule.Low,
			Rationale: "An association keeps an instance in the state that was decided for it. The status of the instance's association compliance, as " +
				"Systems Manager last found it after an association ran, must be COMPLIANT.",
			Remediation: rule.Remediation{Hint: "Look up the failed association in Systems Manager and run it again."},
		}, "Association", "associations"),
		managedInstance(rule.Rule{
			Identifier: "EC2_MANAGEDINSTANCE_PATCH_COMPLIANCE_STATUS_CHECK",
			Severity:   rule.High,
			Rationale: "Known holes are the first ones tried. The status of the instance's patch compliance, as Patch Manager last found it by a scan or " +
				"an installation, must be COMPLIANT.",
			Remediation: rule.Remediation{Hint: "Install the missing patches.", Document: "AWS-RunPatchBaseline"},
		}, "Patch", "patches"),
		documentNotPublic(),
	}
}

// managedInstance completes a rule about one kind of compliance that Systems Manager records of an instance.
func managedInstance(r rule.Rule, kind, what string) rule.Rule {
	status := rule.Required("configuration.AWS:ComplianceSummary.Content." + kind + ".Status")
	r.Fields = []*rule.Field{status}
	r.Check = func(c *rule.Context) rule.Result {
		if c.Str(status) == "COMPLIANT" {
			return c.Pass("Systems Manager found the instance's " + what + " compliant.")
		}
		return c.Fail("Systems Manager found the instance's " + what + " not compliant.")
	}
	return r
}

func documentNotPublic() rule.Rule {
	accounts := rule.Required("supplementaryConfiguration.Permissions.AccountIds")
	return rule.Rule{
		Identifier: "SSM_DOCUMENT_NOT_PUBLIC",
		Severity:   rule.Critical,
		Rationale: "A document tells how an account does its work, and sometimes with which secrets. A document of the account must not be shared with " +
			"all accounts; sharing with named ones is allowed.",
		Remediation: rule.Remediation{Hint: "Remove `all` from the accounts the document is shared with."},
		Fields:      []*rule.Field{accounts},
		Check: func(c *rule.Context) rule.Result {
			for a := range c.Strings(accounts) {
				if a == "all" {
					return c.Fail("The document is shared with every AWS account.")
				}
			}
			return c.Pass("The document is not public.")
		},
	}
}
