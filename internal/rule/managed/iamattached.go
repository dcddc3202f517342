package managed

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

// iamAttachedRules judge the managed policies of users, groups and roles, and IAM's providers and certificates.
func iamAttachedRules() []rule.Rule {
	return []rule.Rule{roleHasPolicies(), policyNotAttached(), providerClients(), serverCertificateValid()}
}

type attachedFields struct{ list, arn *rule.Field }

func attachedPolicies() attachedFields {
	return attachedFields{rule.Required("configuration.attachedManagedPolicies"), rule.Required("configuration.attachedManagedPolicies[].policyArn")}
}

// of gives the ARNs of the policies attached to the subject.
func (f attachedFields) of(c *rule.Context) (arns []string) {
	for _, p := range c.Each(f.list) {
		arns = append(arns, p.Str(f.arn))
	}
	return arns
}

func roleHasPolicies() rule.Rule {
	f := attachedPolicies()
	return rule.Rule{
		Identifier: "IAM_ROLE_MANAGED_POLICY_CHECK",
		Params:     []rule.Param{{Name: "managedPolicyArns", Type: rule.CSV, Required: true, Doc: "ARNs of the policies that must be attached, every one"}},
		Severity:   rule.Medium,
		Rationale: "Some limits only hold when every role has them. Every policy of managedPolicyArns must be attached to the role; inline policies and permissions boundaries " +
			"do not count.",
		Remediation: rule.Remediation{Hint: "Attach the policies that are missing to the role."},
		Fields:      []*rule.Field{f.list, f.arn},
		Check: func(c *rule.Context) rule.Result {
			have := f.of(c)
			for _, want := range c.Params.List("managedPolicyArns") {
				if !slices.Contains(have, want) {
					return c.Fail("The policy " + want + " is not attached.")
				}
			}
			return c.Pass("Every required policy is attached.")
		},
	}
}

func policyNotAttached() rule.Rule {
	f := attachedPolicies()
	kinds := map[string]string{"AWS::IAM::User": "users", "AWS::IAM::Group": "groups", "AWS::IAM::Role": "roles"}
	return rule.Rule{
		Identifier: "IAM_POLICY_BLACKLISTED_CHECK",
		Params: []rule.Param{
			{Name: "policyArns", Type: rule.CSV, Default: "arn:aws:iam::aws:policy/AdministratorAccess", Doc: "ARNs of the policies that must not be attached"},
			{Name: "exceptionList", Type: rule.CSV, Doc: "who may have them all the same, such as users:[alice;bob], groups:[admins], roles:[deploy]"},
		},
		Severity: rule.Medium,
		Rationale: "Some policies give too much to be attached to anything in daily use. None of policyArns, by default AdministratorAccess, may be attached to an IAM user, group or " +
			"role. Those that exceptionList names are not judged; what a user has by its groups is judged at the group.",
		Remediation: rule.Remediation{Hint: "Detach the policy and attach one that allows what is needed.", Document: "AWSConfigRemediation-DetachIAMPolicy"},
		Fields:      []*rule.Field{f.list, f.arn},
		Check: func(c *rule.Context) rule.Result {
			if excepted(c.Params.List("exceptionList"), kinds[c.Type()], c.Name()) {
				return c.Skip("It is excepted by the rule's parameters.")
			}
			for _, arn := range f.of(c) {
				if slices.Contains(c.Params.List("policyArns"), arn) {
					return c.Fail("The policy " + arn + " is attached.")
				}
			}
			return c.Pass("No policy that must not be is attached.")
		},
	}
}

// excepted reports whether lists such as users:[alice;bob] name somebody of a kind.
func excepted(lists []string, kind, name string) bool {
	for _, l := range lists {
		of, names, _ := strings.Cut(l, ":")
		if strings.TrimSpace(of) != kind {
			continue
		}
		for n := range strings.SplitSeq(strings.Trim(names, " []"), ";") {
			if strings.TrimSpace(n) == name {
				return true
			}
		}
	}
	return false
}

func providerClients() rule.Rule {
	arn := rule.Required("configuration.Arn")
	clients := rule.Absent("configuration.ClientIdList", nil, "IAM GetOpenIDConnectProvider leaves out an empty list")
	return rule.Rule{
		Identifier: "IAM_OIDC_PROVIDER_CLIENT_ID_LIST_CHECK",
		Params:     []rule.Param{{Name: "allowedClientIds", Type: rule.CSV, Required: true, Doc: "client IDs a provider may accept"}},
		Severity:   rule.Medium,
		Rationale: "A token that was made out for another application must open nothing here. Every client ID (audience) of the OIDC provider must be one of allowedClientIds; a provider without " +
			"client IDs accepts no token and passes.",
		Remediation: rule.Remediation{Hint: "Remove the client IDs that are not allowed from the provider."},
		Fields:      []*rule.Field{arn, clients},
		Check: func(c *rule.Context) rule.Result {
			c.Str(arn)
			for id := range c.Strings(clients) {
				if !slices.Contains(c.Params.List("allowedClientIds"), id) {
					return c.Fail("The provider accepts the client ID " + id + ".")
				}
			}
			return c.Pass("The provider accepts allowed client IDs only.")
		},
	}
}

func serverCertificateValid() rule.Rule {
	until := rule.Required("configuration.Expiration")
	return rule.Rule{
		Identifier:  "IAM_SERVER_CERTIFICATE_EXPIRATION_CHECK",
		Severity:    rule.Medium,
		Rationale:   "An expired certificate that is still at hand is put on a site by mistake. A server certificate stored in IAM must not have expired, in use or not.",
		Remediation: rule.Remediation{Hint: "Delete the certificate from IAM; use Certificate Manager for the next one."},
		Fields:      []*rule.Field{until},
		Check: func(c *rule.Context) rule.Result {
			if c.Now().After(c.Time(until)) {
				return c.Fail("The certificate has expired.")
			}
			return c.Pass("The certificate has not expired.")
		},
	}
}
