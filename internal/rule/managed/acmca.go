package managed

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

// acmCARules judge how certificates were made, and the authorities that make private ones.
func acmCARules() []rule.Rule {
	return []rule.Rule{certificateRSA(), certificateLogged(), rootCADisabled()}
}

func certificateRSA() rule.Rule {
	algorithm := rule.Required("configuration.keyAlgorithm")
	return rule.Rule{
		Identifier: "ACM_CERTIFICATE_RSA_CHECK",
		Severity:   rule.High,
		Rationale: "Short RSA keys can be broken. The RSA key of a certificate in Certificate Manager, provided or imported, must have at least 2048 bits. Certificates with other keys are " +
			"not judged.",
		Remediation: rule.Remediation{Hint: "Replace the certificate by one with a longer key."},
		Fields:      []*rule.Field{algorithm},
		Check: func(c *rule.Context) rule.Result {
			length, rsa := strings.CutPrefix(c.Str(algorithm), "RSA")
			if !rsa {
				return c.Skip("The certificate has no RSA key.")
			}
			bits, err := strconv.Atoi(strings.TrimLeft(length, "_-"))
			if err != nil {
				return c.Unknown("The length of the key cannot be told.")
			}
			if bits < 2048 {
				return c.Fail("The key has " + strconv.Itoa(bits) + " bits only.")
			}
			return c.Pass("The key is long enough.")
		},
	}
}

func certificateLogged() rule.Rule {
	kind := rule.Required("configuration.type")
	logged := rule.Absent("configuration.options.certificateTransparencyLoggingPreference", "ENABLED", "ENABLED is the default of ACM RequestCertificate")
	return rule.Rule{
		Identifier: "ACM_CERTIFICATE_TRANSPARENT_LOGGING_ENABLED",
		Severity:   rule.Medium,
		Rationale: "In the public logs anyone sees a certificate that was made out for his name by mistake or by fraud, and browsers refuse what is not in them. Logging of a certificate that " +
			"Certificate Manager issued must not be DISABLED. Imported and private certificates, for which nobody can choose it, are not judged.",
		Remediation: rule.Remediation{Hint: "Turn on transparency logging in the certificate's options."},
		Fields:      []*rule.Field{kind, logged},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(kind) != "AMAZON_ISSUED" {
				return c.Skip("The certificate is imported or private.")
			}
			if c.Str(logged) == "DISABLED" {
				return c.Fail("Transparency logging is off.")
			}
			return c.Pass("Transparency logging is on.")
		},
	}
}

func rootCADisabled() rule.Rule {
	arn, kind := rule.Required("configuration.Arn"), rule.Required("configuration.Type")
	status := rule.Required("configuration.Status")
	return rule.Rule{
		Identifier: "ACM_PCA_ROOT_CA_DISABLED",
		Params:     []rule.Param{{Name: "exemptedCAArns", Type: rule.CSV, Doc: "ARNs of root CAs that may be enabled"}},
		Severity:   rule.Low,
		Rationale: "Whoever gets at a root CA can make out anything for anyone; in daily work subordinate CAs do. A root CA must have the status DISABLED. Subordinate CAs, root CAs that were deleted " +
			"and those of exemptedCAArns are not judged.",
		Remediation: rule.Remediation{Hint: "Disable the root CA and issue from a subordinate one."},
		Fields:      []*rule.Field{arn, kind, status},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(kind) != "ROOT" {
				return c.Skip("It is not a root CA.")
			}
			if slices.Contains(c.Params.List("exemptedCAArns"), c.Str(arn)) {
				return c.Skip("The root CA is exempted by the rule's parameters.")
			}
			switch c.Str(status) {
			case "DELETED":
				return c.Skip("The root CA was deleted.")
			case "DISABLED":
				return c.Pass("The root CA is disabled.")
			}
			return c.Fail("The root CA is not disabled.")
		},
	}
}
