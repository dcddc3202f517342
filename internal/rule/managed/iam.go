package managed

import (
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

func iamRules() []rule.Rule {
	return []rule.Rule{iamPasswordPolicy()}
}

func iamPasswordPolicy() rule.Rule {
	const notSet = "IAM GetAccountPasswordPolicy leaves out what is not set"
	exists := rule.Required("configuration.exists").Of(factPasswordPolicy)
	upper := rule.Required("configuration.requireUppercaseCharacters").Of(factPasswordPolicy)
	lower := rule.Required("configuration.requireLowercaseCharacters").Of(factPasswordPolicy)
	symbols := rule.Required("configuration.requireSymbols").Of(factPasswordPolicy)
	numbers := rule.Required("configuration.requireNumbers").Of(factPasswordPolicy)
	length := rule.Required("configuration.minimumPasswordLength").Of(factPasswordPolicy)
	reuse := rule.Absent("configuration.passwordReusePrevention", 0, notSet).Of(factPasswordPolicy)
	age := rule.Absent("configuration.maxPasswordAge", 0, notSet).Of(factPasswordPolicy)
	flags := []struct {
		param, what string
		field       *rule.Field
	}{
		{"RequireUppercaseCharacters", "upper-case letters", upper},
		{"RequireLowercaseCharacters", "lower-case letters", lower},
		{"RequireSymbols", "symbols", symbols},
		{"RequireNumbers", "numbers", numbers},
	}
	return rule.Rule{
		Identifier: "IAM_PASSWORD_POLICY",
		Subjects:   rule.Account,
		Params: []rule.Param{
			{Name: "RequireUppercaseCharacters", Type: rule.Bool, Default: "true"},
			{Name: "RequireLowercaseCharacters", Type: rule.Bool, Default: "true"},
			{Name: "RequireSymbols", Type: rule.Bool, Default: "true"},
			{Name: "RequireNumbers", Type: rule.Bool, Default: "true"},
			{Name: "MinimumPasswordLength", Type: rule.Int, Default: "14", Min: 0, Max: 128},
			{Name: "PasswordReusePrevention", Type: rule.Int, Default: "24", Min: 0, Max: 24},
			{Name: "MaxPasswordAge", Type: rule.Int, Default: "90", Min: 0, Max: 1095, Doc: "days; 0 asks for no limit"},
		},
		Severity: rule.Medium,
		Rationale: "Weak passwords of IAM users are guessed. The account's password policy must demand at least what the " +
			"parameters ask for: the four kinds of characters, a minimum length, a number of remembered passwords, and a " +
			"maximum age in days. An account without a policy fails.",
		Remediation: rule.Remediation{Hint: "Set the account's password policy.", Document: "AWSConfigRemediation-SetIAMPasswordPolicy"},
		Fields:      []*rule.Field{exists, upper, lower, symbols, numbers, length, reuse, age},
		Uses:        []string{factPasswordPolicy},
		Check: func(c *rule.Context) rule.Result {
			policy := c.Fact(factPasswordPolicy)
			if !policy.Bool(exists) {
				return c.Fail("The account has no password policy.")
			}
			var lacks []string
			for _, f := range flags {
				if !policy.Bool(f.field) && c.Params.Bool(f.param) {
					lacks = append(lacks, f.what)
				}
			}
			if want := c.Params.Int("MinimumPasswordLength"); policy.Int(length) < want {
				lacks = append(lacks, "a length of "+strconv.FormatInt(want, 10))
			}
			if want := c.Params.Int("PasswordReusePrevention"); policy.Int(reuse) < want {
				lacks = append(lacks, strconv.FormatInt(want, 10)+" remembered passwords")
			}
			if want, got := c.Params.Int("MaxPasswordAge"), policy.Int(age); want > 0 && (got == 0 || got > want) {
				lacks = append(lacks, "a maximum age of "+strconv.FormatInt(want, 10)+" days")
			}
			if len(lacks) > 0 {
				return c.Fail("The password policy does not require " + strings.Join(lacks, ", ") + ".")
			}
			return c.Pass("The password policy meets every requirement.")
		},
	}
}
