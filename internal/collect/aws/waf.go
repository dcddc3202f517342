package aws

import (
	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/collect"
)

// AWS WAF classic stands once for CloudFront ("waf", AWS::WAF) and once in each region ("waf-regional", AWS::WAFRegional).
var (
	wafWebACL          = classicWebACL("waf", "AWS::WAF")
	wafRule            = classicRule("waf", "AWS::WAF", "Rule", "ListRules", "GetRule", "Predicates")
	wafRateBasedRule   = classicRule("waf", "AWS::WAF", "RateBasedRule", "ListRateBasedRules", "GetRateBasedRule", "MatchPredicates")
	wafRuleGroup       = classicRuleGroup("waf", "AWS::WAF")
	wafRegionalWebACL  = classicWebACL("waf-regional", "AWS::WAFRegional")
	wafRegionalRule    = classicRule("waf-regional", "AWS::WAFRegional", "Rule", "ListRules", "GetRule", "Predicates")
	wafRegionalRate    = classicRule("waf-regional", "AWS::WAFRegional", "RateBasedRule", "ListRateBasedRules", "GetRateBasedRule", "MatchPredicates")
	wafRegionalRuleSet = classicRuleGroup("waf-regional", "AWS::WAFRegional")
)

// classic is what all types of AWS WAF classic have in common.
func classic(t *collect.Type, service, kind, id string) *collect.Type {
	t.ID, t.ARN = id, "arn:{partition}:waf-regional:{region}:{account}:"+kind+"/"+id
	if service == "waf" {
		t.Region, t.ARN = arn.Global, "arn:{partition}:waf::{account}:"+kind+"/"+id
	}
	t.Zone, t.Title = "Not Applicable", "{Name}"
	t.Gone = []string{"WAFNonexistentItemException"}
	t.Details = append(t.Details, collect.Detail{
		API: service + ":ListTagsForResource", From: map[string]string{"ResourceARN": t.ARN}, Take: "TagInfoForResource.TagList", Key: ".Tags", Instead: []any{}, Covers: []string{"tags"},
	})
	t.Tags, t.Drop = "Tags", append(t.Drop, "Tags")
	return t
}

func classicWebACL(service, prefix string) *collect.Type {
	t := classic(&collect.Type{
		Name: prefix + "::WebACL",
		Find: []collect.Step{
			{API: service + ":ListWebACLs", Each: "WebACLs"},
			{API: service + ":GetWebACL", From: map[string]string{"WebACLId": "WebACLId"}, Each: "WebACL", Only: "WebACLId", Absent: []string{"WAFNonexistentItemException"}},
		},
		Rename: map[string]string{"Rules": "rulesList", "WebACLId": "webACLId"},
		Shape: then(collect.Describe, func(r *collect.Resource, c object) {
			c["defaultAction"] = r.Text("DefaultAction.Type")
		}),
		Drop:  []string{"WebACLArn"},
		Empty: []string{"Rules", "Rules.ExcludedRules"},
	}, service, "webacl", "{WebACLId}")
	t.Details = append(t.Details, collect.Detail{
		API: service + ":GetLoggingConfiguration", From: map[string]string{"ResourceArn": "WebACLArn"}, Take: "LoggingConfiguration", Key: "LoggingConfiguration", Raw: true,
		Absent: []string{"WAFNonexistentItemException"}, Instead: object{"LogDestinationConfigs": []any{}},
	})
	return t
}

func classicRule(service, prefix, kind, list, get, predicates string) *collect.Type {
	resource := map[string]string{"Rule": "rule", "RateBasedRule": "ratebasedrule"}[kind]
	return classic(&collect.Type{
		Name: prefix + "::" + kind,
		Find: []collect.Step{
			{API: service + ":" + list, Each: "Rules"},
			{API: service + ":" + get, From: map[string]string{"RuleId": "RuleId"}, Each: "Rule", Only: "RuleId", Absent: []string{"WAFNonexistentItemException"}},
		},
		Rename: map[string]string{"Predicates": "predicateList", "MatchPredicates": "matchPredicates"},
		Empty:  []string{predicates},
	}, service, resource, "{RuleId}")
}

func classicRuleGroup(service, prefix string) *collect.Type {
	return classic(&collect.Type{
		Name: prefix + "::RuleGroup",
		Find: []collect.Step{
			{API: service + ":ListRuleGroups", Each: "RuleGroups"},
			{API: service + ":GetRuleGroup", From: map[string]string{"RuleGroupId": "RuleGroupId"}, Each: "RuleGroup", Only: "RuleGroupId", Absent: []string{"WAFNonexistentItemException"}},
		},
		Details: []collect.Detail{{
			API: service + ":ListActivatedRulesInRuleGroup", From: map[string]string{"RuleGroupId": "RuleGroupId"}, Take: "ActivatedRules", Key: ".Rules", Instead: []any{},
			Covers: []string{"configuration.rules"},
		}},
	}, service, "rulegroup", "{RuleGroupId}")
}
