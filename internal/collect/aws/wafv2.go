package aws

import (
	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/collect"
)

var (
	wafv2WebACL = wafv2("WebACL", "ListWebACLs", "WebACLs", "GetWebACL", collect.Type{
		// AWS Config writes web ACLs in CloudFormation's spelling, though its schema says otherwise
		Shape: collect.Pascal,
		// statements nest without end, and their keys are data in places: they stay as they are
		Rename: map[string]string{"ARN": "ResourceARN", "Capacity": "Capacity", "Id": "Id", "Name": "Name", "Description": "Description", "DefaultAction": "DefaultAction", "VisibilityConfig": "VisibilityConfig"},
		Maps:   []string{"Rules", "DefaultAction", "VisibilityConfig", "CustomResponseBodies", "PreProcessFirewallManagerRuleGroups", "PostProcessFirewallManagerRuleGroups", "AssociationConfig"},
		Details: []collect.Detail{
			{
				API: "wafv2:GetLoggingConfiguration", From: map[string]string{"ResourceArn": "ARN"}, Take: "LoggingConfiguration", Key: "LoggingConfiguration", Raw: true,
				Absent: []string{"WAFNonexistentItemException"}, Instead: object{"LogDestinationConfigs": []any{}},
			},
			{
				API: "wafv2:ListResourcesForWebACL", From: map[string]string{"WebACLArn": "ARN"}, Input: object{"ResourceType": "APPLICATION_LOAD_BALANCER"}, Covers: []string{"relationships"},
				When: only("^.Scope", "REGIONAL"), Put: func(r *collect.Resource, answer object) {
					for _, balancer := range collect.Texts(answer, "ResourceArns[]") {
						r.Relate("Is associated with ", "AWS::ElasticLoadBalancingV2::LoadBalancer", balancer, "")
					}
				},
			},
		},
		Note: "of the resources protected, application load balancers are told",
	})
	wafv2RuleGroup = wafv2("RuleGroup", "ListRuleGroups", "RuleGroups", "GetRuleGroup", collect.Type{
		Maps: []string{"Rules.Statement", "CustomResponseBodies"},
	})
	wafv2IPSet           = wafv2ByName("IPSet", "ListIPSets", "IPSets", "GetIPSet")
	wafv2RegexPatternSet = wafv2ByName("RegexPatternSet", "ListRegexPatternSets", "RegexPatternSets", "GetRegexPatternSet")
)

// wafv2 is what all types of AWS WAF have in common: each region has its own, and the home region those of CloudFront too.
func wafv2(kind, list, each, get string, t collect.Type) *collect.Type {
	t.Name = "AWS::WAFv2::" + kind
	t.Over = wafScopes
	t.Find = []collect.Step{
		{API: "wafv2:" + list, From: map[string]string{"Scope": "Scope"}, Each: each, Keep: keepScope},
		{API: "wafv2:" + get, From: map[string]string{"ARN": "ARN"}, Each: kind, Only: "ARN", Absent: []string{"WAFNonexistentItemException"}},
	}
	t.Details = append(t.Details, collect.Detail{
		API: "wafv2:ListTagsForResource", From: map[string]string{"ResourceARN": "ARN"}, Take: "TagInfoForResource.TagList", Key: ".Tags", Instead: []any{}, Covers: []string{"tags"},
	})
	t.ID, t.ARN, t.Title, t.Zone, t.Tags = "{ARN}", "{ARN}", "{Name}", "Regional", "Tags"
	if t.Rename == nil {
		t.Rename = map[string]string{"ARN": "resourceARN"}
	}
	t.Drop = append(t.Drop, "Tags")
	t.Gone = []string{"WAFNonexistentItemException"}
	return &t
}

// wafv2ByName is for types that are not read by their ARN.
func wafv2ByName(kind, list, each, get string) *collect.Type {
	t := wafv2(kind, list, each, get, collect.Type{})
	t.Find[1].From = map[string]string{"Scope": "Scope", "Name": "Name", "Id": "Id"}
	t.Find[1].Only = ""
	return t
}

// wafScopes are the scopes that can be asked for in a region.
func wafScopes(region string) []object {
	all := []object{{"Scope": "REGIONAL"}}
	if region == collect.HomeRegion(arn.Partition(region)) {
		all = append(all, object{"Scope": "CLOUDFRONT"})
	}
	return all
}

// keepScope gives an element of a list the scope for which the list was asked.
func keepScope(e *collect.Element) bool {
	e.Object["Scope"] = e.At("^.Scope")
	return true
}
