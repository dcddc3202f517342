package managed

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/policy"
	"github.com/tickmark/tickmark/internal/rule"
)

func s3PolicyRules() []rule.Rule {
	return []rule.Rule{s3BlockedActions(), s3Grantees(), s3NotMorePermissive()}
}

func s3BlockedActions() rule.Rule {
	name, policyText := rule.Required("configuration.name"), bucketPolicy()
	return rule.Rule{
		Identifier: "S3_BUCKET_BLACKLISTED_ACTIONS_PROHIBITED",
		Params: []rule.Param{{
			Name: "blacklistedActionPattern", Type: rule.CSV, Required: true, Doc: "patterns of actions that others must not have, such as s3:PutBucket*",
		}},
		Severity: rule.High,
		Rationale: "Another account that may change a bucket's policy can take the bucket over. No Allow statement of the bucket policy for other accounts, canonical users or everyone may " +
			"have an action that one of blacklistedActionPattern means, be it by a wildcard or by a NotAction. Conditions are not looked at, and Deny statements take nothing back.",
		Remediation: rule.Remediation{Hint: "Remove the actions from the bucket policy's statements for others."},
		Fields:      []*rule.Field{name, policyText},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name) // an item without its configuration must not pass
			d := c.Policy(policyText)
			for i := range d.Statements {
				s := &d.Statements[i]
				if !s.AllowsOthers(c.Account()) {
					continue
				}
				if k := slices.IndexFunc(c.Params.List("blacklistedActionPattern"), s.MayDo); k >= 0 {
					return c.Fail("The bucket policy allows others " + c.Params.List("blacklistedActionPattern")[k] + ".")
				}
			}
			return c.Pass("The bucket policy allows others none of the actions.")
		},
	}
}

// grantees are who a bucket may be open to.
type grantees struct{ aws, services, federated, addresses, vpcs []string }

// limit reports whether a statement is for listed principals only, or under a condition on listed networks.
func (g grantees) limit(s *policy.Statement) bool {
	if slices.ContainsFunc(s.Conditions, g.fix) {
		return true
	}
	return !s.NotPrincipal && !slices.ContainsFunc(s.Principals, func(p policy.Principal) bool { return !g.hold(p) })
}

// fix reports whether a condition holds for listed addresses or VPCs only.
func (g grantees) fix(c policy.Condition) bool {
	var listed func(string) bool
	switch op, key := strings.ToLower(c.Operator), strings.ToLower(c.Key); {
	case op == "ipaddress" && key == "aws:sourceip":
		listed = func(v string) bool {
			return slices.ContainsFunc(g.addresses, func(a string) bool { return within(v, a) })
		}
	case (op == "stringequals" || op == "stringequalsignorecase") && key == "aws:sourcevpc":
		listed = func(v string) bool { return slices.Contains(g.vpcs, v) }
	default:
		return false
	}
	return len(c.Values) > 0 && !slices.ContainsFunc(c.Values, func(v string) bool { return !listed(v) })
}

// within reports whether a range of addresses is inside of another; an address is a range of one.
func within(few, many string) bool {
	a, ok := addresses(few)
	b, fine := addresses(many)
	return ok && fine && b.Bits() <= a.Bits() && b.Contains(a.Addr())
}

func addresses(s string) (netip.Prefix, bool) {
	if a, err := netip.ParseAddr(s); err == nil {
		return netip.PrefixFrom(a, a.BitLen()), true
	}
	p, err := netip.ParsePrefix(s)
	return p, err == nil
}

func (g grantees) hold(p policy.Principal) bool {
	switch p.Kind {
	case "AWS":
		return slices.ContainsFunc(g.aws, func(a string) bool { return arn.Match(a, p.ID) || p.IsAccount(a) })
	case "Service":
		return slices.Contains(g.services, p.ID)
	case "Federated":
		return slices.Contains(g.federated, p.ID)
	}
	return false
}

func s3Grantees() rule.Rule {
	name, policyText := rule.Required("configuration.name"), bucketPolicy()
	return rule.Rule{
		Identifier: "S3_BUCKET_POLICY_GRANTEE_CHECK",
		Params: []rule.Param{
			{Name: "awsPrincipals", Type: rule.CSV, Doc: "ARNs of users and roles, with wildcards or not, and numbers of accounts"},
			{Name: "servicePrincipals", Type: rule.CSV, Doc: "services, such as cloudtrail.amazonaws.com"},
			{Name: "federatedUsers", Type: rule.CSV, Doc: "identity providers, such as cognito-identity.amazonaws.com"},
			{Name: "ipAddresses", Type: rule.CSV, Doc: "addresses and ranges of addresses"},
			{Name: "vpcIds", Type: rule.CSV, Doc: "ids of VPCs"},
		},
		Severity: rule.Medium,
		Rationale: "Who may use a bucket should be known by name. Every Allow statement of the bucket policy must be for principals of awsPrincipals, servicePrincipals and federatedUsers " +
			"only, or have a condition by which it holds for ranges inside of ipAddresses (aws:SourceIp) or for vpcIds (aws:SourceVpc) only. The number of an account means the account as a " +
			"whole, not each of its users and roles. A bucket without a policy passes.",
		Remediation: rule.Remediation{Hint: "Remove the principals that are not listed from the bucket policy.", Document: "AWSConfigRemediation-RemovePrincipalStarFromS3BucketPolicy"},
		Fields:      []*rule.Field{name, policyText},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name) // an item without its configuration must not pass
			p := c.Params
			g := grantees{p.List("awsPrincipals"), p.List("servicePrincipals"), p.List("federatedUsers"), p.List("ipAddresses"), p.List("vpcIds")}
			d := c.Policy(policyText)
			for i := range d.Statements {
				if s := &d.Statements[i]; s.Allow && !g.limit(s) {
					return c.Fail("A statement of the bucket policy is not limited to the listed principals or networks.")
				}
			}
			return c.Pass("The bucket policy is limited to the listed principals and networks.")
		},
	}
}

func s3NotMorePermissive() rule.Rule {
	name, policyText := rule.Required("configuration.name"), bucketPolicy()
	return rule.Rule{
		Identifier: "S3_BUCKET_POLICY_NOT_MORE_PERMISSIVE",
		Params:     []rule.Param{{Name: "controlPolicy", Required: true, Doc: "a bucket policy that allows as much as any may"}},
		Severity:   rule.Medium,
		Rationale: "One policy can say for all buckets what other accounts may have at most. What the bucket policy allows other accounts, canonical users or everyone must be allowed by " +
			"controlPolicy: each principal, action and resource of a statement by one statement of it, under the same conditions or narrower ones. What is allowed only by several of its " +
			"statements together, or denied by it and not by the bucket policy, is not. Services, federated users and the own account are not looked at.",
		Remediation: rule.Remediation{Hint: "Remove what the control policy does not allow from the bucket policy."},
		Fields:      []*rule.Field{name, policyText},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name) // an item without its configuration must not pass
			control, err := policy.Parse(c.Params.Str("controlPolicy"))
			if err != nil {
				return c.Unknown("The parameter controlPolicy is not a bucket policy.")
			}
			if !c.Policy(policyText).Within(control, c.Account()) {
				return c.Fail("The bucket policy allows others more than the control policy does.")
			}
			return c.Pass("The bucket policy allows others no more than the control policy does.")
		},
	}
}
