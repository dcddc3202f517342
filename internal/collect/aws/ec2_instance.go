package aws

import "github.com/tickmark/tickmark/internal/collect"

var ec2Instance = &collect.Type{
	Name: "AWS::EC2::Instance",
	Find: []collect.Step{{
		API: "ec2:DescribeInstances", Whole: thousand, Each: "Reservations[].Instances[]", Only: "InstanceIds[]",
		Keep: not("State.Name", "terminated"),
	}},
	Details: []collect.Detail{
		{
			API: "ec2:DescribeInstanceImageMetadata", Each: "InstanceImageMetadata", Take: "ImageMetadata", Key: "ImageMetadata",
			Batch: &collect.Batch{Member: "InstanceIds", Path: "InstanceId", Size: 100, Match: "InstanceId", By: "InstanceId"},
		},
		{
			// a filter, because a list of ids fails as a whole when one image is gone
			API: "ec2:DescribeImages", Input: object{"IncludeDeprecated": true}, Each: "Images", Put: putImageTags, Covers: []string{"supplementaryConfiguration.ImageTags"},
			Batch: &collect.Batch{Member: "Filters:image-id", Path: "ImageId", Size: 200, Match: "ImageId", By: "ImageId"},
		},
	},
	ID:      "{InstanceId}",
	ARN:     "arn:{partition}:ec2:{region}:{account}:instance/{InstanceId}",
	Zone:    "{Placement.AvailabilityZone}",
	Created: "LaunchTime",
	Tags:    "Tags",
	Empty:   []string{"Tags", "ProductCodes", "SecurityGroups", "NetworkInterfaces", "BlockDeviceMappings", "NetworkInterfaces.Ipv6Addresses", "NetworkInterfaces.Groups", "NetworkInterfaces.PrivateIpAddresses"},
	Relations: []collect.Relation{
		{Label: "Contains NetworkInterface", Type: "AWS::EC2::NetworkInterface", ID: "NetworkInterfaces[].NetworkInterfaceId"},
		{Label: "Is associated with SecurityGroup", Type: "AWS::EC2::SecurityGroup", ID: "SecurityGroups[].GroupId"},
		{Label: "Is contained in Subnet", Type: "AWS::EC2::Subnet", ID: "SubnetId"},
		{Label: "Is attached to Volume", Type: "AWS::EC2::Volume", ID: "BlockDeviceMappings[].Ebs.VolumeId"},
		{Label: "Is contained in Vpc", Type: "AWS::EC2::VPC", ID: "VpcId"},
	},
	Gone: []string{"InvalidInstanceID.NotFound", "InvalidInstanceID.Malformed"},
}

// putImageTags takes the tags of the instance's image; an image that is gone leaves them out.
func putImageTags(r *collect.Resource, image object) {
	if image == nil {
		return
	}
	tags, _ := image["Tags"].([]any)
	if tags == nil {
		tags = []any{}
	}
	r.Supplement("ImageTags", tags)
}
