package aws

import "github.com/tickmark/tickmark/internal/collect"

var ec2NetworkInterface = &collect.Type{
	Name:  "AWS::EC2::NetworkInterface",
	Find:  []collect.Step{{API: "ec2:DescribeNetworkInterfaces", Whole: thousand, Each: "NetworkInterfaces", Only: "NetworkInterfaceIds[]"}},
	ID:    "{NetworkInterfaceId}",
	ARN:   "arn:{partition}:ec2:{region}:{account}:network-interface/{NetworkInterfaceId}",
	Zone:  "{AvailabilityZone}",
	Tags:  "TagSet",
	Empty: []string{"TagSet", "Groups", "Ipv6Addresses", "PrivateIpAddresses"},
	Relations: []collect.Relation{
		{Label: "Is attached to Instance", Type: "AWS::EC2::Instance", ID: "Attachment.InstanceId"},
		{Label: "Is associated with SecurityGroup", Type: "AWS::EC2::SecurityGroup", ID: "Groups[].GroupId"},
		{Label: "Is contained in Subnet", Type: "AWS::EC2::Subnet", ID: "SubnetId"},
		{Label: "Is contained in Vpc", Type: "AWS::EC2::VPC", ID: "VpcId"},
		{Label: "Is attached to ElasticIp", Type: "AWS::EC2::EIP", ID: "Association.AllocationId"},
	},
	Gone: []string{"InvalidNetworkInterfaceID.NotFound", "InvalidNetworkInterfaceId.NotFound"},
}

var ec2EIP = &collect.Type{
	Name:  "AWS::EC2::EIP",
	Find:  []collect.Step{{API: "ec2:DescribeAddresses", Each: "Addresses", Only: "AllocationIds[]", Keep: not("AllocationId", "")}},
	ID:    "{AllocationId}",
	Title: "{PublicIp}",
	ARN:   "arn:{partition}:ec2:{region}:{account}:eip-allocation/{AllocationId}",
	Zone:  "Not Applicable",
	Tags:  "Tags",
	Empty: []string{"Tags"},
	Relations: []collect.Relation{
		{Label: "Is attached to Instance", Type: "AWS::EC2::Instance", ID: "InstanceId"},
		{Label: "Is attached to NetworkInterface", Type: "AWS::EC2::NetworkInterface", ID: "NetworkInterfaceId"},
	},
	Gone: []string{"InvalidAllocationID.NotFound", "InvalidAddress.NotFound"},
}

var ec2FlowLog = &collect.Type{
	Name:    "AWS::EC2::FlowLog",
	Find:    []collect.Step{{API: "ec2:DescribeFlowLogs", Each: "FlowLogs", Only: "FlowLogIds[]"}},
	ID:      "{FlowLogId}",
	ARN:     "arn:{partition}:ec2:{region}:{account}:vpc-flow-log/{FlowLogId}",
	Zone:    "Not Applicable",
	Created: "CreationTime",
	Tags:    "Tags",
	Shape:   then(collect.Describe, millis("creationTime")),
	Empty:   []string{"Tags"},
	Finish: func(r *collect.Resource) {
		kind := map[string]string{"vpc": "AWS::EC2::VPC", "subnet": "AWS::EC2::Subnet", "eni": "AWS::EC2::NetworkInterface", "tgw": "AWS::EC2::TransitGateway"}
		id := r.Text("ResourceId")
		if typ := kind[prefix(id)]; typ != "" {
			r.Relate("Is associated with ", typ, id, "")
		}
	},
	Gone: []string{"InvalidFlowLogId.NotFound"},
}

var ec2VPCEndpoint = &collect.Type{
	Name:    "AWS::EC2::VPCEndpoint",
	Find:    []collect.Step{{API: "ec2:DescribeVpcEndpoints", Each: "VpcEndpoints", Only: "VpcEndpointIds[]", Keep: not("State", "deleted", "Deleted")}},
	ID:      "{VpcEndpointId}",
	ARN:     "arn:{partition}:ec2:{region}:{account}:vpc-endpoint/{VpcEndpointId}",
	Zone:    "Multiple Availability Zones",
	Created: "CreationTimestamp",
	Tags:    "Tags",
	Empty:   []string{"Tags", "RouteTableIds", "SubnetIds", "Groups", "NetworkInterfaceIds", "DnsEntries"},
	Relations: []collect.Relation{
		{Label: "Is contained in ", Type: "AWS::EC2::VPC", ID: "VpcId"},
		{Label: "Is attached to ", Type: "AWS::EC2::NetworkInterface", ID: "NetworkInterfaceIds[]"},
		{Label: "Is contained in ", Type: "AWS::EC2::Subnet", ID: "SubnetIds[]"},
		{Label: "Is contained in ", Type: "AWS::EC2::RouteTable", ID: "RouteTableIds[]"},
		{Label: "Is associated with ", Type: "AWS::EC2::SecurityGroup", ID: "Groups[].GroupId"},
	},
	Gone: []string{"InvalidVpcEndpointId.NotFound"},
}

// prefix is what stands before the dash in an id such as vpc-0a1b.
func prefix(id string) string {
	for i := range len(id) {
		if id[i] == '-' {
			return id[:i]
		}
	}
	return ""
}
