package aws

import "github.com/tickmark/tickmark/internal/collect"

// The list has all but the block of public access.
var s3AccessPoint = &collect.Type{
	Name: "AWS::S3::AccessPoint",
	Find: []collect.Step{
		{API: "s3control:ListAccessPoints", From: map[string]string{"AccountId": "{account}"}, Each: "AccessPointList"},
		{
			API: "s3control:GetAccessPoint", From: map[string]string{"AccountId": "{account}", "Name": "Name"}, Only: "Name",
			Absent: []string{"NoSuchAccessPoint"}, Else: asListed,
		},
	},
	ID: "{Name}", Title: "{Name}", ARN: "{AccessPointArn}",
	Created: "CreationDate",
	Details: []collect.Detail{
		{
			API: "s3control:GetAccessPointPolicy", From: map[string]string{"AccountId": "{account}", "Name": "Name"}, Take: "Policy", Key: ".Policy",
			Absent: []string{"NoSuchAccessPointPolicy"}, Covers: []string{"configuration.Policy"},
		},
	},
	Shape: then(collect.Fields(map[string]string{
		"Name": "Name", "Arn": "AccessPointArn", "Alias": "Alias", "Bucket": "Bucket", "BucketAccountId": "BucketAccountId", "NetworkOrigin": "NetworkOrigin",
		"VpcConfiguration": "VpcConfiguration", "PublicAccessBlockConfiguration": "PublicAccessBlockConfiguration",
	}), func(r *collect.Resource, c object) {
		collect.Set(c, "Policy", collect.JSONText(r.At("Policy")))
	}),
	Relations: []collect.Relation{{Label: "Is associated with ", Type: "AWS::S3::Bucket", ID: "Bucket"}},
}

var transferServer = &collect.Type{
	Name: "AWS::Transfer::Server",
	Find: []collect.Step{
		{API: "transfer:ListServers", Each: "Servers"},
		{API: "transfer:DescribeServer", From: map[string]string{"ServerId": "ServerId"}, Each: "Server", Only: "ServerId", Absent: []string{"ResourceNotFoundException"}, Else: asListed},
	},
	ID: "{ServerId}", Title: "{ServerId}", ARN: "{Arn}",
	Tags:  "Tags",
	Drop:  []string{"HostKeyFingerprint", "UserCount"},
	Shape: collect.Pascal,
}
