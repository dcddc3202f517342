package managed

import "github.com/tickmark/tickmark/internal/rule"

func sqsRules() []rule.Rule {
	return []rule.Rule{queueDeadLetters(), queueNotPublic(), queueFullAccess()}
}

func queueName() *rule.Field { return rule.Required("configuration.QueueArn") }

func queuePolicy() *rule.Field {
	return rule.Absent("configuration.Policy", nil, "SQS GetQueueAttributes leaves it out for a queue without a policy")
}

func queueDeadLetters() rule.Rule {
	name := queueName()
	redrive := rule.Absent("configuration.RedrivePolicy", nil, "SQS GetQueueAttributes leaves it out for a queue without a dead-letter queue")
	return rule.Rule{
		Identifier: "SQS_QUEUE_DLQ_CHECK",
		Severity:   rule.Low,
		Rationale: "A message nobody can process should be kept aside, not tried until it is lost. The queue must have a redrive policy, which names its dead-letter queue. " +
			"Queues that are dead-letter queues themselves are judged like the others, as AWS Config does.",
		Remediation: rule.Remediation{Hint: "Create a dead-letter queue and name it in the redrive policy of the queue."},
		Fields:      []*rule.Field{name, redrive},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name) // an item without its configuration must not fail
			if !c.Has(redrive) {
				return c.Fail("The queue has no dead-letter queue.")
			}
			return c.Pass("The queue has a dead-letter queue.")
		},
	}
}

func queueNotPublic() rule.Rule {
	return notPublic(rule.Rule{
		Identifier: "SQS_QUEUE_NO_PUBLIC_ACCESS",
		Severity:   rule.Critical,
		Rationale: "Who may send to a queue feeds the programs behind it, and who may receive takes their work away. The queue's policy must have no Allow statement for everyone " +
			"without a condition that fixes accounts, organizations, networks or addresses. A queue without a policy is its account's alone.",
		Remediation: rule.Remediation{Hint: "Name the accounts in the queue's policy, or limit the statement by a condition on the account or organization."},
	}, queueName(), queuePolicy(), "The queue's policy is not public.", "The queue's policy is public.")
}

func queueFullAccess() rule.Rule {
	name, policy := queueName(), queuePolicy()
	return rule.Rule{
		Identifier: "SQS_QUEUE_POLICY_FULL_ACCESS_CHECK",
		Severity:   rule.Medium,
		Rationale: "A sender needs to send, not to purge the queue or change its policy. No Allow statement of the queue's policy, for whomever, may have all actions of SQS: " +
			"`sqs:*` in any case, `*`, or a NotAction that leaves none of them out.",
		Remediation: rule.Remediation{Hint: "Name the actions that are needed in the queue's policy."},
		Fields:      []*rule.Field{name, policy},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name) // an item without its configuration must not pass
			d := c.Policy(policy)
			for i := range d.Statements {
				if s := &d.Statements[i]; s.Allow && s.Does("sqs:*") {
					return c.Fail("The queue's policy allows all actions of SQS.")
				}
			}
			return c.Pass("The queue's policy does not allow all actions of SQS.")
		},
	}
}
