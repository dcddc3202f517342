package aws

import "github.com/tickmark/tickmark/internal/collect"

var elbv2LoadBalancer = &collect.Type{
	Name: "AWS::ElasticLoadBalancingV2::LoadBalancer",
	Find: []collect.Step{{API: "elbv2:DescribeLoadBalancers", Each: "LoadBalancers", Only: "LoadBalancerArns[]"}},
	Details: []collect.Detail{
		{
			API: "elbv2:DescribeTags", Each: "TagDescriptions", Take: "Tags", Key: ".Tags", Instead: []any{}, Covers: []string{"tags", "supplementaryConfiguration.Tags"},
			Batch: &collect.Batch{Member: "ResourceArns", Path: "LoadBalancerArn", Size: 20, Match: "ResourceArn", By: "LoadBalancerArn"},
		},
		{
			API: "elbv2:DescribeLoadBalancerAttributes", From: map[string]string{"LoadBalancerArn": "LoadBalancerArn"},
			Take: "Attributes", Key: "LoadBalancerAttributes",
		},
	},
	ID:      "{LoadBalancerArn}",
	Title:   "{LoadBalancerName}",
	ARN:     "{LoadBalancerArn}",
	Zone:    "Multiple Availability Zones",
	Created: "CreatedTime",
	Tags:    "Tags",
	Drop:    []string{"Tags"},
	Empty:   []string{"SecurityGroups", "AvailabilityZones", "AvailabilityZones.LoadBalancerAddresses"},
	Relations: []collect.Relation{
		{Label: "Is associated with SecurityGroup", Type: "AWS::EC2::SecurityGroup", ID: "SecurityGroups[]"},
		{Label: "Is attached to Subnet", Type: "AWS::EC2::Subnet", ID: "AvailabilityZones[].SubnetId"},
		{Label: "Is contained in Vpc", Type: "AWS::EC2::VPC", ID: "VpcId"},
	},
	Finish: supplementTags,
	Gone:   []string{"LoadBalancerNotFound", "LoadBalancerNotFoundException"},
}

var elbv2Listener = &collect.Type{
	Name: "AWS::ElasticLoadBalancingV2::Listener",
	Find: []collect.Step{
		{API: "elbv2:DescribeLoadBalancers", Each: "LoadBalancers"},
		{API: "elbv2:DescribeListeners", From: map[string]string{"LoadBalancerArn": "LoadBalancerArn"}, Each: "Listeners", Only: "ListenerArns[]", Absent: []string{"LoadBalancerNotFound", "LoadBalancerNotFoundException"}},
	},
	ID:    "{ListenerArn}",
	ARN:   "{ListenerArn}",
	Zone:  "Regional",
	Shape: collect.Pascal,
	Drop:  []string{"DefaultActions.AuthenticateOidcConfig.ClientSecret"},
	Maps:  []string{"DefaultActions.AuthenticateOidcConfig.AuthenticationRequestExtraParams", "DefaultActions.AuthenticateCognitoConfig.AuthenticationRequestExtraParams"},
	Empty: []string{"Certificates", "AlpnPolicy", "DefaultActions"},
	Gone:  []string{"ListenerNotFound", "ListenerNotFoundException"},
	Note:  "attributes of listeners are left out: neither AWS Config's schema nor a rule has them",
}

var elbv2TargetGroup = &collect.Type{
	Name: "AWS::ElasticLoadBalancingV2::TargetGroup",
	Find: []collect.Step{{API: "elbv2:DescribeTargetGroups", Each: "TargetGroups", Only: "TargetGroupArns[]"}},
	Details: []collect.Detail{{
		API: "elbv2:DescribeTags", Each: "TagDescriptions", Take: "Tags", Key: ".Tags", Instead: []any{}, Covers: []string{"tags", "configuration.Tags"},
		Batch: &collect.Batch{Member: "ResourceArns", Path: "TargetGroupArn", Size: 20, Match: "ResourceArn", By: "TargetGroupArn"},
	}},
	ID:     "{TargetGroupArn}",
	Title:  "{TargetGroupName}",
	ARN:    "{TargetGroupArn}",
	Zone:   "Regional",
	Tags:   "Tags",
	Shape:  then(collect.Pascal, tagList("Tags")),
	Rename: map[string]string{"TargetGroupName": "Name"},
	Drop:   []string{"Tags"},
	Empty:  []string{"LoadBalancerArns"},
	Relations: []collect.Relation{
		{Label: "Is associated with ", Type: "AWS::ElasticLoadBalancingV2::LoadBalancer", ID: "LoadBalancerArns[]"},
	},
	Gone: []string{"TargetGroupNotFound", "TargetGroupNotFoundException"},
	Note: "the registered targets (CloudFormation's Targets) and attributes are left out: they would cost two calls for each group",
}
