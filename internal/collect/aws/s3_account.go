package aws

import "github.com/tickmark/tickmark/internal/collect"

// s3AccountPublicAccessBlock is the account's own, recorded in the region where it is asked for. An account without one has
// no item.
var s3AccountPublicAccessBlock = &collect.Type{
	Name:   "AWS::S3::AccountPublicAccessBlock",
	Region: "us-east-1",
	Find: []collect.Step{{
		API: "s3control:GetPublicAccessBlock", From: map[string]string{"AccountId": "{account}"}, Each: "PublicAccessBlockConfiguration",
		Absent: []string{"NoSuchPublicAccessBlockConfiguration"},
	}},
	ID: "{account}", Zone: "Not Applicable",
	Finish: func(r *collect.Resource) { r.Spec.Key.Region = r.Call },
}
