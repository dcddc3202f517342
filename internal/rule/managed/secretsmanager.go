package managed

import (
	"cmp"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/rule"
)

func secretsmanagerRules() []rule.Rule {
	return []rule.Rule{secretRotation(), secretUsingCMK(), secretRotatesOnTime(), secretRotated(), secretUsed()}
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

func secretRotatesOnTime() rule.Rule {
	name := rule.Required("configuration.Name")
	on := rule.Absent("configuration.RotationEnabled", false, "Secrets Manager DescribeSecret leaves it out for a secret that was never rotated")
	onTime := rule.Required("configuration.RotationOccurringAsScheduled")
	return rule.Rule{
		Identifier: "SECRETSMANAGER_SCHEDULED_ROTATION_SUCCESS_CHECK",
		Severity:   rule.Medium,
		Rationale: "A rotation that fails leaves a secret as old as one without rotation, and nobody notices. RotationOccurringAsScheduled of the secret, false when the date of a rotation has " +
			"passed without one, must be true. Secrets without automatic rotation are not judged.",
		Remediation: rule.Remediation{Hint: "Find the error in the log of the rotation function and rotate the secret."},
		Fields:      []*rule.Field{name, on, onTime},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name) // an item without its configuration must not be skipped
			if !c.Bool(on) {
				return c.Skip("The secret has no automatic rotation.")
			}
			if c.Bool(onTime) {
				return c.Pass("Rotations happen as scheduled.")
			}
			return c.Fail("A rotation that was due has not happened.")
		},
	}
}

// secretSince completes a rule about the days since something last happened to a secret; the days count from the
// secret's creation when it never did.
func secretSince(r rule.Rule, param, field, what string) rule.Rule {
	created := rule.Required("configuration.CreatedDate")
	last := rule.Absent("configuration."+field, nil, "Secrets Manager DescribeSecret leaves it out when it never happened; it gives CreatedDate always")
	r.Severity = rule.Medium
	r.Fields = []*rule.Field{created, last}
	r.Check = func(c *rule.Context) rule.Result {
		since := c.Time(created)
		if t := c.Time(last); t.After(since) {
			since = t
		}
		if c.OlderThan(since, c.Params.Int(param)) {
			return c.Fail("The secret has not been " + what + " for more days than allowed.")
		}
		return c.Pass("The secret has been " + what + ", or created, recently enough.")
	}
	return r
}

func secretRotated() rule.Rule {
	return secretSince(rule.Rule{
		Identifier: "SECRETSMANAGER_SECRET_PERIODIC_ROTATION",
		Params:     []rule.Param{{Name: "maxDaysSinceRotation", Type: rule.Int, Default: "90", Min: 1, Max: 36500, Doc: "days that may have passed since the last rotation"}},
		Rationale: "The longer a secret lives, the more places it has leaked to. The secret must have been rotated (LastRotatedDate), or created when it never was, no more than " +
			"maxDaysSinceRotation days (90) ago.",
		Remediation: rule.Remediation{Hint: "Rotate the secret and turn on automatic rotation.", Document: "AWSConfigRemediation-RotateSecret"},
	}, "maxDaysSinceRotation", "LastRotatedDate", "rotated")
}

func secretUsed() rule.Rule {
	return secretSince(rule.Rule{
		Identifier: "SECRETSMANAGER_SECRET_UNUSED",
		Params:     []rule.Param{{Name: "unusedForDays", Type: rule.Int, Default: "90", Min: 1, Max: 36500, Doc: "days a secret may be unused"}},
		Rationale: "A secret nobody needs can only be stolen. The secret must have been read (LastAccessedDate, a day), or created when it never was, no more than unusedForDays days (90) " +
			"ago.",
		Remediation: rule.Remediation{Hint: "Delete the secret, or find out why nobody reads it.", Document: "AWSConfigRemediation-DeleteSecret"},
	}, "unusedForDays", "LastAccessedDate", "read")
}
