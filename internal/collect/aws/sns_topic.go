package aws

import "github.com/tickmark/tickmark/internal/collect"

var snsTopic = &collect.Type{
	Name: "AWS::SNS::Topic",
	Find: []collect.Step{
		{API: "sns:ListTopics", Each: "Topics"},
		{API: "sns:GetTopicAttributes", From: map[string]string{"TopicArn": "TopicArn"}, Each: "Attributes", Only: "TopicArn", Absent: []string{"NotFound"}, Else: asListed},
	},
	ID: "{TopicArn}", ARN: "{TopicArn}", Zone: "Not Applicable",
	Tags: "Tags",
	Drop: []string{"Tags", "SubscriptionsPending", "SubscriptionsDeleted", "Subscriptions"},
	Details: []collect.Detail{
		tagsBy("sns:ListTagsForResource", "ResourceArn", "TopicArn", "Tags"),
		{API: "sns:ListSubscriptionsByTopic", From: map[string]string{"TopicArn": "TopicArn"}, Take: "Subscriptions", Key: ".Subscriptions", When: hasSubscriptions, Covers: []string{"configuration.Subscription"}},
	},
	Shape: then(collect.Pascal, func(r *collect.Resource, c object) {
		all := []any{}
		for _, s := range r.Every("Subscriptions[]") {
			all = append(all, object{"Protocol": at(s, "Protocol"), "Endpoint": at(s, "Endpoint")})
		}
		c["Subscription"] = all
	}),
	Finish: all(supplementTags, lastOfARN(":")),
	Note:   "Endpoints of subscriptions are recorded as SNS tells them.",
}

// hasSubscriptions reports whether a topic may have subscriptions: one that counts none is not asked for them.
func hasSubscriptions(e *collect.Element) bool {
	return e.Text("SubscriptionsConfirmed") != "0" || e.Text("SubscriptionsPending") != "0"
}

// lastOfARN names a resource by the last part of its ARN.
func lastOfARN(separator string) func(r *collect.Resource) {
	return func(r *collect.Resource) { r.Spec.Name = afterLast(r.Spec.ARN, separator) }
}
