package aws

import "github.com/tickmark/tickmark/internal/collect"

var ec2InternetGateway = &collect.Type{
	Name:      "AWS::EC2::InternetGateway",
	Find:      []collect.Step{{API: "ec2:DescribeInternetGateways", Each: "InternetGateways", Only: "InternetGatewayIds[]"}},
	ID:        "{InternetGatewayId}",
	ARN:       "arn:{partition}:ec2:{region}:{account}:internet-gateway/{InternetGatewayId}",
	Zone:      "Multiple Availability Zones",
	Tags:      "Tags",
	Empty:     []string{"Tags", "Attachments"},
	Relations: []collect.Relation{{Label: "Is attached to Vpc", Type: "AWS::EC2::VPC", ID: "Attachments[].VpcId"}},
	Gone:      []string{"InvalidInternetGatewayID.NotFound", "InvalidInternetGatewayId.NotFound"},
}

var ec2EgressOnlyInternetGateway = &collect.Type{
	Name:      "AWS::EC2::EgressOnlyInternetGateway",
	Find:      []collect.Step{{API: "ec2:DescribeEgressOnlyInternetGateways", Each: "EgressOnlyInternetGateways", Only: "EgressOnlyInternetGatewayIds[]"}},
	ID:        "{EgressOnlyInternetGatewayId}",
	ARN:       "arn:{partition}:ec2:{region}:{account}:egress-only-internet-gateway/{EgressOnlyInternetGatewayId}",
	Zone:      "Not Applicable",
	Tags:      "Tags",
	Empty:     []string{"Tags", "Attachments"},
	Relations: []collect.Relation{{Label: "Is attached to ", Type: "AWS::EC2::VPC", ID: "Attachments[].VpcId"}},
	Gone:      []string{"InvalidGatewayID.NotFound"},
}

var ec2NATGateway = &collect.Type{
	Name:    "AWS::EC2::NatGateway",
	Find:    []collect.Step{{API: "ec2:DescribeNatGateways", Each: "NatGateways", Only: "NatGatewayIds[]", Keep: not("State", "deleted", "deleting")}},
	ID:      "{NatGatewayId}",
	ARN:     "arn:{partition}:ec2:{region}:{account}:natgateway/{NatGatewayId}",
	Zone:    "Not Applicable",
	Created: "CreateTime",
	Tags:    "Tags",
	Shape:   then(collect.Describe, millis("createTime")),
	Empty:   []string{"Tags", "NatGatewayAddresses"},
	Relations: []collect.Relation{
		{Label: "Is contained in ", Type: "AWS::EC2::VPC", ID: "VpcId"},
		{Label: "Is contained in ", Type: "AWS::EC2::Subnet", ID: "SubnetId"},
		{Label: "Is attached to ", Type: "AWS::EC2::NetworkInterface", ID: "NatGatewayAddresses[].NetworkInterfaceId"},
	},
	Gone: []string{"NatGatewayNotFound"},
}

var ec2CarrierGateway = &collect.Type{
	Name:  "AWS::EC2::CarrierGateway",
	Find:  []collect.Step{{API: "ec2:DescribeCarrierGateways", Each: "CarrierGateways", Only: "CarrierGatewayIds[]", Keep: not("State", "deleted", "deleting")}},
	ID:    "{CarrierGatewayId}",
	ARN:   "arn:{partition}:ec2:{region}:{account}:carrier-gateway/{CarrierGatewayId}",
	Zone:  "Regional",
	Tags:  "Tags",
	Shape: collect.Pascal,
	Empty: []string{"Tags"},
	Gone:  []string{"InvalidCarrierGatewayID.NotFound"},
}
