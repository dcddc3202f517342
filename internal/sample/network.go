package sample

import (
	"fmt"

	"github.com/tickmark/tickmark/internal/inventory"
)

// network is what the other builders place their resources in.
type network struct {
	vpc, subnet, open, closed string
}

// networks builds a VPC with its parts: one of five has a flow log of its subnet only, one of three has an open group.
func (g *gen) networks() {
	n := network{vpc: "vpc-" + g.hex(17), subnet: "subnet-" + g.hex(17), open: "sg-" + g.hex(17), closed: "sg-" + g.hex(17)}
	g.vpc = n
	g.add(resource{
		typ: "AWS::EC2::VPC", id: n.vpc, arn: g.arn("ec2", "vpc/"+n.vpc), zone: "Multiple Availability Zones",
		configuration: object{"vpcId": n.vpc, "cidrBlock": fmt.Sprintf("10.%d.0.0/16", g.IntN(200)), "state": "available", "isDefault": false, "instanceTenancy": "default", "ownerId": g.account, "dhcpOptionsId": "dopt-" + g.hex(8)},
		relations:     []inventory.Relationship{rel("Contains Subnet", "AWS::EC2::Subnet", n.subnet), rel("Contains SecurityGroup", "AWS::EC2::SecurityGroup", n.open)},
	})
	g.add(resource{
		typ: "AWS::EC2::Subnet", id: n.subnet, arn: g.arn("ec2", "subnet/"+n.subnet), zone: g.region + "a",
		configuration: object{"subnetId": n.subnet, "vpcId": n.vpc, "state": "available", "cidrBlock": "10.0.1.0/24", "mapPublicIpOnLaunch": g.often(3), "availabilityZone": g.region + "a", "availableIpAddressCount": 200, "defaultForAz": false, "ownerId": g.account},
		relations:     []inventory.Relationship{rel("Is contained in Vpc", "AWS::EC2::VPC", n.vpc)},
	})
	g.securityGroup(n.closed, "app-"+g.hex(4), list{g.permission("tcp", 443, 443, "10.0.0.0/8")})
	g.securityGroup(n.open, "bastion-"+g.hex(4), list{g.permission("tcp", 22, 22, pick(g, "0.0.0.0/0", "198.51.100.0/24", "10.0.0.0/8"))})
	g.securityGroup("sg-"+g.hex(17), "default", g.defaultGroup())
	logged := n.vpc
	if g.often(2) { // a log of one subnet does not cover the VPC
		logged = n.subnet
	}
	g.flowLog(logged)
	g.routes(n)
	alloc := "eipalloc-" + g.hex(17)
	eip := object{"allocationId": alloc, "publicIp": fmt.Sprintf("203.0.113.%d", g.IntN(255)), "domain": "vpc"}
	if g.often(6) {
		eip["associationId"], eip["networkInterfaceId"] = "eipassoc-"+g.hex(17), "eni-"+g.hex(17)
	}
	g.accessLists(n)
	g.vpn()
	g.add(resource{typ: "AWS::EC2::EIP", id: alloc, name: eip["publicIp"].(string), arn: g.arn("ec2", "eip-allocation/"+alloc), configuration: eip})
}

func (g *gen) flowLog(logged string) {
	id, typ := "fl-"+g.hex(17), "AWS::EC2::Subnet"
	if logged == g.vpc.vpc {
		typ = "AWS::EC2::VPC"
	}
	g.add(resource{
		typ: "AWS::EC2::FlowLog", id: id, arn: g.arn("ec2", "vpc-flow-log/"+id),
		configuration: object{"flowLogId": id, "resourceId": logged, "trafficType": pick(g, "ALL", "ALL", "REJECT"), "flowLogStatus": "ACTIVE", "deliverLogsStatus": "SUCCESS", "logDestinationType": "cloud-watch-logs", "logGroupName": "/vpc/flow", "maxAggregationInterval": 600},
		relations:     []inventory.Relationship{rel("Is associated with ", typ, logged)},
	})
}

func (g *gen) permission(protocol string, from, to int, cidr string) object {
	return object{"ipProtocol": protocol, "fromPort": from, "toPort": to, "ipv4Ranges": list{object{"cidrIp": cidr}}, "ipRanges": list{cidr}, "ipv6Ranges": list{}, "userIdGroupPairs": list{}, "prefixListIds": list{}}
}

func (g *gen) defaultGroup() list {
	if g.often(5) {
		return list{}
	}
	return list{object{"ipProtocol": "-1", "ipv4Ranges": list{}, "ipRanges": list{}, "ipv6Ranges": list{}, "userIdGroupPairs": list{object{"groupId": g.vpc.closed, "userId": g.account}}, "prefixListIds": list{}}}
}

func (g *gen) securityGroup(id, name string, ingress list) {
	egress := list{object{"ipProtocol": "-1", "ipv4Ranges": list{object{"cidrIp": "0.0.0.0/0"}}, "ipRanges": list{"0.0.0.0/0"}, "ipv6Ranges": list{}, "userIdGroupPairs": list{}, "prefixListIds": list{}}}
	if name == "default" && len(ingress) == 0 {
		egress = list{}
	}
	g.add(resource{
		typ: "AWS::EC2::SecurityGroup", id: id, name: name, arn: g.arn("ec2", "security-group/"+id), zone: "Not Applicable",
		configuration: object{"groupId": id, "groupName": name, "description": "synthetic", "vpcId": g.vpc.vpc, "ownerId": g.account, "ipPermissions": ingress, "ipPermissionsEgress": egress},
		relations:     []inventory.Relationship{rel("Is contained in Vpc", "AWS::EC2::VPC", g.vpc.vpc)},
		before: func(c, _ object) {
			c["ipPermissions"] = list{g.permission("tcp", 0, 65535, "0.0.0.0/0")}
		},
	})
}

func (g *gen) routes(n network) {
	igw, rtb := "igw-"+g.hex(17), "rtb-"+g.hex(17)
	g.add(resource{
		typ: "AWS::EC2::InternetGateway", id: igw, arn: g.arn("ec2", "internet-gateway/"+igw), zone: "Multiple Availability Zones",
		configuration: object{"internetGatewayId": igw, "ownerId": g.account, "attachments": list{object{"vpcId": n.vpc, "state": "available"}}},
		relations:     []inventory.Relationship{rel("Is attached to Vpc", "AWS::EC2::VPC", n.vpc)},
	})
	g.add(resource{
		typ: "AWS::EC2::RouteTable", id: rtb, arn: g.arn("ec2", "route-table/"+rtb),
		configuration: object{"routeTableId": rtb, "vpcId": n.vpc, "ownerId": g.account, "routes": list{object{"destinationCidrBlock": "0.0.0.0/0", "gatewayId": igw, "state": "active", "origin": "CreateRoute"}}, "associations": list{object{"main": true, "routeTableId": rtb, "subnetId": n.subnet}}, "propagatingVgws": list{}},
		relations:     []inventory.Relationship{rel("Is contained in Vpc", "AWS::EC2::VPC", n.vpc), rel("Contains Subnet", "AWS::EC2::Subnet", n.subnet)},
	})
}

// accessLists builds the default network ACL, which lets in everything unless it was changed, and one of its own that
// was made for a subnet and in some stacks is not used any more.
func (g *gen) accessLists(n network) {
	entry := func(number int, action, protocol string, ports object) object {
		e := object{"ruleNumber": number, "protocol": protocol, "ruleAction": action, "egress": false, "cidrBlock": "0.0.0.0/0"}
		if ports != nil {
			e["portRange"] = ports
		}
		return e
	}
	out := object{"ruleNumber": 100, "protocol": "-1", "ruleAction": "allow", "egress": true, "cidrBlock": "0.0.0.0/0"}
	last := entry(32767, "deny", "-1", nil)
	open := list{out, entry(100, "allow", "-1", nil), last}
	narrow := list{out, entry(100, "allow", "6", object{"from": 443, "to": 443}), entry(110, "allow", "6", object{"from": 4000, "to": 65535}), last}
	for i, entries := range []list{pick(g, open, narrow), narrow} {
		id := "acl-" + g.hex(17)
		used := list{}
		if i == 0 || g.often(6) {
			used = list{object{"networkAclAssociationId": "aclassoc-" + g.hex(17), "networkAclId": id, "subnetId": n.subnet}}
		}
		g.add(resource{
			typ: "AWS::EC2::NetworkAcl", id: id, arn: g.arn("ec2", "network-acl/"+id), zone: "Multiple Availability Zones",
			configuration: object{"networkAclId": id, "vpcId": n.vpc, "ownerId": g.account, "isDefault": i == 0, "entries": entries, "associations": used},
			relations:     []inventory.Relationship{rel("Is contained in Vpc", "AWS::EC2::VPC", n.vpc)},
			before:        func(c, _ object) { c["entries"] = open },
		})
	}
}

// vpn builds a site-to-site connection; in one of three stacks a tunnel is down.
func (g *gen) vpn() {
	id := "vpn-" + g.hex(17)
	tunnel := func(last int, status string) object {
		return object{"outsideIpAddress": fmt.Sprintf("198.51.100.%d", last), "status": status, "statusMessage": "", "acceptedRouteCount": 1, "lastStatusChange": g.past(g.IntN(30))}
	}
	g.add(resource{
		typ: "AWS::EC2::VPNConnection", id: id, arn: g.arn("ec2", "vpn-connection/"+id),
		configuration: object{"vpnConnectionId": id, "state": "available", "type": "ipsec.1", "category": "VPN", "customerGatewayId": "cgw-" + g.hex(17), "vpnGatewayId": "vgw-" + g.hex(17), "options": object{"staticRoutesOnly": true}, "routes": list{}, "vgwTelemetry": list{tunnel(10, "UP"), tunnel(20, pick(g, "UP", "UP", "DOWN"))}},
	})
}
