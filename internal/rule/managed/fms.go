package managed

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/rule"
)

func fmsRules() []rule.Rule {
	return []rule.Rule{fmsWebACL(), fmsRuleGroups(), fmsShield()}
}

const cloudfrontDistribution = "AWS::CloudFront::Distribution"

// fmsIgnored are the parameters Firewall Manager sets for itself; AWS Config ignores them too.
func fmsIgnored() []rule.Param {
	return []rule.Param{
		{Name: "fmsManagedToken", Doc: "set by Firewall Manager, ignored"},
		{Name: "fmsRemediationEnabled", Type: rule.Bool, Doc: "set by Firewall Manager, ignored"},
	}
}

// fmsScope are the parameters that say by tags which resources a policy is for.
func fmsScope() []rule.Param {
	return append([]rule.Param{
		{Name: "resourceTags", Doc: `tags as JSON, such as {"stage": ["prod", "test"]}: those that resources must have, every key with one of its values; an empty list allows any value`},
		{Name: "excludeResourceTags", Type: rule.Bool, Doc: "judge the resources that do not have the tags instead"},
	}, fmsIgnored()...)
}

// notManaged says why a resource is not judged: its tags, or a load balancer that is no application load balancer.
func notManaged(c *rule.Context, tags, typ *rule.Field) (why rule.Result, out bool) {
	in, ok := inScope(c, tags)
	switch {
	case !ok:
		return c.Unknown(badTags), true
	case !in:
		return c.Skip(leftOutByTags), true
	case c.Type() == loadBalancer && c.Str(typ) != "application":
		return c.Skip(onlyALB), true
	}
	return rule.Result{}, false
}

// inScope reports whether the subject is one that resourceTags means. ok is false when the parameter cannot be read.
func inScope(c *rule.Context, tags *rule.Field) (in, ok bool) {
	text := c.Params.Str("resourceTags")
	if text == "" {
		return true, true
	}
	var want map[string][]string
	if json.Unmarshal([]byte(text), &want) != nil {
		return false, false
	}
	has := true
	for key, values := range want {
		v, tagged := c.Tag(tags, key)
		has = has && tagged && allowed(values, v)
	}
	return has != c.Params.Bool("excludeResourceTags"), true
}

const (
	leftOutByTags = "The rule's parameters leave out the resource by its tags."
	badTags       = "The parameter resourceTags is not a JSON object of lists."
)

func tagsOfSubject() *rule.Field { return rule.Required("tags") }

func fmsWebACL() rule.Rule {
	const webACL = "AWS::WAFv2::WebACL"
	tags := tagsOfSubject()
	edge := rule.Required(inDistribution + "webACLId").Of(cloudfrontDistribution)
	name := rule.Required("configuration.stageName").Of(restStage)
	stage := rule.Absent("configuration.webAclArn", "", "API Gateway leaves it out for a stage without a web ACL").Of(restStage)
	typ := rule.Required("configuration.type").Of(loadBalancer)
	// acls gives the web ACLs of the subject.
	acls := func(c *rule.Context) []string {
		switch c.Type() {
		case cloudfrontDistribution:
			return []string{c.Str(edge)}
		case restStage:
			c.Str(name) // an item without its configuration must not fail
			return []string{c.Str(stage)}
		}
		return c.Linked(webACL)
	}
	return rule.Rule{
		Identifier: "FMS_WEBACL_RESOURCE_POLICY_CHECK",
		Types:      []string{cloudfrontDistribution, restStage, loadBalancer},
		Params:     append([]rule.Param{{Name: "webACLId", Required: true, Doc: "id of the web ACL"}}, fmsScope()...),
		Severity:   rule.Medium,
		Rationale: "One web ACL for all can be kept in one place. The distribution, API stage or application load balancer must be associated with the web ACL webACLId. When " +
			"resourceTags is given, only resources with these tags are judged, or with excludeResourceTags only the others. Network and gateway load balancers are not " +
			"judged; web ACLs of WAF Classic on load balancers, which AWS ended in 2025, do not count.",
		Remediation: rule.Remediation{Hint: "Associate the resource with the web ACL."},
		Fields:      []*rule.Field{tags, edge, name, stage, typ},
		Uses:        []string{webACL},
		Check: func(c *rule.Context) rule.Result {
			if why, out := notManaged(c, tags, typ); out {
				return why
			}
			want := c.Params.Str("webACLId")
			for _, acl := range acls(c) {
				if acl == want || strings.HasSuffix(acl, "/"+want) {
					return c.Pass("The resource is associated with the web ACL.")
				}
			}
			return c.Fail("The resource is not associated with the web ACL " + want + ".")
		},
	}
}

func fmsRuleGroups() rule.Rule {
	const rules = "configuration.rulesList"
	list, priority, id := rule.Required(rules), rule.Required(rules+"[].priority"), rule.Required(rules+"[].ruleId")
	typ := rule.Absent(rules+"[].type", "REGULAR", "REGULAR is the default of WAF Classic")
	action := rule.Absent(rules+"[].overrideAction.type", "", "WAF Classic gives it for rule groups only")
	return rule.Rule{
		Identifier: "FMS_WEBACL_RULEGROUP_ASSOCIATION_CHECK",
		Params: append([]rule.Param{{
			Name: "ruleGroups", Type: rule.CSV, Required: true, Doc: "rule groups in their order, each with its override action, such as id-1:NONE, id-2:COUNT",
		}}, fmsIgnored()...),
		Severity: rule.Medium,
		Rationale: "What the security team demands must come before what each account adds. The web ACL of WAF Classic must have the rule groups of ruleGroups in their order, " +
			"with the priorities 0, 1, 2 and so on and the override actions given there (NONE when none is given).",
		Remediation: rule.Remediation{Hint: "Add the rule groups to the web ACL with the priorities 0, 1, 2 and so on."},
		Fields:      []*rule.Field{list, priority, id, typ, action},
		Check: func(c *rule.Context) rule.Result {
			for i, pair := range c.Params.List("ruleGroups") {
				group, override, given := strings.Cut(pair, ":")
				if !given {
					override = "NONE"
				}
				found := false
				for _, r := range c.Each(list) {
					found = found || r.Int(priority) == int64(i) && r.Str(id) == group && r.Str(typ) == "GROUP" && strings.EqualFold(r.Str(action), override)
				}
				if !found {
					return c.Fail("The rule group " + group + " is not at its priority with its override action.")
				}
			}
			return c.Pass("The rule groups are at their priorities.")
		},
	}
}

func fmsShield() rule.Rule {
	const (
		global     = "AWS::Shield::Protection"
		regional   = "AWS::ShieldRegional::Protection"
		address    = "AWS::EC2::EIP"
		resourceOf = "configuration.ResourceArn"
	)
	tags, name := tagsOfSubject(), rule.Required("ARN")
	typ := rule.Required("configuration.type").Of(loadBalancer)
	allocation := rule.Required("configuration.allocationId").Of(address)
	atEdge, inRegion := rule.Required(resourceOf).Of(global), rule.Required(resourceOf).Of(regional)
	// protections gives the protections of the subject, which Shield names by its ARN.
	protections := func(c *rule.Context) []rule.Place {
		switch c.Type() {
		case cloudfrontDistribution:
			return c.Matching(atEdge, c.Str(name))
		case address:
			return c.Matching(inRegion, arn.New("ec2", c.Region(), c.Account(), "eip-allocation/"+c.Str(allocation)))
		}
		return c.Matching(inRegion, c.Str(name))
	}
	return rule.Rule{
		Identifier: "FMS_SHIELD_RESOURCE_POLICY_CHECK",
		Types:      []string{cloudfrontDistribution, loadBalancer, classicBalancer, address},
		Params: append([]rule.Param{
			{Name: "webACLId", Required: true, Doc: "the web ACL of the policy; it is not looked at"},
			{Name: "resourceTypes", Type: rule.CSV, Required: true, Doc: "the types of the resources that are judged, such as AWS::CloudFront::Distribution"},
		}, fmsScope()...),
		Severity: rule.Medium,
		Rationale: "Shield Advanced protects only what it is told to. A resource of one of resourceTypes must have a protection of Shield Advanced (an item AWS::Shield::Protection for a " +
			"distribution, AWS::ShieldRegional::Protection for others). When resourceTags is given, only resources with these tags are judged, or with excludeResourceTags only " +
			"the others. Network and gateway load balancers, which Shield protects by their addresses, are not judged.",
		Remediation: rule.Remediation{Hint: "Add a Shield Advanced protection for the resource."},
		Fields:      []*rule.Field{tags, name, typ, allocation, atEdge, inRegion},
		Uses:        []string{global, regional},
		Check: func(c *rule.Context) rule.Result {
			if !slices.Contains(c.Params.List("resourceTypes"), c.Type()) {
				return c.Skip("The rule's parameters leave out the type of the resource.")
			}
			if why, out := notManaged(c, tags, typ); out {
				return why
			}
			if len(protections(c)) == 0 {
				return c.Fail("The resource has no protection of Shield Advanced.")
			}
			return c.Pass("The resource has a protection of Shield Advanced.")
		},
	}
}
