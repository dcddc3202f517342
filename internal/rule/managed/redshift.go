package managed

import (
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

func redshiftRules() []rule.Rule {
	return []rule.Rule{redshiftNotPublic(), redshiftConfiguration(), redshiftRequiresTLS(), redshiftBackup(), redshiftKMS(), redshiftMaintenance(), redshiftVPCRouting()}
}

func redshiftNotPublic() rule.Rule {
	return mustBe(rule.Rule{
		Identifier: "REDSHIFT_CLUSTER_PUBLIC_ACCESS_CHECK",
		Severity:   rule.Critical,
		Rationale: "A warehouse the internet can reach is a password away from everyone. publiclyAccessible of the cluster must be false, " +
			"whatever its subnets and security groups let through.",
		Remediation: rule.Remediation{Hint: "Make the cluster not publicly accessible.", Document: "AWSConfigRemediation-DisablePublicAccessToRedshiftCluster"},
	}, rule.Required("configuration.publiclyAccessible"), false, "The cluster is not publicly accessible.", "The cluster is publicly accessible.")
}

func redshiftConfiguration() rule.Rule {
	encrypted := rule.Required("configuration.encrypted")
	logging := rule.Required("supplementaryConfiguration.LoggingStatus.loggingEnabled")
	node := rule.Required("configuration.nodeType")
	return rule.Rule{
		Identifier: "REDSHIFT_CLUSTER_CONFIGURATION_CHECK",
		Params: []rule.Param{
			{Name: "clusterDbEncrypted", Type: rule.Bool, Default: "true", Doc: "whether the cluster must be encrypted"},
			{Name: "loggingEnabled", Type: rule.Bool, Default: "true", Doc: "whether audit logging must be on"},
			{Name: "nodeTypes", Type: rule.CSV, Doc: "the node types that are allowed; every one when it is not given"},
		},
		Severity: rule.Medium,
		Rationale: "A warehouse holds the data of all other systems: it must be unreadable on disk and leave a trace of who used it. " +
			"Encryption and audit logging of the cluster must be as the parameters say (both on), and its node type one of nodeTypes when that is given. " +
			"The document's default dc1.large is not applied, because nobody can start that node type any more.",
		Remediation: rule.Remediation{Hint: "Turn on encryption and audit logging of the cluster.", Document: "AWSConfigRemediation-EnableRedshiftClusterAuditLogging"},
		Fields:      []*rule.Field{encrypted, logging, node},
		Check: func(c *rule.Context) rule.Result {
			if c.Bool(encrypted) != c.Params.Bool("clusterDbEncrypted") {
				return c.Fail("The encryption of the cluster is not as required.")
			}
			if c.Bool(logging) != c.Params.Bool("loggingEnabled") {
				return c.Fail("The audit logging of the cluster is not as required.")
			}
			if !allowed(c.Params.List("nodeTypes"), c.Str(node)) {
				return c.Fail("The node type of the cluster is not allowed.")
			}
			return c.Pass("Encryption, audit logging and node type are as required.")
		},
	}
}

func redshiftRequiresTLS() rule.Rule {
	const group = "AWS::Redshift::ClusterParameterGroup"
	groups := rule.Required("configuration.clusterParameterGroups")
	groupName := rule.Required("configuration.clusterParameterGroups[].parameterGroupName")
	params := rule.Required("supplementaryConfiguration.Parameters").Of(group)
	name := rule.Required("supplementaryConfiguration.Parameters[].parameterName").Of(group)
	value := rule.Absent("supplementaryConfiguration.Parameters[].parameterValue", "", "Redshift DescribeClusterParameters leaves out a value that is not set").Of(group)
	return rule.Rule{
		Identifier: "REDSHIFT_REQUIRE_TLS_SSL",
		Types:      []string{"AWS::Redshift::Cluster"},
		Severity:   rule.Medium,
		Rationale: "Queries and their answers cross the network. The parameter require_ssl must be true in each parameter group of the cluster. " +
			"Parameter groups are not judged by themselves.",
		Remediation: rule.Remediation{Hint: "Set require_ssl to true in a parameter group of your own and reboot the cluster.", Document: "AWSConfigRemediation-EnforceSSLOnlyConnectionsToRedshiftCluster"},
		Fields:      []*rule.Field{groups, groupName, params, name, value},
		Uses:        []string{group},
		Check: func(c *rule.Context) rule.Result {
			if c.Len(groups) == 0 {
				return c.Unknown("The cluster names no parameter group.")
			}
			for _, g := range c.Each(groups) {
				found, ok := c.Find(group, g.Str(groupName))
				if !ok {
					return c.Unknown("The parameter group " + g.Str(groupName) + " is not recorded.")
				}
				required := false
				for _, p := range found.Each(params) {
					required = required || p.Str(name) == "require_ssl" && strings.EqualFold(p.Str(value), "true")
				}
				if !required {
					return c.Fail("The parameter group " + found.Name() + " does not require TLS.")
				}
			}
			return c.Pass("The parameter groups of the cluster require TLS.")
		},
	}
}

func redshiftBackup() rule.Rule {
	days := rule.Required("configuration.automatedSnapshotRetentionPeriod")
	return rule.Rule{
		Identifier: "REDSHIFT_BACKUP_ENABLED",
		Params: []rule.Param{
			{Name: "MinRetentionPeriod", Type: rule.Int, Min: 1, Max: 35, Doc: "days snapshots must be kept at least"},
			{Name: "MaxRetentionPeriod", Type: rule.Int, Min: 1, Max: 35, Doc: "days snapshots may be kept at most"},
		},
		Severity: rule.Medium,
		Rationale: "What is not backed up is lost with the first mistake. The cluster must keep automated snapshots for at least one day " +
			"(automatedSnapshotRetentionPeriod above 0), and for no fewer or more days than the parameters allow.",
		Remediation: rule.Remediation{Hint: "Set a retention period for automated snapshots.", Document: "AWSConfigRemediation-EnableRedshiftClusterAutomatedSnapshot"},
		Fields:      []*rule.Field{days},
		Check: func(c *rule.Context) rule.Result {
			kept := c.Int(days)
			if kept <= 0 {
				return c.Fail("The cluster has no automated snapshots.")
			}
			if kept < c.Params.Int("MinRetentionPeriod") {
				return c.Fail("Snapshots are kept for fewer days than required.")
			}
			if c.Params.Has("MaxRetentionPeriod") && kept > c.Params.Int("MaxRetentionPeriod") {
				return c.Fail("Snapshots are kept for more days than allowed.")
			}
			return c.Pass("The cluster has automated snapshots.")
		},
	}
}

func redshiftKMS() rule.Rule {
	encrypted := rule.Required("configuration.encrypted")
	key := rule.Absent("configuration.kmsKeyId", "", "Redshift DescribeClusters leaves it out for a cluster that is not encrypted with KMS")
	return rule.Rule{
		Identifier: "REDSHIFT_CLUSTER_KMS_ENABLED",
		Params:     []rule.Param{keyParam("kmsKeyArns")},
		Severity:   rule.Medium,
		Rationale: "Who may use a key decides who may read a warehouse, and every use leaves a trace. The cluster must be encrypted with a KMS key, one " +
			"of kmsKeyArns when that is given; a key of a hardware module does not count.",
		Remediation: rule.Remediation{Hint: "Encrypt the cluster with a KMS key."},
		Fields:      []*rule.Field{encrypted, key},
		Check: func(c *rule.Context) rule.Result {
			if !c.Bool(encrypted) || !c.Has(key) {
				return c.Fail("The cluster is not encrypted with a KMS key.")
			}
			if !oneOfKeys(c.Str(key), c.Params.List("kmsKeyArns")) {
				return c.Fail("The cluster is encrypted with another key than allowed.")
			}
			return c.Pass("The cluster is encrypted with a KMS key.")
		},
	}
}

func redshiftMaintenance() rule.Rule {
	upgrade := rule.Required("configuration.allowVersionUpgrade")
	window := rule.Required("configuration.preferredMaintenanceWindow")
	days := rule.Required("configuration.automatedSnapshotRetentionPeriod")
	return rule.Rule{
		Identifier: "REDSHIFT_CLUSTER_MAINTENANCESETTINGS_CHECK",
		Params: []rule.Param{
			{Name: "allowVersionUpgrade", Type: rule.Bool, Default: "true"},
			{Name: "preferredMaintenanceWindow", Doc: "the maintenance window the cluster must have, such as sat:16:00-sat:16:30"},
			{Name: "automatedSnapshotRetentionPeriod", Type: rule.Int, Min: 1, Max: 35, Doc: "days automated snapshots must be kept, exactly"},
		},
		Severity: rule.Medium,
		Rationale: "Upgrades close holes, and snapshots undo what goes wrong with them. allowVersionUpgrade of the cluster must be as the parameter says (true), automated snapshots must be " +
			"kept for at least one day, for exactly as many days and with the maintenance window that the parameters give.",
		Remediation: rule.Remediation{Hint: "Allow version upgrades and set the maintenance window and the retention period.", Document: "AWSConfigRemediation-ModifyRedshiftClusterMaintenanceSettings"},
		Fields:      []*rule.Field{upgrade, window, days},
		Check: func(c *rule.Context) rule.Result {
			if c.Bool(upgrade) != c.Params.Bool("allowVersionUpgrade") {
				return c.Fail("Version upgrades are not as required.")
			}
			if want := c.Params.Str("preferredMaintenanceWindow"); want != "" && c.Str(window) != want {
				return c.Fail("The maintenance window is not the required one.")
			}
			kept := c.Int(days)
			if kept <= 0 {
				return c.Fail("The cluster has no automated snapshots.")
			}
			if c.Params.Has("automatedSnapshotRetentionPeriod") && kept != c.Params.Int("automatedSnapshotRetentionPeriod") {
				return c.Fail("Automated snapshots are not kept for as many days as required.")
			}
			return c.Pass("The maintenance settings are as required.")
		},
	}
}

func redshiftVPCRouting() rule.Rule {
	return mustBe(rule.Rule{
		Identifier: "REDSHIFT_ENHANCED_VPC_ROUTING_ENABLED",
		Severity:   rule.Medium,
		Rationale: "What a warehouse loads and unloads should go where flow logs and endpoint policies see it. Enhanced VPC routing of the cluster must be on, so that COPY and UNLOAD stay " +
			"in the VPC.",
		Remediation: rule.Remediation{Hint: "Turn on enhanced VPC routing.", Document: "AWSConfigRemediation-EnableRedshiftClusterEnhancedVPCRouting"},
	}, rule.Required("configuration.enhancedVpcRouting"), true, "Enhanced VPC routing is on.", "Enhanced VPC routing is off.")
}
