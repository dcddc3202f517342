package aws

import "github.com/tickmark/tickmark/internal/collect"

// cloudWatchAlarm is an alarm of a metric, without its state, which AWS Config does not record.
var cloudWatchAlarm = &collect.Type{
	Name: "AWS::CloudWatch::Alarm", Zone: noZone,
	Find: []collect.Step{{API: "cloudwatch:DescribeAlarms", Input: object{"AlarmTypes": []any{"MetricAlarm"}}, Each: "MetricAlarms", Only: "AlarmNames[]=:alarm:"}},
	Details: []collect.Detail{{
		API: "cloudwatch:ListTagsForResource", From: map[string]string{"ResourceARN": "AlarmArn"}, Take: "Tags", Key: ".Tags", Covers: []string{"tags"},
		Absent: []string{"ResourceNotFoundException", "ResourceNotFound"},
	}},
	ID: "{AlarmArn}", Title: "{AlarmName}", ARN: "{AlarmArn}", Tags: "Tags", Bean: true,
	Drop:  []string{"Tags", "StateValue", "StateReason", "StateReasonData", "StateUpdatedTimestamp", "StateTransitionedTimestamp", "EvaluationState"},
	Empty: []string{"AlarmActions", "InsufficientDataActions", "OKActions", "Dimensions"},
}
