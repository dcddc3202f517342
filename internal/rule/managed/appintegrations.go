package managed

import (
	"slices"

	"github.com/tickmark/tickmark/internal/rule"
)

func appintegrationsRules() []rule.Rule {
	url := rule.Required("configuration.ApplicationSourceConfig.ExternalUrlConfig.AccessUrl")
	origins := rule.Absent("configuration.ApplicationSourceConfig.ExternalUrlConfig.ApprovedOrigins", nil, "AppIntegrations GetApplication gives nothing where there are none")
	return []rule.Rule{{
		Identifier: "APPINTEGRATIONS_APPLICATION_APPROVED_ORIGINS_CHECK",
		Params:     []rule.Param{{Name: "allowedApprovedOrigins", Type: rule.CSV, Doc: "origins that may be approved, as they are written in the application"}},
		Severity:   rule.Medium,
		Rationale: "An approved origin may show pages inside of the agents' workspace, beside the URL of the application itself. The AppIntegrations application must " +
			"have no approved origins, or only such as allowedApprovedOrigins lists when that is given.",
		Remediation: rule.Remediation{Hint: "Remove the origin from the application."},
		Fields:      []*rule.Field{url, origins},
		Check: func(c *rule.Context) rule.Result {
			c.Str(url)
			for o := range c.Strings(origins) {
				if !slices.Contains(c.Params.List("allowedApprovedOrigins"), o) {
					return c.Fail("The application approves the origin " + o + ".")
				}
			}
			return c.Pass("The application approves no other origins.")
		},
	}}
}
