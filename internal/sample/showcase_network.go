package sample

import "github.com/tickmark/tickmark/internal/inventory"

// showNetwork builds a VPC with its parts, in which the other builders place their resources.
func (g *gen) showNetwork() {
	n := network{vpc: "vpc-" + g.hex(17), subnet: "subnet-" + g.hex(17), open: "sg-" + g.hex(17), closed: "sg-" + g.hex(17)}
	g.vpc = n
	g.add(resource{
		typ: "AWS::EC2::VPC", id: n.vpc, arn: g.arn("ec2", "vpc/"+n.vpc), zone: "Multiple Availability Zones",
		configuration: object{
			"vpcId": n.vpc, "cidrBlock": "10.0.0.0/16", "state": "available", "isDefault": false, "instanceTenancy": "default",
			"ownerId": g.account, "dhcpOptionsId": "dopt-" + g.hex(8), "ipv6CidrBlockAssociationSet": list{},
			"cidrBlockAssociationSet": list{object{"associationId": "vpc-cidr-assoc-" + g.hex(17), "cidrBlock": "10.0.0.0/16", "cidrBlockState": object{"state": "associated"}}},
		},
		relations: []inventory.Relationship{rel("Contains Subnet", "AWS::EC2::Subnet", n.subnet)},
	})
	g.add(resource{
		typ: "AWS::EC2::Subnet", id: n.subnet, arn: g.arn("ec2", "subnet/"+n.subnet), zone: g.region + "a",
		configuration: object{
			"subnetId": n.subnet, "subnetArn": g.arn("ec2", "subnet/"+n.subnet), "vpcId": n.vpc, "state": "available", "cidrBlock": "10.0.1.0/24",
			"availabilityZone": g.region + "a", "availabilityZoneId": "use1-az1", "availableIpAddressCount": 240, "ownerId": g.account, "defaultForAz": false,
			"mapPublicIpOnLaunch": !g.sound, "mapCustomerOwnedIpOnLaunch": false, "assignIpv6AddressOnCreation": false, "ipv6Native": false, "enableDns64": false,
			"privateDnsNameOptionsOnLaunch": object{"hostnameType": "ip-name", "enableResourceNameDnsARecord": false, "enableResourceNameDnsAAAARecord": false},
		},
		relations: []inventory.Relationship{rel("Is contained in Vpc", "AWS::EC2::VPC", n.vpc)},
	})
	g.showSecurityGroups()
	g.showFlowLog()
	g.showRoutes()
	g.showAccessList()
	g.showEndpoints()
	g.showAddress()
	g.showInterface()
}

// showSecurityGroups builds a group for applications, the default group and, in the faulty account, one for everybody
// that nothing uses.
func (g *gen) showSecurityGroups() {
	everywhere := g.permission("-1", 0, 0, "0.0.0.0/0")
	delete(everywhere, "fromPort")
	delete(everywhere, "toPort")
	g.showGroup(g.vpc.closed, "app", list{g.permission("tcp", 443, 443, "10.0.0.0/8")}, list{everywhere})
	if g.sound {
		g.showGroup(g.vpc.open, "web", list{g.permission("tcp", 443, 443, "0.0.0.0/0")}, list{everywhere})
		g.showGroup("sg-"+g.hex(17), "default", list{}, list{})
		return
	}
	g.showGroup(g.vpc.open, "bastion", list{g.permission("tcp", 20, 3389, "0.0.0.0/0"), g.permission("udp", 53, 53, "0.0.0.0/0")}, list{everywhere})
	own := object{"ipProtocol": "-1", "ipv4Ranges": list{}, "ipRanges": list{}, "ipv6Ranges": list{}, "userIdGroupPairs": list{object{"groupId": g.vpc.closed, "userId": g.account}}, "prefixListIds": list{}}
	g.showGroup("sg-"+g.hex(17), "default", list{own}, list{everywhere})
}

func (g *gen) showGroup(id, name string, ingress, egress list) {
	g.add(resource{
		typ: "AWS::EC2::SecurityGroup", id: id, name: name, arn: g.arn("ec2", "security-group/"+id), zone: "Not Applicable",
		configuration: object{"groupId": id, "groupName": name, "description": name + " servers", "vpcId": g.vpc.vpc, "ownerId": g.account, "ipPermissions": ingress, "ipPermissionsEgress": egress},
		relations:     []inventory.Relationship{rel("Is contained in Vpc", "AWS::EC2::VPC", g.vpc.vpc)},
	})
}

// showFlowLog logs the VPC, or a subnet of it only.
func (g *gen) showFlowLog() {
	id := "fl-" + g.hex(17)
	g.add(resource{
		typ: "AWS::EC2::FlowLog", id: id, arn: g.arn("ec2", "vpc-flow-log/"+id),
		configuration: object{
			"flowLogId": id, "resourceId": either(g, g.vpc.vpc, g.vpc.subnet), "trafficType": "ALL", "flowLogStatus": "ACTIVE", "deliverLogsStatus": "SUCCESS",
			"deliverLogsPermissionArn": g.iam("role/flow-logs"), "logDestinationType": "cloud-watch-logs", "logGroupName": "/vpc/flow", "maxAggregationInterval": 600,
			"creationTime": g.past(90), "logFormat": "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${action}",
		},
	})
}

// showRoutes builds an internet gateway and a route table that leads to it.
func (g *gen) showRoutes() {
	igw, rtb := "igw-"+g.hex(17), "rtb-"+g.hex(17)
	g.add(resource{
		typ: "AWS::EC2::InternetGateway", id: igw, arn: g.arn("ec2", "internet-gateway/"+igw), zone: "Multiple Availability Zones",
		configuration: object{"internetGatewayId": igw, "ownerId": g.account, "attachments": either(g, list{}, list{object{"vpcId": g.vpc.vpc, "state": "available"}})},
	})
	local := object{"destinationCidrBlock": "10.0.0.0/16", "gatewayId": "local", "state": "active", "origin": "CreateRouteTable"}
	out := object{"destinationCidrBlock": "0.0.0.0/0", "state": "active", "origin": "CreateRoute"}
	g.onlySound(out, object{"natGatewayId": "nat-" + g.hex(17)})
	g.onlyFaulty(out, object{"gatewayId": igw})
	g.add(resource{
		typ: "AWS::EC2::RouteTable", id: rtb, arn: g.arn("ec2", "route-table/"+rtb),
		configuration: object{
			"routeTableId": rtb, "vpcId": g.vpc.vpc, "ownerId": g.account, "routes": list{local, out}, "propagatingVgws": list{},
			"associations": list{object{"main": true, "routeTableAssociationId": "rtbassoc-" + g.hex(17), "routeTableId": rtb, "associationState": object{"state": "associated"}}},
		},
		relations: []inventory.Relationship{rel("Is contained in Vpc", "AWS::EC2::VPC", g.vpc.vpc)},
	})
}

// showAccessList builds a network ACL of the subnet, or one that lets in everything and guards nothing.
func (g *gen) showAccessList() {
	id := "acl-" + g.hex(17)
	last := object{"ruleNumber": 32767, "protocol": "-1", "ruleAction": "deny", "egress": false, "cidrBlock": "0.0.0.0/0"}
	entry := object{"ruleNumber": 100, "protocol": "6", "ruleAction": "allow", "egress": false, "cidrBlock": "0.0.0.0/0", "portRange": either(g, object{"from": 443, "to": 443}, object{"from": 1, "to": 65535})}
	used := list{object{"networkAclAssociationId": "aclassoc-" + g.hex(17), "networkAclId": id, "subnetId": g.vpc.subnet}}
	g.add(resource{
		typ: "AWS::EC2::NetworkAcl", id: id, arn: g.arn("ec2", "network-acl/"+id), zone: "Multiple Availability Zones",
		configuration: object{"networkAclId": id, "vpcId": g.vpc.vpc, "ownerId": g.account, "isDefault": false, "entries": list{entry, last}, "associations": either(g, used, list{})},
		relations:     []inventory.Relationship{rel("Is contained in Vpc", "AWS::EC2::VPC", g.vpc.vpc)},
	})
}

// showEndpoints gives the VPC ways to services that stay off the internet; the faulty account has one to S3 only.
func (g *gen) showEndpoints() {
	for _, service := range either(g, []string{"execute-api", "dynamodb", "ec2", "lambda"}, []string{"s3"}) {
		id := "vpce-" + g.hex(17)
		g.add(resource{
			typ: "AWS::EC2::VPCEndpoint", id: id, arn: g.arn("ec2", "vpc-endpoint/"+id),
			configuration: object{
				"vpcEndpointId": id, "vpcEndpointType": "Interface", "vpcId": g.vpc.vpc, "serviceName": "com.amazonaws." + g.region + "." + service, "state": "available",
				"ownerId": g.account, "subnetIds": list{g.vpc.subnet}, "groups": list{object{"groupId": g.vpc.closed, "groupName": "app"}}, "routeTableIds": list{}, "networkInterfaceIds": list{"eni-" + g.hex(17)},
				"privateDnsEnabled": true, "requesterManaged": false, "ipAddressType": "ipv4", "creationTimestamp": g.past(100),
			},
		})
	}
}

func (g *gen) showAddress() {
	id := "eipalloc-" + g.hex(17)
	c := object{"allocationId": id, "publicIp": "203.0.113.7", "publicIpv4Pool": "amazon", "networkBorderGroup": g.region, "domain": "vpc"}
	g.onlySound(c, object{"associationId": "eipassoc-" + g.hex(17), "networkInterfaceId": "eni-" + g.hex(17), "networkInterfaceOwnerId": g.account, "privateIpAddress": "10.0.1.9"})
	g.add(resource{typ: "AWS::EC2::EIP", id: id, name: "203.0.113.7", arn: g.arn("ec2", "eip-allocation/"+id), configuration: c})
}

// showInterface builds a network interface in the groups that are used.
func (g *gen) showInterface() {
	id := "eni-" + g.hex(17)
	groups := list{object{"groupId": g.vpc.closed, "groupName": "app"}}
	rels := []inventory.Relationship{rel("Is contained in Subnet", "AWS::EC2::Subnet", g.vpc.subnet), rel("Is associated with SecurityGroup", "AWS::EC2::SecurityGroup", g.vpc.closed)}
	if g.sound {
		groups = append(groups, object{"groupId": g.vpc.open, "groupName": "web"})
		rels = append(rels, rel("Is associated with SecurityGroup", "AWS::EC2::SecurityGroup", g.vpc.open))
	}
	g.add(resource{
		typ: "AWS::EC2::NetworkInterface", id: id, arn: g.arn("ec2", "network-interface/"+id), zone: g.region + "a",
		configuration: object{
			"networkInterfaceId": id, "interfaceType": "interface", "status": "in-use", "description": "", "vpcId": g.vpc.vpc, "subnetId": g.vpc.subnet, "availabilityZone": g.region + "a",
			"ownerId": g.account, "requesterManaged": false, "sourceDestCheck": g.sound, "groups": groups, "macAddress": "0a:00:00:00:00:01", "privateIpAddress": "10.0.1.20",
			"privateIpAddresses": list{object{"primary": true, "privateIpAddress": "10.0.1.20"}}, "ipv6Addresses": list{}, "denyAllIgwTraffic": false,
			"attachment": object{"attachmentId": "eni-attach-" + g.hex(17), "instanceId": "i-" + g.hex(17), "instanceOwnerId": g.account, "deviceIndex": 0, "networkCardIndex": 0, "status": "attached", "deleteOnTermination": true, "attachTime": g.past(30)},
		},
		relations: rels,
	})
}
