package managed

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

func rdsRules() []rule.Rule {
	return []rule.Rule{
		dbNotPublic(), dbStorageEncrypted(), dbBackupEnabled(), dbLoggingEnabled(),
		dbMultiAZ(), clusterMultiAZ(), dbMinorUpgrades(), dbDeletionProtection(), dbEnhancedMonitoring(),
	}
}

func dbNotPublic() rule.Rule {
	return mustBe(rule.Rule{
		Identifier: "RDS_INSTANCE_PUBLIC_ACCESS_CHECK",
		Severity:   rule.Critical,
		Rationale: "A database the internet can reach is a password away from everyone. publiclyAccessible of the DB instance must be " +
			"false, whatever its subnets and security groups let through.",
		Remediation: rule.Remediation{Hint: "Make the instance not publicly accessible.", Document: "AWSConfigRemediation-DisablePublicAccessToRDSInstance"},
	}, rule.Required("configuration.publiclyAccessible"), false, "The instance is not publicly accessible.", "The instance is publicly accessible.")
}

func dbStorageEncrypted() rule.Rule {
	encrypted := rule.Required("configuration.storageEncrypted")
	key := rule.Absent("configuration.kmsKeyId", "", "RDS DescribeDBInstances gives a key for encrypted storage only")
	return rule.Rule{
		Identifier: "RDS_STORAGE_ENCRYPTED",
		Params:     []rule.Param{{Name: "kmsKeyId", Doc: "id or ARN of the key the storage must be encrypted with"}},
		Severity:   rule.Medium,
		Rationale: "Whoever gets at the storage of a database or a copy of it must not be able to read it. The DB instance's storage must be " +
			"encrypted, with the key kmsKeyId when that is given.",
		Remediation: rule.Remediation{Hint: "Copy a snapshot with encryption and restore the instance from the copy."},
		Fields:      []*rule.Field{encrypted, key},
		Check: func(c *rule.Context) rule.Result {
			if !c.Bool(encrypted) {
				return c.Fail("The storage is not encrypted.")
			}
			if want := c.Params.Str("kmsKeyId"); want != "" && !sameKey(c.Str(key), want) {
				return c.Fail("The storage is encrypted with another key than " + want + ".")
			}
			return c.Pass("The storage is encrypted.")
		},
	}
}

func dbBackupEnabled() rule.Rule {
	days := rule.Required("configuration.backupRetentionPeriod")
	source := rule.Absent("configuration.readReplicaSourceDBInstanceIdentifier", "", "RDS DescribeDBInstances gives it for read replicas only")
	window := rule.Absent("configuration.preferredBackupWindow", "", "RDS DescribeDBInstances leaves it out where there are no backups")
	return rule.Rule{
		Identifier: "DB_INSTANCE_BACKUP_ENABLED",
		Params: []rule.Param{
			{Name: "backupRetentionPeriod", Type: rule.Int, Min: 1, Max: 35, Doc: "days backups must be kept, exactly"},
			{Name: "backupRetentionMinimum", Type: rule.Int, Min: 1, Max: 35, Doc: "days backups must be kept at least"},
			{Name: "preferredBackupWindow", Doc: "the backup window the instance must have, such as 03:00-04:00"},
			{Name: "checkReadReplicas", Type: rule.Bool, Doc: "judge read replicas too"},
		},
		Severity: rule.Medium,
		Rationale: "What is not backed up is lost with the first mistake. The DB instance must keep automated backups for at least one day " +
			"(backupRetentionPeriod above 0); for exactly, or at least, as many days as the parameters say, in the window they say. " +
			"Read replicas are judged only when checkReadReplicas is true.",
		Remediation: rule.Remediation{Hint: "Set a backup retention period.", Document: "AWSConfigRemediation-EnableRDSInstanceBackup"},
		Fields:      []*rule.Field{days, source, window},
		Check: func(c *rule.Context) rule.Result {
			if !c.Params.Bool("checkReadReplicas") && c.Has(source) {
				return c.Skip("The instance is a read replica.")
			}
			kept := c.Int(days)
			if kept <= 0 {
				return c.Fail("The instance has no automated backups.")
			}
			if c.Params.Has("backupRetentionPeriod") && kept != c.Params.Int("backupRetentionPeriod") {
				return c.Fail("Backups are not kept for as many days as required.")
			}
			if kept < c.Params.Int("backupRetentionMinimum") {
				return c.Fail("Backups are kept for fewer days than required.")
			}
			if want := c.Params.Str("preferredBackupWindow"); want != "" && c.Str(window) != want {
				return c.Fail("The backup window is not the required one.")
			}
			return c.Pass("The instance has automated backups.")
		},
	}
}

// engineLogs are the logs each engine can export to CloudWatch Logs and is expected to; Security Hub RDS.9 lists them.
var engineLogs = []struct {
	engine string // a prefix; longer ones first
	logs   []string
}{
	{"aurora-postgresql", []string{"postgresql"}},
	{"aurora", []string{"audit", "error", "general", "slowquery"}},
	{"mariadb", []string{"audit", "error", "general", "slowquery"}},
	{"mysql", []string{"audit", "error", "general", "slowquery"}},
	{"postgres", []string{"postgresql", "upgrade"}},
	{"oracle", []string{"alert", "audit", "listener", "trace"}},
	{"sqlserver", []string{"agent", "error"}},
}

// logsOf gives the logs of an engine, and which of the list it is.
func logsOf(engine string) (family string, logs []string) {
	for _, e := range engineLogs {
		if strings.HasPrefix(engine, e.engine) {
			return e.engine, e.logs
		}
	}
	return "", nil
}

func dbLoggingEnabled() rule.Rule {
	engine := rule.Required("configuration.engine")
	status := rule.Required("configuration.dBInstanceStatus")
	exports := rule.Absent("configuration.enabledCloudwatchLogsExports", nil, "RDS DescribeDBInstances leaves out an empty list")
	judged := []string{"available", "backing-up", "storage-optimization", "storage-full"}
	return rule.Rule{
		Identifier: "RDS_LOGGING_ENABLED",
		Params:     []rule.Param{{Name: "additionalLogs", Type: rule.Map, Doc: "more logs by engine, such as \"oracle: general, slowquery ; aurora: alert\""}},
		Severity:   rule.Medium,
		Rationale: "The log of a database shows who read what. The DB instance must export to CloudWatch Logs every log that is expected of its " +
			"engine: postgresql and upgrade (PostgreSQL); audit, error, general and slowquery (MySQL, MariaDB, Aurora MySQL); postgresql (Aurora " +
			"PostgreSQL); alert, audit, listener and trace (Oracle); agent and error (SQL Server); and those that additionalLogs adds for it. Instances " +
			"that are not available, backing-up, storage-optimization or storage-full, and of other engines, are not judged.",
		Remediation: rule.Remediation{Hint: "Turn on the export of the logs to CloudWatch Logs."},
		Fields:      []*rule.Field{engine, status, exports},
		Check: func(c *rule.Context) rule.Result {
			if !slices.Contains(judged, c.Str(status)) {
				return c.Skip("The instance is not available.")
			}
			name := c.Str(engine)
			family, logs := logsOf(name)
			want := slices.Clone(logs)
			for e, logs := range c.Params.Map("additionalLogs") {
				if of, _ := logsOf(e); of == family && strings.HasPrefix(name, e) {
					want = append(want, rule.Split(logs)...)
				}
			}
			if len(want) == 0 {
				return c.Skip("No logs are expected of the instance's engine.")
			}
			have := slices.Collect(c.Strings(exports))
			for _, l := range want {
				if !slices.Contains(have, l) {
					return c.Fail("The instance does not export its " + l + " log.")
				}
			}
			return c.Pass("The instance exports the logs that are expected of its engine.")
		},
	}
}

func dbMultiAZ() rule.Rule {
	cluster, multi := clusterOfInstance(), rule.Required("configuration.multiAZ")
	return rule.Rule{
		Identifier: "RDS_MULTI_AZ_SUPPORT",
		Severity:   rule.Medium,
		Rationale: "When a zone fails, a database with a standby in another zone goes on. multiAZ of the DB instance must be true. Instances of clusters (Aurora, " +
			"DocumentDB, Neptune and Multi-AZ DB clusters), which decide that, are not judged.",
		Remediation: rule.Remediation{Hint: "Make the instance a Multi-AZ deployment.", Document: "AWSConfigRemediation-EnableMultiAZOnRDSInstance"},
		Fields:      []*rule.Field{cluster, multi},
		Check: func(c *rule.Context) rule.Result {
			if c.Has(cluster) {
				return c.Skip(ofCluster)
			}
			if c.Bool(multi) {
				return c.Pass("The instance has a standby in another zone.")
			}
			return c.Fail("The instance has no standby in another zone.")
		},
	}
}

func clusterMultiAZ() rule.Rule {
	return mustBe(rule.Rule{
		Identifier: "RDS_CLUSTER_MULTI_AZ_ENABLED",
		Severity:   rule.Medium,
		Rationale: "When a zone fails, a cluster with instances in another zone goes on. multiAZ of the DB cluster must be true: RDS sets it when " +
			"the cluster has instances in more than one zone.",
		Remediation: rule.Remediation{Hint: "Add an instance in another zone to the cluster."},
	}, rule.Required("configuration.multiAZ"), true, "The cluster has instances in more than one zone.", "The cluster has instances in one zone only.")
}

func dbMinorUpgrades() rule.Rule {
	return mustBe(rule.Rule{
		Identifier: "RDS_AUTOMATIC_MINOR_VERSION_UPGRADE_ENABLED",
		Severity:   rule.High,
		Rationale: "Minor versions are where an engine's holes are closed. autoMinorVersionUpgrade of the DB instance must be true; for an instance of a cluster too, although " +
			"the cluster upgrades only when all of its instances have it.",
		Remediation: rule.Remediation{Hint: "Turn on automatic minor version upgrades.", Document: "AWSConfigRemediation-EnableMinorVersionUpgradeOnRDSDBInstance"},
	}, rule.Required("configuration.autoMinorVersionUpgrade"), true, "Minor versions are installed by themselves.", "Minor versions are not installed by themselves.")
}

func dbDeletionProtection() rule.Rule {
	engine, protected := rule.Required("configuration.engine"), rule.Required("configuration.deletionProtection")
	return rule.Rule{
		Identifier: "RDS_INSTANCE_DELETION_PROTECTION_ENABLED",
		Params:     []rule.Param{{Name: "databaseEngines", Type: rule.CSV, Doc: "judge only instances of these engines"}},
		Severity:   rule.Low,
		Rationale: "A database must not be gone after one wrong click. deletionProtection of the DB instance must be true. Instances of clusters, whose protection is the " +
			"cluster's and who say false themselves, are judged unless databaseEngines leaves out their engine.",
		Remediation: rule.Remediation{Hint: "Turn on deletion protection.", Document: "AWSConfigRemediation-EnableRDSInstanceDeletionProtection"},
		Fields:      []*rule.Field{engine, protected},
		Check: func(c *rule.Context) rule.Result {
			if !allowed(c.Params.List("databaseEngines"), c.Str(engine)) {
				return c.Skip("The rule's parameters leave out the engine of the instance.")
			}
			if c.Bool(protected) {
				return c.Pass("Deletion protection is on.")
			}
			return c.Fail("Deletion protection is off.")
		},
	}
}

func dbEnhancedMonitoring() rule.Rule {
	interval := rule.Required("configuration.monitoringInterval")
	return rule.Rule{
		Identifier: "RDS_ENHANCED_MONITORING_ENABLED",
		Params:     []rule.Param{{Name: "monitoringInterval", Type: rule.Int, Min: 1, Max: 60, Doc: "the seconds between two measurements, exactly"}},
		Severity:   rule.Low,
		Rationale: "What goes on below a database is seen only from inside of its host. Enhanced monitoring of the DB instance must be on (monitoringInterval above 0), with " +
			"the interval of the parameter when that is given.",
		Remediation: rule.Remediation{Hint: "Turn on enhanced monitoring.", Document: "AWSConfigRemediation-EnableEnhancedMonitoringOnRDSInstance"},
		Fields:      []*rule.Field{interval},
		Check: func(c *rule.Context) rule.Result {
			seconds := c.Int(interval)
			if seconds <= 0 {
				return c.Fail("Enhanced monitoring is off.")
			}
			if c.Params.Has("monitoringInterval") && seconds != c.Params.Int("monitoringInterval") {
				return c.Fail("Enhanced monitoring is on with another interval than required.")
			}
			return c.Pass("Enhanced monitoring is on.")
		},
	}
}
