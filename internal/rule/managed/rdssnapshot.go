package managed

import (
	"slices"

	"github.com/tickmark/tickmark/internal/rule"
)

const (
	dbSnapshot        = "AWS::RDS::DBSnapshot"
	dbClusterSnapshot = "AWS::RDS::DBClusterSnapshot"
)

func rdsSnapshotRules() []rule.Rule {
	return []rule.Rule{dbSnapshotsNotPublic(), dbSnapshotEncrypted()}
}

// restoreFields are the attributes of a snapshot that tell who may restore it.
type restoreFields struct{ list, name, values *rule.Field }

func snapshotAttributes(typ, key string) restoreFields {
	at := "supplementaryConfiguration." + key
	return restoreFields{
		rule.Required(at).Of(typ), rule.Required(at + "[].attributeName").Of(typ),
		rule.Absent(at+"[].attributeValues", nil, "RDS leaves out an empty list").Of(typ),
	}
}

// judge fails a snapshot that every account may restore.
func (f restoreFields) judge(c *rule.Context) rule.Result {
	for _, a := range c.Each(f.list) {
		if a.Str(f.name) == "restore" && slices.Contains(slices.Collect(a.Strings(f.values)), "all") {
			return c.Fail("Every AWS account may restore the snapshot.")
		}
	}
	return c.Pass("The snapshot is not public.")
}

func dbSnapshotsNotPublic() rule.Rule {
	one, cluster := snapshotAttributes(dbSnapshot, "DBSnapshotAttributes"), snapshotAttributes(dbClusterSnapshot, "DBClusterSnapshotAttributes")
	return rule.Rule{
		Identifier: "RDS_SNAPSHOTS_PUBLIC_PROHIBITED",
		Severity:   rule.Critical,
		Rationale: "A public snapshot gives a whole database to every AWS account. The restore attribute of a snapshot of an instance or a " +
			"cluster must not hold `all`. Sharing with named accounts is allowed.",
		Remediation: rule.Remediation{Hint: "Remove `all` from the snapshot's restore attribute."},
		Fields:      []*rule.Field{one.list, one.name, one.values, cluster.list, cluster.name, cluster.values},
		Check: func(c *rule.Context) rule.Result {
			if c.Type() == dbClusterSnapshot {
				return cluster.judge(c)
			}
			return one.judge(c)
		},
	}
}

func dbSnapshotEncrypted() rule.Rule {
	one := rule.Required("configuration.encrypted").Of(dbSnapshot)
	cluster := rule.Required("configuration.storageEncrypted").Of(dbClusterSnapshot)
	return rule.Rule{
		Identifier:  "RDS_SNAPSHOT_ENCRYPTED",
		Severity:    rule.Medium,
		Rationale:   "A snapshot is a whole copy of a database. Snapshots of instances and of clusters must be encrypted, with any key.",
		Remediation: rule.Remediation{Hint: "Copy the snapshot with encryption and delete the original."},
		Fields:      []*rule.Field{one, cluster},
		Check: func(c *rule.Context) rule.Result {
			f := one
			if c.Type() == dbClusterSnapshot {
				f = cluster
			}
			if c.Bool(f) {
				return c.Pass("The snapshot is encrypted.")
			}
			return c.Fail("The snapshot is not encrypted.")
		},
	}
}
