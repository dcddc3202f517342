package managed

import (
	"slices"

	"github.com/tickmark/tickmark/internal/rule"
)

// searchRules judge Elasticsearch and OpenSearch domains, which AWS Config records in two forms.
func searchRules() []rule.Rule {
	var all []rule.Rule
	for _, d := range []struct{ prefix, name string }{{"ELASTICSEARCH", "Elasticsearch"}, {"OPENSEARCH", "OpenSearch"}} {
		all = append(all,
			mustBe(rule.Rule{
				Identifier: d.prefix + "_ENCRYPTED_AT_REST",
				Severity:   rule.Medium,
				Rationale: "An index is a copy of the data it makes findable. Encryption at rest of the " + d.name + " domain must be on, with any key; slow " +
					"logs and manual snapshots are stored elsewhere and not judged.",
				Remediation: rule.Remediation{Hint: "Turn on encryption at rest."},
			}, rule.Required("configuration.encryptionAtRestOptions.enabled"), true, "Encryption at rest is on.", "Encryption at rest is off."),
			mustBe(rule.Rule{
				Identifier: d.prefix + "_NODE_TO_NODE_ENCRYPTION_CHECK",
				Severity:   rule.Medium,
				Rationale: "Nodes exchange the documents of their indexes over the network. Node-to-node encryption of the " + d.name + " domain must be on, " +
					"whether or not it has more than one node.",
				Remediation: rule.Remediation{Hint: "Turn on node-to-node encryption."},
			}, rule.Required("configuration.nodeToNodeEncryptionOptions.enabled"), true, "Node-to-node encryption is on.", "Node-to-node encryption is off."))
	}
	return append(all, searchInVPC(), openSearchInVPC(), searchLogs("ELASTICSEARCH", "Elasticsearch"), searchLogs("OPENSEARCH", "OpenSearch"))
}

func searchInVPC() rule.Rule {
	name := rule.Required("configuration.domainName")
	vpc := rule.Absent("configuration.vpcoptions.vpcid", "", "DescribeElasticsearchDomain leaves it out for a domain with a public endpoint")
	return rule.Rule{
		Identifier: "ELASTICSEARCH_IN_VPC_ONLY",
		Severity:   rule.Critical,
		Rationale: "A public endpoint has nothing but its access policy before it. The Elasticsearch domain must be in a VPC; a public endpoint fails, " +
			"whatever its access policy says.",
		Remediation: rule.Remediation{Hint: "Create the domain anew in a VPC."},
		Fields:      []*rule.Field{name, vpc},
		Check: func(c *rule.Context) rule.Result {
			if c.Has(vpc) {
				return c.Pass("The domain is in a VPC.")
			}
			return c.Fail("The domain has a public endpoint.")
		},
	}
}

func openSearchInVPC() rule.Rule {
	name := rule.Required("configuration.DomainName")
	subnets := rule.Absent("configuration.VPCOptions.SubnetIds", nil, "AWS Config leaves it out for a domain with a public endpoint")
	return rule.Rule{
		Identifier: "OPENSEARCH_IN_VPC_ONLY",
		Severity:   rule.Critical,
		Rationale: "A public endpoint has nothing but its access policy before it. The OpenSearch domain must be in subnets of a VPC; a public endpoint fails, whatever its " +
			"access policy says.",
		Remediation: rule.Remediation{Hint: "Create the domain anew in a VPC."},
		Fields:      []*rule.Field{name, subnets},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name) // an item without its configuration must not fail
			if c.Len(subnets) > 0 {
				return c.Pass("The domain is in a VPC.")
			}
			return c.Fail("The domain has a public endpoint.")
		},
	}
}

// searchLogNames are the logs of a domain by the names that parameters use.
var searchLogNames = map[string]string{"search": "SEARCH_SLOW_LOGS", "index": "INDEX_SLOW_LOGS", "error": "ES_APPLICATION_LOGS", "audit": "AUDIT_LOGS"}

func searchLogs(prefix, what string) rule.Rule {
	const at = "configuration.logPublishingOptions"
	name := rule.Required("configuration.domainName")
	logs := rule.Absent(at, nil, "the service leaves it out for a domain that publishes no log")
	on := rule.Absent(at+"[].enabled", false, "the service leaves it out for a log that was never on")
	group := rule.Absent(at+"[].cloudWatchLogsLogGroupArn", "", "a log without a log group is not published")
	return rule.Rule{
		Identifier: prefix + "_LOGS_TO_CLOUDWATCH",
		Params:     []rule.Param{{Name: "logTypes", Type: rule.CSV, Enum: []string{"search", "index", "error", "audit"}, Doc: "the logs that must be published, every one"}},
		Severity:   rule.Medium,
		Rationale: "What a domain does not write down nobody can look up after an incident. The " + what + " domain must publish to CloudWatch Logs every log that logTypes " +
			"names, or at least one of any kind when that is not given.",
		Remediation: rule.Remediation{Hint: "Turn on the publishing of the domain's logs."},
		Fields:      []*rule.Field{name, logs, on, group},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name) // an item without its configuration must not fail
			var published []string
			for kind, l := range c.Each(logs) {
				if l.Bool(on) && l.Has(group) {
					published = append(published, kind)
				}
			}
			for _, t := range c.Params.List("logTypes") {
				if !slices.Contains(published, searchLogNames[t]) {
					return c.Fail("The domain does not publish its " + t + " log.")
				}
			}
			if len(published) == 0 {
				return c.Fail("The domain publishes no log.")
			}
			return c.Pass("The domain publishes the logs that are required.")
		},
	}
}
