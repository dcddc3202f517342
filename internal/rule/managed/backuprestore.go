package managed

import "github.com/tickmark/tickmark/internal/rule"

// backupRestoreRules judge how long AWS Backup took to restore a resource.
func backupRestoreRules() []rule.Rule {
	var all []rule.Rule
	for _, k := range []backedUp{
		aClusterOfAurora(), aTable(), aVolume(), aRunningInstance(), aFileSystem("EFS"), aFileSystem("FSX"), aDBInstance(), aBucket(),
	} {
		all = append(all, k.limit(restoredInTime(k)))
	}
	return all
}

func restoredInTime(k backedUp) rule.Rule {
	id, tags := rule.Required("ARN"), rule.Required("tags")
	resource := rule.Required("configuration.resourceArn").Of(factProtectedResource)
	took := rule.Absent("configuration.latestRestoreExecutionTimeMinutes", nil, "AWS Backup gives it once a restore was completed").Of(factProtectedResource)
	return rule.Rule{
		Identifier: k.prefix + "_MEETS_RESTORE_TIME_TARGET",
		Params: append([]rule.Param{{Name: "maxRestoreTime", Type: rule.Int, Required: true, Min: 1, Doc: "minutes a restore may take"}},
			scopeParams()...),
		Severity: rule.Medium,
		Rationale: "How long it takes to be back shows only when it is tried. The latest restore of the " + k.what + " by AWS Backup, a test or not, must have " +
			"taken no longer than maxRestoreTime minutes. A " + k.what + " that was never restored is neither compliant nor not: its time is unknown.",
		Remediation: rule.Remediation{Hint: "Test restores of the " + k.what + " by a restore testing plan, and choose a way of backing it up that restores faster."},
		Fields:      []*rule.Field{id, tags, resource, took},
		Uses:        []string{factProtectedResource},
		Check: func(c *rule.Context) rule.Result {
			if why := outOfScope(c, tags, k.what); why != "" {
				return c.Skip(why)
			}
			for _, p := range c.Matching(resource, c.Str(id)) {
				if !p.Has(took) {
					continue
				}
				if p.Int(took) > c.Params.Int("maxRestoreTime") {
					return c.Fail("The latest restore of the " + k.what + " took longer than allowed.")
				}
				return c.Pass("The latest restore took no longer than allowed.")
			}
			return c.Unknown("AWS Backup knows of no restore of the " + k.what + ".")
		},
	}
}
