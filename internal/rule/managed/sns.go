package managed

import "github.com/tickmark/tickmark/internal/rule"

func snsRules() []rule.Rule { return []rule.Rule{topicEncrypted(), topicDelivery(), topicNotPublic()} }

func topicEncrypted() rule.Rule {
	return mustHaveKey(rule.Rule{
		Identifier: "SNS_ENCRYPTED_KMS",
		Params:     []rule.Param{keyParam("kmsKeyIds")},
		Severity:   rule.Medium,
		Rationale: "Messages wait in a topic until they are delivered. The topic must name a KMS key, AWS managed or not, one of kmsKeyIds when that is " +
			"given.",
		Remediation: rule.Remediation{Hint: "Give the topic a KMS key.", Document: "AWSConfigRemediation-EncryptSNSTopic"},
	}, rule.Required("configuration.TopicArn"), rule.Absent("configuration.KmsMasterKeyId", "", "SNS GetTopicAttributes leaves it out for a topic without encryption"),
		"kmsKeyIds", "The topic")
}

func topicDelivery() rule.Rule {
	topic := rule.Required("configuration.TopicArn")
	fields := []*rule.Field{topic}
	for _, endpoint := range []string{"Application", "Firehose", "HTTP", "Lambda", "SQS"} {
		for _, outcome := range []string{"Failure", "Success"} {
			fields = append(fields, rule.Absent("configuration."+endpoint+outcome+"FeedbackRoleArn", "", "SNS GetTopicAttributes leaves it out where delivery is not logged"))
		}
	}
	return rule.Rule{
		Identifier: "SNS_TOPIC_MESSAGE_DELIVERY_NOTIFICATION_ENABLED",
		Severity:   rule.Medium,
		Rationale: "Without a log of deliveries nobody sees that messages do not arrive. The topic must log the delivery status for at least one kind of endpoint: a role for the " +
			"feedback of failures or successes must be set. Kinds of endpoints that the topic has no subscriptions of do not count less.",
		Remediation: rule.Remediation{Hint: "Turn on delivery status logging for the endpoints of the topic."},
		Fields:      fields,
		Check: func(c *rule.Context) rule.Result {
			c.Str(topic) // an item without its configuration must not fail
			for _, role := range fields[1:] {
				if c.Has(role) {
					return c.Pass("The topic logs the delivery status.")
				}
			}
			return c.Fail("The topic logs no delivery status.")
		},
	}
}

// notPublic completes a rule about a resource policy that must not be open to everyone.
func notPublic(r rule.Rule, name, policy *rule.Field, pass, fail string) rule.Rule {
	r.Fields = []*rule.Field{name, policy}
	r.Check = func(c *rule.Context) rule.Result {
		c.Str(name) // an item without its configuration must not pass
		if len(c.Policy(policy).Public()) > 0 {
			return c.Fail(fail)
		}
		return c.Pass(pass)
	}
	return r
}

func topicNotPublic() rule.Rule {
	return notPublic(rule.Rule{
		Identifier: "SNS_TOPIC_NO_PUBLIC_ACCESS",
		Severity:   rule.Critical,
		Rationale: "Who may publish to a topic speaks in its owner's name, and who may subscribe reads along. The topic's policy must have no Allow statement for everyone without a " +
			"condition that fixes accounts, organizations, networks or addresses; the policy a topic is created with has one.",
		Remediation: rule.Remediation{Hint: "Name the accounts in the topic's policy, or limit the statement by a condition on the account or organization."},
	}, rule.Required("configuration.TopicArn"), rule.Required("configuration.Policy"), "The topic's policy is not public.", "The topic's policy is public.")
}
