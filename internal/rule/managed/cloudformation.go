package managed

import (
	"slices"
	"strconv"

	"github.com/tickmark/tickmark/internal/rule"
)

func cloudformationRules() []rule.Rule {
	return []rule.Rule{stackNotifies(), stackNotDrifted(), stackRole(), stackProtected()}
}

func stackID() *rule.Field { return rule.Required("configuration.stackId") }

func stackNotifies() rule.Rule {
	id := stackID()
	topics := rule.Absent("configuration.notificationARNs", nil, "CloudFormation leaves out an empty list")
	r := rule.Rule{
		Identifier: "CLOUDFORMATION_STACK_NOTIFICATION_CHECK",
		Severity:   rule.Low,
		Rationale: "Whoever keeps a stack should hear when it changes. The stack must send its events to at least one SNS topic, and when topics are given to one of " +
			"them.",
		Remediation: rule.Remediation{Hint: "Update the stack with an SNS topic for its events."},
		Fields:      []*rule.Field{id, topics},
	}
	for i := range 5 {
		r.Params = append(r.Params, rule.Param{Name: "snsTopic" + strconv.Itoa(i+1), Doc: "ARN of a topic that is allowed"})
	}
	params := r.Params
	r.Check = func(c *rule.Context) rule.Result {
		c.Str(id)
		if c.Len(topics) == 0 {
			return c.Fail("The stack sends its events nowhere.")
		}
		var want []string
		for _, p := range params {
			if t := c.Params.Str(p.Name); t != "" {
				want = append(want, t)
			}
		}
		for t := range c.Strings(topics) {
			if len(want) == 0 || slices.Contains(want, t) {
				return c.Pass("The stack sends its events to a topic.")
			}
		}
		return c.Fail("The stack sends its events to other topics than allowed.")
	}
	return r
}

func stackNotDrifted() rule.Rule {
	status := rule.Required("configuration.driftInformation.stackDriftStatus")
	return rule.Rule{
		Identifier: "CLOUDFORMATION_STACK_DRIFT_DETECTION_CHECK",
		Params:     []rule.Param{{Name: "cloudformationRoleArn", Required: true, Doc: "the role AWS Config detects drift with; not needed here, where the result of the last detection counts"}},
		Severity:   rule.Low,
		Rationale: "A stack that is not what its template says cannot be rebuilt from it. The last drift detection of the stack must have found it IN_SYNC, not DRIFTED. Without a " +
			"detection there is no verdict: the rule starts none.",
		Remediation: rule.Remediation{Hint: "Bring the resources back to what the template says, or update the template."},
		Fields:      []*rule.Field{status},
		Check: func(c *rule.Context) rule.Result {
			switch s := c.Str(status); s {
			case "IN_SYNC":
				return c.Pass("The stack is as its template says.")
			case "DRIFTED":
				return c.Fail("The stack is not as its template says.")
			default:
				return c.Unknown("Whether the stack has drifted was not found out; its status is " + s + ".")
			}
		},
	}
}

func stackRole() rule.Rule {
	return mustHave(rule.Rule{
		Identifier: "CLOUDFORMATION_STACK_SERVICE_ROLE_CHECK",
		Severity:   rule.Medium,
		Rationale: "Without a role of its own a stack is changed with all permissions of whoever changes it. The stack must have a service " +
			"role.",
		Remediation: rule.Remediation{Hint: "Update the stack with a service role that may do what the stack needs."},
	}, stackID(), rule.Absent("configuration.roleARN", "", "CloudFormation DescribeStacks leaves it out for a stack without a role"),
		"The stack has a service role.", "The stack has no service role.")
}

func stackProtected() rule.Rule {
	id := stackID()
	protected := rule.Absent("configuration.enableTerminationProtection", nil, "some items have it among the supplementary configuration only")
	other := rule.Absent("supplementaryConfiguration.EnableTerminationProtection", false, "termination protection is off unless it was turned on")
	return rule.Rule{
		Identifier: "CLOUDFORMATION_TERMINATION_PROTECTION_CHECK",
		Severity:   rule.Medium,
		Rationale: "A stack must not be gone, with all it made, after one wrong click. Termination protection of the stack must be " +
			"on.",
		Remediation: rule.Remediation{Hint: "Turn on termination protection of the stack."},
		Fields:      []*rule.Field{id, protected, other},
		Check: func(c *rule.Context) rule.Result {
			c.Str(id)
			f := protected
			if !c.Has(f) {
				f = other
			}
			if c.Bool(f) {
				return c.Pass("Termination protection is on.")
			}
			return c.Fail("Termination protection is off.")
		},
	}
}
