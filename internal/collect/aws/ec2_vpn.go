package aws

import "github.com/tickmark/tickmark/internal/collect"

var ec2VPNConnection = &collect.Type{
	Name:  "AWS::EC2::VPNConnection",
	Find:  []collect.Step{{API: "ec2:DescribeVpnConnections", Each: "VpnConnections", Only: "VpnConnectionIds[]", Keep: not("State", "deleted", "deleting")}},
	ID:    "{VpnConnectionId}",
	ARN:   "arn:{partition}:ec2:{region}:{account}:vpn-connection/{VpnConnectionId}",
	Zone:  "Regional",
	Tags:  "Tags",
	Drop:  []string{"CustomerGatewayConfiguration", "Options.TunnelOptions.PreSharedKey"},
	Empty: []string{"Tags", "Routes", "VgwTelemetry", "Options.TunnelOptions"},
	Relations: []collect.Relation{
		{Label: "Is attached to CustomerGateway", Type: "AWS::EC2::CustomerGateway", ID: "CustomerGatewayId"},
		{Label: "Is attached to VpnGateway", Type: "AWS::EC2::VPNGateway", ID: "VpnGatewayId"},
	},
	Gone: []string{"InvalidVpnConnectionID.NotFound", "InvalidVpnConnection.NotFound"},
	Note: "the configuration of the customer gateway is left out: it holds the pre-shared keys",
}

var ec2VPNGateway = &collect.Type{
	Name:      "AWS::EC2::VPNGateway",
	Find:      []collect.Step{{API: "ec2:DescribeVpnGateways", Each: "VpnGateways", Only: "VpnGatewayIds[]", Keep: not("State", "deleted", "deleting")}},
	ID:        "{VpnGatewayId}",
	ARN:       "arn:{partition}:ec2:{region}:{account}:vpn-gateway/{VpnGatewayId}",
	Zone:      "Regional",
	Tags:      "Tags",
	Empty:     []string{"Tags", "VpcAttachments"},
	Relations: []collect.Relation{{Label: "Is attached to Vpc", Type: "AWS::EC2::VPC", ID: "VpcAttachments[].VpcId"}},
	Gone:      []string{"InvalidVpnGatewayID.NotFound"},
}

var ec2CustomerGateway = &collect.Type{
	Name:  "AWS::EC2::CustomerGateway",
	Find:  []collect.Step{{API: "ec2:DescribeCustomerGateways", Each: "CustomerGateways", Only: "CustomerGatewayIds[]", Keep: not("State", "deleted", "deleting")}},
	ID:    "{CustomerGatewayId}",
	ARN:   "arn:{partition}:ec2:{region}:{account}:customer-gateway/{CustomerGatewayId}",
	Zone:  "Not Applicable",
	Tags:  "Tags",
	Empty: []string{"Tags"},
	Gone:  []string{"InvalidCustomerGatewayID.NotFound"},
}

var ec2ClientVPNEndpoint = &collect.Type{
	Name: "AWS::EC2::ClientVpnEndpoint",
	Find: []collect.Step{{API: "ec2:DescribeClientVpnEndpoints", Each: "ClientVpnEndpoints", Only: "ClientVpnEndpointIds[]", Keep: not("Status.Code", "deleted", "deleting")}},
	Details: []collect.Detail{{
		API: "ec2:DescribeClientVpnAuthorizationRules", From: map[string]string{"ClientVpnEndpointId": "ClientVpnEndpointId"},
		Covers: []string{"supplementaryConfiguration.AuthorizationRules"}, Put: func(r *collect.Resource, answer object) {
			rules := []any{}
			for _, rule := range collect.Every(answer, "AuthorizationRules[]") {
				o := object{}
				for _, k := range []string{"DestinationCidr", "GroupId", "AccessAll"} {
					collect.Set(o, k, collect.At(rule, k))
				}
				rules = append(rules, o)
			}
			r.Supplement("AuthorizationRules", rules)
		},
	}},
	ID:      "{ClientVpnEndpointId}",
	ARN:     "arn:{partition}:ec2:{region}:{account}:client-vpn-endpoint/{ClientVpnEndpointId}",
	Zone:    "Regional",
	Created: "CreationTime",
	Tags:    "Tags",
	Shape: then(collect.Pascal, func(r *collect.Resource, c object) {
		c["SelfServicePortal"] = "disabled"
		if r.Text("SelfServicePortalUrl") != "" {
			c["SelfServicePortal"] = "enabled"
		}
	}, tagSpecifications("client-vpn-endpoint")),
	Rename: map[string]string{"ClientVpnEndpointId": "Id"},
	Drop: []string{
		"Status", "CreationTime", "DeletionTime", "DnsName", "VpnProtocol", "AssociatedTargetNetworks", "Tags", "SelfServicePortalUrl", "ClientConnectOptions.Status",
	},
	Empty: []string{"DnsServers", "SecurityGroupIds", "AuthenticationOptions"},
	Gone:  []string{"InvalidClientVpnEndpointId.NotFound"},
}

var ec2VPCPeeringConnection = &collect.Type{
	Name: "AWS::EC2::VPCPeeringConnection",
	Find: []collect.Step{{
		API: "ec2:DescribeVpcPeeringConnections", Each: "VpcPeeringConnections", Only: "VpcPeeringConnectionIds[]", Keep: not("Status.Code", "deleted", "deleting", "rejected", "expired", "failed"),
	}},
	ID:    "{VpcPeeringConnectionId}",
	ARN:   "arn:{partition}:ec2:{region}:{account}:vpc-peering-connection/{VpcPeeringConnectionId}",
	Zone:  "Not Applicable",
	Tags:  "Tags",
	Empty: []string{"Tags", "AccepterVpcInfo.Ipv6CidrBlockSet", "AccepterVpcInfo.CidrBlockSet", "RequesterVpcInfo.Ipv6CidrBlockSet", "RequesterVpcInfo.CidrBlockSet"},
	Relations: []collect.Relation{
		{Label: "Is associated with ", Type: "AWS::EC2::VPC", ID: "AccepterVpcInfo.VpcId"},
		{Label: "Is associated with ", Type: "AWS::EC2::VPC", ID: "RequesterVpcInfo.VpcId"},
	},
	Gone: []string{"InvalidVpcPeeringConnectionID.NotFound", "InvalidVpcPeeringConnectionId.NotFound"},
}

var ec2VPCEndpointService = &collect.Type{
	Name:  "AWS::EC2::VPCEndpointService",
	Find:  []collect.Step{{API: "ec2:DescribeVpcEndpointServiceConfigurations", Each: "ServiceConfigurations", Only: "ServiceIds[]", Keep: not("ServiceState", "Deleted", "Deleting")}},
	ID:    "{ServiceId}",
	Title: "{ServiceName}",
	ARN:   "arn:{partition}:ec2:{region}:{account}:vpc-endpoint-service/{ServiceId}",
	Zone:  "Multiple Availability Zones",
	Tags:  "Tags",
	Empty: []string{"Tags", "ServiceType", "AvailabilityZones", "NetworkLoadBalancerArns", "GatewayLoadBalancerArns", "SupportedIpAddressTypes", "BaseEndpointDnsNames"},
	Relations: []collect.Relation{
		{Label: "Is associated with ", Type: "AWS::ElasticLoadBalancingV2::LoadBalancer", ID: "NetworkLoadBalancerArns[]"},
		{Label: "Is associated with ", Type: "AWS::ElasticLoadBalancingV2::LoadBalancer", ID: "GatewayLoadBalancerArns[]"},
	},
	Gone: []string{"InvalidVpcEndpointServiceId.NotFound"},
}

var ec2VPCBlockPublicAccessOptions = &collect.Type{
	Name: "AWS::EC2::VPCBlockPublicAccessOptions",
	Find: []collect.Step{{API: "ec2:DescribeVpcBlockPublicAccessOptions", Each: "VpcBlockPublicAccessOptions"}},
	ID:   "{AwsAccountId}",
	Zone: "Regional",
	Shape: collect.Fields(map[string]string{
		"AccountId": "AwsAccountId", "InternetGatewayBlockMode": "InternetGatewayBlockMode",
	}),
}

var ec2Host = &collect.Type{
	Name:      "AWS::EC2::Host",
	Find:      []collect.Step{{API: "ec2:DescribeHosts", Each: "Hosts", Only: "HostIds[]", Keep: not("State", "released", "released-permanent-failure")}},
	ID:        "{HostId}",
	ARN:       "arn:{partition}:ec2:{region}:{account}:dedicated-host/{HostId}",
	Zone:      "{AvailabilityZone}",
	Created:   "AllocationTime",
	Tags:      "Tags",
	Empty:     []string{"Tags", "Instances"},
	Relations: []collect.Relation{{Label: "Contains Instance", Type: "AWS::EC2::Instance", ID: "Instances[].InstanceId"}},
	Gone:      []string{"InvalidHostID.NotFound"},
}
