package managed

import (
	"slices"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/rule"
)

const (
	backupPlan  = "AWS::Backup::BackupPlan"
	backupVault = "AWS::Backup::BackupVault"
)

func backupCoverRules() []rule.Rule {
	var all []rule.Rule
	for _, k := range []backedUp{
		aClusterOfAurora(), aTable(), aVolume(), anInstance(), aFileSystem("EFS"), aFileSystem("FSX"), aDBInstance(), aBucket(), aGatewayVolume(),
		aVirtualMachine(),
	} {
		r := k.limit(protectedByPlan(k.prefix+"_RESOURCES_PROTECTED_BY_BACKUP_PLAN", k.what))
		if k.prefix == "EBS" {
			r.Severity = rule.Low // as Security Hub EC2.28, other than for the other kinds
		}
		all = append(all, r)
	}
	return all
}

// planFields are what a plan promises for the resources that are assigned to it.
type planFields struct {
	plan, rules, vault, kept, copies, destination, lock *rule.Field
}

func planPromises() planFields {
	const at = "configuration.BackupPlan.BackupPlanRule"
	return planFields{
		plan:        rule.Required("configuration.BackupPlanId").Of(backupSelection),
		rules:       rule.Required(at).Of(backupPlan),
		vault:       rule.Required(at + "[].TargetBackupVault").Of(backupPlan),
		kept:        rule.Absent(at+"[].Lifecycle.DeleteAfterDays", 0, keptForever).Of(backupPlan),
		copies:      rule.Absent(at+"[].CopyActions", nil, "AWS Backup leaves out what a plan's rule does not have").Of(backupPlan),
		destination: rule.Required(at + "[].CopyActions[].DestinationBackupVaultArn").Of(backupPlan),
		lock:        rule.Absent("configuration.LockConfiguration", nil, "AWS Backup leaves it out for a vault without a lock").Of(backupVault),
	}
}

// protectedByPlan declares a rule that resources are assigned to a backup plan which does what the parameters ask for.
func protectedByPlan(identifier, what string) rule.Rule {
	a, p := assignment(), planPromises()
	return rule.Rule{
		Identifier: identifier,
		Params: append(scopeParams(), []rule.Param{
			{Name: "crossRegionList", Type: rule.CSV, Doc: "regions that must each get a copy"},
			{Name: "crossAccountList", Type: rule.CSV, Doc: "accounts that must each get a copy"},
			{Name: "minRetentionDays", Type: rule.Int, Min: 1, Max: 36500, Doc: "days backups must be kept at least"},
			{Name: "maxRetentionDays", Type: rule.Int, Min: 1, Max: 36500, Doc: "days backups may be kept at most"},
			{Name: "backupVaultLockCheck", Type: rule.Bool, Doc: "the vault must be locked"},
		}...),
		Severity: rule.Medium,
		Rationale: "What no plan backs up is lost with its first accident. A selection of resources of a backup plan in the region must take in the " + what +
			", by ARN, tags and conditions; when parameters are given, one rule of that plan must do all they ask for: keep its backups for that long, copy them to " +
			"each region and account, and store them in a locked vault. Backups the service itself takes do not count.",
		Remediation: rule.Remediation{Hint: "Assign the " + what + " to a backup plan."},
		Fields:      append(a.fields(), p.plan, p.rules, p.vault, p.kept, p.copies, p.destination, p.lock),
		Uses:        []string{backupSelection, backupPlan, backupVault},
		Check: func(c *rule.Context) rule.Result {
			if why := outOfScope(c, a.tags, what); why != "" {
				return c.Skip(why)
			}
			assigned := false
			for _, s := range c.All(backupSelection) {
				if !a.takesIn(c, s) {
					continue
				}
				if !demanding(c) || p.meets(c, s) {
					return c.Pass("The " + what + " is protected by a backup plan.")
				}
				assigned = true
			}
			if assigned {
				return c.Fail("The " + what + " is assigned to a backup plan that does not do what is required.")
			}
			return c.Fail("The " + what + " is not assigned to a backup plan.")
		},
	}
}

// demanding reports whether the parameters ask for more than a plan.
func demanding(c *rule.Context) bool {
	return c.Params.Bool("backupVaultLockCheck") ||
		slices.ContainsFunc([]string{"crossRegionList", "crossAccountList", "minRetentionDays", "maxRetentionDays"}, c.Params.Has)
}

// meets reports whether a rule of the selection's plan does all that the parameters ask for.
func (f planFields) meets(c *rule.Context, selection rule.Place) bool {
	plan, ok := c.Find(backupPlan, selection.Str(f.plan))
	if !ok {
		return false
	}
	for _, r := range plan.Each(f.rules) {
		if f.keeps(c, r) && f.copiesTo(c, r) && f.locked(c, r) {
			return true
		}
	}
	return false
}

func (f planFields) keeps(c *rule.Context, r rule.Place) bool {
	days, forever := r.Float(f.kept), r.Float(f.kept) <= 0
	return (forever || days >= float64(c.Params.Int("minRetentionDays"))) &&
		(!c.Params.Has("maxRetentionDays") || !forever && days <= float64(c.Params.Int("maxRetentionDays")))
}

func (f planFields) copiesTo(c *rule.Context, r rule.Place) bool {
	var places []string // regions and accounts cannot be mistaken for each other
	for _, to := range r.Each(f.copies) {
		if a, err := arn.Parse(to.Str(f.destination)); err == nil {
			places = append(places, a.Region, a.Account)
		}
	}
	for _, want := range slices.Concat(c.Params.List("crossRegionList"), c.Params.List("crossAccountList")) {
		if !slices.Contains(places, want) {
			return false
		}
	}
	return true
}

func (f planFields) locked(c *rule.Context, r rule.Place) bool {
	if !c.Params.Bool("backupVaultLockCheck") {
		return true
	}
	vault, ok := c.Find(backupVault, r.Str(f.vault))
	return ok && vault.Has(f.lock)
}
