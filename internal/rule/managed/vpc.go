package managed

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

func vpcRules() []rule.Rule {
	return []rule.Rule{
		vpcFlowLogsEnabled(), subnetNoPublicIP(), noUnrestrictedRouteToIGW(), addressAttached(), vpnTunnelsUp(),
		gatewayOfAuthorizedVPC(), transitGatewayAttachment(), peeringDNS(), sourceDestinationCheck(),
	}
}

func vpcFlowLogsEnabled() rule.Rule {
	const flowLog = "AWS::EC2::FlowLog"
	resource := rule.Required("configuration.resourceId").Of(flowLog)
	status := rule.Required("configuration.flowLogStatus").Of(flowLog)
	traffic := rule.Required("configuration.trafficType").Of(flowLog)
	return rule.Rule{
		Identifier: "VPC_FLOW_LOGS_ENABLED",
		Params:     []rule.Param{{Name: "trafficType", Enum: []string{"ACCEPT", "REJECT", "ALL"}, Doc: "the traffic that must be logged"}},
		Severity:   rule.Medium,
		Rationale: "Without flow logs nobody can tell afterwards who spoke with whom in a network. The VPC itself must have " +
			"an active flow log; when trafficType is given, one of that traffic or of ALL. Flow logs of single subnets or interfaces do not count.",
		Remediation: rule.Remediation{Hint: "Create a flow log for the VPC.", Document: "AWSConfigRemediation-EnableVPCFlowLogsToCloudWatch"},
		Fields:      []*rule.Field{resource, status, traffic},
		Uses:        []string{flowLog},
		Check: func(c *rule.Context) rule.Result {
			want := c.Params.Str("trafficType")
			logs := c.Matching(resource, c.ID())
			for _, l := range logs {
				if l.Str(status) == "ACTIVE" && (want == "" || l.Str(traffic) == want || l.Str(traffic) == "ALL") {
					return c.Pass("The VPC has an active flow log.")
				}
			}
			if len(logs) > 0 {
				return c.Fail("The VPC has a flow log, but none that is active and logs the required traffic.")
			}
			return c.Fail("The VPC has no flow log.")
		},
	}
}

func subnetNoPublicIP() rule.Rule {
	public := rule.Required("configuration.mapPublicIpOnLaunch")
	return rule.Rule{
		Identifier: "SUBNET_AUTO_ASSIGN_PUBLIC_IP_DISABLED",
		Severity:   rule.Medium,
		Rationale: "An instance should become public on purpose, not because of where it was started. The subnet must not give public IPv4 " +
			"addresses to what is started in it (mapPublicIpOnLaunch is false).",
		Remediation: rule.Remediation{Hint: "Turn off the subnet's automatic public addresses.", Document: "AWSConfigRemediation-DisableSubnetAutoAssignPublicIP"},
		Fields:      []*rule.Field{public},
		Check: func(c *rule.Context) rule.Result {
			if c.Bool(public) {
				return c.Fail("The subnet gives public addresses to what is started in it.")
			}
			return c.Pass("The subnet gives no public addresses.")
		},
	}
}

func noUnrestrictedRouteToIGW() rule.Rule {
	const (
		routes = "configuration.routes"
		other  = "EC2 DescribeRouteTables gives a route only the kind of destination and target it has"
	)
	list := rule.Required(routes)
	gateway := rule.Absent(routes+"[].gatewayId", "", other)
	v4 := rule.Absent(routes+"[].destinationCidrBlock", "", other)
	v6 := rule.Absent(routes+"[].destinationIpv6CidrBlock", "", other)
	return rule.Rule{
		Identifier: "NO_UNRESTRICTED_ROUTE_TO_IGW",
		Params:     []rule.Param{{Name: "routeTableIds", Type: rule.CSV, Doc: "route tables that may have such a route"}},
		Severity:   rule.Medium,
		Rationale: "A default route to an internet gateway makes every subnet of the table public. The route table must have no route for 0.0.0.0/0 " +
			"or ::/0 to an internet gateway. Tables in routeTableIds are not judged.",
		Remediation: rule.Remediation{Hint: "Remove the default route to the internet gateway, or route by a NAT gateway."},
		Fields:      []*rule.Field{list, gateway, v4, v6},
		Check: func(c *rule.Context) rule.Result {
			if slices.Contains(c.Params.List("routeTableIds"), c.ID()) {
				return c.Skip("The route table is excluded by the rule's parameters.")
			}
			for _, r := range c.Each(list) {
				if strings.HasPrefix(r.Str(gateway), "igw-") && (isWorld(r.Str(v4)) || isWorld(r.Str(v6))) {
					return c.Fail("A default route leads to the internet gateway " + r.Str(gateway) + ".")
				}
			}
			return c.Pass("No default route leads to an internet gateway.")
		},
	}
}

func addressAttached() rule.Rule {
	const free = "EC2 DescribeAddresses leaves it out for an address that is attached to nothing"
	address := rule.Required("configuration.publicIp")
	association := rule.Absent("configuration.associationId", "", free)
	instance := rule.Absent("configuration.instanceId", "", free)
	return rule.Rule{
		Identifier: "EIP_ATTACHED",
		Severity:   rule.Low,
		Rationale: "An address nobody uses costs money, and is still trusted where it once was named. An Elastic IP address must be associated with an instance or a " +
			"network interface.",
		Remediation: rule.Remediation{Hint: "Release the address, or associate it.", Document: "AWS-ReleaseElasticIP"},
		Fields:      []*rule.Field{address, association, instance},
		Check: func(c *rule.Context) rule.Result {
			c.Str(address) // an item without its configuration must not fail
			if c.Has(association) || c.Has(instance) {
				return c.Pass("The address is attached.")
			}
			return c.Fail("The address is attached to nothing.")
		},
	}
}

func vpnTunnelsUp() rule.Rule {
	state := rule.Required("configuration.state")
	tunnels := rule.Required("configuration.vgwTelemetry")
	status := rule.Required("configuration.vgwTelemetry[].status")
	return rule.Rule{
		Identifier: "VPC_VPN_2_TUNNELS_UP",
		Severity:   rule.Medium,
		Rationale: "With one tunnel, a connection ends when AWS maintains it. Both tunnels of the site-to-site VPN connection must have the status UP. Only connections " +
			"that are available are judged.",
		Remediation: rule.Remediation{Hint: "Set up both tunnels on the side of the customer gateway."},
		Fields:      []*rule.Field{state, tunnels, status},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(state) != "available" {
				return c.Skip("The connection is not available.")
			}
			up := 0
			for _, t := range c.Each(tunnels) {
				if t.Str(status) == "UP" {
					up++
				}
			}
			if up < 2 {
				return c.Fail("Not both tunnels are up.")
			}
			return c.Pass("Both tunnels are up.")
		},
	}
}

func gatewayOfAuthorizedVPC() rule.Rule {
	list := rule.Required("configuration.attachments")
	vpc := rule.Required("configuration.attachments[].vpcId")
	return rule.Rule{
		Identifier: "INTERNET_GATEWAY_AUTHORIZED_VPC_ONLY",
		Params:     []rule.Param{{Name: "AuthorizedVpcIds", Type: rule.CSV, Doc: "the VPCs that may have an internet gateway"}},
		Severity:   rule.High,
		Rationale: "Which networks reach the internet should be decided, not happen. The internet gateway must not be attached to another VPC than those in AuthorizedVpcIds; without the " +
			"parameter every gateway that is attached fails. A gateway that is attached to nothing passes.",
		Remediation: rule.Remediation{Hint: "Detach the internet gateway from the VPC.", Document: "AWSConfigRemediation-DetachAndDeleteInternetGateway"},
		Fields:      []*rule.Field{list, vpc},
		Check: func(c *rule.Context) rule.Result {
			for _, a := range c.Each(list) {
				if !slices.Contains(c.Params.List("AuthorizedVpcIds"), a.Str(vpc)) {
					return c.Fail("The internet gateway is attached to " + a.Str(vpc) + ", which is not authorized.")
				}
			}
			return c.Pass("The internet gateway is attached to no VPC that is not authorized.")
		},
	}
}

func transitGatewayAttachment() rule.Rule {
	auto := rule.Required("configuration.AutoAcceptSharedAttachments")
	return rule.Rule{
		Identifier: "EC2_TRANSIT_GATEWAY_AUTO_VPC_ATTACH_DISABLED",
		Severity:   rule.High,
		Rationale: "Whoever a transit gateway is shared with could join the network unasked. AutoAcceptSharedAttachments of the transit gateway must not be enable, so that attachments from other " +
			"accounts wait for someone to accept them.",
		Remediation: rule.Remediation{Hint: "Turn off the automatic acceptance of shared attachments."},
		Fields:      []*rule.Field{auto},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(auto) == "enable" {
				return c.Fail("Attachments from other accounts are accepted automatically.")
			}
			return c.Pass("Attachments from other accounts are not accepted automatically.")
		},
	}
}

func peeringDNS() rule.Rule {
	accepter, requester := rule.Required("configuration.accepterVpcInfo.vpcId"), rule.Required("configuration.requesterVpcInfo.vpcId")
	fromRequester := rule.Required("configuration.accepterVpcInfo.peeringOptions.allowDnsResolutionFromRemoteVpc")
	fromAccepter := rule.Required("configuration.requesterVpcInfo.peeringOptions.allowDnsResolutionFromRemoteVpc")
	return rule.Rule{
		Identifier: "VPC_PEERING_DNS_RESOLUTION_CHECK",
		Params:     []rule.Param{{Name: "vpcIds", Type: rule.CSV, Doc: "judge connections of these VPCs only"}},
		Severity:   rule.Medium,
		Rationale: "Without it, the public names of instances in the peer VPC lead over the internet instead of the peering. Both sides of the VPC peering connection must allow DNS resolution " +
			"from the other VPC to private addresses. When vpcIds is given, connections with neither side in it are not judged. EC2 tells the options of active connections only; others have no verdict.",
		Remediation: rule.Remediation{Hint: "Allow DNS resolution from the peer VPC on both sides of the connection."},
		Fields:      []*rule.Field{accepter, requester, fromRequester, fromAccepter},
		Check: func(c *rule.Context) rule.Result {
			vpcs := c.Params.List("vpcIds")
			if !allowed(vpcs, c.Str(accepter)) && !allowed(vpcs, c.Str(requester)) {
				return c.Skip("Connections of these VPCs are not judged.")
			}
			if !c.Bool(fromRequester) || !c.Bool(fromAccepter) {
				return c.Fail("DNS resolution from the peer VPC is not allowed on both sides.")
			}
			return c.Pass("DNS resolution from the peer VPC is allowed on both sides.")
		},
	}
}

// userInterfaces are the types of network interfaces of which the account decides about the check of addresses.
var userInterfaces = []string{"aws_codestar_connections_managed", "branch", "efa", "interface", "lambda", "quicksight"}

func sourceDestinationCheck() rule.Rule {
	typ, check := rule.Required("configuration.interfaceType"), rule.Required("configuration.sourceDestCheck")
	return rule.Rule{
		Identifier: "EC2_ENIS_SOURCE_DESTINATION_CHECK_ENABLED",
		Severity:   rule.Medium,
		Rationale: "An interface that takes packets for others can be used to route around a firewall. The source and destination check of the network interface must be on. Interfaces that AWS " +
			"manages for gateways, load balancers and endpoints are not judged, by their type; an instance that routes on purpose needs an exception.",
		Remediation: rule.Remediation{Hint: "Turn on the source and destination check of the network interface."},
		Fields:      []*rule.Field{typ, check},
		Check: func(c *rule.Context) rule.Result {
			if !slices.Contains(userInterfaces, c.Str(typ)) {
				return c.Skip("Network interfaces of this type are not judged.")
			}
			if c.Bool(check) {
				return c.Pass("The source and destination check is on.")
			}
			return c.Fail("The source and destination check is off.")
		},
	}
}
