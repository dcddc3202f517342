package managed

import "github.com/tickmark/tickmark/internal/rule"

func servicecatalogRules() []rule.Rule { return []rule.Rule{portfolioWithinOrganization()} }

func portfolioWithinOrganization() rule.Rule {
	accounts := rule.Required("supplementaryConfiguration.portfolioAccess.accountIds")
	return rule.Rule{
		Identifier: "SERVICE_CATALOG_SHARED_WITHIN_ORGANIZATION",
		Severity:   rule.Medium,
		Rationale: "A portfolio that is shared with an account stays shared when the account leaves the organization. The portfolio must not be shared with single accounts; shares with " +
			"an organization or its units are allowed, and so is no share.",
		Remediation: rule.Remediation{Hint: "Share the portfolio with the organization or its units, and take back the shares with accounts."},
		Fields:      []*rule.Field{accounts},
		Check: func(c *rule.Context) rule.Result {
			if c.Len(accounts) > 0 {
				return c.Fail("The portfolio is shared with single accounts.")
			}
			return c.Pass("The portfolio is not shared with single accounts.")
		},
	}
}
