package sample

import "github.com/tickmark/tickmark/internal/inventory"

// showProtection builds a detector, keys, secrets, firewalls and web ACLs.
func (g *gen) showProtection() {
	feature := func(name string, additional ...any) object {
		for i, a := range additional {
			additional[i] = object{"Name": a, "Status": either(g, "ENABLED", "DISABLED")}
		}
		return g.merge(len(additional) > 0, object{"Name": name, "Status": either(g, "ENABLED", "DISABLED")}, object{"AdditionalConfiguration": list(additional)})
	}
	id := g.hex(32)
	g.add(resource{
		typ: "AWS::GuardDuty::Detector", id: id, arn: g.arn("guardduty", "detector/"+id),
		configuration: object{
			"Id": id, "Enable": true, "FindingPublishingFrequency": either(g, "FIFTEEN_MINUTES", "SIX_HOURS"),
			"DataSources": object{"S3Logs": object{"Enable": g.sound}, "Kubernetes": object{"AuditLogs": object{"Enable": g.sound}}},
			"Features": list{
				feature("S3_DATA_EVENTS"), feature("EKS_AUDIT_LOGS"), feature("EBS_MALWARE_PROTECTION"), feature("RDS_LOGIN_EVENTS"), feature("LAMBDA_NETWORK_LOGS"),
				feature("RUNTIME_MONITORING", "EKS_ADDON_MANAGEMENT", "ECS_FARGATE_AGENT_MANAGEMENT", "EC2_AGENT_MANAGEMENT"),
			},
		},
	})
	g.showKey("Enabled")
	g.showKey(either(g, "Enabled", "PendingDeletion"))
	g.showSecret()
	g.showFirewall()
	g.showClassicFilters("WAF", "waf", "")
	g.showClassicFilters("WAFRegional", "waf-regional", ":"+g.region)
	g.showFilters()
}

func (g *gen) showKey(state string) {
	arn := g.key()
	id := arn[len(arn)-36:]
	c := object{
		"keyId": id, "arn": arn, "awsaccountId": g.account, "description": "synthetic", "creationDate": g.past(400), "enabled": state == "Enabled", "keyState": state, "keyManager": "CUSTOMER", "keyUsage": "ENCRYPT_DECRYPT",
		"keySpec": "SYMMETRIC_DEFAULT", "customerMasterKeySpec": "SYMMETRIC_DEFAULT", "encryptionAlgorithms": list{"SYMMETRIC_DEFAULT"}, "signingAlgorithms": list{}, "origin": "AWS_KMS", "multiRegion": false,
	}
	g.merge(state == "PendingDeletion", c, object{"deletionDate": g.past(-20)})
	policy := object{"Version": "2012-10-17", "Statement": list{object{"Effect": "Allow", "Principal": object{"AWS": either(g, g.iam("root"), "*")}, "Action": "kms:*", "Resource": "*"}}}
	g.add(resource{typ: "AWS::KMS::Key", id: id, arn: arn, zone: "Not Applicable", configuration: c, supplementary: object{"KeyRotationStatus": g.sound, "Policy": text(policy)}})
}

// showSecret builds two secrets: one that is rotated, in the faulty account too late, and one that in the faulty account
// is not.
func (g *gen) showSecret() {
	for _, name := range []string{"database", "partner"} {
		arn := g.arn("secretsmanager", "secret:"+name+"-"+g.upper(6))
		c := object{
			"ARN": arn, "Name": name, "Description": "synthetic", "CreatedDate": g.past(400), "Deleted": false,
			"LastAccessedDate": g.past(either(g, 1, 200)), "LastRotatedDate": g.past(either(g, 10, 300)), "RotationEnabled": g.sound || name == "database",
		}
		g.merge(c["RotationEnabled"] == true, c, object{
			"RotationLambdaARN": g.arn("lambda", "function:rotate"), "RotationOccurringAsScheduled": g.sound,
			"RotationRules": object{"AutomaticallyAfterDays": either(g, 30, 365)},
		})
		g.add(resource{typ: "AWS::SecretsManager::Secret", id: arn, name: name, arn: arn, configuration: g.onlySound(c, object{"KMSKeyId": g.key()})})
	}
}

// showFirewall builds a network firewall with its policy, rules and logging.
func (g *gen) showFirewall() {
	rules := g.arn("network-firewall", "stateless-rulegroup/known")
	rule := object{"priority": 1, "ruleDefinition": object{"actions": list{"aws:pass"}, "matchAttributes": object{
		"sources": list{object{"addressDefinition": "10.0.0.0/8"}}, "destinations": list{object{"addressDefinition": "10.0.0.0/8"}}, "protocols": list{6},
	}}}
	g.add(resource{
		typ: "AWS::NetworkFirewall::RuleGroup", id: "known", name: "known", arn: rules, zone: "Not Applicable",
		configuration: object{
			"ruleGroup": object{"rulesSource": object{"statelessRulesAndCustomActions": object{"statelessRules": either(g, list{rule}, list{}), "customActions": list{}}}},
			"ruleGroupResponse": object{
				"ruleGroupArn": rules, "ruleGroupName": "known", "ruleGroupId": g.uuid(), "type": "STATELESS", "capacity": 100, "consumedCapacity": either(g, 1, 0),
				"numberOfAssociations": either(g, 1, 0), "ruleGroupStatus": "ACTIVE", "lastModifiedTime": g.past(30),
			},
		},
	})
	policy := g.arn("network-firewall", "firewall-policy/perimeter")
	defaults := either(g, list{"aws:drop"}, list{"aws:pass"})
	g.add(resource{
		typ: "AWS::NetworkFirewall::FirewallPolicy", id: "perimeter", name: "perimeter", arn: policy, zone: "Not Applicable",
		configuration: object{
			"firewallPolicy": object{
				"statelessDefaultActions": defaults, "statelessFragmentDefaultActions": defaults, "statelessCustomActions": list{}, "statefulRuleGroupReferences": list{},
				"statelessRuleGroupReferences": either(g, list{object{"resourceArn": rules, "priority": 1}}, list{}),
			},
			"firewallPolicyResponse": object{
				"firewallPolicyArn": policy, "firewallPolicyName": "perimeter", "firewallPolicyId": g.uuid(), "firewallPolicyStatus": "ACTIVE", "numberOfAssociations": 1, "lastModifiedTime": g.past(30),
			},
		},
	})
	arn := g.arn("network-firewall", "firewall/perimeter")
	zones := list{object{"subnetId": g.private()[0], "iPAddressType": "IPV4"}, object{"subnetId": g.private()[1], "iPAddressType": "IPV4"}}
	g.add(resource{
		typ: "AWS::NetworkFirewall::Firewall", id: "perimeter", name: "perimeter", arn: arn, zone: "Not Applicable",
		configuration: object{"firewall": object{
			"firewallArn": arn, "firewallName": "perimeter", "firewallId": g.uuid(), "firewallPolicyArn": policy, "vpcId": g.vpc.vpc, "subnetMappings": either(g, zones, zones[:1]),
			"deleteProtection": g.sound, "subnetChangeProtection": g.sound, "firewallPolicyChangeProtection": g.sound,
		}},
		relations: []inventory.Relationship{rel("Is associated with ", "AWS::NetworkFirewall::FirewallPolicy", "perimeter")},
	})
	logs := list{object{"LogType": "ALERT", "LogDestinationType": "CloudWatchLogs", "LogDestination": object{"logGroup": "/firewall/alerts"}}}
	g.add(resource{
		typ: "AWS::NetworkFirewall::LoggingConfiguration", id: arn, name: "perimeter",
		configuration: object{"FirewallArn": arn, "FirewallName": "perimeter", "LoggingConfiguration": object{"LogDestinationConfigs": either(g, logs, list{})}},
	})
}
