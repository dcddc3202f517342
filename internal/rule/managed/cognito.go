package managed

import (
	"slices"

	"github.com/tickmark/tickmark/internal/rule"
)

func cognitoRules() []rule.Rule {
	return []rule.Rule{
		poolWithoutGuests("COGNITO_IDENTITY_POOL_UNAUTHENTICATED_LOGINS"), poolWithoutGuests("COGNITO_IDENTITY_POOL_UNAUTH_ACCESS_CHECK"),
		threatProtection(), customThreatProtection(), userPoolProtected(), userPoolMFA(), userPoolPasswords(),
	}
}

// poolWithoutGuests is one rule under two names.
func poolWithoutGuests(identifier string) rule.Rule {
	return mustBe(rule.Rule{
		Identifier: identifier,
		Severity:   rule.Medium,
		Rationale: "Guests get AWS credentials without anyone knowing who they are. The identity pool must not allow unauthenticated identities " +
			"(AllowUnauthenticatedIdentities), whatever their role may do.",
		Remediation: rule.Remediation{Hint: "Turn off guest access of the identity pool."},
	}, rule.Required("configuration.AllowUnauthenticatedIdentities"), false, "The identity pool allows no guests.", "The identity pool allows guests.")
}

func userPoolID() *rule.Field { return rule.Required("configuration.UserPoolId") }

const noAddOns = "Cognito DescribeUserPool leaves it out for a user pool without threat protection"

func threatProtection() rule.Rule {
	id, mode := userPoolID(), rule.Absent("configuration.UserPoolAddOns.AdvancedSecurityMode", "OFF", noAddOns)
	return rule.Rule{
		Identifier: "COGNITO_USER_POOL_ADVANCED_SECURITY_ENABLED",
		Params:     []rule.Param{{Name: "SecurityMode", Enum: []string{"AUDIT", "ENFORCED"}, Doc: "the mode threat protection must have"}},
		Severity:   rule.Medium,
		Rationale: "Stolen passwords are tried in bulk, and that can be seen. The user pool must have threat protection for standard authentication on, only watching (AUDIT) or also acting " +
			"(ENFORCED), or exactly in the mode SecurityMode when that is given.",
		Remediation: rule.Remediation{Hint: "Turn on threat protection of the user pool."},
		Fields:      []*rule.Field{id, mode},
		Check: func(c *rule.Context) rule.Result {
			c.Str(id)
			have := c.Str(mode)
			if have == "OFF" {
				return c.Fail("Threat protection is off.")
			}
			if c.Params.Has("SecurityMode") && have != c.Params.Str("SecurityMode") {
				return c.Fail("Threat protection has the mode " + have + ".")
			}
			return c.Pass("Threat protection is on.")
		},
	}
}

func customThreatProtection() rule.Rule {
	id, mode := userPoolID(), rule.Absent("configuration.UserPoolAddOns.AdvancedSecurityAdditionalFlows.CustomAuthMode", "OFF", noAddOns)
	return rule.Rule{
		Identifier: "COGNITO_USERPOOL_CUST_AUTH_THREAT_FULL_CHECK",
		Severity:   rule.Medium,
		Rationale: "A way in of one's own making is one more that can be tried in bulk. The user pool's threat protection for custom authentication must be in the full-function mode (ENFORCED), " +
			"in which it acts; watching only (AUDIT) does not do.",
		Remediation: rule.Remediation{Hint: "Set threat protection for custom authentication to full function."},
		Fields:      []*rule.Field{id, mode},
		Check: func(c *rule.Context) rule.Result {
			c.Str(id)
			if c.Str(mode) == "ENFORCED" {
				return c.Pass("Threat protection for custom authentication acts.")
			}
			return c.Fail("Threat protection for custom authentication does not act.")
		},
	}
}

func userPoolProtected() rule.Rule {
	protection := rule.Required("configuration.DeletionProtection")
	return rule.Rule{
		Identifier:  "COGNITO_USER_POOL_DELETION_PROTECTION_ENABLED",
		Severity:    rule.Medium,
		Rationale:   "With a user pool go all its users, and no backup brings them back. Deletion protection of the user pool must be ACTIVE.",
		Remediation: rule.Remediation{Hint: "Turn on deletion protection of the user pool."},
		Fields:      []*rule.Field{protection},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(protection) == "ACTIVE" {
				return c.Pass("Deletion protection is on.")
			}
			return c.Fail("Deletion protection is off.")
		},
	}
}

func userPoolMFA() rule.Rule {
	mfa := rule.Required("configuration.MfaConfiguration")
	factors := rule.Absent("configuration.Policies.SignInPolicy.AllowedFirstAuthFactors", nil, "a user pool without a sign-in policy lets users in by password only")
	return rule.Rule{
		Identifier: "COGNITO_USER_POOL_MFA_ENABLED",
		Severity:   rule.Medium,
		Rationale: "A password alone is stolen sooner or later. A user pool in which users sign in by password only must demand a second factor of every user (MfaConfiguration ON); leaving it to " +
			"the user (OPTIONAL) does not do. User pools with other first factors, such as passkeys or one-time codes, are not judged.",
		Remediation: rule.Remediation{Hint: "Require multi-factor authentication in the user pool."},
		Fields:      []*rule.Field{mfa, factors},
		Check: func(c *rule.Context) rule.Result {
			if slices.ContainsFunc(slices.Collect(c.Strings(factors)), func(f string) bool { return f != "PASSWORD" }) {
				return c.Skip("Users may sign in by other means than a password.")
			}
			if c.Str(mfa) == "ON" {
				return c.Pass("The user pool demands a second factor.")
			}
			return c.Fail("The user pool does not demand a second factor.")
		},
	}
}

func userPoolPasswords() rule.Rule {
	const at = "configuration.Policies.PasswordPolicy."
	length := rule.Required(at + "MinimumLength")
	validity := rule.Absent(at+"TemporaryPasswordValidityDays", 7, "7 days is the default of Cognito CreateUserPool")
	kinds := []struct {
		param, what string
		field       *rule.Field
	}{
		{"requireUppercase", "upper-case letters", rule.Required(at + "RequireUppercase")},
		{"requireLowercase", "lower-case letters", rule.Required(at + "RequireLowercase")},
		{"requireNumbers", "numbers", rule.Required(at + "RequireNumbers")},
		{"requireSymbols", "symbols", rule.Required(at + "RequireSymbols")},
	}
	r := rule.Rule{
		Identifier: "COGNITO_USER_POOL_PASSWORD_POLICY_CHECK",
		Params: []rule.Param{
			{Name: "minLength", Type: rule.Int, Default: "8", Min: 6, Max: 99, Doc: "characters a password must have at least"},
			{Name: "temporaryPasswordValidity", Type: rule.Int, Default: "7", Min: 1, Max: 365, Doc: "days a temporary password may be valid at most"},
		},
		Severity: rule.Medium,
		Rationale: "Weak passwords are guessed. The password policy of the user pool must demand at least what the parameters ask for: the four kinds of characters and a minimum length; and " +
			"temporary passwords must be valid for no longer than the given days.",
		Remediation: rule.Remediation{Hint: "Strengthen the password policy of the user pool."},
		Fields:      []*rule.Field{length, validity},
	}
	for _, k := range kinds {
		r.Params = append(r.Params, rule.Param{Name: k.param, Type: rule.Bool, Default: "true"})
		r.Fields = append(r.Fields, k.field)
	}
	r.Check = func(c *rule.Context) rule.Result {
		for _, k := range kinds {
			if c.Params.Bool(k.param) && !c.Bool(k.field) {
				return c.Fail("Passwords need no " + k.what + ".")
			}
		}
		if c.Int(length) < c.Params.Int("minLength") {
			return c.Fail("Passwords may be shorter than required.")
		}
		if c.Int(validity) > c.Params.Int("temporaryPasswordValidity") {
			return c.Fail("Temporary passwords are valid for longer than allowed.")
		}
		return c.Pass("The password policy meets every requirement.")
	}
	return r
}
