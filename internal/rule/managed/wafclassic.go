package managed

import "github.com/tickmark/tickmark/internal/rule"

func wafClassicRules() []rule.Rule {
	all := []rule.Rule{classicACLLogging()}
	for _, k := range []struct{ prefix, kind string }{{"WAF_GLOBAL", "global"}, {"WAF_REGIONAL", "regional"}} {
		all = append(all, classicRuleNotEmpty(k.prefix, k.kind), classicGroupNotEmpty(k.prefix, k.kind), classicACLNotEmpty(k.prefix, k.kind))
	}
	return all
}

func classicACLLogging() rule.Rule {
	return sendsLog(rule.Rule{
		Identifier: "WAF_CLASSIC_LOGGING_ENABLED",
		Severity:   rule.Medium,
		Rationale: "What a web ACL stopped tells who is trying. The global web ACL of WAF Classic must send its log somewhere, and to one of KinesisFirehoseDeliveryStreamArns when " +
			"that is given.",
		Remediation: rule.Remediation{Hint: "Turn on logging of the web ACL.", Document: "AWSConfigRemediation-EnableWAFClassicLogging"},
	})
}

func classicRuleNotEmpty(prefix, kind string) rule.Rule {
	return notEmpty(rule.Rule{
		Identifier: prefix + "_RULE_NOT_EMPTY",
		Rationale: "A rule without conditions looks like protection, and matches nothing or everything. The " + kind + " rule of WAF Classic must have a condition " +
			"(predicateList).",
		Remediation: rule.Remediation{Hint: "Add conditions to the rule, or delete it."},
	}, rule.Required("configuration.predicateList"), "The rule has conditions.", "The rule has no conditions.")
}

func classicGroupNotEmpty(prefix, kind string) rule.Rule {
	return notEmpty(rule.Rule{
		Identifier:  prefix + "_RULEGROUP_NOT_EMPTY",
		Rationale:   "A rule group without rules looks like protection and lets everything through. The " + kind + " rule group of WAF Classic must have a rule.",
		Remediation: rule.Remediation{Hint: "Add rules to the rule group, or delete it."},
	}, rule.Required("configuration.rules"), "The rule group has rules.", "The rule group has no rules.")
}

func classicACLNotEmpty(prefix, kind string) rule.Rule {
	return notEmpty(rule.Rule{
		Identifier: prefix + "_WEBACL_NOT_EMPTY",
		Rationale: "A web ACL without rules looks like protection, and does the same with every request. The " + kind + " web ACL of WAF Classic must have a rule or a rule group " +
			"(rulesList).",
		Remediation: rule.Remediation{Hint: "Add rules or rule groups to the web ACL, or delete it."},
	}, rule.Required("configuration.rulesList"), "The web ACL has rules.", "The web ACL has no rules.")
}
