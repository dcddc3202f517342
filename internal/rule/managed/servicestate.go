package managed

import (
	"slices"

	"github.com/tickmark/tickmark/internal/rule"
)

// serviceStateRules judge by account facts how services are set that have settings for the whole account.
func serviceStateRules() []rule.Rule {
	return []rule.Rule{
		inspectorScans("INSPECTOR_EC2_SCAN_ENABLED", "ec2", "EC2 instances"), inspectorScans("INSPECTOR_ECR_SCAN_ENABLED", "ecr", "container images in ECR"),
		inspectorScans("INSPECTOR_LAMBDA_STANDARD_SCAN_ENABLED", "lambda", "what Lambda functions depend on"),
		inspectorScans("INSPECTOR_LAMBDA_CODE_SCAN_ENABLED", "lambdaCode", "the code of Lambda functions"),
		macieEnabled(), macieDiscovery(), externalAnalyzer(), shieldAccess(), shieldAutoRenew(), ssmSharingBlocked(), ssmAutomationLogging(),
	}
}

// stateFields are the fields of the fact about a service: its name, and whether it is on.
type stateFields struct{ service, enabled *rule.Field }

func serviceState() stateFields {
	return stateFields{rule.Required("configuration.service").Of(factService), rule.Required("configuration.enabled").Of(factService)}
}

// serviceSetting completes a rule that the account meets when a service is on and has a setting.
func serviceSetting(r rule.Rule, service, setting, pass, off, fail string) rule.Rule {
	f := serviceState()
	on := rule.Required("configuration.details." + setting).Of(factService)
	r.Subjects = rule.Account
	r.Fields = []*rule.Field{f.service, f.enabled, on}
	r.Uses = []string{factService}
	r.Check = func(c *rule.Context) rule.Result {
		fact := c.Service(f.service, service)
		if !fact.Bool(f.enabled) {
			return c.Fail(off)
		}
		if fact.Bool(on) {
			return c.Pass(pass)
		}
		return c.Fail(fail)
	}
	return r
}

func inspectorScans(identifier, setting, what string) rule.Rule {
	return serviceSetting(rule.Rule{
		Identifier: identifier,
		Severity:   rule.High,
		Rationale: "A known hole that nobody looks for stays open. Amazon Inspector must be scanning " + what + " in the account and region. An organization is judged " +
			"account by account, each by its own state.",
		Remediation: rule.Remediation{Hint: "Turn on the scan in Amazon Inspector."},
	}, "inspector", setting, "Inspector scans "+what+".", "Inspector is off.", "Inspector does not scan "+what+".")
}

func macieEnabled() rule.Rule {
	f := serviceState()
	return rule.Rule{
		Identifier:  "MACIE_STATUS_CHECK",
		Subjects:    rule.Account,
		Severity:    rule.Medium,
		Rationale:   "Nobody knows by heart in which buckets personal data lies. Amazon Macie must be on in the account and region, and not suspended.",
		Remediation: rule.Remediation{Hint: "Turn on Amazon Macie in the region."},
		Fields:      []*rule.Field{f.service, f.enabled},
		Uses:        []string{factService},
		Check: func(c *rule.Context) rule.Result {
			if c.Service(f.service, "macie").Bool(f.enabled) {
				return c.Pass("Macie is on.")
			}
			return c.Fail("Macie is off.")
		},
	}
}

func macieDiscovery() rule.Rule {
	f := serviceState()
	admin := rule.Absent("configuration.details.administratorAccountId", "", "Macie GetAdministratorAccount gives none for an account without an administrator").Of(factService)
	discovery := rule.Required("configuration.details.automatedDiscovery").Of(factService)
	return rule.Rule{
		Identifier: "MACIE_AUTO_SENSITIVE_DATA_DISCOVERY_CHECK",
		Subjects:   rule.Account,
		Severity:   rule.High,
		Rationale: "Sensitive data turns up where nobody put it on purpose, and only a search that goes on by itself finds it. Amazon Macie must be on in the account and " +
			"region with automated discovery of sensitive data. An account whose Macie another account administers is not judged: there the administrator decides.",
		Remediation: rule.Remediation{Hint: "Turn on automated sensitive data discovery in Amazon Macie."},
		Fields:      []*rule.Field{f.service, f.enabled, admin, discovery},
		Uses:        []string{factService},
		Check: func(c *rule.Context) rule.Result {
			fact := c.Service(f.service, "macie")
			if !fact.Bool(f.enabled) {
				return c.Fail("Macie is off.")
			}
			if a := fact.Str(admin); a != "" && a != c.Account() {
				return c.Skip("Another account administers Macie.")
			}
			if fact.Bool(discovery) {
				return c.Pass("Automated discovery of sensitive data is on.")
			}
			return c.Fail("Automated discovery of sensitive data is off.")
		},
	}
}

func externalAnalyzer() rule.Rule {
	f := serviceState()
	types := rule.Required("configuration.details.analyzerTypes").Of(factService)
	return rule.Rule{
		Identifier: "IAM_EXTERNAL_ACCESS_ANALYZER_ENABLED",
		Subjects:   rule.Account,
		Severity:   rule.High,
		Rationale: "What is shared with the outside is told by no single policy. The account must have an active analyzer of IAM Access Analyzer for external access in the region, for " +
			"the account or the organization; analyzers of unused or internal access do not count.",
		Remediation: rule.Remediation{Hint: "Create an external access analyzer in the region.", Document: "AWSConfigRemediation-EnableAccountAccessAnalyzer"},
		Fields:      []*rule.Field{f.service, f.enabled, types},
		Uses:        []string{factService},
		Check: func(c *rule.Context) rule.Result {
			fact := c.Service(f.service, "accessanalyzer")
			if !fact.Bool(f.enabled) {
				return c.Fail("There is no active analyzer.")
			}
			have := slices.Collect(fact.Strings(types))
			if slices.Contains(have, "ACCOUNT") || slices.Contains(have, "ORGANIZATION") {
				return c.Pass("There is an external access analyzer.")
			}
			return c.Fail("No analyzer is one for external access.")
		},
	}
}

func shieldAccess() rule.Rule {
	f := serviceState()
	role := rule.Required("configuration.details.drtRole").Of(factService)
	return rule.Rule{
		Identifier: "SHIELD_DRT_ACCESS",
		Subjects:   rule.Account,
		Severity:   rule.Medium,
		Rationale: "In an attack there is no time to give helpers their rights. Where Shield Advanced is subscribed to, the account must have given the Shield Response Team a role; " +
			"an account without a subscription is not judged.",
		Remediation: rule.Remediation{Hint: "Give the Shield Response Team a role in the account."},
		Fields:      []*rule.Field{f.service, f.enabled, role},
		Uses:        []string{factService},
		Check: func(c *rule.Context) rule.Result {
			fact := c.Service(f.service, "shield")
			if !fact.Bool(f.enabled) {
				return c.Skip("The account has no subscription of Shield Advanced.")
			}
			if fact.Bool(role) {
				return c.Pass("The Shield Response Team has a role.")
			}
			return c.Fail("The Shield Response Team has no role.")
		},
	}
}

func shieldAutoRenew() rule.Rule {
	return serviceSetting(rule.Rule{
		Identifier:  "SHIELD_ADVANCED_ENABLED_AUTORENEW",
		Severity:    rule.Medium,
		Rationale:   "A subscription that runs out unnoticed is no protection. The account must be subscribed to Shield Advanced, and the subscription must renew itself.",
		Remediation: rule.Remediation{Hint: "Subscribe to Shield Advanced and let the subscription renew itself."},
	}, "shield", "autoRenew", "The subscription of Shield Advanced renews itself.", "The account has no subscription of Shield Advanced.",
		"The subscription of Shield Advanced does not renew itself.")
}

func ssmSharingBlocked() rule.Rule {
	return serviceSetting(rule.Rule{
		Identifier: "SSM_AUTOMATION_BLOCK_PUBLIC_SHARING",
		Severity:   rule.Critical,
		Rationale: "A document of Systems Manager that was made public by mistake shows how an account is run. The account's setting that blocks public sharing of documents must be on " +
			"in the region, whatever documents there are.",
		Remediation: rule.Remediation{Hint: "Turn on the block of public sharing for Systems Manager documents."},
	}, "ssm", "documentPublicSharingBlocked", "Public sharing of documents is blocked.", "Systems Manager is off.", "Public sharing of documents is not blocked.")
}

func ssmAutomationLogging() rule.Rule {
	return serviceSetting(rule.Rule{
		Identifier: "SSM_AUTOMATION_LOGGING_ENABLED",
		Severity:   rule.Medium,
		Rationale: "What a script of an automation did is known only where its output was kept. The account must send the output of aws:executeScript actions to CloudWatch Logs in the " +
			"region; into which log group does not matter.",
		Remediation: rule.Remediation{Hint: "Turn on CloudWatch logging in the preferences of Systems Manager Automation."},
	}, "ssm", "automationLogging", "Automations log to CloudWatch Logs.", "Systems Manager is off.", "Automations do not log to CloudWatch Logs.")
}
