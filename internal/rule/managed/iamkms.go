package managed

import (
	"github.com/tickmark/tickmark/internal/policy"
	"github.com/tickmark/tickmark/internal/rule"
)

// iamKMSRules judge whether policies open all KMS keys to actions that are blocked.
func iamKMSRules() []rule.Rule { return []rule.Rule{customerPolicyKMS(), inlinePolicyKMS()} }

func blockedActions() rule.Param {
	return rule.Param{Name: "blockedActionsPatterns", Type: rule.CSV, Required: true, Doc: "patterns of actions that no policy may allow on all keys, such as kms:Decrypt, kms:ReEncrypt*"}
}

// allKeysOpenTo is the blocked action a document allows on all keys of an account or region; "" when there is none.
func allKeysOpenTo(c *rule.Context, d *policy.Document) string {
	return d.AllowedOnAll("kms", "key/*", c.Params.List("blockedActionsPatterns"))
}

const onAllKeys = "An Allow statement counts when its actions and a pattern of blockedActionsPatterns have an action in common (NotAction allows all it does not name) and its resources take " +
	"in every key, if only of one region or account. Conditions and Deny statements do not matter. "

func customerPolicyKMS() rule.Rule {
	return managedPolicy(rule.Rule{
		Identifier: "IAM_CUSTOMER_POLICY_BLOCKED_KMS_ACTIONS",
		Params:     []rule.Param{blockedActions()},
		Severity:   rule.Medium,
		Rationale: "Who may decrypt with every key reads everything. The default version of a customer managed policy must not allow a blocked action on all KMS keys. " + onAllKeys +
			"Policies of AWS are not judged, and with excludePermissionBoundaryPolicy not those used as a boundary.",
		Remediation: rule.Remediation{Hint: "Name the keys in the policy's statements."},
	}, func(c *rule.Context, d *policy.Document) rule.Result {
		if action := allKeysOpenTo(c, d); action != "" {
			return c.Fail("The policy allows " + action + " on all keys.")
		}
		return c.Pass("The policy allows no blocked action on all keys.")
	})
}

func inlinePolicyKMS() rule.Rule {
	const role = "AWS::IAM::Role"
	lists := inlineFields()
	arn := rule.Required("configuration.arn")
	of := map[string]struct{ list, document *rule.Field }{
		"AWS::IAM::User":  {lists.userInline, rule.Required("configuration.userPolicyList[].policyDocument").Of("AWS::IAM::User")},
		"AWS::IAM::Group": {lists.groupInline, rule.Required("configuration.groupPolicyList[].policyDocument").Of("AWS::IAM::Group")},
		role:              {lists.roleInline, rule.Required("configuration.rolePolicyList[].policyDocument").Of(role)},
	}
	trust := rule.Required("configuration.assumeRolePolicyDocument").Of(role)
	member := rule.Required("configuration.inOrganization").Of(factOrganization)
	management := rule.Required("configuration.masterAccountId").Of(factOrganization)
	r := rule.Rule{
		Identifier: "IAM_INLINE_POLICY_BLOCKED_KMS_ACTIONS",
		Params:     []rule.Param{blockedActions(), {Name: "excludeRoleByManagementAccount", Type: rule.Bool, Doc: "do not judge roles that only the organization's management account may assume"}},
		Severity:   rule.Medium,
		Rationale: "Who may decrypt with every key reads everything. No inline policy of an IAM user, group or role may allow a blocked action on all KMS keys. " + onAllKeys +
			"With excludeRoleByManagementAccount a role is not judged whose trust policy allows nobody but principals of the organization's management account.",
		Remediation: rule.Remediation{Hint: "Name the keys in the policy's statements."},
		Fields:      []*rule.Field{arn, trust, member, management},
		Uses:        []string{factOrganization},
	}
	for _, typ := range []string{"AWS::IAM::User", "AWS::IAM::Group", role} {
		r.Fields = append(r.Fields, of[typ].list, of[typ].document)
	}
	ofManagement := func(c *rule.Context) bool {
		fact := c.Fact(factOrganization)
		return fact.Bool(member) && c.Policy(trust).OnlyFor(fact.Str(management))
	}
	r.Check = func(c *rule.Context) rule.Result {
		if c.Type() == role && c.Params.Bool("excludeRoleByManagementAccount") && ofManagement(c) {
			return c.Skip("Only the organization's management account may assume the role.")
		}
		f := of[c.Type()]
		for _, p := range c.Each(f.list) {
			if action := allKeysOpenTo(c, p.Policy(f.document)); action != "" {
				return c.Fail("An inline policy allows " + action + " on all keys.")
			}
		}
		return c.Pass("No inline policy allows a blocked action on all keys.")
	}
	return r
}
