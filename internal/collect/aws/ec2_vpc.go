package aws

import (
	"strconv"

	"github.com/tickmark/tickmark/internal/collect"
)

var ec2VPC = &collect.Type{
	Name:   "AWS::EC2::VPC",
	Find:   []collect.Step{{API: "ec2:DescribeVpcs", Each: "Vpcs", Only: "VpcIds[]"}},
	ID:     "{VpcId}",
	ARN:    "arn:{partition}:ec2:{region}:{account}:vpc/{VpcId}",
	Zone:   "Multiple Availability Zones",
	Tags:   "Tags",
	Empty:  []string{"Tags", "CidrBlockAssociationSet", "Ipv6CidrBlockAssociationSet"},
	Finish: own("OwnerId"),
	Gone:   []string{"InvalidVpcID.NotFound"},
	Note:   "relationships to what the VPC contains are left out: those items have the edge",
}

var ec2Subnet = &collect.Type{
	Name:      "AWS::EC2::Subnet",
	Find:      []collect.Step{{API: "ec2:DescribeSubnets", Each: "Subnets", Only: "SubnetIds[]"}},
	ID:        "{SubnetId}",
	ARN:       "{SubnetArn}",
	Zone:      "{AvailabilityZone}",
	Tags:      "Tags",
	Empty:     []string{"Tags", "Ipv6CidrBlockAssociationSet"},
	Relations: []collect.Relation{{Label: "Is contained in Vpc", Type: "AWS::EC2::VPC", ID: "VpcId"}},
	Finish:    own("OwnerId"),
	Gone:      []string{"InvalidSubnetID.NotFound"},
	Note:      "relationships to what the subnet contains are left out: those items have the edge",
}

var ec2RouteTable = &collect.Type{
	Name:  "AWS::EC2::RouteTable",
	Find:  []collect.Step{{API: "ec2:DescribeRouteTables", Each: "RouteTables", Only: "RouteTableIds[]"}},
	ID:    "{RouteTableId}",
	ARN:   "arn:{partition}:ec2:{region}:{account}:route-table/{RouteTableId}",
	Zone:  "Not Applicable",
	Tags:  "Tags",
	Empty: []string{"Tags", "Routes", "Associations", "PropagatingVgws"},
	Relations: []collect.Relation{
		{Label: "Is contained in Vpc", Type: "AWS::EC2::VPC", ID: "VpcId"},
		{Label: "Contains Subnet", Type: "AWS::EC2::Subnet", ID: "Associations[].SubnetId"},
		{Label: "Contains NetworkInterface", Type: "AWS::EC2::NetworkInterface", ID: "Routes[].NetworkInterfaceId"},
		{Label: "Contains Instance", Type: "AWS::EC2::Instance", ID: "Routes[].InstanceId"},
	},
	Finish: own("OwnerId"),
	Gone:   []string{"InvalidRouteTableID.NotFound"},
}

var ec2NetworkACL = &collect.Type{
	Name:  "AWS::EC2::NetworkAcl",
	Find:  []collect.Step{{API: "ec2:DescribeNetworkAcls", Each: "NetworkAcls", Only: "NetworkAclIds[]"}},
	ID:    "{NetworkAclId}",
	ARN:   "arn:{partition}:ec2:{region}:{account}:network-acl/{NetworkAclId}",
	Zone:  "Multiple Availability Zones",
	Tags:  "Tags",
	Empty: []string{"Tags", "Entries", "Associations"},
	Relations: []collect.Relation{
		{Label: "Is attached to Subnet", Type: "AWS::EC2::Subnet", ID: "Associations[].SubnetId"},
		{Label: "Is contained in Vpc", Type: "AWS::EC2::VPC", ID: "VpcId"},
	},
	Finish: own("OwnerId"),
	Gone:   []string{"InvalidNetworkAclID.NotFound"},
}

var ec2DHCPOptions = &collect.Type{
	Name: "AWS::EC2::DHCPOptions",
	Find: []collect.Step{{API: "ec2:DescribeDhcpOptions", Each: "DhcpOptions", Only: "DhcpOptionsIds[]"}},
	ID:   "{DhcpOptionsId}",
	ARN:  "arn:{partition}:ec2:{region}:{account}:dhcp-options/{DhcpOptionsId}",
	Zone: "Regional",
	Tags: "Tags",
	Shape: func(r *collect.Resource) any {
		c := object{"DhcpOptionsId": r.Text("DhcpOptionsId")}
		for _, option := range []struct{ key, name string }{
			{"domain-name-servers", "DomainNameServers"}, {"ntp-servers", "NtpServers"}, {"netbios-name-servers", "NetbiosNameServers"},
		} {
			list := []any{}
			for _, v := range dhcpValues(r, option.key) {
				list = append(list, v)
			}
			c[option.name] = list
		}
		if v := dhcpValues(r, "domain-name"); len(v) > 0 {
			c["DomainName"] = v[0]
		}
		if v := dhcpValues(r, "netbios-node-type"); len(v) > 0 {
			if n, err := strconv.Atoi(v[0]); err == nil {
				c["NetbiosNodeType"] = n
			}
		}
		tagList("Tags")(r, c)
		return c
	},
	Gone: []string{"InvalidDhcpOptionID.NotFound", "InvalidDhcpOptionsID.NotFound"},
}

// dhcpValues are the values of one DHCP option.
func dhcpValues(r *collect.Resource, key string) []string {
	for _, v := range collect.Every(r.Object, "DhcpConfigurations[]") {
		if collect.Text(v, "Key") == key {
			return collect.Texts(v, "Values[].Value")
		}
	}
	return nil
}
