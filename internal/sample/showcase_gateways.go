package sample

// showGateways builds what joins networks: VPNs, a transit gateway, options and lists of addresses.
func (g *gen) showGateways() {
	id, cgw, vgw := "vpn-"+g.hex(17), "cgw-"+g.hex(17), "vgw-"+g.hex(17)
	logged := object{"cloudWatchLogOptions": object{"logEnabled": g.sound, "logOutputFormat": "json"}}
	tunnel := func(address, status string) object {
		return object{"outsideIpAddress": address, "status": status, "statusMessage": "", "acceptedRouteCount": 1, "lastStatusChange": g.past(5)}
	}
	g.add(resource{
		typ: "AWS::EC2::VPNConnection", id: id, arn: g.arn("ec2", "vpn-connection/"+id),
		configuration: object{
			"vpnConnectionId": id, "state": "available", "type": "ipsec.1", "category": "VPN", "customerGatewayId": cgw, "vpnGatewayId": vgw, "gatewayAssociationState": "associated", "routes": list{},
			"options": object{
				"tunnelOptions":    list{object{"outsideIpAddress": "198.51.100.10", "startupAction": "add", "logOptions": logged}, object{"outsideIpAddress": "198.51.100.20", "startupAction": "add", "logOptions": logged}},
				"staticRoutesOnly": true, "enableAcceleration": false, "tunnelInsideIpVersion": "ipv4", "localIpv4NetworkCidr": "0.0.0.0/0", "remoteIpv4NetworkCidr": "0.0.0.0/0",
			},
			"vgwTelemetry": list{tunnel("198.51.100.10", "UP"), tunnel("198.51.100.20", either(g, "UP", "DOWN"))},
		},
	})
	vpn := "cvpn-endpoint-" + g.hex(17)
	rule := object{"DestinationCidr": "10.0.0.0/16", "GroupId": "operators", "AccessAll": false}
	g.onlyFaulty(rule, object{"GroupId": "", "AccessAll": true})
	g.add(resource{
		typ: "AWS::EC2::ClientVpnEndpoint", id: vpn, arn: g.arn("ec2", "client-vpn-endpoint/"+vpn),
		configuration: object{
			"Id": vpn, "VpcId": g.vpc.vpc, "ClientCidrBlock": "10.200.0.0/22", "SecurityGroupIds": list{g.vpc.closed}, "ServerCertificateArn": g.arn("acm", "certificate/vpn"), "SplitTunnel": true, "VpnPort": 443, "TransportProtocol": "udp",
			"AuthenticationOptions": list{object{"Type": "certificate-authentication", "MutualAuthentication": object{"ClientRootCertificateChain": g.arn("acm", "certificate/clients")}}},
			"ConnectionLogOptions":  object{"Enabled": g.sound}, "SessionTimeoutHours": 24, "SelfServicePortal": "disabled", "DnsServers": list{},
		},
		supplementary: object{"AuthorizationRules": list{rule}},
	})
	tgw := "tgw-" + g.hex(17)
	g.add(resource{
		typ: "AWS::EC2::TransitGateway", id: tgw, arn: g.arn("ec2", "transit-gateway/"+tgw),
		configuration: object{"Id": tgw, "Description": "", "AmazonSideAsn": 64512, "AutoAcceptSharedAttachments": either(g, "disable", "enable"), "DefaultRouteTableAssociation": "enable", "DefaultRouteTablePropagation": "enable", "DnsSupport": "enable", "VpnEcmpSupport": "enable", "MulticastSupport": "disable", "TransitGatewayCidrBlocks": list{}},
	})
	dopt, pl := "dopt-"+g.hex(17), "pl-"+g.hex(17)
	g.add(resource{
		typ: "AWS::EC2::DHCPOptions", id: dopt, arn: g.arn("ec2", "dhcp-options/"+dopt),
		configuration: object{"DhcpOptionsId": dopt, "DomainName": "ec2.internal", "DomainNameServers": list{"AmazonProvidedDNS"}, "NtpServers": list{}, "NetbiosNameServers": list{}},
	})
	g.add(resource{
		typ: "AWS::EC2::PrefixList", id: pl, name: "offices", arn: g.arn("ec2", "prefix-list/"+pl),
		configuration: object{"PrefixListId": pl, "PrefixListName": "offices", "Arn": g.arn("ec2", "prefix-list/"+pl), "OwnerId": g.account, "AddressFamily": "IPv4", "MaxEntries": 5, "Version": "1", "Entries": list{object{"Cidr": "198.51.100.0/24"}}},
	})
}
