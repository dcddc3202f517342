package aws

import "github.com/tickmark/tickmark/internal/collect"

var ec2Volume = &collect.Type{
	Name:    "AWS::EC2::Volume",
	Find:    []collect.Step{{API: "ec2:DescribeVolumes", Whole: thousand, Each: "Volumes", Only: "VolumeIds[]"}},
	ID:      "{VolumeId}",
	ARN:     "arn:{partition}:ec2:{region}:{account}:volume/{VolumeId}",
	Zone:    "{AvailabilityZone}",
	Created: "CreateTime",
	Tags:    "Tags",
	Empty:   []string{"Attachments", "Tags"},
	Relations: []collect.Relation{
		{Label: "Is attached to Instance", Type: "AWS::EC2::Instance", ID: "Attachments[].InstanceId"},
	},
	Gone: []string{"InvalidVolume.NotFound"},
}
