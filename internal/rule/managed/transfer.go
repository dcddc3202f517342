package managed

import (
	"slices"

	"github.com/tickmark/tickmark/internal/rule"
)

func transferRules() []rule.Rule {
	return []rule.Rule{
		transferNoFTP(), transferLogging(),
		as2Algorithm(rule.Rule{
			Identifier: "TRANSFER_CONNECTOR_AS2_ENCRYPTION_ALGORITHM_CHECK",
			Params: []rule.Param{{
				Name: "approvedEncryptionAlgorithms", Type: rule.CSV, Enum: []string{"AES128_CBC", "AES192_CBC", "AES256_CBC", "NONE", "DES_EDE3_CBC"},
				Doc: "the algorithms that are allowed",
			}},
			Severity: rule.Medium,
			Rationale: "Triple DES can be broken by who listens for long enough. The encryption algorithm of an AS2 connector must be one of " +
				"approvedEncryptionAlgorithms, or any but DES_EDE3_CBC when that is not given; NONE is possible over HTTPS only. SFTP connectors are not " +
				"judged.",
			Remediation: rule.Remediation{Hint: "Set the connector's encryption algorithm to AES256_CBC."},
		}, rule.Required("configuration.As2Config.EncryptionAlgorithm"), "DES_EDE3_CBC", "encryption algorithm"),
		as2Algorithm(rule.Rule{
			Identifier: "TRANSFER_CONNECTOR_AS2_SIGNING_ALGORITHM_CHECK",
			Params: []rule.Param{{
				Name: "approvedSigningAlgorithms", Type: rule.CSV, Enum: []string{"SHA256", "SHA384", "SHA512", "SHA1", "NONE"},
				Doc: "the algorithms that are allowed",
			}},
			Severity: rule.Medium,
			Rationale: "A message without a signature may be anyone's. The signing algorithm of an AS2 connector must be one of approvedSigningAlgorithms, or any " +
				"but NONE when that is not given. SFTP connectors are not judged.",
			Remediation: rule.Remediation{Hint: "Set the connector's signing algorithm to SHA256 or stronger."},
		}, rule.Required("configuration.As2Config.SigningAlgorithm"), "NONE", "signing algorithm"),
		as2Algorithm(rule.Rule{
			Identifier: "TRANSFER_CONNECTOR_AS2_MDN_SIGNING_ALGORITHM_CHECK",
			Params: []rule.Param{{
				Name: "approvedMdnSigningAlgorithms", Type: rule.CSV, Required: true, Enum: []string{"SHA256", "SHA384", "SHA512", "SHA1", "NONE", "DEFAULT"},
				Doc: "the algorithms that are allowed",
			}},
			Severity: rule.Medium,
			Rationale: "A receipt without a signature proves nothing. The algorithm with which the partner of an AS2 connector signs receipts must be one of " +
				"approvedMdnSigningAlgorithms; DEFAULT, the connector's own signing algorithm, counts by that name. " +
				"SFTP connectors are not judged.",
			Remediation: rule.Remediation{Hint: "Set the connector's MDN signing algorithm to SHA256 or stronger."},
		}, rule.Absent("configuration.As2Config.MdnSigningAlgorithm", "DEFAULT", "the Transfer Family API's default"), "", "MDN signing algorithm"),
	}
}

func transferNoFTP() rule.Rule {
	protocols := rule.Required("configuration.Protocols")
	return rule.Rule{
		Identifier: "TRANSFER_FAMILY_SERVER_NO_FTP",
		Severity:   rule.Medium,
		Rationale: "FTP sends passwords and files in plain text. The protocols of the server must not hold FTP; FTPS, SFTP and AS2 are allowed, and FTP fails " +
			"even where the server has them too.",
		Remediation: rule.Remediation{Hint: "Remove FTP from the server's protocols."},
		Fields:      []*rule.Field{protocols},
		Check: func(c *rule.Context) rule.Result {
			if slices.Contains(slices.Collect(c.Strings(protocols)), "FTP") {
				return c.Fail("The server offers FTP.")
			}
			return c.Pass("The server does not offer FTP.")
		},
	}
}

func transferLogging() rule.Rule {
	role := rule.Absent("configuration.LoggingRole", "", "Transfer Family DescribeConnector leaves it out for a connector that does not log")
	return having(rule.Required("configuration.ConnectorId"), rule.Rule{
		Identifier: "TRANSFER_CONNECTOR_LOGGING_ENABLED",
		Severity:   rule.Medium,
		Rationale: "Files that left the house should have left a trace. The connector, AS2 or SFTP, must have a logging role, with which it writes to CloudWatch " +
			"Logs; what that role may do is not judged.",
		Remediation: rule.Remediation{Hint: "Give the connector a logging role."},
		Fields:      []*rule.Field{role},
		Check: func(c *rule.Context) rule.Result {
			if c.Has(role) {
				return c.Pass("The connector logs.")
			}
			return c.Fail("The connector does not log.")
		},
	})
}

// as2Algorithm completes a rule about an algorithm of AS2 connectors: one that its parameter lists, or without the
// parameter any but the weak one.
func as2Algorithm(r rule.Rule, algorithm *rule.Field, weak, what string) rule.Rule {
	as2 := rule.Absent("configuration.As2Config", nil, "SFTP connectors have none")
	pass := "The " + what + " is allowed."
	r.Fields = []*rule.Field{as2, algorithm}
	r.Check = func(c *rule.Context) rule.Result {
		if !c.Has(as2) {
			return c.Skip("The connector is not one of AS2.")
		}
		got, approved := c.Str(algorithm), c.Params.List(r.Params[0].Name)
		if len(approved) > 0 && !slices.Contains(approved, got) {
			return c.Fail("The " + what + " " + got + " is not approved.")
		}
		if len(approved) == 0 && got == weak {
			return c.Fail("The " + what + " is " + weak + ".")
		}
		return c.Pass(pass)
	}
	return having(rule.Required("configuration.ConnectorId"), r)
}
