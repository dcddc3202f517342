package managed

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/policy"
	"github.com/tickmark/tickmark/internal/rule"
)

func iamRules() []rule.Rule {
	return []rule.Rule{
		iamPasswordPolicy(), rootAccessKeyCheck(), rootMFAEnabled(), rootHardwareMFAEnabled(),
		policyNoAdminAccess(), policyNoFullAccess(), noInlinePolicy(), userNoPolicies(), userGroupMembership(), groupHasUsers(), policyInUse(),
	}
}

func iamPasswordPolicy() rule.Rule {
	const notSet = "IAM GetAccountPasswordPolicy leaves out what is not set"
	exists := rule.Required("configuration.exists").Of(factPasswordPolicy)
	upper := rule.Required("configuration.requireUppercaseCharacters").Of(factPasswordPolicy)
	lower := rule.Required("configuration.requireLowercaseCharacters").Of(factPasswordPolicy)
	symbols := rule.Required("configuration.requireSymbols").Of(factPasswordPolicy)
	numbers := rule.Required("configuration.requireNumbers").Of(factPasswordPolicy)
	length := rule.Required("configuration.minimumPasswordLength").Of(factPasswordPolicy)
	reuse := rule.Absent("configuration.passwordReusePrevention", 0, notSet).Of(factPasswordPolicy)
	age := rule.Absent("configuration.maxPasswordAge", 0, notSet).Of(factPasswordPolicy)
	flags := []struct {
		param, what string
		field       *rule.Field
	}{
		{"RequireUppercaseCharacters", "upper-case letters", upper},
		{"RequireLowercaseCharacters", "lower-case letters", lower},
		{"RequireSymbols", "symbols", symbols},
		{"RequireNumbers", "numbers", numbers},
	}
	return rule.Rule{
		Identifier: "IAM_PASSWORD_POLICY",
		Subjects:   rule.Account,
		Params: []rule.Param{
			{Name: "RequireUppercaseCharacters", Type: rule.Bool, Default: "true"},
			{Name: "RequireLowercaseCharacters", Type: rule.Bool, Default: "true"},
			{Name: "RequireSymbols", Type: rule.Bool, Default: "true"},
			{Name: "RequireNumbers", Type: rule.Bool, Default: "true"},
			{Name: "MinimumPasswordLength", Type: rule.Int, Default: "14", Min: 0, Max: 128},
			{Name: "PasswordReusePrevention", Type: rule.Int, Default: "24", Min: 0, Max: 24},
			{Name: "MaxPasswordAge", Type: rule.Int, Default: "90", Min: 0, Max: 1095, Doc: "days; 0 asks for no limit"},
		},
		Severity: rule.Medium,
		Rationale: "Weak passwords of IAM users are guessed. The account's password policy must demand at least what the " +
			"parameters ask for: the four kinds of characters, a minimum length, a number of remembered passwords, and a " +
			"maximum age in days. An account without a policy fails.",
		Remediation: rule.Remediation{Hint: "Set the account's password policy.", Document: "AWSConfigRemediation-SetIAMPasswordPolicy"},
		Fields:      []*rule.Field{exists, upper, lower, symbols, numbers, length, reuse, age},
		Uses:        []string{factPasswordPolicy},
		Check: func(c *rule.Context) rule.Result {
			policy := c.Fact(factPasswordPolicy)
			if !policy.Bool(exists) {
				return c.Fail("The account has no password policy.")
			}
			var lacks []string
			for _, f := range flags {
				if !policy.Bool(f.field) && c.Params.Bool(f.param) {
					lacks = append(lacks, f.what)
				}
			}
			if want := c.Params.Int("MinimumPasswordLength"); policy.Int(length) < want {
				lacks = append(lacks, "a length of "+strconv.FormatInt(want, 10))
			}
			if want := c.Params.Int("PasswordReusePrevention"); policy.Int(reuse) < want {
				lacks = append(lacks, strconv.FormatInt(want, 10)+" remembered passwords")
			}
			if want, got := c.Params.Int("MaxPasswordAge"), policy.Int(age); want > 0 && (got == 0 || got > want) {
				lacks = append(lacks, "a maximum age of "+strconv.FormatInt(want, 10)+" days")
			}
			if len(lacks) > 0 {
				return c.Fail("The password policy does not require " + strings.Join(lacks, ", ") + ".")
			}
			return c.Pass("The password policy meets every requirement.")
		},
	}
}

func rootAccessKeyCheck() rule.Rule {
	keys := rule.Required("configuration.summaryMap.AccountAccessKeysPresent").Of(factSummary)
	return rule.Rule{
		Identifier: "IAM_ROOT_ACCESS_KEY_CHECK",
		Subjects:   rule.Account,
		Severity:   rule.Critical,
		Rationale: "An access key of the root user can do everything and cannot be limited. The account summary must count no " +
			"access key of the root user.",
		Remediation: rule.Remediation{Hint: "Sign in as the root user and delete its access keys."},
		Fields:      []*rule.Field{keys},
		Uses:        []string{factSummary},
		Check: func(c *rule.Context) rule.Result {
			if c.Fact(factSummary).Int(keys) == 0 {
				return c.Pass("The root user has no access key.")
			}
			return c.Fail("The root user has an access key.")
		},
	}
}

func rootMFAEnabled() rule.Rule {
	mfa := rule.Required("configuration.summaryMap.AccountMFAEnabled").Of(factSummary)
	return rule.Rule{
		Identifier: "ROOT_ACCOUNT_MFA_ENABLED",
		Subjects:   rule.Account,
		Severity:   rule.Critical,
		Rationale: "Whoever has the root user's password has the account. The account summary must say that MFA is enabled for " +
			"the root user, by a device of any kind.",
		Remediation: rule.Remediation{Hint: "Sign in as the root user and assign an MFA device."},
		Fields:      []*rule.Field{mfa},
		Uses:        []string{factSummary},
		Check: func(c *rule.Context) rule.Result {
			if c.Fact(factSummary).Int(mfa) == 1 {
				return c.Pass("MFA is enabled for the root user.")
			}
			return c.Fail("MFA is not enabled for the root user.")
		},
	}
}

func rootHardwareMFAEnabled() rule.Rule {
	mfa := rule.Required("configuration.summaryMap.AccountMFAEnabled").Of(factSummary)
	hardware := rule.Required("configuration.rootHardwareMfa").Of(factSummary)
	return rule.Rule{
		Identifier: "ROOT_ACCOUNT_HARDWARE_MFA_ENABLED",
		Subjects:   rule.Account,
		Severity:   rule.Critical,
		Rationale: "A virtual MFA device is as safe as the phone it is on. MFA must be enabled for the root user and its device must " +
			"not be among the account's virtual devices.",
		Remediation: rule.Remediation{Hint: "Sign in as the root user and replace the virtual device by a hardware device."},
		Fields:      []*rule.Field{mfa, hardware},
		Uses:        []string{factSummary},
		Check: func(c *rule.Context) rule.Result {
			summary := c.Fact(factSummary)
			if summary.Int(mfa) != 1 {
				return c.Fail("MFA is not enabled for the root user.")
			}
			if !summary.Bool(hardware) {
				return c.Fail("The root user's MFA device is a virtual one.")
			}
			return c.Pass("The root user has a hardware MFA device.")
		},
	}
}

// attachmentFields are the lists of policies of users, groups and roles. IAM GetAccountAuthorizationDetails leaves
// out a user's inline policies when there are none; all other lists it always writes.
type attachmentFields struct{ userInline, groupInline, roleInline *rule.Field }

func inlineFields() attachmentFields {
	return attachmentFields{
		userInline: rule.Absent("configuration.userPolicyList", nil,
			"IAM GetAccountAuthorizationDetails leaves out the list for a user without inline policies").Of("AWS::IAM::User"),
		groupInline: rule.Required("configuration.groupPolicyList").Of("AWS::IAM::Group"),
		roleInline:  rule.Required("configuration.rolePolicyList").Of("AWS::IAM::Role"),
	}
}

func noInlinePolicy() rule.Rule {
	f := inlineFields()
	id := rule.Required("configuration.arn")
	of := map[string]*rule.Field{"AWS::IAM::User": f.userInline, "AWS::IAM::Group": f.groupInline, "AWS::IAM::Role": f.roleInline}
	return rule.Rule{
		Identifier: "IAM_NO_INLINE_POLICY_CHECK",
		Severity:   rule.Low,
		Rationale: "Inline policies are seen only by who looks at their one owner. IAM users, groups and roles must have no inline " +
			"policy; attached managed policies do not matter.",
		Remediation: rule.Remediation{Hint: "Move the permissions into a managed policy and delete the inline policy.", Document: "AWSConfigRemediation-ReplaceIAMInlinePolicy"},
		Fields:      []*rule.Field{id, f.userInline, f.groupInline, f.roleInline},
		Check: func(c *rule.Context) rule.Result {
			if c.Has(of[c.Type()]) {
				return c.Fail("There is an inline policy.")
			}
			return c.Pass("There is no inline policy.")
		},
	}
}

func userNoPolicies() rule.Rule {
	inline := inlineFields().userInline
	attached := rule.Required("configuration.attachedManagedPolicies")
	return rule.Rule{
		Identifier: "IAM_USER_NO_POLICIES_CHECK",
		Severity:   rule.Low,
		Rationale: "Rights given to single users are forgotten when they change their job. An IAM user must have neither inline nor " +
			"attached managed policies, and get its rights from groups or roles.",
		Remediation: rule.Remediation{Hint: "Give the rights to a group and make the user its member."},
		Fields:      []*rule.Field{inline, attached},
		Check: func(c *rule.Context) rule.Result {
			if c.Has(attached) {
				return c.Fail("A managed policy is attached to the user itself.")
			}
			if c.Has(inline) {
				return c.Fail("The user has an inline policy.")
			}
			return c.Pass("The user has no policies of its own.")
		},
	}
}

func userGroupMembership() rule.Rule {
	groups := rule.Required("configuration.groupList")
	return rule.Rule{
		Identifier: "IAM_USER_GROUP_MEMBERSHIP_CHECK",
		Params:     []rule.Param{{Name: "groupNames", Type: rule.CSV, Doc: "groups the user must be a member of, every one"}},
		Severity:   rule.Low,
		Rationale: "Users outside of groups get their rights one by one. An IAM user must be a member of at least one group, and of " +
			"every group in groupNames when that is given.",
		Remediation: rule.Remediation{Hint: "Make the user a member of the groups its work needs."},
		Fields:      []*rule.Field{groups},
		Check: func(c *rule.Context) rule.Result {
			if c.Len(groups) == 0 {
				return c.Fail("The user is in no group.")
			}
			member := slices.Collect(c.Strings(groups))
			for _, g := range c.Params.List("groupNames") {
				if !slices.Contains(member, g) {
					return c.Fail("The user is not in the group " + g + ".")
				}
			}
			return c.Pass("The user is in the groups it must be in.")
		},
	}
}

func groupHasUsers() rule.Rule {
	const user = "AWS::IAM::User"
	name := rule.Required("configuration.groupName")
	groups := rule.Required("configuration.groupList").Of(user)
	return rule.Rule{
		Identifier: "IAM_GROUP_HAS_USERS_CHECK",
		Severity:   rule.Low,
		Rationale: "A group without members keeps rights ready for whoever is put into it unseen. At least one IAM user of the account " +
			"must name the group in its list of groups.",
		Remediation: rule.Remediation{Hint: "Delete the group, or put users into it."},
		Fields:      []*rule.Field{name, groups},
		Uses:        []string{user},
		Check: func(c *rule.Context) rule.Result {
			if len(c.Matching(groups, c.Str(name))) == 0 {
				return c.Fail("No user is in the group.")
			}
			return c.Pass("The group has users.")
		},
	}
}

func policyNoAdminAccess() rule.Rule {
	return managedPolicy(rule.Rule{
		Identifier: "IAM_POLICY_NO_STATEMENTS_WITH_ADMIN_ACCESS",
		Severity:   rule.High,
		Rationale: "A policy of one's own that allows everything hides an administrator among ordinary roles. The default version of a " +
			"customer managed policy must have no Allow statement whose actions include * and whose resources include *, whatever its " +
			"conditions. Policies of AWS are not judged, and with excludePermissionBoundaryPolicy not those used as a boundary.",
		Remediation: rule.Remediation{Hint: "Make a version that allows only the actions and resources that are needed the default."},
	}, func(c *rule.Context, d *policy.Document) rule.Result {
		if d.AllowsAdmin() {
			return c.Fail("The policy allows every action on every resource.")
		}
		return c.Pass("The policy does not allow every action on every resource.")
	})
}

func policyNoFullAccess() rule.Rule {
	return managedPolicy(rule.Rule{
		Identifier: "IAM_POLICY_NO_STATEMENTS_WITH_FULL_ACCESS",
		Severity:   rule.Low,
		Rationale: "Rights over a whole service are seldom needed. The default version of a customer managed policy must have no Allow " +
			"statement with all actions of a service (service:* or *), and none with NotAction, which allows all services it does not name; " +
			"wildcards behind a prefix such as ec2:Describe* are fine. Policies of AWS are not judged, and with " +
			"excludePermissionBoundaryPolicy not those used as a boundary.",
		Remediation: rule.Remediation{Hint: "Replace the wildcard by the actions that are needed."},
	}, func(c *rule.Context, d *policy.Document) rule.Result {
		if action := d.FullAccess(); action != "" {
			return c.Fail("The policy allows all actions of a service (" + action + ").")
		}
		return c.Pass("The policy allows no service as a whole.")
	})
}

// managedPolicy declares a rule over the default version of customer managed policies.
func managedPolicy(r rule.Rule, check func(*rule.Context, *policy.Document) rule.Result) rule.Rule {
	arn := rule.Required("configuration.arn")
	boundaries := rule.Absent("configuration.permissionsBoundaryUsageCount", 0, "the item format of before permissions boundaries does not have it")
	versions := rule.Required("configuration.policyVersionList")
	isDefault := rule.Required("configuration.policyVersionList[].isDefaultVersion")
	document := rule.Required("configuration.policyVersionList[].document")
	r.Params = append(r.Params, rule.Param{Name: "excludePermissionBoundaryPolicy", Type: rule.Bool, Doc: "do not judge policies used as a permissions boundary"})
	r.Fields = []*rule.Field{arn, boundaries, versions, isDefault, document}
	r.Check = func(c *rule.Context) rule.Result {
		if strings.Contains(c.Str(arn), ":iam::aws:policy/") {
			return c.Skip("The policy is managed by AWS.")
		}
		if c.Params.Bool("excludePermissionBoundaryPolicy") && c.Int(boundaries) > 0 {
			return c.Skip("The policy is used as a permissions boundary.")
		}
		for _, v := range c.Each(versions) {
			if v.Bool(isDefault) {
				return check(c, v.Policy(document))
			}
		}
		return c.Unknown("The item does not hold the default version of the policy.")
	}
	return r
}
