package managed

import (
	"slices"
	"strconv"
	"time"

	"github.com/tickmark/tickmark/internal/rule"
)

const recoveryPoint = "AWS::Backup::RecoveryPoint"

// airGapped is the type of vault whose recovery points nobody can delete early and no key of the account opens.
const airGapped = "LOGICALLY_AIR_GAPPED_BACKUP_VAULT"

// backupRecoveryRules judge what AWS Backup has of a resource: recovery points in any vault, and in one with an air gap.
func backupRecoveryRules() []rule.Rule {
	var all []rule.Rule
	for _, k := range []backedUp{
		aClusterOfAurora(), aTable(), aVolume(), aRunningInstance(), aFileSystem("EFS"), aFileSystem("FSX"), aDBInstance(), aBucket(),
		aGatewayVolume(), aVirtualMachine(),
	} {
		all = append(all, k.limit(lastRecoveryPoint(k)))
	}
	for _, k := range []backedUp{
		aClusterOfAurora(), aVolume(), aRunningInstance(), aFileSystem("EFS"), aBucket(), aGatewayVolume(), aVirtualMachine(),
	} {
		all = append(all, k.limit(inAirGappedVault(k)))
	}
	return all
}

// pointFields are what tells which recovery point is of which resource, and when it was made.
type pointFields struct{ arn, tags, resource, status, created *rule.Field }

func recoveryPoints() pointFields {
	return pointFields{
		arn:      rule.Required("ARN"),
		tags:     rule.Required("tags"),
		resource: rule.Required("configuration.ResourceArn").Of(recoveryPoint),
		status:   rule.Required("configuration.Status").Of(recoveryPoint),
		created:  rule.Required("configuration.CreationDate").Of(recoveryPoint),
	}
}

func (f pointFields) fields() []*rule.Field {
	return []*rule.Field{f.arn, f.tags, f.resource, f.status, f.created}
}

// usable are the recovery points of the subject that are complete and not older than the parameters allow.
func (f pointFields) usable(c *rule.Context) []rule.Place {
	unit := 24 * time.Hour
	if c.Params.Str("recoveryPointAgeUnit") == "hours" {
		unit = time.Hour
	}
	oldest := c.Now().Add(-time.Duration(c.Params.Int("recoveryPointAgeValue")) * unit)
	return slices.DeleteFunc(c.Matching(f.resource, c.Str(f.arn)), func(p rule.Place) bool {
		return !slices.Contains([]string{"COMPLETED", "AVAILABLE"}, p.Str(f.status)) || p.Time(f.created).Before(oldest)
	})
}

// ageParams say how old the last recovery point may be; days is the longest AWS Backup takes.
func ageParams(days int) []rule.Param {
	return append(scopeParams(),
		rule.Param{
			Name: "recoveryPointAgeValue", Type: rule.Int, Default: "1", Min: 1, Max: float64(24 * days),
			Doc: "how many of the unit the last recovery point may be old; at most " + strconv.Itoa(days) + " days",
		},
		rule.Param{Name: "recoveryPointAgeUnit", Default: "days", Enum: []string{"hours", "days"}})
}

func lastRecoveryPoint(k backedUp) rule.Rule {
	f := recoveryPoints()
	return rule.Rule{
		Identifier: k.prefix + "_LAST_BACKUP_RECOVERY_POINT_CREATED",
		Params:     ageParams(31),
		Severity:   rule.Medium,
		Rationale: "A plan that does not run protects nothing: only what it left behind shows that the " + k.what + " can be restored. AWS Backup must have a " +
			"recovery point of the " + k.what + " in the region whose status is COMPLETED or AVAILABLE and which was created within the time the parameters " +
			"allow, one day by default. A continuous backup counts from its creation like any other. Backups the service itself takes do not count.",
		Remediation: rule.Remediation{Hint: "Assign the " + k.what + " to a backup plan, and find out why its last job made no backup."},
		Fields:      f.fields(),
		Uses:        []string{recoveryPoint},
		Check: func(c *rule.Context) rule.Result {
			if why := outOfScope(c, f.tags, k.what); why != "" {
				return c.Skip(why)
			}
			if len(f.usable(c)) == 0 {
				return c.Fail("The " + k.what + " has no recovery point that is recent enough.")
			}
			return c.Pass("The last recovery point is recent enough.")
		},
	}
}

func inAirGappedVault(k backedUp) rule.Rule {
	f := recoveryPoints()
	vault := rule.Required("configuration.VaultType").Of(recoveryPoint)
	return rule.Rule{
		Identifier: k.prefix + "_RESOURCES_IN_LOGICALLY_AIR_GAPPED_VAULT",
		Params:     ageParams(91),
		Severity:   rule.Medium,
		Rationale: "Who takes over an account can delete its backups, unless they lie where the account has no power. A recovery point of the " + k.what +
			" must be in a logically air-gapped vault (its VaultType is LOGICALLY_AIR_GAPPED_BACKUP_VAULT), have the status COMPLETED or AVAILABLE, and have been " +
			"created within the time the parameters allow, one day by default.",
		Remediation: rule.Remediation{Hint: "Copy the backups of the " + k.what + " to a logically air-gapped vault, by a copy action of its plan."},
		Fields:      append(f.fields(), vault),
		Uses:        []string{recoveryPoint},
		Check: func(c *rule.Context) rule.Result {
			if why := outOfScope(c, f.tags, k.what); why != "" {
				return c.Skip(why)
			}
			for _, p := range f.usable(c) {
				if p.Str(vault) == airGapped {
					return c.Pass("A recent recovery point is in a logically air-gapped vault.")
				}
			}
			return c.Fail("No recent recovery point of the " + k.what + " is in a logically air-gapped vault.")
		},
	}
}
