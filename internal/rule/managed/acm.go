package managed

import (
	"time"

	"github.com/tickmark/tickmark/internal/rule"
)

func acmRules() []rule.Rule { return []rule.Rule{certificateExpiration()} }

func certificateExpiration() rule.Rule {
	status := rule.Required("configuration.status")
	until := rule.Absent("configuration.notAfter", nil, "ACM DescribeCertificate gives it for issued and imported certificates only")
	return rule.Rule{
		Identifier: "ACM_CERTIFICATE_EXPIRATION_CHECK",
		Params:     []rule.Param{{Name: "daysToExpiration", Type: rule.Int, Default: "14", Min: 1, Doc: "days a certificate must be valid yet"}},
		Severity:   rule.Medium,
		Rationale: "A certificate that runs out takes its site down. A certificate in Certificate Manager, provided or imported, in use or not, must be valid " +
			"for more than daysToExpiration days yet. Certificates that are neither issued nor expired are not judged.",
		Remediation: rule.Remediation{Hint: "Import a new certificate, or find out why the renewal failed."},
		Fields:      []*rule.Field{status, until},
		Check: func(c *rule.Context) rule.Result {
			if s := c.Str(status); s != "ISSUED" && s != "EXPIRED" {
				return c.Skip("The certificate is not issued.")
			}
			end := c.Time(until)
			if end.IsZero() {
				return c.Unknown("The certificate does not tell until when it is valid.")
			}
			if left := end.Sub(c.Now()); left <= time.Duration(c.Params.Int("daysToExpiration"))*24*time.Hour {
				return c.Fail("The certificate is valid until " + end.Format(time.DateOnly) + " only.")
			}
			return c.Pass("The certificate is valid for longer than required.")
		},
	}
}
