package managed

import (
	"time"

	"github.com/tickmark/tickmark/internal/rule"
)

// credentialRules judge IAM users by the credential report.
func credentialRules() []rule.Rule {
	return []rule.Rule{accessKeysRotated(), userUnusedCredentials(), iamUserMFAEnabled(), mfaForConsole()}
}

// credentials are the fields of a user in the credential report. Its values are texts: "true", "false", a time, or
// "N/A", "not_supported" or "no_information".
type credentials struct {
	userName, users, user                                             *rule.Field
	passwordEnabled, passwordLastUsed, passwordLastChanged, mfaActive *rule.Field
	keyActive, keyLastRotated, keyLastUsed                            [2]*rule.Field
}

func credentialFields() credentials {
	col := func(name string) *rule.Field {
		return rule.Required("configuration.users[]." + name).Of(factCredentialReport)
	}
	return credentials{
		userName:            rule.Required("configuration.userName"),
		users:               rule.Required("configuration.users").Of(factCredentialReport),
		user:                col("user"),
		passwordEnabled:     col("passwordEnabled"),
		passwordLastUsed:    col("passwordLastUsed"),
		passwordLastChanged: col("passwordLastChanged"),
		mfaActive:           col("mfaActive"),
		keyActive:           [2]*rule.Field{col("accessKey1Active"), col("accessKey2Active")},
		keyLastRotated:      [2]*rule.Field{col("accessKey1LastRotated"), col("accessKey2LastRotated")},
		keyLastUsed:         [2]*rule.Field{col("accessKey1LastUsedDate"), col("accessKey2LastUsedDate")},
	}
}

// row finds the row of the user that is judged.
func (f credentials) row(c *rule.Context) (rule.Place, bool) {
	return c.Fact(factCredentialReport).Among(f.users, f.user, c.Str(f.userName))
}

const notInReport = "The user is not in the credential report."

// moment reads a time of the report; ok is false for the texts that stand for none.
func moment(p rule.Place, f *rule.Field) (time.Time, bool) {
	switch p.Str(f) {
	case "", "N/A", "n/a", "not_supported", "no_information":
		return time.Time{}, false
	}
	return p.Time(f), true
}

// byCredentials declares a rule that judges each IAM user by the credential report.
func byCredentials(r rule.Rule, f credentials, fields []*rule.Field, check func(c *rule.Context, row rule.Place) rule.Result) rule.Rule {
	r.Fields = append([]*rule.Field{f.userName, f.users, f.user}, fields...)
	r.Uses = []string{factCredentialReport}
	r.Check = func(c *rule.Context) rule.Result {
		row, ok := f.row(c)
		if !ok {
			return c.Unknown(notInReport)
		}
		return check(c, row)
	}
	return r
}

func iamUserMFAEnabled() rule.Rule {
	f := credentialFields()
	return byCredentials(rule.Rule{
		Identifier: "IAM_USER_MFA_ENABLED",
		Severity:   rule.Medium,
		Rationale: "A stolen password or key alone must not be enough to act as a user. Every IAM user, with or without a " +
			"console password, must have an active MFA device according to the credential report.",
		Remediation: rule.Remediation{Hint: "Assign an MFA device to the user, or replace the user by a role."},
	}, f, []*rule.Field{f.mfaActive}, func(c *rule.Context, row rule.Place) rule.Result {
		if row.Str(f.mfaActive) == "true" {
			return c.Pass("The user has an active MFA device.")
		}
		return c.Fail("The user has no active MFA device.")
	})
}

func mfaForConsole() rule.Rule {
	f := credentialFields()
	return byCredentials(rule.Rule{
		Identifier: "MFA_ENABLED_FOR_IAM_CONSOLE_ACCESS",
		Severity:   rule.Medium,
		Rationale: "Passwords are phished. An IAM user who has a console password must have an active MFA device according " +
			"to the credential report. Users without a password are not judged.",
		Remediation: rule.Remediation{Hint: "Assign an MFA device to the user, or delete the user's password."},
	}, f, []*rule.Field{f.passwordEnabled, f.mfaActive}, func(c *rule.Context, row rule.Place) rule.Result {
		if row.Str(f.passwordEnabled) != "true" {
			return c.Skip("The user has no console password.")
		}
		if row.Str(f.mfaActive) == "true" {
			return c.Pass("The user has a console password and an active MFA device.")
		}
		return c.Fail("The user has a console password but no active MFA device.")
	})
}

func accessKeysRotated() rule.Rule {
	f := credentialFields()
	return byCredentials(rule.Rule{
		Identifier: "ACCESS_KEYS_ROTATED",
		Params:     []rule.Param{{Name: "maxAccessKeyAge", Type: rule.Int, Default: "90", Min: 1, Doc: "days"}},
		Severity:   rule.Medium,
		Rationale: "The longer a key lives, the more places it has leaked to. Each active access key of an IAM user must have been " +
			"made within maxAccessKeyAge days. Inactive keys do not count; a user without active keys passes.",
		Remediation: rule.Remediation{Hint: "Make a new access key, use it everywhere, and delete the old one.", Document: "AWSConfigRemediation-RevokeUnusedIAMUserCredentials"},
	}, f, append(f.keyActive[:], f.keyLastRotated[:]...), func(c *rule.Context, row rule.Place) rule.Result {
		for i := range f.keyActive {
			if row.Str(f.keyActive[i]) != "true" {
				continue
			}
			made, ok := moment(row, f.keyLastRotated[i])
			if !ok {
				return c.Unknown("The credential report does not tell the age of an active access key.")
			}
			if c.OlderThan(made, c.Params.Int("maxAccessKeyAge")) {
				return c.Fail("An active access key is of " + made.Format(time.DateOnly) + ", older than allowed.")
			}
		}
		return c.Pass("No active access key is older than allowed.")
	})
}

func userUnusedCredentials() rule.Rule {
	f := credentialFields()
	fields := []*rule.Field{f.passwordEnabled, f.passwordLastUsed, f.passwordLastChanged}
	fields = append(append(append(fields, f.keyActive[:]...), f.keyLastRotated[:]...), f.keyLastUsed[:]...)
	return byCredentials(rule.Rule{
		Identifier: "IAM_USER_UNUSED_CREDENTIALS_CHECK",
		Params:     []rule.Param{{Name: "maxCredentialUsageAge", Type: rule.Int, Default: "90", Min: 1, Doc: "days"}},
		Severity:   rule.Medium,
		Rationale: "Credentials nobody uses are doors nobody watches. The password, if the user has one, and each active access key " +
			"must have been used within maxCredentialUsageAge days. One that was never used counts from the day it was made.",
		Remediation: rule.Remediation{Hint: "Deactivate the unused password or access key.", Document: "AWSConfigRemediation-RevokeUnusedIAMUserCredentials"},
	}, f, fields, func(c *rule.Context, row rule.Place) rule.Result {
		days := c.Params.Int("maxCredentialUsageAge")
		stale := func(used, made *rule.Field) (stale, known bool) {
			at, ok := moment(row, used)
			if !ok {
				if at, ok = moment(row, made); !ok {
					return false, false
				}
			}
			return c.OlderThan(at, days), true
		}
		const silent = "The credential report does not tell when a credential was made."
		if row.Str(f.passwordEnabled) == "true" {
			old, known := stale(f.passwordLastUsed, f.passwordLastChanged)
			if !known {
				return c.Unknown(silent)
			}
			if old {
				return c.Fail("The password was not used within the allowed time.")
			}
		}
		for i := range f.keyActive {
			if row.Str(f.keyActive[i]) != "true" {
				continue
			}
			old, known := stale(f.keyLastUsed[i], f.keyLastRotated[i])
			if !known {
				return c.Unknown(silent)
			}
			if old {
				return c.Fail("An active access key was not used within the allowed time.")
			}
		}
		return c.Pass("No active credential is unused for longer than allowed.")
	})
}
