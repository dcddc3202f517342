package managed

import "github.com/tickmark/tickmark/internal/rule"

func openSearchRules() []rule.Rule {
	return []rule.Rule{
		mustBe(rule.Rule{
			Identifier: "OPENSEARCH_ACCESS_CONTROL_ENABLED",
			Severity:   rule.High,
			Rationale: "Without fine-grained access control whoever may use a domain may read every index in it. AdvancedSecurityOptions of the domain must be " +
				"enabled; who its users are is not judged.",
			Remediation: rule.Remediation{Hint: "Turn on fine-grained access control."},
		}, rule.Required("configuration.AdvancedSecurityOptions.Enabled"), true, "Fine-grained access control is on.", "Fine-grained access control is off."),
		openSearchAuditLog(), openSearchDataNodes(), openSearchHTTPS(), openSearchPrimaryNodes(),
		mustBe(rule.Rule{
			Identifier: "OPENSEARCH_UPDATE_CHECK",
			Severity:   rule.Medium,
			Rationale: "Updates of the service software close holes. No update of the domain's service software may be waiting " +
				"(ServiceSoftwareOptions.UpdateAvailable); newer versions of the engine do not count.",
			Remediation: rule.Remediation{Hint: "Install the update of the service software."},
		}, rule.Required("configuration.ServiceSoftwareOptions.UpdateAvailable"), false, "No update is waiting.", "An update of the service software is waiting."),
		mustBeOneOf(rule.Rule{
			Identifier: "OPENSEARCHSERVERLESS_COLLECTION_STANDBYREPLICAS_ENABLED",
			Severity:   rule.Medium,
			Rationale: "When a zone fails, a collection with replicas in another zone goes on. StandbyReplicas of the collection must be ENABLED, for collections of " +
				"every type.",
			Remediation: rule.Remediation{Hint: "Create the collection anew with standby replicas."},
		}, rule.Required("configuration.StandbyReplicas"), []string{"ENABLED"}, "The collection has standby replicas.", "The collection has no standby replicas."),
	}
}

func openSearchAuditLog() rule.Rule {
	const at, unset = "configuration.LogPublishingOptions.AUDIT_LOGS.", "OpenSearch DescribeDomain leaves it out for a log that was never on"
	on, group := rule.Absent(at+"Enabled", false, unset), rule.Absent(at+"CloudWatchLogsLogGroupArn", "", unset)
	return having(rule.Required("configuration.DomainName"), rule.Rule{
		Identifier: "OPENSEARCH_AUDIT_LOGGING_ENABLED",
		Params:     []rule.Param{{Name: "cloudWatchLogsLogGroupArnList", Type: rule.CSV, Doc: "ARNs of the log groups that are allowed"}},
		Severity:   rule.Medium,
		Rationale: "The audit log says who searched for what. The domain must publish its audit log to CloudWatch Logs, to one of the log groups of " +
			"cloudWatchLogsLogGroupArnList when that is given.",
		Remediation: rule.Remediation{Hint: "Turn on the publishing of the audit log."},
		Fields:      []*rule.Field{on, group},
		Check: func(c *rule.Context) rule.Result {
			if !c.Bool(on) {
				return c.Fail("The audit log is not published.")
			}
			if !allowed(c.Params.List("cloudWatchLogsLogGroupArnList"), c.Str(group)) {
				return c.Fail("The audit log is published to another log group than allowed.")
			}
			return c.Pass("The audit log is published.")
		},
	})
}

func openSearchDataNodes() rule.Rule {
	nodes, zones := rule.Required("configuration.ClusterConfig.InstanceCount"), rule.Required("configuration.ClusterConfig.ZoneAwarenessEnabled")
	return rule.Rule{
		Identifier: "OPENSEARCH_DATA_NODE_FAULT_TOLERANCE",
		Severity:   rule.Medium,
		Rationale: "With two data nodes, the loss of one leaves every index without a copy. The domain must have at least three data nodes (InstanceCount) and " +
			"zone awareness, in two zones or more.",
		Remediation: rule.Remediation{Hint: "Give the domain three data nodes and zone awareness."},
		Fields:      []*rule.Field{nodes, zones},
		Check: func(c *rule.Context) rule.Result {
			if c.Int(nodes) < 3 {
				return c.Fail("The domain has fewer than three data nodes.")
			}
			if !c.Bool(zones) {
				return c.Fail("The data nodes are in one zone.")
			}
			return c.Pass("The domain has three data nodes or more in several zones.")
		},
	}
}

func openSearchHTTPS() rule.Rule {
	const at = "configuration.DomainEndpointOptions."
	https, tls := rule.Required(at+"EnforceHTTPS"), rule.Required(at+"TLSSecurityPolicy")
	return rule.Rule{
		Identifier: "OPENSEARCH_HTTPS_REQUIRED",
		Params:     []rule.Param{{Name: "tlsPolicies", Type: rule.CSV, Doc: "the TLS security policies that are allowed, such as Policy-Min-TLS-1-2-PFS-2023-10"}},
		Severity:   rule.Medium,
		Rationale: "Queries and their answers cross the network. The domain must accept HTTPS only (EnforceHTTPS), with one of the TLS security policies of " +
			"tlsPolicies when that is given.",
		Remediation: rule.Remediation{Hint: "Require HTTPS for the domain's endpoint, with a new TLS security policy."},
		Fields:      []*rule.Field{https, tls},
		Check: func(c *rule.Context) rule.Result {
			if !c.Bool(https) {
				return c.Fail("The domain accepts plain HTTP.")
			}
			if !allowed(c.Params.List("tlsPolicies"), c.Str(tls)) {
				return c.Fail("The TLS security policy of the domain is not allowed.")
			}
			return c.Pass("The domain requires HTTPS.")
		},
	}
}

func openSearchPrimaryNodes() rule.Rule {
	dedicated := rule.Required("configuration.ClusterConfig.DedicatedMasterEnabled")
	nodes := rule.Absent("configuration.ClusterConfig.DedicatedMasterCount", 0, "OpenSearch DescribeDomain leaves it out for a domain without dedicated primary nodes")
	return rule.Rule{
		Identifier: "OPENSEARCH_PRIMARY_NODE_FAULT_TOLERANCE",
		Severity:   rule.Low,
		Rationale: "Primary nodes hold the state of the cluster, and it takes a majority of three to survive the loss of one. The domain must have dedicated " +
			"primary nodes, at least three of them.",
		Remediation: rule.Remediation{Hint: "Give the domain three dedicated primary nodes."},
		Fields:      []*rule.Field{dedicated, nodes},
		Check: func(c *rule.Context) rule.Result {
			if !c.Bool(dedicated) {
				return c.Fail("The domain has no dedicated primary nodes.")
			}
			if c.Int(nodes) < 3 {
				return c.Fail("The domain has fewer than three dedicated primary nodes.")
			}
			return c.Pass("The domain has three dedicated primary nodes or more.")
		},
	}
}
