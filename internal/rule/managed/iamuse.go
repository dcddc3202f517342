package managed

import "github.com/tickmark/tickmark/internal/rule"

func policyInUse() rule.Rule {
	holders := []struct{ param, typ, what string }{
		{"IAM_ROLE", "AWS::IAM::Role", "role"}, {"IAM_GROUP", "AWS::IAM::Group", "group"}, {"IAM_USER", "AWS::IAM::User", "user"},
	}
	attached, arn := map[string]*rule.Field{}, map[string]*rule.Field{}
	r := rule.Rule{
		Identifier: "IAM_POLICY_IN_USE",
		Subjects:   rule.Account,
		Params: []rule.Param{
			{Name: "policyARN", Required: true, Doc: "ARN of the managed policy"},
			{Name: "policyUsageType", Default: "ANY", Enum: []string{"IAM_USER", "IAM_GROUP", "IAM_ROLE", "ANY"}, Doc: "to what it must be attached"},
		},
		Severity: rule.Low,
		Rationale: "Some rights must be ready before they are needed, such as those to talk to AWS Support in an incident. The policy must be attached to at least one role, group or " +
			"user of the account, or to one of the kind policyUsageType says. A group without users counts, and use as a permissions boundary does not.",
		Remediation: rule.Remediation{Hint: "Attach the policy to a role of those who need it."},
	}
	for _, h := range holders {
		attached[h.typ] = rule.Required("configuration.attachedManagedPolicies").Of(h.typ)
		arn[h.typ] = rule.Required("configuration.attachedManagedPolicies[].policyArn").Of(h.typ)
		r.Fields = append(r.Fields, attached[h.typ], arn[h.typ])
		r.Uses = append(r.Uses, h.typ)
	}
	r.Check = func(c *rule.Context) rule.Result {
		policy, kind := c.Params.Str("policyARN"), c.Params.Str("policyUsageType")
		for _, h := range holders {
			if kind != "ANY" && kind != h.param {
				continue
			}
			for _, holder := range c.All(h.typ) {
				for _, p := range holder.Each(attached[h.typ]) {
					if p.Str(arn[h.typ]) == policy {
						return c.Pass("The policy is attached to a " + h.what + ".")
					}
				}
			}
		}
		return c.Fail("The policy is not attached to anything of the required kind.")
	}
	return r
}
