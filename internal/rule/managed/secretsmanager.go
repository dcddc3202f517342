package managed

import (
	"cmp"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/rule"
)

func secretsmanagerRules() []rule.Rule {
	return []rule.Rule{secretRotation(), secretUsingCMK()}
}

func secretRotation() rule.Rule {
	const (
		at      = "configuration.RotationRules."
		neither = "Secrets Manager DescribeSecret leaves out what was never set"
	)
	name := rule.Required("configuration.Name")
	on := rule.Absent("configuration.RotationEnabled", false, neither)
	schedule := rule.Absent(at+"RotationScheduleExpression", "", neither)
	scheduleAPI := rule.Absent(at+"ScheduleExpression", "", "the spelling of the API, not of AWS Config")
	hours := rule.Absent(at+"AutomaticallyAfterHours", 0, neither)
	days := rule.Absent(at+"AutomaticallyAfterDays", 0, neither)
	return rule.Rule{
		Identifier: "SECRETSMANAGER_ROTATION_ENABLED_CHECK",
		Params: []rule.Param{
			{Name: "maximumAllowedRotationFrequency", Type: rule.Int, Min: 1, Max: 36500, Doc: "days that may lie between two rotations"},
			{Name: "maximumAllowedRotationFrequencyInHours", Type: rule.Int, Min: 1, Max: 876000, Doc: "hours that may lie between two rotations"},
		},
		Severity: rule.Medium,
		Rationale: "The longer a secret lives, the more places it has leaked to. Automatic rotation of the secret must be on, and when parameters are given no more " +
			"time than they allow may lie between two rotations of its schedule or interval. Whether rotations succeed is not judged here.",
		Remediation: rule.Remediation{Hint: "Turn on automatic rotation of the secret."},
		Fields:      []*rule.Field{name, on, schedule, scheduleAPI, hours, days},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name) // an item without its configuration must not fail
			if !c.Bool(on) {
				return c.Fail("Automatic rotation is off.")
			}
			var limit time.Duration
			for param, unit := range map[string]time.Duration{"maximumAllowedRotationFrequency": 24 * time.Hour, "maximumAllowedRotationFrequencyInHours": time.Hour} {
				if l := time.Duration(c.Params.Int(param)) * unit; l > 0 && (limit == 0 || l < limit) {
					limit = l
				}
			}
			gap := max(time.Duration(c.Int(hours))*time.Hour, time.Duration(c.Int(days))*24*time.Hour)
			if s := cmp.Or(c.Str(schedule), c.Str(scheduleAPI)); s != "" {
				gap, _ = longestGap(s)
			}
			switch {
			case limit == 0:
				return c.Pass("Automatic rotation is on.")
			case gap <= 0:
				return c.Unknown("The schedule of the rotation is not told or not understood.")
			case gap > limit:
				return c.Fail("Automatic rotation is on, but more seldom than required.")
			}
			return c.Pass("Automatic rotation is on and as frequent as required.")
		},
	}
}

func secretUsingCMK() rule.Rule {
	const own = "Secrets Manager DescribeSecret leaves it out for a secret encrypted with aws/secretsmanager"
	name := rule.Required("configuration.Name")
	key := rule.Absent("configuration.KMSKeyId", "", own)
	keyAPI := rule.Absent("configuration.KmsKeyId", "", own)
	return rule.Rule{
		Identifier: "SECRETSMANAGER_USING_CMK",
		Params:     []rule.Param{keyParam("kmsKeyArns")},
		Severity:   rule.Medium,
		Rationale: "Who may use a key decides who may read a secret, and only the owner of a key rules that. The secret must be encrypted with a customer managed key, one of " +
			"kmsKeyArns when that is given; the key aws/secretsmanager does not count.",
		Remediation: rule.Remediation{Hint: "Choose a customer managed key for the secret."},
		Fields:      []*rule.Field{name, key, keyAPI},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name) // an item without its configuration must not fail
			got := cmp.Or(c.Str(key), c.Str(keyAPI))
			if got == "" || strings.HasSuffix(got, "alias/aws/secretsmanager") {
				return c.Fail("The secret is encrypted with the key of Secrets Manager.")
			}
			if !oneOfKeys(got, c.Params.List("kmsKeyArns")) {
				return c.Fail("The secret is encrypted with another key than allowed.")
			}
			return c.Pass("The secret is encrypted with a customer managed key.")
		},
	}
}
