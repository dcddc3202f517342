package managed

import "github.com/tickmark/tickmark/internal/rule"

func snsRules() []rule.Rule {
	return []rule.Rule{mustHaveKey(rule.Rule{
		Identifier: "SNS_ENCRYPTED_KMS",
		Params:     []rule.Param{keyParam("kmsKeyIds")},
		Severity:   rule.Medium,
		Rationale: "Messages wait in a topic until they are delivered. The topic must name a KMS key, AWS managed or not, one of kmsKeyIds when that is " +
			"given.",
		Remediation: rule.Remediation{Hint: "Give the topic a KMS key.", Document: "AWSConfigRemediation-EncryptSNSTopic"},
	}, rule.Required("configuration.TopicArn"), rule.Absent("configuration.KmsMasterKeyId", "", "SNS GetTopicAttributes leaves it out for a topic without encryption"),
		"kmsKeyIds", "The topic")}
}
