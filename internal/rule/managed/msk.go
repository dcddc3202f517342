package managed

import "github.com/tickmark/tickmark/internal/rule"

func mskRules() []rule.Rule {
	return []rule.Rule{
		mustBe(rule.Rule{
			Identifier: "MSK_IN_CLUSTER_NODE_REQUIRE_TLS",
			Severity:   rule.Medium,
			Rationale: "Brokers copy every message to each other over the network. EncryptionInTransit.InCluster of the cluster must be true; the traffic between " +
				"clients and brokers is not judged here.",
			Remediation: rule.Remediation{Hint: "Create the cluster anew with encryption between its brokers."},
		}, rule.Required("configuration.EncryptionInfo.EncryptionInTransit.InCluster"), true, "Brokers talk to each other encrypted.", "Brokers talk to each other in plain text."),
		mustBeOneOf(rule.Rule{
			Identifier: "MSK_CLUSTER_PUBLIC_ACCESS_DISABLED",
			Severity:   rule.Critical,
			Rationale: "Brokers with public addresses can be tried by everyone. The type of the cluster's public access must be DISABLED, whatever its security " +
				"groups let through.",
			Remediation: rule.Remediation{Hint: "Turn off public access to the cluster."},
		}, rule.Required("configuration.BrokerNodeGroupInfo.ConnectivityInfo.PublicAccess.Type"), []string{"DISABLED"}, "Public access is off.", "Public access is on."),
		mustBeOneOf(rule.Rule{
			Identifier: "MSK_ENHANCED_MONITORING_ENABLED",
			Severity:   rule.Low,
			Rationale: "The metrics of a whole broker do not show which topic lags or floods. Enhanced monitoring of the cluster must be PER_TOPIC_PER_BROKER or " +
				"PER_TOPIC_PER_PARTITION; DEFAULT and PER_BROKER fail.",
			Remediation: rule.Remediation{Hint: "Raise the level of enhanced monitoring."},
		}, rule.Required("configuration.EnhancedMonitoring"), []string{"PER_TOPIC_PER_BROKER", "PER_TOPIC_PER_PARTITION"}, "Topics are monitored.", "Topics are not monitored."),
		mustBe(rule.Rule{
			Identifier: "MSK_UNRESTRICTED_ACCESS_CHECK",
			Severity:   rule.Medium,
			Rationale: "A cluster that asks nobody for a name lets whoever reaches it read every topic. ClientAuthentication.Unauthenticated of the cluster must be " +
				"off, even where another kind of authentication is on beside it.",
			Remediation: rule.Remediation{Hint: "Turn on IAM, SCRAM or TLS authentication and turn off unauthenticated access."},
		}, rule.Required("configuration.ClientAuthentication.Unauthenticated.Enabled"), false, "Clients must authenticate.", "Clients need not authenticate."),
		connectorLogging(),
	}
}

func connectorLogging() rule.Rule {
	const unset = "MSK Connect leaves out a destination that was not set"
	name := rule.Required("configuration.ConnectorName")
	fields := []*rule.Field{name}
	for _, to := range []string{"CloudWatchLogs", "Firehose", "S3"} {
		fields = append(fields, rule.Absent("configuration.LogDelivery.WorkerLogDelivery."+to+".Enabled", false, unset))
	}
	return rule.Rule{
		Identifier: "MSK_CONNECT_CONNECTOR_LOGGING_ENABLED",
		Severity:   rule.Medium,
		Rationale: "A connector that fails silently loses data between two systems. The connector's workers must send their logs to CloudWatch Logs, Firehose or " +
			"S3; one destination is enough.",
		Remediation: rule.Remediation{Hint: "Create the connector anew with log delivery."},
		Fields:      fields,
		Check: func(c *rule.Context) rule.Result {
			c.Str(name) // an item without its configuration must not fail
			for _, on := range fields[1:] {
				if c.Bool(on) {
					return c.Pass("The connector sends its logs somewhere.")
				}
			}
			return c.Fail("The connector sends its logs nowhere.")
		},
	}
}
