package aws

import "github.com/tickmark/tickmark/internal/collect"

// cloudTrailTrail is a trail in its home region: the shadows in other regions are left out. A trail of an organization is
// found in its members too; its parts are asked for by ARN.
var cloudTrailTrail = &collect.Type{
	Name: "AWS::CloudTrail::Trail",
	Find: []collect.Step{{API: "cloudtrail:DescribeTrails", Input: object{"includeShadowTrails": false}, Each: "trailList"}},
	Details: []collect.Detail{
		{
			API: "cloudtrail:ListTags", Batch: &collect.Batch{Member: "ResourceIdList", Path: "TrailARN", Size: 20, Match: "ResourceId", By: "TrailARN"},
			Each: "ResourceTagList", Take: "TagsList", Key: ".Tags", Covers: []string{"tags", "supplementaryConfiguration.Tags"},
		},
		{API: "cloudtrail:GetEventSelectors", From: map[string]string{"TrailName": "TrailARN"}, Key: "EventSelectors"},
		{
			API: "cloudtrail:GetTrailStatus", From: map[string]string{"Name": "TrailARN"}, Covers: []string{"supplementaryConfiguration.TrailStatus"},
			Put: func(r *collect.Resource, answer object) {
				for _, k := range trailAttempts {
					delete(answer, k)
				}
				r.Supplement("TrailStatus", r.Spelled(answer, "supplementaryConfiguration.TrailStatus"))
			},
		},
	},
	ID: "{Name}", Title: "{Name}", ARN: "{TrailARN}", Zone: "Regional", Tags: "Tags", Drop: []string{"Tags", "RecursiveLogging"},
	Relations: []collect.Relation{
		{Label: "Is associated with ", Type: "AWS::S3::Bucket", ID: "S3BucketName"},
	},
	Finish: supplementTags,
}

// trailAttempts are members of a trail's status that say the same again as texts.
var trailAttempts = []string{
	"LatestDeliveryAttemptTime", "LatestNotificationAttemptTime", "LatestNotificationAttemptSucceeded", "LatestDeliveryAttemptSucceeded",
	"TimeLoggingStarted", "TimeLoggingStopped",
}
