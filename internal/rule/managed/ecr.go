package managed

import "github.com/tickmark/tickmark/internal/rule"

func ecrRules() []rule.Rule {
	return []rule.Rule{imagesScanned(), imagesExpire(), imageTagsImmutable(), repositoryOwnKey()}
}

func imagesScanned() rule.Rule {
	return mustSay(rule.Rule{
		Identifier: "ECR_PRIVATE_IMAGE_SCANNING_ENABLED",
		Severity:   rule.High,
		Rationale: "An image keeps the holes it was built with until somebody looks. The images of a private repository must be scanned when they are pushed or continuously: its scan " +
			"frequency, as the filters of the registry's basic or enhanced scanning and the repository's own setting make it, must be SCAN_ON_PUSH or CONTINUOUS_SCAN. The setting " +
			"ScanOnPush alone does not tell it, for the registry's filters overrule it.",
		Remediation: rule.Remediation{Hint: "Add the repository to a scanning filter of the registry."},
	}, nil, rule.Required("supplementaryConfiguration.ScanningConfiguration.scanFrequency"), []string{"SCAN_ON_PUSH", "CONTINUOUS_SCAN"},
		"The images are scanned.", "The images are scanned only when somebody asks for it.")
}

func imagesExpire() rule.Rule {
	return mustHave(rule.Rule{
		Identifier: "ECR_PRIVATE_LIFECYCLE_POLICY_CONFIGURED",
		Severity:   rule.Medium,
		Rationale: "Old images are a store of old holes, and are paid for. A private repository must have a lifecycle policy, whatever it " +
			"says.",
		Remediation: rule.Remediation{Hint: "Give the repository a lifecycle policy."},
	}, rule.Required("configuration.RepositoryName"), rule.Absent("configuration.LifecyclePolicy.LifecyclePolicyText", "", "ECR GetLifecyclePolicy knows none for a repository without one"),
		"The repository has a lifecycle policy.", "The repository has no lifecycle policy.")
}

func imageTagsImmutable() rule.Rule {
	return mustSay(rule.Rule{
		Identifier: "ECR_PRIVATE_TAG_IMMUTABILITY_ENABLED",
		Severity:   rule.Medium,
		Rationale: "When a tag can be moved, what runs tomorrow under the same name is not what was tested. Tags of a private repository must be IMMUTABLE; immutability " +
			"with exceptions does not count.",
		Remediation: rule.Remediation{Hint: "Make the tags of the repository immutable."},
	}, rule.Required("configuration.RepositoryName"), rule.Absent("configuration.ImageTagMutability", "MUTABLE", "MUTABLE is the default of a repository"),
		[]string{"IMMUTABLE"}, "The tags are immutable.", "The tags can be moved.")
}

func repositoryOwnKey() rule.Rule {
	const kmsKey = "AWS::KMS::Key"
	name := rule.Required("configuration.RepositoryName")
	kind := rule.Absent("configuration.EncryptionConfiguration.EncryptionType", "AES256", "AES256 is the default encryption of a repository")
	key := rule.Absent("configuration.EncryptionConfiguration.KmsKey", "", "a repository that is not encrypted with KMS has no key")
	manager := rule.Required("configuration.keyManager").Of(kmsKey)
	return rule.Rule{
		Identifier: "ECR_REPOSITORY_CMK_ENCRYPTION_ENABLED",
		Params:     []rule.Param{keyParam("kmsKeyArns")},
		Severity:   rule.Medium,
		Rationale: "Who owns the key decides who reads the images, and sees who did. A private repository must be encrypted with a customer managed KMS key, one of kmsKeyArns when that " +
			"is given. AES256 and AWS's own key aws/ecr do not count.",
		Remediation: rule.Remediation{Hint: "Create a repository with a customer managed key and copy the images."},
		Fields:      []*rule.Field{name, kind, key, manager},
		Uses:        []string{kmsKey},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name)
			if k := c.Str(kind); k != "KMS" && k != "KMS_DSSE" {
				return c.Fail("The repository is not encrypted with a KMS key.")
			}
			arn := c.Str(key)
			if arn == "" {
				return c.Fail("The repository is encrypted with the key of AWS.")
			}
			if want := c.Params.List("kmsKeyArns"); len(want) > 0 {
				if oneOfKeys(arn, want) {
					return c.Pass("The repository is encrypted with an allowed key.")
				}
				return c.Fail("The repository is encrypted with another key than allowed.")
			}
			k, ok := c.Find(kmsKey, arn)
			if !ok {
				return c.Unknown("The key of the repository is not recorded, so its owner is not known.")
			}
			if k.Str(manager) == "AWS" {
				return c.Fail("The repository is encrypted with the key of AWS.")
			}
			return c.Pass("The repository is encrypted with a customer managed key.")
		},
	}
}
