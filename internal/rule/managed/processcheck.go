package managed

import "github.com/tickmark/tickmark/internal/rule"

func processCheckRules() []rule.Rule { return []rule.Rule{processCheck()} }

// processCheck is the one rule whose verdict comes from outside, for what no configuration shows.
func processCheck() rule.Rule {
	return rule.Rule{
		Identifier: "AWS_CONFIG_PROCESS_CHECK",
		Subjects:   rule.Account,
		Severity:   rule.Medium,
		Rationale: "Some of what a standard demands is done by people and shows in no configuration: a training, a review, a plan that was tried out. A person or a tool outside says by " +
			"PutExternalEvaluation whether the account does it, and that is the verdict until the next such call. Without one nothing is known.",
		Remediation: rule.Remediation{Hint: "Do what the rule describes, and tell the outcome by PutExternalEvaluation."},
		Check: func(c *rule.Context) rule.Result {
			r, ok := c.Given()
			if !ok {
				return c.Unknown("Nobody has evaluated the process yet; PutExternalEvaluation tells the outcome.")
			}
			if r.Reason == "" {
				r.Reason = "The process was evaluated outside."
			}
			return r
		},
	}
}
