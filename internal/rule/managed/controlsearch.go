package managed

import "github.com/tickmark/tickmark/internal/rule"

// controlSearchRules are the controls about Elasticsearch domains that only those of OpenSearch have managed rules for.
func controlSearchRules() []rule.Rule {
	return []rule.Rule{esAudit(), esDataNodes(), esMasterNodes(), esHTTPS()}
}

const esDomain = "AWS::Elasticsearch::Domain"

func esAudit() rule.Rule {
	return control(mustSay(rule.Rule{
		Identifier:  "ES.5",
		Severity:    rule.Medium,
		Rationale:   "Only audit logs tell who searched for what. The Elasticsearch domain must publish its audit logs (AUDIT_LOGS) to CloudWatch Logs; to which log group does not matter.",
		Remediation: rule.Remediation{Hint: "Let the domain publish its audit logs."},
	}, rule.Required("configuration.domainName"), rule.Absent("configuration.logPublishingOptions.AUDIT_LOGS.enabled", "false", "the describe call leaves out logs that were never published"),
		[]string{"true"}, "Audit logs are published.", "Audit logs are not published."), "elasticsearch-audit-logging-enabled", rule.Change, esDomain)
}

func esDataNodes() rule.Rule {
	nodes := rule.Required("configuration.elasticsearchClusterConfig.instanceCount")
	zones := rule.Absent("configuration.elasticsearchClusterConfig.zoneAwarenessEnabled", false, "a domain is in one zone unless it says otherwise")
	return control(rule.Rule{
		Identifier: "ES.6",
		Severity:   rule.Medium,
		Rationale: "A domain with fewer than three data nodes, or with all of them in one zone, does not outlive the loss of one. The Elasticsearch domain must have at least three data nodes and zone " +
			"awareness.",
		Remediation: rule.Remediation{Hint: "Give the domain three data nodes in several zones."},
		Fields:      []*rule.Field{nodes, zones},
		Check: func(c *rule.Context) rule.Result {
			if c.Int(nodes) < 3 {
				return c.Fail("The domain has fewer than three data nodes.")
			}
			if !c.Bool(zones) {
				return c.Fail("The domain is not spread over zones.")
			}
			return c.Pass("The domain has three data nodes or more, in several zones.")
		},
	}, "elasticsearch-data-node-fault-tolerance", rule.Change, esDomain)
}

func esMasterNodes() rule.Rule {
	name := rule.Required("configuration.domainName")
	on := rule.Absent("configuration.elasticsearchClusterConfig.dedicatedMasterEnabled", false, "a domain has no dedicated master nodes unless it says otherwise")
	nodes := rule.Absent("configuration.elasticsearchClusterConfig.dedicatedMasterCount", 0, "the describe call gives it for domains with dedicated master nodes only")
	return control(rule.Rule{
		Identifier: "ES.7",
		Severity:   rule.Medium,
		Rationale: "Without a quorum of master nodes a domain stands still when one is lost. The Elasticsearch domain must have dedicated master nodes, and at least three of " +
			"them.",
		Remediation: rule.Remediation{Hint: "Give the domain three dedicated master nodes."},
		Fields:      []*rule.Field{name, on, nodes},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name) // an item without its configuration does not fail
			if c.Bool(on) && c.Int(nodes) >= 3 {
				return c.Pass("The domain has three dedicated master nodes or more.")
			}
			return c.Fail("The domain has fewer than three dedicated master nodes.")
		},
	}, "elasticsearch-primary-node-fault-tolerance", rule.Change, esDomain)
}

func esHTTPS() rule.Rule {
	const newest = "Policy-Min-TLS-1-2-PFS-2023-10"
	https := rule.Required("configuration.domainEndpointOptions.enforceHTTPS")
	policy := rule.Required("configuration.domainEndpointOptions.tlssecurityPolicy")
	return control(rule.Rule{
		Identifier:  "ES.8",
		Severity:    rule.Medium,
		Rationale:   "Old versions of TLS can be broken on the way. The Elasticsearch domain must enforce HTTPS with the newest TLS security policy, " + newest + ".",
		Remediation: rule.Remediation{Hint: "Enforce HTTPS with the newest TLS security policy."},
		Fields:      []*rule.Field{https, policy},
		Check: func(c *rule.Context) rule.Result {
			if !c.Bool(https) {
				return c.Fail("The domain does not enforce HTTPS.")
			}
			if c.Str(policy) != newest {
				return c.Fail("The TLS security policy is not the newest.")
			}
			return c.Pass("The domain enforces HTTPS with the newest TLS security policy.")
		},
	}, "elasticsearch-https-required", rule.Change, esDomain)
}
