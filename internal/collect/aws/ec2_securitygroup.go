package aws

import "github.com/tickmark/tickmark/internal/collect"

var ec2SecurityGroup = &collect.Type{
	Name:  "AWS::EC2::SecurityGroup",
	Find:  []collect.Step{{API: "ec2:DescribeSecurityGroups", Whole: thousand, Each: "SecurityGroups", Only: "GroupIds[]"}},
	ID:    "{GroupId}",
	Title: "{GroupName}",
	ARN:   "arn:{partition}:ec2:{region}:{account}:security-group/{GroupId}",
	Zone:  "Not Applicable",
	Tags:  "Tags",
	Shape: then(collect.Describe, addresses("ipPermissions"), addresses("ipPermissionsEgress")),
	// IpRanges are written twice: see addresses
	Rename: map[string]string{"IpPermissions.IpRanges": "ipv4Ranges", "IpPermissionsEgress.IpRanges": "ipv4Ranges"},
	Drop:   []string{"SecurityGroupArn"},
	Empty: []string{
		"Tags", "IpPermissions", "IpPermissions.UserIdGroupPairs", "IpPermissions.IpRanges", "IpPermissions.Ipv6Ranges", "IpPermissions.PrefixListIds",
		"IpPermissionsEgress", "IpPermissionsEgress.UserIdGroupPairs", "IpPermissionsEgress.IpRanges", "IpPermissionsEgress.Ipv6Ranges", "IpPermissionsEgress.PrefixListIds",
	},
	Relations: []collect.Relation{{Label: "Is contained in Vpc", Type: "AWS::EC2::VPC", ID: "VpcId"}},
	Finish:    own("OwnerId"),
	Gone:      []string{"InvalidGroup.NotFound", "InvalidGroupId.Malformed"},
}

// addresses adds the IPv4 ranges of rules as texts, in which form AWS Config had them before.
func addresses(rules string) edit {
	return func(_ *collect.Resource, c object) {
		for _, rule := range collect.Every(c, rules+"[]") {
			o, ok := rule.(object)
			if !ok {
				continue
			}
			texts := []any{}
			for _, cidr := range collect.Texts(o, "ipv4Ranges[].cidrIp") {
				texts = append(texts, cidr)
			}
			o["ipRanges"] = texts
		}
	}
}
