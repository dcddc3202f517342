package managed

import "github.com/tickmark/tickmark/internal/rule"

const neptune = "neptune" // the engine of Neptune's clusters, which are recorded as those of RDS

func neptuneRules() []rule.Rule {
	return []rule.Rule{
		neptuneBackups(), neptuneAuditExported(), neptuneTags(), neptuneEncrypted(), neptuneIAM(), neptuneDeletionProtection(), neptuneMultiAZ(),
		neptuneSnapshotEncrypted(), neptuneSnapshotNotPublic(), neptuneSnapshotIAM(),
	}
}

func neptuneBackups() rule.Rule {
	return ofEngines(keepsBackups(rule.Rule{
		Identifier:  "NEPTUNE_CLUSTER_BACKUP_RETENTION_CHECK",
		Severity:    rule.Medium,
		Rationale:   "A mistake is often found days later. The Neptune cluster must keep automated backups for at least minimumBackupRetentionPeriod days (7).",
		Remediation: rule.Remediation{Hint: "Raise the backup retention period."},
	}), neptune)
}

func neptuneAuditExported() rule.Rule {
	return ofEngines(mustExport(rule.Rule{
		Identifier:  "NEPTUNE_CLUSTER_CLOUDWATCH_LOG_EXPORT_ENABLED",
		Severity:    rule.Medium,
		Rationale:   "The audit log shows who asked a graph for what, and must outlive it. The Neptune cluster must export its audit log to CloudWatch Logs.",
		Remediation: rule.Remediation{Hint: "Turn on the export of the audit log to CloudWatch Logs."},
	}, "", "audit"), neptune)
}

func neptuneTags() rule.Rule {
	r := copiesTags(rule.Rule{
		Identifier: "NEPTUNE_CLUSTER_COPY_TAGS_TO_SNAPSHOT_ENABLED",
		Rationale:  "Access and cost follow tags, and a snapshot without them escapes both. copyTagsToSnapshot of the Neptune cluster must be true.",
	}, neptune)
	r.Remediation.Document = "" // the document is for clusters of RDS
	return r
}

func neptuneEncrypted() rule.Rule {
	return clusterEncrypted(rule.Rule{
		Identifier: "NEPTUNE_CLUSTER_ENCRYPTED",
		Rationale: "Whoever gets at the storage of a graph must not be able to read it. The storage of the Neptune cluster must be encrypted, with one of KmsKeyArns when that is " +
			"given.",
	}, neptune, "KmsKeyArns")
}

func neptuneIAM() rule.Rule {
	return ofEngines(clusterIAMOn(rule.Rule{
		Identifier:  "NEPTUNE_CLUSTER_IAM_DATABASE_AUTHENTICATION",
		Severity:    rule.Medium,
		Rationale:   "Without IAM authentication whoever reaches a graph over the network may read it all. IAM authentication of the Neptune cluster must be on.",
		Remediation: rule.Remediation{Hint: "Turn on IAM database authentication."},
	}), neptune)
}

func neptuneDeletionProtection() rule.Rule {
	return ofEngines(mustBe(rule.Rule{
		Identifier:  "NEPTUNE_CLUSTER_DELETION_PROTECTION_ENABLED",
		Severity:    rule.Low,
		Rationale:   "A graph must not be gone after one wrong click. deletionProtection of the Neptune cluster must be true.",
		Remediation: rule.Remediation{Hint: "Turn on deletion protection."},
	}, rule.Required("configuration.deletionProtection"), true, "Deletion protection is on.", "Deletion protection is off."), neptune)
}

func neptuneMultiAZ() rule.Rule {
	return ofEngines(mustBe(rule.Rule{
		Identifier: "NEPTUNE_CLUSTER_MULTI_AZ_ENABLED",
		Severity:   rule.Medium,
		Rationale: "When a zone fails, a cluster with a replica in another zone goes on. multiAZ of the Neptune cluster must be true: it is when the cluster has instances in more than " +
			"one zone.",
		Remediation: rule.Remediation{Hint: "Add a read replica in another zone."},
	}, rule.Required("configuration.multiAZ"), true, "The cluster has instances in more than one zone.", "The cluster has instances in one zone only."), neptune)
}

func neptuneSnapshotEncrypted() rule.Rule {
	return ofEngines(mustBe(rule.Rule{
		Identifier:  "NEPTUNE_CLUSTER_SNAPSHOT_ENCRYPTED",
		Severity:    rule.Medium,
		Rationale:   "A snapshot is a whole copy of a graph. The snapshot of a Neptune cluster must be encrypted, with any key.",
		Remediation: rule.Remediation{Hint: "Copy the snapshot with a KMS key and delete the original."},
	}, rule.Required("configuration.storageEncrypted"), true, "The snapshot is encrypted.", "The snapshot is not encrypted."), neptune)
}

func neptuneSnapshotNotPublic() rule.Rule {
	return clusterSnapshotNotPublic(rule.Rule{
		Identifier: "NEPTUNE_CLUSTER_SNAPSHOT_PUBLIC_PROHIBITED",
		Rationale: "A public snapshot gives a whole graph to every AWS account. The restore attribute of a Neptune cluster's snapshot must not hold `all`. Sharing with named accounts is " +
			"allowed.",
	}, neptune)
}

func neptuneSnapshotIAM() rule.Rule {
	return ofEngines(clusterIAMOn(rule.Rule{
		Identifier: "NEPTUNE_CLUSTER_SNAPSHOT_IAM_DATABASE_AUTH_ENABLED",
		Severity:   rule.Medium,
		Rationale: "A cluster that is restored starts with the settings of its snapshot. The snapshot of a Neptune cluster must be of a cluster that had IAM authentication on. It cannot be " +
			"changed on the snapshot.",
		Remediation: rule.Remediation{Hint: "Turn on IAM authentication of the cluster, take a new snapshot and delete this one."},
	}), neptune)
}
