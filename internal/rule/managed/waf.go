package managed

import "github.com/tickmark/tickmark/internal/rule"

func wafRules() []rule.Rule { return []rule.Rule{webACLLogging()} }

func webACLLogging() rule.Rule {
	destinations := rule.Required("supplementaryConfiguration.LoggingConfiguration.LogDestinationConfigs")
	return rule.Rule{
		Identifier: "WAFV2_LOGGING_ENABLED",
		Params:     []rule.Param{{Name: "KinesisFirehoseDeliveryStreamArns", Type: rule.CSV, Doc: "the delivery streams that are allowed"}},
		Severity:   rule.Medium,
		Rationale: "What a web ACL stopped tells who is trying. The web ACL, regional or global, must send its log somewhere, and to one of " +
			"KinesisFirehoseDeliveryStreamArns when that is given.",
		Remediation: rule.Remediation{Hint: "Turn on logging of the web ACL.", Document: "AWSConfigRemediation-EnableWAFV2Logging"},
		Fields:      []*rule.Field{destinations},
		Check: func(c *rule.Context) rule.Result {
			if c.Len(destinations) == 0 {
				return c.Fail("The web ACL has no log.")
			}
			for d := range c.Strings(destinations) {
				if allowed(c.Params.List("KinesisFirehoseDeliveryStreamArns"), d) {
					return c.Pass("The web ACL sends its log to an allowed destination.")
				}
			}
			return c.Fail("The web ACL sends its log elsewhere than allowed.")
		},
	}
}
