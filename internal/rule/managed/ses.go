package managed

import "github.com/tickmark/tickmark/internal/rule"

func sesRules() []rule.Rule { return []rule.Rule{sendingTLS(), malwareScan()} }

func sendingTLS() rule.Rule {
	name := rule.Required("configuration.Name")
	policy := rule.Absent("configuration.DeliveryOptions.TlsPolicy", "OPTIONAL", "OPTIONAL is the default of SES")
	return rule.Rule{
		Identifier: "SES_SENDING_TLS_REQUIRED",
		Severity:   rule.Medium,
		Rationale: "With opportunistic TLS, who is in between can make a message travel in plain text. The configuration set must send mail by TLS only " +
			"(TlsPolicy REQUIRE).",
		Remediation: rule.Remediation{Hint: "Set the TLS policy of the configuration set to REQUIRE."},
		Fields:      []*rule.Field{name, policy},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name) // an item without its configuration must not fail
			if c.Str(policy) == "REQUIRE" {
				return c.Pass("Mail is sent by TLS only.")
			}
			return c.Fail("Mail may be sent without TLS.")
		},
	}
}

func malwareScan() rule.Rule {
	name := rule.Required("configuration.Rule.Name")
	scan := rule.Absent("configuration.Rule.ScanEnabled", false, "scanning is off by default in SES")
	return rule.Rule{
		Identifier: "SES_MALWARE_SCANNING_ENABLED",
		Severity:   rule.Medium,
		Rationale: "Mail that comes in may carry spam and malware. The receipt rule must have its messages scanned (ScanEnabled); a rule that is switched off is judged " +
			"like the others.",
		Remediation: rule.Remediation{Hint: "Turn on spam and virus scanning of the receipt rule."},
		Fields:      []*rule.Field{name, scan},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name) // an item without its configuration must not fail
			if c.Bool(scan) {
				return c.Pass("Messages are scanned.")
			}
			return c.Fail("Messages are not scanned.")
		},
	}
}
