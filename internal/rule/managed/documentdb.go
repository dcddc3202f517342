package managed

import (
	"slices"

	"github.com/tickmark/tickmark/internal/rule"
)

const docdb = "docdb" // the engine of DocumentDB's clusters, which are recorded as those of RDS

func documentdbRules() []rule.Rule {
	return []rule.Rule{docdbAuditExported(), docdbBackups(), docdbEncrypted(), docdbSnapshotNotPublic(), docdbDeletionProtection(), docdbTLS()}
}

func docdbAuditExported() rule.Rule {
	return ofEngines(mustExport(rule.Rule{
		Identifier: "DOCDB_CLUSTER_AUDIT_LOGGING_ENABLED",
		Severity:   rule.Medium,
		Rationale: "The audit log shows who changed what in a database, and must outlive it. The DocumentDB cluster must export its audit log to CloudWatch Logs. The parameter audit_logs, " +
			"which says what is written to it, is not judged.",
		Remediation: rule.Remediation{Hint: "Turn on the export of the audit log to CloudWatch Logs, and set the parameter audit_logs."},
	}, "", "audit"), docdb)
}

func docdbBackups() rule.Rule {
	return ofEngines(keepsBackups(rule.Rule{
		Identifier:  "DOCDB_CLUSTER_BACKUP_RETENTION_CHECK",
		Severity:    rule.Medium,
		Rationale:   "A mistake is often found days later. The DocumentDB cluster must keep automated backups for at least minimumBackupRetentionPeriod days (7).",
		Remediation: rule.Remediation{Hint: "Raise the backup retention period."},
	}), docdb)
}

// clusterEncrypted completes a rule about the storage of clusters of one engine, and the keys a parameter allows.
func clusterEncrypted(r rule.Rule, engine, param string) rule.Rule {
	r.Severity = rule.Medium
	r.Params = []rule.Param{keyParam(param)}
	r.Remediation = rule.Remediation{Hint: "Restore a snapshot of the cluster with a KMS key."}
	key := rule.Absent("configuration.kmsKeyId", "", "RDS DescribeDBClusters gives a key for encrypted storage only")
	return ofEngines(mustBeEncrypted(r, rule.Required("configuration.storageEncrypted"), key, param, "The storage"), engine)
}

func docdbEncrypted() rule.Rule {
	return clusterEncrypted(rule.Rule{
		Identifier: "DOCDB_CLUSTER_ENCRYPTED",
		Rationale: "Whoever gets at the storage of a database must not be able to read it. The storage of the DocumentDB cluster must be encrypted, with one of kmsKeyArns when that is " +
			"given.",
	}, docdb, "kmsKeyArns")
}

// clusterSnapshotNotPublic completes a rule about who may restore snapshots of clusters of one engine.
func clusterSnapshotNotPublic(r rule.Rule, engine string) rule.Rule {
	f := snapshotAttributes(dbClusterSnapshot, "DBClusterSnapshotAttributes")
	r.Severity = rule.Critical
	r.Remediation = rule.Remediation{Hint: "Remove `all` from the snapshot's restore attribute."}
	r.Fields = []*rule.Field{f.list, f.name, f.values}
	r.Check = f.judge
	return ofEngines(r, engine)
}

func docdbSnapshotNotPublic() rule.Rule {
	return clusterSnapshotNotPublic(rule.Rule{
		Identifier: "DOCDB_CLUSTER_SNAPSHOT_PUBLIC_PROHIBITED",
		Rationale: "A public snapshot gives a whole database to every AWS account. The restore attribute of a DocumentDB cluster's snapshot must not hold `all`. Sharing with named accounts " +
			"is allowed.",
	}, docdb)
}

func docdbDeletionProtection() rule.Rule {
	return ofEngines(mustBe(rule.Rule{
		Identifier:  "DOCDB_CLUSTER_DELETION_PROTECTION_ENABLED",
		Severity:    rule.Medium,
		Rationale:   "A database must not be gone after one wrong click. deletionProtection of the DocumentDB cluster must be true.",
		Remediation: rule.Remediation{Hint: "Turn on deletion protection."},
	}, rule.Required("configuration.deletionProtection"), true, "Deletion protection is on.", "Deletion protection is off."), docdb)
}

func docdbTLS() rule.Rule {
	f := clusterParameters()
	return ofEngines(rule.Rule{
		Identifier: "DOCDB_CLUSTER_ENCRYPTED_IN_TRANSIT",
		Params:     []rule.Param{{Name: "excludeTlsParameters", Type: rule.CSV, Default: "disabled", Doc: "values of the parameter tls that are not allowed; disabled never is"}},
		Severity:   rule.Medium,
		Rationale: "Queries and their answers cross the network. The parameter tls in the parameter group of the DocumentDB cluster must be neither disabled nor one of excludeTlsParameters, and every " +
			"instance of the cluster must have taken over the group (in-sync).",
		Remediation: rule.Remediation{Hint: "Set tls in a parameter group of your own and reboot the instances."},
		Fields:      f.fields(),
		Uses:        []string{clusterParameterGroup},
		Check: func(c *rule.Context) rule.Result {
			if !f.inSync(c) {
				return c.Fail(outOfSync)
			}
			value, _ := f.value(c, c.Str(f.group), "tls")
			if value == "" {
				return c.Unknown(notRecorded)
			}
			if value == "disabled" || slices.Contains(c.Params.List("excludeTlsParameters"), value) {
				return c.Fail("The parameter tls is " + value + ".")
			}
			return c.Pass("The cluster requires TLS.")
		},
	}, docdb)
}
