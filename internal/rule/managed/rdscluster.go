package managed

import (
	"slices"

	"github.com/tickmark/tickmark/internal/rule"
)

func rdsClusterRules() []rule.Rule {
	return []rule.Rule{
		clusterAdmin(), clusterDeletionProtection(), clusterStorageEncrypted(), clusterIAM(), clusterMinorUpgrades(), clusterBackups(),
		mysqlClusterTags(), postgresClusterTags(), auroraAuditExported(), auroraPostgresExported(), auroraBacktracking(),
		globalEncrypted(), globalVersion(),
	}
}

const otherEngine = "The rule does not judge this engine."

// ofEngines lets a rule judge only what has one of some engines: clusters of Neptune and DocumentDB are recorded as
// those of RDS.
func ofEngines(r rule.Rule, engines ...string) rule.Rule {
	return onlyFor(rule.Required("configuration.engine"), engines, otherEngine, r)
}

// exceptEngines lets a rule judge all but some engines.
func exceptEngines(r rule.Rule, engines ...string) rule.Rule {
	engine, check := rule.Required("configuration.engine"), r.Check
	r.Fields = append([]*rule.Field{engine}, r.Fields...)
	r.Check = func(c *rule.Context) rule.Result {
		if isOneOf(c.Str(engine), engines) {
			return c.Skip(otherEngine)
		}
		return check(c)
	}
	return r
}

// exceptServerless lets a rule judge all but clusters of Aurora Serverless v1, which export their logs by themselves.
func exceptServerless(r rule.Rule) rule.Rule {
	mode, check := rule.Absent("configuration.engineMode", "provisioned", "provisioned is the default of RDS"), r.Check
	r.Fields = append(r.Fields, mode)
	r.Check = func(c *rule.Context) rule.Result {
		if c.Str(mode) == "serverless" {
			return c.Skip("It is a cluster of Aurora Serverless v1.")
		}
		return check(c)
	}
	return r
}

// mustExport completes a rule about the logs a database exports to CloudWatch Logs: some, and those a parameter lists.
func mustExport(r rule.Rule, param string, logs ...string) rule.Rule {
	exports := rule.Absent("configuration.enabledCloudwatchLogsExports", nil, "RDS leaves out an empty list")
	r.Fields = []*rule.Field{exports}
	r.Check = func(c *rule.Context) rule.Result {
		have := slices.Collect(c.Strings(exports))
		for _, l := range slices.Concat(logs, listed(c, param)) {
			if !slices.Contains(have, l) {
				return c.Fail("The " + l + " log is not exported to CloudWatch Logs.")
			}
		}
		return c.Pass("The logs are exported to CloudWatch Logs.")
	}
	return r
}

// keepsBackups completes a rule about the days that automated backups of a cluster are kept.
func keepsBackups(r rule.Rule) rule.Rule {
	days := rule.Required("configuration.backupRetentionPeriod")
	r.Params = []rule.Param{{Name: "minimumBackupRetentionPeriod", Type: rule.Int, Default: "7", Min: 1, Max: 35, Doc: "days backups must be kept at least"}}
	r.Fields = []*rule.Field{days}
	r.Check = func(c *rule.Context) rule.Result {
		if c.Int(days) < c.Params.Int("minimumBackupRetentionPeriod") {
			return c.Fail("Backups are kept for fewer days than required.")
		}
		return c.Pass("Backups are kept for as many days as required.")
	}
	return r
}

// changedAdmin completes a rule about the name of a database's administrator.
func changedAdmin(r rule.Rule) rule.Rule {
	name := rule.Required("configuration.masterUsername")
	r.Params = []rule.Param{{Name: "validAdminUserNames", Type: rule.CSV, Doc: "names the administrator may have; admin and postgres never are"}}
	r.Fields = []*rule.Field{name}
	r.Check = func(c *rule.Context) rule.Result {
		got := c.Str(name)
		if got == "admin" || got == "postgres" {
			return c.Fail("The administrator has the default name " + got + ".")
		}
		if !allowed(c.Params.List("validAdminUserNames"), got) {
			return c.Fail("The administrator has another name than allowed.")
		}
		return c.Pass("The administrator has no default name.")
	}
	return exceptEngines(r, "neptune", "docdb")
}

func clusterAdmin() rule.Rule {
	return changedAdmin(rule.Rule{
		Identifier: "RDS_CLUSTER_DEFAULT_ADMIN_CHECK",
		Severity:   rule.Medium,
		Rationale: "Who guesses passwords guesses the well-known names first. The administrator (masterUsername) of the DB cluster must be called neither admin nor postgres, and as one " +
			"of validAdminUserNames when that is given. Clusters of Neptune and DocumentDB are not judged.",
		Remediation: rule.Remediation{Hint: "Create a cluster with another administrator and move the data; the name cannot be changed."},
	})
}

func clusterDeletionProtection() rule.Rule {
	return mustBe(rule.Rule{
		Identifier:  "RDS_CLUSTER_DELETION_PROTECTION_ENABLED",
		Severity:    rule.Medium,
		Rationale:   "A database must not be gone after one wrong click. deletionProtection of the DB cluster must be true, whatever its engine.",
		Remediation: rule.Remediation{Hint: "Turn on deletion protection.", Document: "AWSConfigRemediation-EnableRDSClusterDeletionProtection"},
	}, rule.Required("configuration.deletionProtection"), true, "Deletion protection is on.", "Deletion protection is off.")
}

func clusterStorageEncrypted() rule.Rule {
	return mustBe(rule.Rule{
		Identifier:  "RDS_CLUSTER_ENCRYPTED_AT_REST",
		Severity:    rule.Medium,
		Rationale:   "Whoever gets at the storage of a database must not be able to read it. The storage of the DB cluster must be encrypted, with any key and whatever its engine.",
		Remediation: rule.Remediation{Hint: "Restore a snapshot of the cluster with a KMS key."},
	}, rule.Required("configuration.storageEncrypted"), true, "The storage is encrypted.", "The storage is not encrypted.")
}

// clusterIAMOn completes a rule about the authentication of a cluster's users by IAM.
func clusterIAMOn(r rule.Rule) rule.Rule {
	return mustBe(r, rule.Required("configuration.iamdatabaseAuthenticationEnabled"), true, "IAM authentication is on.", "IAM authentication is off.")
}

func clusterIAM() rule.Rule {
	return exceptEngines(clusterIAMOn(rule.Rule{
		Identifier: "RDS_CLUSTER_IAM_AUTHENTICATION_ENABLED",
		Severity:   rule.Medium,
		Rationale: "A password of a database is shared and forgotten; a token of IAM is personal and lives for minutes. IAM authentication of the DB cluster must be on. DocumentDB, whose " +
			"clusters have no such switch, is not judged.",
		Remediation: rule.Remediation{Hint: "Turn on IAM database authentication."},
	}), "docdb")
}

func clusterMinorUpgrades() rule.Rule {
	return ofEngines(mustBe(rule.Rule{
		Identifier: "RDS_CLUSTER_AUTO_MINOR_VERSION_UPGRADE_ENABLE",
		Severity:   rule.Medium,
		Rationale: "Minor versions are where an engine's holes are closed. autoMinorVersionUpgrade of a Multi-AZ DB cluster (engine mysql or postgres) must be true. Aurora, Neptune and " +
			"DocumentDB decide it by their instances and are not judged.",
		Remediation: rule.Remediation{Hint: "Turn on automatic minor version upgrades."},
	}, rule.Required("configuration.autoMinorVersionUpgrade"), true, "Minor versions are installed by themselves.", "Minor versions are not installed by themselves."), "mysql", "postgres")
}

func clusterBackups() rule.Rule {
	return keepsBackups(rule.Rule{
		Identifier: "RDS_CLUSTER_BACKUP_RETENTION_CHECK",
		Severity:   rule.Medium,
		Rationale: "A mistake is often found days later. The DB cluster, whatever its engine, must keep automated backups for at least minimumBackupRetentionPeriod " +
			"days (7).",
		Remediation: rule.Remediation{Hint: "Raise the backup retention period."},
	})
}

// copiesTags completes a rule about the tags that a cluster's snapshots get.
func copiesTags(r rule.Rule, engine string) rule.Rule {
	r.Severity = rule.Low
	r.Remediation = rule.Remediation{Hint: "Turn on the copying of tags to snapshots.", Document: "AWSConfigRemediation-EnableCopyTagsToSnapshotOnRDSCluster"}
	return ofEngines(mustBe(r, rule.Required("configuration.copyTagsToSnapshot"), true, "Snapshots get the tags of the cluster.", "Snapshots do not get the tags of the cluster."), engine)
}

func mysqlClusterTags() rule.Rule {
	return copiesTags(rule.Rule{
		Identifier: "RDS_MYSQL_CLUSTER_COPY_TAGS_TO_SNAPSHOT_CHECK",
		Rationale: "Access and cost follow tags, and a snapshot without them escapes both. copyTagsToSnapshot of the Multi-AZ DB cluster of MySQL (engine mysql) must be true; other " +
			"engines, Aurora among them, are not judged.",
	}, "mysql")
}

func postgresClusterTags() rule.Rule {
	return copiesTags(rule.Rule{
		Identifier: "RDS_PGSQL_CLUSTER_COPY_TAGS_TO_SNAPSHOT_CHECK",
		Rationale: "Access and cost follow tags, and a snapshot without them escapes both. copyTagsToSnapshot of the Multi-AZ DB cluster of PostgreSQL (engine postgres) must be true; other " +
			"engines, Aurora among them, are not judged.",
	}, "postgres")
}

func auroraAuditExported() rule.Rule {
	return ofEngines(exceptServerless(mustExport(rule.Rule{
		Identifier: "RDS_AURORA_MYSQL_AUDIT_LOGGING_ENABLED",
		Severity:   rule.Medium,
		Rationale: "An audit log that stays on the database is lost with it. The Aurora MySQL cluster must export its audit log to CloudWatch Logs. Whether the log is written at all is " +
			"judged by AURORA_MYSQL_CLUSTER_AUDIT_LOGGING. Clusters of Aurora Serverless v1 (engineMode serverless) are not judged.",
		Remediation: rule.Remediation{Hint: "Turn on the export of the audit log to CloudWatch Logs."},
	}, "", "audit")), "aurora", "aurora-mysql")
}

func auroraPostgresExported() rule.Rule {
	return ofEngines(mustExport(rule.Rule{
		Identifier:  "RDS_AURORA_POSTGRESQL_LOGS_TO_CLOUDWATCH",
		Severity:    rule.Medium,
		Rationale:   "The log of a database shows who read what, and must outlive it. The Aurora PostgreSQL cluster must export its postgresql log to CloudWatch Logs.",
		Remediation: rule.Remediation{Hint: "Turn on the export of the postgresql log to CloudWatch Logs."},
	}, "", "postgresql"), "aurora-postgresql")
}

func auroraBacktracking() rule.Rule {
	window := rule.Absent("configuration.backtrackWindow", 0, "RDS DescribeDBClusters leaves it out for a cluster that cannot go back")
	return ofEngines(rule.Rule{
		Identifier: "AURORA_MYSQL_BACKTRACKING_ENABLED",
		Params:     []rule.Param{{Name: "BacktrackWindowInHours", Type: rule.Double, Min: 0.1, Max: 72, Doc: "hours the cluster must be able to go back at least"}},
		Severity:   rule.Medium,
		Rationale: "Backtracking undoes a mistake in minutes, without a restore. The Aurora MySQL cluster must have a backtrack window (backtrackWindow above 0 seconds), of at least " +
			"BacktrackWindowInHours when that is given.",
		Remediation: rule.Remediation{Hint: "Restore or clone the cluster with a backtrack window; it cannot be turned on later."},
		Fields:      []*rule.Field{window},
		Check: func(c *rule.Context) rule.Result {
			seconds := c.Float(window)
			if seconds <= 0 {
				return c.Fail("Backtracking is off.")
			}
			if seconds < c.Params.Float("BacktrackWindowInHours")*3600 {
				return c.Fail("The backtrack window is shorter than required.")
			}
			return c.Pass("Backtracking is on.")
		},
	}, "aurora", "aurora-mysql")
}

func globalEncrypted() rule.Rule {
	return ofEngines(mustBe(rule.Rule{
		Identifier:  "AURORA_GLOBAL_DATABASE_ENCRYPTION_AT_REST",
		Severity:    rule.Medium,
		Rationale:   "A global database stores its data in several regions, and all of them must be unreadable on disk. StorageEncrypted of the Aurora global cluster must be true.",
		Remediation: rule.Remediation{Hint: "Create an encrypted global database from an encrypted cluster and move the data."},
	}, rule.Required("configuration.StorageEncrypted"), true, "The storage is encrypted.", "The storage is not encrypted."), "aurora", "aurora-mysql", "aurora-postgresql")
}

func globalVersion() rule.Rule {
	version := rule.Required("configuration.EngineVersion")
	return ofEngines(rule.Rule{
		Identifier: "RDS_GLOBAL_CLUSTER_AURORA_MYSQL_SUPPORTED_VERSION",
		Params: []rule.Param{
			{Name: "minSupportedEngineVersion", Required: true, Doc: "the oldest version that is allowed, such as 8.0.mysql_aurora.3.04.0"},
			{Name: "longTermSupportVersion", Type: rule.CSV, Doc: "older versions that are allowed too"},
		},
		Severity: rule.High,
		Rationale: "A version without support gets no fixes. The version of the Aurora MySQL global database must not be older than minSupportedEngineVersion, part by part as numbers, or be one " +
			"of longTermSupportVersion.",
		Remediation: rule.Remediation{Hint: "Upgrade the global database."},
		Fields:      []*rule.Field{version},
		Check: func(c *rule.Context) rule.Result {
			got := c.Str(version)
			if versionOrder(got, c.Params.Str("minSupportedEngineVersion")) >= 0 || slices.Contains(c.Params.List("longTermSupportVersion"), got) {
				return c.Pass("The version is supported.")
			}
			return c.Fail("The version " + got + " is older than the oldest supported one.")
		},
	}, "aurora", "aurora-mysql")
}
