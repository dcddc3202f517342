package managed

import (
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

func appconfigRules() []rule.Rule {
	return []rule.Rule{appconfigValidators(), appconfigStorage(), appconfigBakeTime(), appconfigReplicated()}
}

func appconfigValidators() rule.Rule {
	return mustHave(rule.Rule{
		Identifier: "APPCONFIG_CONFIGURATION_PROFILE_VALIDATORS_NOT_EMPTY",
		Severity:   rule.Medium,
		Rationale: "A wrong configuration stops an application as surely as a wrong program. The AppConfig configuration profile must have at least one " +
			"validator, of any type, which checks a configuration before it is deployed.",
		Remediation: rule.Remediation{Hint: "Give the profile a JSON schema or a Lambda function as a validator."},
	}, rule.Required("configuration.Id"), rule.Absent("configuration.Validators", nil, "AppConfig GetConfigurationProfile gives nothing where there are none"),
		"Configurations are validated.", "There are no validators.")
}

func appconfigStorage() rule.Rule {
	uri := rule.Required("configuration.LocationUri")
	typ := rule.Absent("configuration.Type", "AWS.Freeform", "the type of a profile that is created without one")
	return rule.Rule{
		Identifier: "APPCONFIG_FREEFORM_PROFILE_CONFIG_STORAGE",
		Severity:   rule.Medium,
		Rationale: "Configurations hold what must not be read or changed by others, and the store decides who can. The configuration of a freeform AppConfig profile " +
			"must be in AppConfig's hosted store or in Secrets Manager (LocationUri hosted or secretsmanager://), not in S3, Parameter Store, a document or a pipeline. " +
			"Profiles of feature flags, which are always hosted, are not judged.",
		Remediation: rule.Remediation{Hint: "Create a profile whose configuration is hosted or in Secrets Manager."},
		Fields:      []*rule.Field{uri, typ},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(typ) != "AWS.Freeform" {
				return c.Skip("The profile is not a freeform one.")
			}
			at := c.Str(uri)
			if at == "hosted" || strings.HasPrefix(at, "secretsmanager:") {
				return c.Pass("The configuration is hosted or in Secrets Manager.")
			}
			return c.Fail("The configuration is at " + at + ".")
		},
	}
}

func appconfigBakeTime() rule.Rule {
	minutes := rule.Required("configuration.FinalBakeTimeInMinutes")
	return rule.Rule{
		Identifier: "APPCONFIG_DEPLOYMENT_STRATEGY_MINIMUM_FINAL_BAKE_TIME",
		Params:     []rule.Param{{Name: "minBakeTime", Type: rule.Int, Default: "30", Max: 1440, Doc: "the least final bake time, in minutes"}},
		Severity:   rule.Low,
		Rationale: "While a deployment bakes, an alarm rolls it back by itself. FinalBakeTimeInMinutes of the AppConfig deployment strategy must be at least " +
			"minBakeTime, 30 minutes by default; strategies that AppConfig made are judged like all others.",
		Remediation: rule.Remediation{Hint: "Raise the final bake time of the strategy."},
		Fields:      []*rule.Field{minutes},
		Check: func(c *rule.Context) rule.Result {
			if c.Int(minutes) < c.Params.Int("minBakeTime") {
				return c.Fail("The final bake time is shorter than required.")
			}
			return c.Pass("The final bake time is long enough.")
		},
	}
}

func appconfigReplicated() rule.Rule {
	return mustSay(rule.Rule{
		Identifier: "APPCONFIG_DEPLOYMENT_STRATEGY_REPLICATE_TO_SSM",
		Severity:   rule.Low,
		Rationale: "A strategy that is kept as a document has versions and can be used again. ReplicateTo of the AppConfig deployment strategy must be " +
			"SSM_DOCUMENT.",
		Remediation: rule.Remediation{Hint: "Create the strategy again, saved to a Systems Manager document."},
	}, nil, rule.Required("configuration.ReplicateTo"), []string{"SSM_DOCUMENT"}, "The strategy is saved to a document.", "The strategy is not saved to a document.")
}
