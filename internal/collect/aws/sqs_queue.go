package aws

import (
	"strings"

	"github.com/tickmark/tickmark/internal/collect"
)

// AWS Config has the attributes of a queue as the API gives them: all are texts, numbers too.
var sqsQueue = &collect.Type{
	Name: "AWS::SQS::Queue",
	Find: []collect.Step{
		{API: "sqs:ListQueues", Input: object{"MaxResults": 1000}, Each: "QueueUrls"},
		{
			API: "sqs:GetQueueAttributes", Input: object{"AttributeNames": []any{"All"}}, From: map[string]string{"QueueUrl": "."}, Each: "Attributes", Only: "QueueUrl", Merge: true,
			Absent: []string{"QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue"}, Else: asListed,
		},
	},
	ID: "{.}", ARN: "{QueueArn}",
	Tags:    "Tags",
	Drop:    []string{"Tags", "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed", "ApproximateNumberOfMessagesNotVisible"},
	Details: []collect.Detail{tagsBy("sqs:ListQueueTags", "QueueUrl", ".", "Tags")},
	Shape: then(collect.Pascal, func(r *collect.Resource, c object) {
		c["QueueUrl"], c["QueueName"] = r.Text("."), afterLast(r.Text("."), "/")
	}),
	Finish: all(supplementTags, func(r *collect.Resource) { r.Spec.Name = afterLast(r.Spec.ID, "/") }),
	Note:   "The numbers of messages are not kept.",
}

func afterLast(s, separator string) string { return s[strings.LastIndex(s, separator)+1:] }
