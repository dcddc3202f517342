package managed

import (
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/policy"
	"github.com/tickmark/tickmark/internal/rule"
)

// backupPlanRules judge what AWS Backup itself has: plans, recovery points and vaults.
func backupPlanRules() []rule.Rule {
	return []rule.Rule{planFrequency(), recoveryPointEncrypted(), recoveryPointRetention(), recoveryPointsKept()}
}

// What AWS Backup does where a plan's rule does not say.
const (
	defaultBackupSchedule = "cron(0 5 ? * * *)"
	onDefaultSchedule     = "a rule of a backup plan without a schedule runs at 05:00 UTC every day"
	keptForever           = "AWS Backup never deletes recovery points of a rule that does not say when"
)

func planFrequency() rule.Rule {
	rules := rule.Required("configuration.BackupPlan.BackupPlanRule")
	schedule := rule.Absent("configuration.BackupPlan.BackupPlanRule[].ScheduleExpression", defaultBackupSchedule, onDefaultSchedule)
	days := rule.Absent("configuration.BackupPlan.BackupPlanRule[].Lifecycle.DeleteAfterDays", 0, keptForever)
	return rule.Rule{
		Identifier: "BACKUP_PLAN_MIN_FREQUENCY_AND_MIN_RETENTION_CHECK",
		Params: []rule.Param{
			{Name: "requiredFrequencyUnit", Default: "days", Enum: []string{"hours", "days"}},
			{Name: "requiredFrequencyValue", Type: rule.Int, Default: "1", Min: 1, Max: 31, Doc: "how many of the unit may lie between two backups"},
			{Name: "requiredRetentionDays", Type: rule.Int, Default: "35", Min: 1, Max: 36500, Doc: "days backups must be kept at least"},
		},
		Severity: rule.Medium,
		Rationale: "A plan that runs too seldom or deletes too soon restores too little. One rule of the backup plan must do both: let no more time than required " +
			"lie between two runs of its schedule, and keep its recovery points for as many days as required, or forever. Runs counted are those of the " +
			"schedule; a schedule with years, W or # is not understood.",
		Remediation: rule.Remediation{Hint: "Add a rule to the backup plan that runs often enough and keeps its backups for long enough."},
		Fields:      []*rule.Field{rules, schedule, days},
		Check: func(c *rule.Context) rule.Result {
			unit := 24 * time.Hour
			if c.Params.Str("requiredFrequencyUnit") == "hours" {
				unit = time.Hour
			}
			allowed, unread := time.Duration(c.Params.Int("requiredFrequencyValue"))*unit, false
			for _, r := range c.Each(rules) {
				if kept := r.Float(days); kept > 0 && kept < float64(c.Params.Int("requiredRetentionDays")) {
					continue
				}
				gap, ok := longestGap(r.Str(schedule))
				if ok && gap <= allowed {
					return c.Pass("A rule of the plan runs often enough and keeps its backups for long enough.")
				}
				unread = unread || !ok
			}
			if unread {
				return c.Unknown("The schedule of a rule of the plan is not understood.")
			}
			return c.Fail("No rule of the plan runs as often and keeps its backups for as long as required.")
		},
	}
}

func recoveryPointEncrypted() rule.Rule {
	return mustBe(rule.Rule{
		Identifier: "BACKUP_RECOVERY_POINT_ENCRYPTED",
		Severity:   rule.Medium,
		Rationale: "A backup is a whole copy of what it backs up. The recovery point must be encrypted (IsEncrypted), with any key: for some services " +
			"AWS Backup takes the key of the vault, for others that of the resource.",
		Remediation: rule.Remediation{Hint: "Encrypt the resource, or copy the recovery point into an encrypted vault."},
	}, rule.Required("configuration.IsEncrypted"), true, "The recovery point is encrypted.", "The recovery point is not encrypted.")
}

func recoveryPointRetention() rule.Rule {
	point := rule.Required("configuration.RecoveryPointArn")
	days := rule.Absent("configuration.Lifecycle.DeleteAfterDays", 0, "AWS Backup leaves it out of a recovery point that it never deletes")
	return rule.Rule{
		Identifier: "BACKUP_RECOVERY_POINT_MINIMUM_RETENTION_CHECK",
		Params: []rule.Param{
			{Name: "requiredRetentionDays", Type: rule.Int, Default: "35", Min: 1, Max: 36500, Doc: "days a recovery point must be kept at least"},
		},
		Severity: rule.Medium,
		Rationale: "Damage is often found only weeks later, and then older backups are all that helps. The recovery point must be kept for as many days as " +
			"required from its creation (DeleteAfterDays of its lifecycle), or forever.",
		Remediation: rule.Remediation{Hint: "Change the lifecycle of the recovery point, and of the rule of the plan that made it."},
		Fields:      []*rule.Field{point, days},
		Check: func(c *rule.Context) rule.Result {
			c.Str(point) // an item without its configuration must not pass
			if kept := c.Float(days); kept > 0 && kept < float64(c.Params.Int("requiredRetentionDays")) {
				return c.Fail("The recovery point is kept for fewer days than required.")
			}
			return c.Pass("The recovery point is kept for long enough.")
		},
	}
}

// manualDeletions are the actions with which a person could get rid of a recovery point.
var manualDeletions = []string{"backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle", "backup:PutBackupVaultAccessPolicy"}

func recoveryPointsKept() rule.Rule {
	name := rule.Required("configuration.BackupVaultName")
	access := rule.Absent("configuration.AccessPolicy", nil, "AWS Backup leaves it out for a vault without an access policy")
	return rule.Rule{
		Identifier: "BACKUP_RECOVERY_POINT_MANUAL_DELETION_DISABLED",
		Params:     []rule.Param{{Name: "principalArnList", Type: rule.CSV, Doc: "ARNs of the principals that may delete"}},
		Severity:   rule.Medium,
		Rationale: "Who can delete backups can make a ransom pay. The access policy of the vault must deny everyone backup:DeleteRecoveryPoint, " +
			"backup:UpdateRecoveryPointLifecycle and backup:PutBackupVaultAccessPolicy on all resources, in one statement or several. Only the principals in " +
			"principalArnList may be excepted, by NotPrincipal or by a negated condition on aws:PrincipalArn; under any other condition a denial does not count. A " +
			"lock of the vault is not judged.",
		Remediation: rule.Remediation{Hint: "Deny the three actions in the vault's access policy."},
		Fields:      []*rule.Field{name, access},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name) // an item without its configuration must not fail
			if !c.Has(access) {
				return c.Fail("The vault has no access policy.")
			}
			d, excepted := c.Policy(access), c.Params.List("principalArnList")
			for _, action := range manualDeletions {
				if !slices.ContainsFunc(d.Statements, func(s policy.Statement) bool { return deniesAllBut(&s, action, excepted) }) {
					return c.Fail("The access policy does not deny everyone " + action + ".")
				}
			}
			return c.Pass("The access policy keeps recovery points from being deleted by hand.")
		},
	}
}

// deniesAllBut reports whether a statement denies an action on everything to everyone but some principals.
func deniesAllBut(s *policy.Statement, action string, excepted []string) bool {
	if s.Allow || !s.ForEveryone() || !s.Does(action) || !s.On("*") {
		return false
	}
	if s.NotPrincipal && slices.ContainsFunc(s.Principals, func(p policy.Principal) bool { return !slices.Contains(excepted, p.ID) }) {
		return false
	}
	for _, cond := range s.Conditions {
		switch strings.TrimSuffix(strings.ToLower(cond.Operator), "ifexists") {
		case "stringnotequals", "stringnotlike", "arnnotequals", "arnnotlike":
		default:
			return false
		}
		if !strings.EqualFold(cond.Key, "aws:PrincipalArn") || slices.ContainsFunc(cond.Values, func(v string) bool { return !slices.Contains(excepted, v) }) {
			return false
		}
	}
	return true
}
