package aws

import "github.com/tickmark/tickmark/internal/collect"

var elbLoadBalancer = &collect.Type{
	Name: "AWS::ElasticLoadBalancing::LoadBalancer",
	Find: []collect.Step{{API: "elb:DescribeLoadBalancers", Each: "LoadBalancerDescriptions", Only: "LoadBalancerNames[]"}},
	Details: []collect.Detail{
		{
			API: "elb:DescribeTags", Each: "TagDescriptions", Take: "Tags", Key: ".Tags", Instead: []any{}, Covers: []string{"tags", "supplementaryConfiguration.Tags"},
			Batch: &collect.Batch{Member: "LoadBalancerNames", Path: "LoadBalancerName", Size: 20, Match: "LoadBalancerName", By: "LoadBalancerName"},
		},
		{
			API: "elb:DescribeLoadBalancerAttributes", From: map[string]string{"LoadBalancerName": "LoadBalancerName"},
			Take: "LoadBalancerAttributes", Key: "LoadBalancerAttributes",
		},
		{
			API: "elb:DescribeLoadBalancerPolicies", From: map[string]string{"LoadBalancerName": "LoadBalancerName"},
			Take: "PolicyDescriptions", Key: "LoadBalancerPolicies", Instead: []any{},
		},
	},
	ID:      "{LoadBalancerName}",
	Title:   "{LoadBalancerName}",
	ARN:     "arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/{LoadBalancerName}",
	Zone:    "Multiple Availability Zones",
	Created: "CreatedTime",
	Tags:    "Tags",
	Bean:    true,
	Drop:    []string{"Tags"},
	Empty: []string{
		"ListenerDescriptions", "ListenerDescriptions.PolicyNames", "Policies.AppCookieStickinessPolicies", "Policies.LBCookieStickinessPolicies", "Policies.OtherPolicies",
		"BackendServerDescriptions", "AvailabilityZones", "Subnets", "Instances", "SecurityGroups",
	},
	Relations: []collect.Relation{
		{Label: "Is associated with ", Type: "AWS::EC2::SecurityGroup", ID: "SecurityGroups[]"},
		{Label: "Is attached to ", Type: "AWS::EC2::Subnet", ID: "Subnets[]"},
		{Label: "Is contained in ", Type: "AWS::EC2::VPC", ID: "VPCId"},
	},
	Finish: func(r *collect.Resource) {
		supplementTags(r)
		if a, ok := r.Spec.Supplementary["LoadBalancerAttributes"].(object); ok && a["additionalAttributes"] == nil {
			a["additionalAttributes"] = []any{}
		}
	},
	Gone: []string{"LoadBalancerNotFound", "AccessPointNotFoundException"},
}
