package managed

import "github.com/tickmark/tickmark/internal/rule"

func organizationRules() []rule.Rule { return []rule.Rule{accountInOrganization()} }

func accountInOrganization() rule.Rule {
	member := rule.Required("configuration.inOrganization").Of(factOrganization)
	management := rule.Required("configuration.masterAccountId").Of(factOrganization)
	return rule.Rule{
		Identifier: "ACCOUNT_PART_OF_ORGANIZATIONS",
		Subjects:   rule.Account,
		Params:     []rule.Param{{Name: "MasterAccountId", Doc: "the organization's management account"}},
		Severity:   rule.High,
		Rationale: "An account outside of the organization escapes its policies, its trails and its bills. The account must be in an organization, as " +
			"member or as management account, and when MasterAccountId is given in the one that account manages.",
		Remediation: rule.Remediation{Hint: "Invite the account into the organization."},
		Fields:      []*rule.Field{member, management},
		Uses:        []string{factOrganization},
		Check: func(c *rule.Context) rule.Result {
			fact := c.Fact(factOrganization)
			if !fact.Bool(member) {
				return c.Fail("The account is in no organization.")
			}
			if want := c.Params.Str("MasterAccountId"); want != "" && fact.Str(management) != want {
				return c.Fail("The account is in another organization than that of " + want + ".")
			}
			return c.Pass("The account is in the organization.")
		},
	}
}
