package aws

import "github.com/tickmark/tickmark/internal/collect"

var (
	networkFirewall = firewallType(collect.Type{
		Name: "AWS::NetworkFirewall::Firewall",
		Find: []collect.Step{
			{API: "network-firewall:ListFirewalls", Each: "Firewalls"},
			{API: "network-firewall:DescribeFirewall", From: map[string]string{"FirewallArn": "FirewallArn"}, Only: "FirewallName"},
		},
		Drop: []string{"UpdateToken", "FirewallStatus"},
		Finish: func(r *collect.Resource) {
			r.Relate("Is associated with ", "AWS::NetworkFirewall::FirewallPolicy", lastStep(r.Text("Firewall.FirewallPolicyArn")), "")
		},
	}, "Firewall", "Firewall")
	networkFirewallPolicy = firewallType(collect.Type{
		Name: "AWS::NetworkFirewall::FirewallPolicy",
		Find: []collect.Step{
			{API: "network-firewall:ListFirewallPolicies", Each: "FirewallPolicies"},
			{API: "network-firewall:DescribeFirewallPolicy", From: map[string]string{"FirewallPolicyArn": "Arn"}, Only: "FirewallPolicyName"},
		},
		Drop:    []string{"UpdateToken"},
		Created: "FirewallPolicyResponse.LastModifiedTime",
		Empty:   []string{"FirewallPolicy.StatelessRuleGroupReferences", "FirewallPolicy.StatefulRuleGroupReferences", "FirewallPolicy.StatelessCustomActions", "FirewallPolicyResponse.Tags"},
		Maps:    []string{"FirewallPolicy.PolicyVariables.RuleVariables"},
	}, "FirewallPolicyResponse", "FirewallPolicy")
	networkFirewallRuleGroup = firewallType(collect.Type{
		Name: "AWS::NetworkFirewall::RuleGroup",
		Find: []collect.Step{
			{API: "network-firewall:ListRuleGroups", Each: "RuleGroups"},
			{API: "network-firewall:DescribeRuleGroup", From: map[string]string{"RuleGroupArn": "Arn"}},
		},
		Drop:    []string{"UpdateToken"},
		Created: "RuleGroupResponse.LastModifiedTime",
		Empty:   []string{"RuleGroup.RulesSource.StatelessRulesAndCustomActions.CustomActions", "RuleGroup.RulesSource.StatelessRulesAndCustomActions.StatelessRules", "RuleGroupResponse.Tags"},
		Maps:    []string{"RuleGroup.RuleVariables.IPSets", "RuleGroup.RuleVariables.PortSets", "RuleGroup.ReferenceSets.IPSetReferences"},
	}, "RuleGroupResponse", "RuleGroup")
	networkFirewallTLS = firewallType(collect.Type{
		Name: "AWS::NetworkFirewall::TLSInspectionConfiguration",
		Find: []collect.Step{
			{API: "network-firewall:ListTLSInspectionConfigurations", Each: "TLSInspectionConfigurations"},
			{API: "network-firewall:DescribeTLSInspectionConfiguration", From: map[string]string{"TLSInspectionConfigurationArn": "Arn"}, Only: "TLSInspectionConfigurationName"},
		},
		Drop:    []string{"UpdateToken"},
		Rename:  map[string]string{"TLSInspectionConfiguration": "tlsInspectionConfiguration", "TLSInspectionConfigurationResponse": "tlsInspectionConfigurationResponse"},
		Created: "TLSInspectionConfigurationResponse.LastModifiedTime",
		Empty:   []string{"TLSInspectionConfigurationResponse.Tags"},
	}, "TLSInspectionConfigurationResponse", "TLSInspectionConfiguration")
)

// firewallType fills in what the types have in common: at is the member with the resource's names.
func firewallType(t collect.Type, at, kind string) *collect.Type {
	t.Find[1].Absent = []string{"ResourceNotFoundException"}
	t.ID, t.Title, t.ARN = "{"+at+"."+kind+"Name}", "{"+at+"."+kind+"Name}", "{"+at+"."+kind+"Arn}"
	t.Zone, t.Tags = "Not Applicable", at+".Tags"
	t.Gone = []string{"ResourceNotFoundException"}
	return &t
}

// networkFirewallLogging has an item for each firewall, also for one without logging.
var networkFirewallLogging = &collect.Type{
	Name: "AWS::NetworkFirewall::LoggingConfiguration",
	Find: []collect.Step{
		{API: "network-firewall:ListFirewalls", Each: "Firewalls"},
		{API: "network-firewall:DescribeLoggingConfiguration", From: map[string]string{"FirewallArn": "FirewallArn"}, Only: "FirewallArn", Absent: []string{"ResourceNotFoundException"}},
	},
	ID:    "{FirewallArn}",
	Zone:  "Regional",
	Shape: firewallLogging,
	Finish: func(r *collect.Resource) {
		r.Spec.Name = lastStep(r.Text("FirewallArn"))
	},
	Gone: []string{"ResourceNotFoundException"},
}

func firewallLogging(r *collect.Resource) any {
	destinations := every(r, "LoggingConfiguration.LogDestinationConfigs[]")
	return object{
		"FirewallArn": r.Text("FirewallArn"), "FirewallName": lastStep(r.Text("FirewallArn")), "LoggingConfiguration": object{"LogDestinationConfigs": destinations},
	}
}
