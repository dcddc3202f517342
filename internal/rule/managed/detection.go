package managed

import "github.com/tickmark/tickmark/internal/rule"

// detectionRules judge by account facts whether the services that detect threats are on.
func detectionRules() []rule.Rule {
	return []rule.Rule{securityHubEnabled(), guardDutyCentralized(), guardDutyFindings()}
}

func securityHubEnabled() rule.Rule {
	service := rule.Required("configuration.service").Of(factService)
	enabled := rule.Required("configuration.enabled").Of(factService)
	return rule.Rule{
		Identifier: "SECURITYHUB_ENABLED",
		Subjects:   rule.Account,
		Severity:   rule.Medium,
		Rationale: "Findings that nobody gathers are findings nobody reads. Security Hub must be on in the account and region; which standards " +
			"it runs does not matter.",
		Remediation: rule.Remediation{Hint: "Turn on Security Hub in the region.", Document: "AWSConfigRemediation-EnableSecurityHub"},
		Fields:      []*rule.Field{service, enabled},
		Uses:        []string{factService},
		Check: func(c *rule.Context) rule.Result {
			if c.Service(service, "securityhub").Bool(enabled) {
				return c.Pass("Security Hub is on.")
			}
			return c.Fail("Security Hub is off.")
		},
	}
}

func guardDutyCentralized() rule.Rule {
	service := rule.Required("configuration.service").Of(factService)
	enabled := rule.Required("configuration.enabled").Of(factService)
	admin := rule.Absent("configuration.details.administratorAccountId", "", "GuardDuty GetAdministratorAccount gives none for an account without an administrator").Of(factService)
	return rule.Rule{
		Identifier: "GUARDDUTY_ENABLED_CENTRALIZED",
		Subjects:   rule.Account,
		Params:     []rule.Param{{Name: "CentralMonitoringAccount", Doc: "the account GuardDuty must report to"}},
		Severity:   rule.High,
		Rationale: "GuardDuty sees what an intruder does in logs nobody reads. A detector must be on in the account and region, and when " +
			"CentralMonitoringAccount is given it must be the GuardDuty administrator of the account, or the account itself.",
		Remediation: rule.Remediation{Hint: "Turn on GuardDuty in the region.", Document: "AWSConfigRemediation-CreateGuardDutyDetector"},
		Fields:      []*rule.Field{service, enabled, admin},
		Uses:        []string{factService},
		Check: func(c *rule.Context) rule.Result {
			fact := c.Service(service, "guardduty")
			if !fact.Bool(enabled) {
				return c.Fail("GuardDuty is off.")
			}
			if want := c.Params.Str("CentralMonitoringAccount"); want != "" && want != c.Account() && fact.Str(admin) != want {
				return c.Fail("GuardDuty does not report to the account " + want + ".")
			}
			return c.Pass("GuardDuty is on.")
		},
	}
}

func guardDutyFindings() rule.Rule {
	const at = "configuration.details.nonArchivedFindings"
	service := rule.Required("configuration.service").Of(factService)
	enabled := rule.Required("configuration.enabled").Of(factService)
	findings := rule.Required(at).Of(factService)
	severity := rule.Required(at + "[].severity").Of(factService)
	created := rule.Required(at + "[].createdAt").Of(factService)
	return rule.Rule{
		Identifier: "GUARDDUTY_NON_ARCHIVED_FINDINGS",
		Subjects:   rule.Account,
		Params: []rule.Param{
			{Name: "daysLowSev", Type: rule.Int, Default: "30", Min: 1, Max: 3650, Doc: "days for findings of a severity below 4"},
			{Name: "daysMediumSev", Type: rule.Int, Default: "7", Min: 1, Max: 3650, Doc: "days for findings of a severity from 4 to below 7"},
			{Name: "daysHighSev", Type: rule.Int, Default: "1", Min: 1, Max: 3650, Doc: "days for findings of a severity from 7"},
		},
		Severity: rule.High,
		Rationale: "A finding that nobody looked at is an intruder nobody looked at. No finding of GuardDuty in the account and region that is not archived may be older, counted from " +
			"its creation, than the days the parameters give for its severity; critical findings count as high. Where GuardDuty is off there is nothing to judge.",
		Remediation: rule.Remediation{Hint: "Look into the findings and archive them."},
		Fields:      []*rule.Field{service, enabled, findings, severity, created},
		Uses:        []string{factService},
		Check: func(c *rule.Context) rule.Result {
			fact := c.Service(service, "guardduty")
			if !fact.Bool(enabled) {
				return c.Skip("GuardDuty is off.")
			}
			for _, f := range fact.Each(findings) {
				param, level := "daysLowSev", "low"
				switch s := f.Float(severity); {
				case s >= 7:
					param, level = "daysHighSev", "high"
				case s >= 4:
					param, level = "daysMediumSev", "medium"
				}
				if c.OlderThan(f.Time(created), c.Params.Int(param)) {
					return c.Fail("A finding of " + level + " severity has been open for longer than allowed.")
				}
			}
			return c.Pass("No finding has been open for longer than allowed.")
		},
	}
}
