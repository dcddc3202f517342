package managed

import "github.com/tickmark/tickmark/internal/rule"

func sagemakerRules() []rule.Rule {
	const noKey = "SageMaker leaves it out where no key was given"
	return []rule.Rule{
		notebookNoDirectInternet(),
		mustHaveKey(rule.Rule{
			Identifier: "SAGEMAKER_ENDPOINT_CONFIGURATION_KMS_KEY_CONFIGURED",
			Params:     []rule.Param{keyParam("kmsKeyArns")},
			Severity:   rule.Medium,
			Rationale: "An endpoint's storage holds the model and what is asked of it. The endpoint configuration must name a KMS key, one of kmsKeyArns " +
				"when that is given. Keys of single variants or of data capture do not count.",
			Remediation: rule.Remediation{Hint: "Create a configuration with a KMS key and update the endpoint to it."},
		}, rule.Required("configuration.EndpointConfigName"), rule.Absent("configuration.KmsKeyId", "", noKey), "kmsKeyArns", "The endpoint configuration"),
		mustHaveKey(rule.Rule{
			Identifier: "SAGEMAKER_NOTEBOOK_INSTANCE_KMS_KEY_CONFIGURED",
			Params:     []rule.Param{keyParam("kmsKeyArns")},
			Severity:   rule.Medium,
			Rationale: "A notebook's volume holds the data it was made for. The notebook instance must name a KMS key, one of kmsKeyArns when that is " +
				"given; the encryption SageMaker does by itself does not count.",
			Remediation: rule.Remediation{Hint: "Create the notebook instance anew with a KMS key."},
		}, rule.Required("configuration.NotebookInstanceName"), rule.Absent("configuration.KmsKeyId", "", noKey), "kmsKeyArns", "The notebook instance"),
	}
}

func notebookNoDirectInternet() rule.Rule {
	access := rule.Required("configuration.DirectInternetAccess")
	return rule.Rule{
		Identifier: "SAGEMAKER_NOTEBOOK_NO_DIRECT_INTERNET_ACCESS",
		Severity:   rule.High,
		Rationale: "A notebook with a way to the internet of its own carries data past the VPC's controls. DirectInternetAccess of the notebook " +
			"instance must be Disabled.",
		Remediation: rule.Remediation{Hint: "Create the notebook instance anew in a subnet, without direct internet access."},
		Fields:      []*rule.Field{access},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(access) == "Disabled" {
				return c.Pass("The notebook instance has no direct internet access.")
			}
			return c.Fail("The notebook instance has direct internet access.")
		},
	}
}
