package managed

import (
	"slices"

	"github.com/tickmark/tickmark/internal/rule"
)

// noElements says why a list of a policy or a rule group may be missing.
const noElements = "Network Firewall leaves out an empty list"

func networkFirewallRules() []rule.Rule {
	return []rule.Rule{
		firewallDeletionProtection(), firewallSubnetProtection(), firewallZones(), firewallLogging(),
		policyDefaultAction("NETFW_POLICY_DEFAULT_ACTION_FULL_PACKETS", "statelessDefaultActions", "full"),
		policyDefaultAction("NETFW_POLICY_DEFAULT_ACTION_FRAGMENT_PACKETS", "statelessFragmentDefaultActions", "fragmented"),
		policyRuleGroup(), statelessGroupNotEmpty(),
	}
}

func firewallDeletionProtection() rule.Rule {
	return mustBe(rule.Rule{
		Identifier:  "NETFW_DELETION_PROTECTION_ENABLED",
		Severity:    rule.Medium,
		Rationale:   "A firewall that is deleted by mistake leaves the networks behind it open or cut off. Deletion protection of the firewall must be on (deleteProtection is true).",
		Remediation: rule.Remediation{Hint: "Turn on deletion protection for the firewall."},
	}, rule.Required("configuration.firewall.deleteProtection"), true, "Deletion protection is on.", "Deletion protection is off.")
}

func firewallSubnetProtection() rule.Rule {
	return mustBe(rule.Rule{
		Identifier:  "NETFW_SUBNET_CHANGE_PROTECTION_ENABLED",
		Severity:    rule.Medium,
		Rationale:   "A subnet that is taken from a firewall by mistake loses its way out. Subnet change protection of the firewall must be on (subnetChangeProtection is true).",
		Remediation: rule.Remediation{Hint: "Turn on subnet change protection for the firewall."},
	}, rule.Required("configuration.firewall.subnetChangeProtection"), true, "Subnet change protection is on.", "Subnet change protection is off.")
}

func firewallZones() rule.Rule {
	return spansZones(rule.Rule{
		Identifier: "NETFW_MULTI_AZ_ENABLED",
		Params:     []rule.Param{zonesParam("availabilityZones", 1, 0)},
		Severity:   rule.Medium,
		Rationale: "A firewall in one zone is gone with that zone, and so is the way out of the others. The firewall must have subnets in at least availabilityZones Availability Zones, two unless " +
			"the parameter says otherwise; each of its subnets is in a zone of its own.",
		Remediation: rule.Remediation{Hint: "Add subnets of other Availability Zones to the firewall."},
	}, rule.Required("configuration.firewall.subnetMappings"), "The firewall")
}

func firewallLogging() rule.Rule {
	const destinations = "configuration.LoggingConfiguration.LogDestinationConfigs"
	list, typ := rule.Required(destinations), rule.Required(destinations+"[].LogType")
	return rule.Rule{
		Identifier: "NETFW_LOGGING_ENABLED",
		Params:     []rule.Param{{Name: "logType", Enum: []string{"alert", "flow", "both"}, Doc: "the logs there must be"}},
		Severity:   rule.Medium,
		Rationale: "Without logs nobody can tell afterwards what a firewall stopped or let through. The logging configuration of the firewall must have a destination for at least one type of log, " +
			"or for the alerts, the flows or both when logType says so.",
		Remediation: rule.Remediation{Hint: "Configure logging for the firewall."},
		Fields:      []*rule.Field{list, typ},
		Check: func(c *rule.Context) rule.Result {
			logged := map[string]bool{}
			for _, d := range c.Each(list) {
				logged[d.Str(typ)] = true
			}
			want := c.Params.Str("logType")
			if len(logged) == 0 {
				return c.Fail("The firewall is not logged.")
			}
			if (want == "alert" || want == "both") && !logged["ALERT"] {
				return c.Fail("The alerts of the firewall are not logged.")
			}
			if (want == "flow" || want == "both") && !logged["FLOW"] {
				return c.Fail("The flows of the firewall are not logged.")
			}
			return c.Pass("The firewall is logged.")
		},
	}
}

// policyDefaultAction is about what a policy does with packets, full or fragmented ones, that fit none of its rules.
func policyDefaultAction(identifier, member, packets string) rule.Rule {
	actions := rule.Required("configuration.firewallPolicy." + member)
	return rule.Rule{
		Identifier: identifier,
		Params:     []rule.Param{{Name: member, Type: rule.CSV, Required: true, Enum: []string{"aws:pass", "aws:drop", "aws:forward_to_sfe"}, Doc: "the actions that are allowed"}},
		Severity:   rule.Medium,
		Rationale: "What fits no rule must not pass unseen. The default action of the firewall policy for " + packets + " packets must be one of those in " + member + ". Custom actions that the " +
			"policy takes beside it only publish metrics and do not count.",
		Remediation: rule.Remediation{Hint: "Set the policy's stateless default action for " + packets + " packets to drop or forward them."},
		Fields:      []*rule.Field{actions},
		Check: func(c *rule.Context) rule.Result {
			for a := range c.Strings(actions) {
				if slices.Contains(c.Params.List(member), a) {
					return c.Pass("The default action is allowed.")
				}
			}
			return c.Fail("The default action for " + packets + " packets is not allowed.")
		},
	}
}

func policyRuleGroup() rule.Rule {
	policy := rule.Required("configuration.firewallPolicy")
	stateful := rule.Absent("configuration.firewallPolicy.statefulRuleGroupReferences", nil, noElements)
	stateless := rule.Absent("configuration.firewallPolicy.statelessRuleGroupReferences", nil, noElements)
	return rule.Rule{
		Identifier: "NETFW_POLICY_RULE_GROUP_ASSOCIATED",
		Severity:   rule.Medium,
		Rationale: "A policy without rules does the same with every packet. The firewall policy must refer to at least one rule group, stateful or stateless; whether that has rules is not looked " +
			"at.",
		Remediation: rule.Remediation{Hint: "Add a rule group to the policy."},
		Fields:      []*rule.Field{policy, stateful, stateless},
		Check: func(c *rule.Context) rule.Result {
			c.Has(policy)
			if c.Len(stateful)+c.Len(stateless) == 0 {
				return c.Fail("The policy has no rule group.")
			}
			return c.Pass("The policy has a rule group.")
		},
	}
}

func statelessGroupNotEmpty() rule.Rule {
	typ := rule.Required("configuration.ruleGroupResponse.type")
	rules := rule.Absent("configuration.ruleGroup.rulesSource.statelessRulesAndCustomActions.statelessRules", nil, noElements)
	group := rule.Required("configuration.ruleGroup")
	return rule.Rule{
		Identifier: "NETFW_STATELESS_RULE_GROUP_NOT_EMPTY",
		Severity:   rule.Medium,
		Rationale: "An empty rule group makes a policy look as if it filtered. A stateless rule group must have at least one rule; stateful rule groups are not " +
			"judged.",
		Remediation: rule.Remediation{Hint: "Add rules to the rule group, or delete it."},
		Fields:      []*rule.Field{typ, group, rules},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(typ) != "STATELESS" {
				return c.Skip("The rule group is stateful.")
			}
			c.Has(group)
			if c.Len(rules) == 0 {
				return c.Fail("The rule group has no rules.")
			}
			return c.Pass("The rule group has rules.")
		},
	}
}
