package managed

import "github.com/tickmark/tickmark/internal/rule"

func wafRules() []rule.Rule {
	return []rule.Rule{webACLLogging(), webACLNotEmpty(), ruleGroupNotEmpty(), ruleGroupMetrics()}
}

// sendsLog completes a rule about where a web ACL sends its log.
func sendsLog(r rule.Rule) rule.Rule {
	destinations := rule.Required("supplementaryConfiguration.LoggingConfiguration.LogDestinationConfigs")
	r.Params = []rule.Param{{Name: "KinesisFirehoseDeliveryStreamArns", Type: rule.CSV, Doc: "the delivery streams that are allowed"}}
	r.Fields = []*rule.Field{destinations}
	r.Check = func(c *rule.Context) rule.Result {
		if c.Len(destinations) == 0 {
			return c.Fail("The web ACL has no log.")
		}
		for d := range c.Strings(destinations) {
			if allowed(c.Params.List("KinesisFirehoseDeliveryStreamArns"), d) {
				return c.Pass("The web ACL sends its log to an allowed destination.")
			}
		}
		return c.Fail("The web ACL sends its log elsewhere than allowed.")
	}
	return r
}

func webACLLogging() rule.Rule {
	return sendsLog(rule.Rule{
		Identifier: "WAFV2_LOGGING_ENABLED",
		Severity:   rule.Low,
		Rationale: "What a web ACL stopped tells who is trying. The web ACL, regional or global, must send its log somewhere, and to one of " +
			"KinesisFirehoseDeliveryStreamArns when that is given.",
		Remediation: rule.Remediation{Hint: "Turn on logging of the web ACL.", Document: "AWSConfigRemediation-EnableWAFV2Logging"},
	})
}

// notEmpty completes a rule about a list that must hold something.
func notEmpty(r rule.Rule, list *rule.Field, pass, fail string) rule.Rule {
	r.Severity, r.Fields = rule.Medium, []*rule.Field{list}
	r.Check = func(c *rule.Context) rule.Result {
		if c.Len(list) == 0 {
			return c.Fail(fail)
		}
		return c.Pass(pass)
	}
	return r
}

func webACLNotEmpty() rule.Rule {
	list := rule.Required("configuration.rules")
	const none = "WAF leaves it out for a web ACL that Firewall Manager did not add to"
	before := rule.Absent("configuration.preProcessFirewallManagerRuleGroups", nil, none)
	after := rule.Absent("configuration.postProcessFirewallManagerRuleGroups", nil, none)
	return rule.Rule{
		Identifier: "WAFV2_WEBACL_NOT_EMPTY",
		Severity:   rule.Medium,
		Rationale: "A web ACL without rules looks like protection and lets everything through. The web ACL must have a rule or a rule group, one that Firewall Manager " +
			"added included.",
		Remediation: rule.Remediation{Hint: "Add rules or rule groups to the web ACL, or delete it."},
		Fields:      []*rule.Field{list, before, after},
		Check: func(c *rule.Context) rule.Result {
			if c.Len(list)+c.Len(before)+c.Len(after) == 0 {
				return c.Fail("The web ACL has no rules.")
			}
			return c.Pass("The web ACL has rules.")
		},
	}
}

func ruleGroupNotEmpty() rule.Rule {
	return notEmpty(rule.Rule{
		Identifier:  "WAFV2_RULEGROUP_NOT_EMPTY",
		Rationale:   "A rule group without rules looks like protection and lets everything through. The rule group must have a rule.",
		Remediation: rule.Remediation{Hint: "Add rules to the rule group, or delete it."},
	}, rule.Required("configuration.rules"), "The rule group has rules.", "The rule group has no rules.")
}

func ruleGroupMetrics() rule.Rule {
	const on = "visibilityConfig.cloudWatchMetricsEnabled"
	group := rule.Required("configuration." + on)
	list, each := rule.Required("configuration.rules"), rule.Required("configuration.rules[]."+on)
	return rule.Rule{
		Identifier: "WAFV2_RULEGROUP_LOGGING_ENABLED",
		Severity:   rule.Medium,
		Rationale: "Metrics show which rule stops how much, and that it began to. CloudWatch metrics of the rule group and of each of its rules must be on " +
			"(visibilityConfig.cloudWatchMetricsEnabled). Rule groups without rules are not judged.",
		Remediation: rule.Remediation{Hint: "Turn on CloudWatch metrics of the rule group and its rules."},
		Fields:      []*rule.Field{group, list, each},
		Check: func(c *rule.Context) rule.Result {
			if c.Len(list) == 0 {
				return c.Skip("The rule group has no rules.")
			}
			if !c.Bool(group) {
				return c.Fail("CloudWatch metrics of the rule group are off.")
			}
			for _, r := range c.Each(list) {
				if !r.Bool(each) {
					return c.Fail("CloudWatch metrics of a rule are off.")
				}
			}
			return c.Pass("CloudWatch metrics of the rule group and its rules are on.")
		},
	}
}
