package sample

// showClassicFilters builds a rule, a rule group and a web ACL of WAF Classic, in the faulty account without contents.
func (g *gen) showClassicFilters(service, name, region string) {
	arn := func(kind, id string) string {
		if region == "" {
			return "arn:aws:waf::" + g.account + ":" + kind + "/" + id
		}
		return "arn:aws:" + name + region + ":" + g.account + ":" + kind + "/" + id
	}
	rule, group, acl := g.uuid(), g.uuid(), g.uuid()
	g.add(resource{
		typ: "AWS::" + service + "::Rule", id: rule, name: "addresses", arn: arn("rule", rule),
		configuration: object{"ruleId": rule, "name": "addresses", "metricName": "addresses", "predicateList": either(g, list{object{"dataId": g.uuid(), "negated": false, "type": "IPMatch"}}, list{})},
	})
	activated := object{"ruleId": rule, "priority": 1, "type": "REGULAR", "action": object{"type": "BLOCK"}}
	g.add(resource{
		typ: "AWS::" + service + "::RuleGroup", id: group, name: "known", arn: arn("rulegroup", group),
		configuration: object{"ruleGroupId": group, "name": "known", "metricName": "known", "rules": either(g, list{activated}, list{})},
	})
	c := object{"webACLId": acl, "name": "shield", "metricName": "shield", "rulesList": either(g, list{activated}, list{})}
	r := resource{typ: "AWS::" + service + "::WebACL", id: acl, name: "shield", arn: arn("webacl", acl), configuration: c}
	if service == "WAF" {
		r.supplementary = object{"LoggingConfiguration": g.logDestination()}
	}
	g.add(r)
}

func (g *gen) logDestination() object {
	return object{"LogDestinationConfigs": either(g, list{g.arn("firehose", "deliverystream/aws-waf-logs-showcase")}, list{})}
}

// showFilters builds a web ACL of WAF and rule groups; one of the faulty account has no rule, the other no metrics.
func (g *gen) showFilters() {
	seen := object{"cloudWatchMetricsEnabled": g.sound, "sampledRequestsEnabled": g.sound, "metricName": "shield"}
	rule := object{"name": "rate", "priority": 0, "action": object{"block": object{}}, "statement": object{"rateBasedStatement": object{"limit": 1000, "aggregateKeyType": "IP"}}, "visibilityConfig": seen}
	for _, name := range []string{"limits", "spare"} {
		id := g.uuid()
		arn := g.arn("wafv2", "regional/rulegroup/"+name+"/"+id)
		g.add(resource{
			typ: "AWS::WAFv2::RuleGroup", id: arn, name: name, arn: arn,
			configuration: object{
				"id": id, "name": name, "resourceARN": arn, "description": "synthetic", "owner": g.account, "capacity": 50, "visibilityConfig": seen,
				"rules": either(g, list{rule}, map[string]list{"limits": {rule}, "spare": {}}[name]),
			},
		})
	}
	id := g.uuid()
	arn := g.arn("wafv2", "regional/webacl/shield/"+id)
	g.add(resource{
		typ: "AWS::WAFv2::WebACL", id: arn, name: "shield", arn: arn, supplementary: object{"LoggingConfiguration": g.logDestination()},
		configuration: object{
			"id": id, "name": "shield", "resourceARN": arn, "description": "synthetic", "owner": g.account, "capacity": 50, "visibilityConfig": seen, "rules": either(g, list{rule}, list{}),
		},
	})
}
