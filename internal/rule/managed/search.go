package managed

import "github.com/tickmark/tickmark/internal/rule"

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
	return append(all, searchInVPC())
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
