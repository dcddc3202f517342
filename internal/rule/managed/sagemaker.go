package managed

import (
	"slices"

	"github.com/tickmark/tickmark/internal/rule"
)

func sagemakerRules() []rule.Rule {
	const noKey = "SageMaker leaves it out where no key was given"
	return []rule.Rule{
		notebookNoDirectInternet(), notebookInVPC(), notebookPlatform(), endpointInstances(),
		mustBeOneOf(rule.Rule{
			Identifier: "SAGEMAKER_NOTEBOOK_INSTANCE_ROOT_ACCESS_CHECK",
			Severity:   rule.High,
			Rationale: "Whoever is root on a notebook instance can change what the others run there. RootAccess of the notebook instance must be Disabled; lifecycle " +
				"scripts run as root in any case.",
			Remediation: rule.Remediation{Hint: "Stop the notebook instance and turn off root access."},
		}, rule.Required("configuration.RootAccess"), []string{"Disabled"}, "Users of the notebook are not root.", "Users of the notebook are root."),
		mustBeOneOf(rule.Rule{
			Identifier: "SAGEMAKER_DOMAIN_IN_VPC",
			Severity:   rule.High,
			Rationale: "Apps with a way to the internet of their own carry data past the VPC's controls. AppNetworkAccessType of the domain must be VpcOnly, so that " +
				"all traffic goes through the domain's own VPC.",
			Remediation: rule.Remediation{Hint: "Set the domain's network access to VPC only."},
		}, rule.Required("configuration.AppNetworkAccessType"), []string{"VpcOnly"}, "The domain's traffic stays in its VPC.", "The domain has direct internet access."),
		modelInVPC(),
		having(rule.Required("configuration.ModelName"), mustBe(rule.Rule{
			Identifier: "SAGEMAKER_MODEL_ISOLATION_ENABLED",
			Severity:   rule.Medium,
			Rationale: "A model's container sees all that the model is asked, and need not talk to anyone. Network isolation of the model must be on, so that its " +
				"containers make no outbound calls.",
			Remediation: rule.Remediation{Hint: "Create the model anew with network isolation."},
		}, rule.Absent("configuration.EnableNetworkIsolation", false, "the SageMaker API's default"), true, "Network isolation is on.", "Network isolation is off.")),
		mustHaveKey(rule.Rule{
			Identifier: "SAGEMAKER_ENDPOINT_CONFIGURATION_KMS_KEY_CONFIGURED",
			Params:     []rule.Param{keyParam("kmsKeyArns")},
			Severity:   rule.Medium,
			Rationale: "An endpoint's storage holds the model and what is asked of it. The endpoint configuration must name a KMS key, one of kmsKeyArns when that " +
				"is given. Keys of single variants or of data capture do not count.",
			Remediation: rule.Remediation{Hint: "Create a configuration with a KMS key and update the endpoint to it."},
		}, rule.Required("configuration.EndpointConfigName"), rule.Absent("configuration.KmsKeyId", "", noKey), "kmsKeyArns", "The endpoint configuration"),
		mustHaveKey(rule.Rule{
			Identifier: "SAGEMAKER_NOTEBOOK_INSTANCE_KMS_KEY_CONFIGURED",
			Params:     []rule.Param{keyParam("kmsKeyArns")},
			Severity:   rule.Medium,
			Rationale: "A notebook's volume holds the data it was made for. The notebook instance must name a KMS key, one of kmsKeyArns when that is given; the " +
				"encryption SageMaker does by itself does not count.",
			Remediation: rule.Remediation{Hint: "Create the notebook instance anew with a KMS key."},
		}, rule.Required("configuration.NotebookInstanceName"), rule.Absent("configuration.KmsKeyId", "", noKey), "kmsKeyArns", "The notebook instance"),
	}
}

func notebookNoDirectInternet() rule.Rule {
	access := rule.Required("configuration.DirectInternetAccess")
	return rule.Rule{
		Identifier: "SAGEMAKER_NOTEBOOK_NO_DIRECT_INTERNET_ACCESS",
		Severity:   rule.High,
		Rationale: "A notebook with a way to the internet of its own carries data past the VPC's controls. DirectInternetAccess of the notebook instance must be " +
			"Disabled.",
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

func notebookInVPC() rule.Rule {
	name := rule.Required("configuration.NotebookInstanceName")
	subnet := rule.Absent("configuration.SubnetId", "", "SageMaker leaves it out for a notebook instance outside of VPCs")
	return having(name, rule.Rule{
		Identifier: "SAGEMAKER_NOTEBOOK_INSTANCE_INSIDE_VPC",
		Params:     []rule.Param{{Name: "SubnetIds", Type: rule.CSV, Doc: "the subnets that are allowed"}},
		Severity:   rule.High,
		Rationale: "A notebook outside of a VPC is out of reach of its security groups and flow logs. The notebook instance must be in a subnet, one of " +
			"SubnetIds when that is given.",
		Remediation: rule.Remediation{Hint: "Create the notebook instance anew in a subnet."},
		Fields:      []*rule.Field{subnet},
		Check: func(c *rule.Context) rule.Result {
			if !c.Has(subnet) {
				return c.Fail("The notebook instance is not in a VPC.")
			}
			if !allowed(c.Params.List("SubnetIds"), c.Str(subnet)) {
				return c.Fail("The notebook instance is in another subnet than allowed.")
			}
			return c.Pass("The notebook instance is in a VPC.")
		},
	})
}

func notebookPlatform() rule.Rule {
	platform := rule.Required("configuration.PlatformIdentifier")
	return rule.Rule{
		Identifier: "SAGEMAKER_NOTEBOOK_INSTANCE_PLATFORM_VERSION",
		Params:     []rule.Param{{Name: "supportedPlatformIdentifierVersions", Type: rule.CSV, Required: true, Doc: "the platforms that are allowed, such as notebook-al2-v3"}},
		Severity:   rule.Medium,
		Rationale: "Old platforms of notebook instances get no fixes any more. PlatformIdentifier of the notebook instance must be one of those that " +
			"supportedPlatformIdentifierVersions names.",
		Remediation: rule.Remediation{Hint: "Create the notebook instance anew on a newer platform."},
		Fields:      []*rule.Field{platform},
		Check: func(c *rule.Context) rule.Result {
			if slices.Contains(c.Params.List("supportedPlatformIdentifierVersions"), c.Str(platform)) {
				return c.Pass("The platform of the notebook instance is supported.")
			}
			return c.Fail("The platform " + c.Str(platform) + " is not supported.")
		},
	}
}

func endpointInstances() rule.Rule {
	variants := rule.Required("configuration.ProductionVariants")
	count := rule.Absent("configuration.ProductionVariants[].InitialInstanceCount", 0, "serverless variants have no instances")
	return rule.Rule{
		Identifier: "SAGEMAKER_ENDPOINT_CONFIG_PROD_INSTANCE_COUNT",
		Severity:   rule.Medium,
		Rationale: "One instance is in one zone, and its failure is the endpoint's. Every production variant with instances must start with more than one " +
			"(InitialInstanceCount); what scaling makes of it later is not judged. Configurations of serverless variants only are not judged.",
		Remediation: rule.Remediation{Hint: "Create a configuration with two instances a variant and update the endpoint to it."},
		Fields:      []*rule.Field{variants, count},
		Check: func(c *rule.Context) rule.Result {
			judged := false
			for _, v := range c.Each(variants) {
				n := v.Int(count)
				if n == 1 {
					return c.Fail("A production variant starts with one instance.")
				}
				judged = judged || n > 1
			}
			if !judged {
				return c.Skip("No production variant has instances.")
			}
			return c.Pass("The production variants start with several instances.")
		},
	}
}

func modelInVPC() rule.Rule {
	subnets := rule.Absent("configuration.VpcConfig.Subnets", nil, "SageMaker leaves it out for a model outside of VPCs")
	return having(rule.Required("configuration.ModelName"), rule.Rule{
		Identifier: "SAGEMAKER_MODEL_IN_VPC",
		Severity:   rule.Medium,
		Rationale: "A model in a VPC of yours reaches data and services by ways that you watch. The model must have a VpcConfig with subnets; which VPC does not " +
			"matter.",
		Remediation: rule.Remediation{Hint: "Create the model anew with subnets and security groups."},
		Fields:      []*rule.Field{subnets},
		Check: func(c *rule.Context) rule.Result {
			if c.Len(subnets) > 0 {
				return c.Pass("The model is in a VPC.")
			}
			return c.Fail("The model is not in a VPC.")
		},
	})
}
