package managed

import (
	"slices"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/rule"
)

func s3EventsRules() []rule.Rule { return []rule.Rule{s3EventNotifications()} }

func s3EventNotifications() rule.Rule {
	const (
		at    = "supplementaryConfiguration.BucketNotificationConfiguration"
		other = "a notification has the one destination that it has"
	)
	all := rule.Required(at)
	list := rule.Absent(at+".configurations", nil, "Config leaves it out for a bucket without notifications")
	bridge := rule.Absent(at+".eventBridgeConfiguration", nil, "Config leaves it out for a bucket that sends nothing to EventBridge")
	events := rule.Required(at + ".configurations[].events")
	destinations := []*rule.Field{
		rule.Absent(at+".configurations[].functionARN", "", other), rule.Absent(at+".configurations[].queueARN", "", other), rule.Absent(at+".configurations[].topicARN", "", other),
	}
	return rule.Rule{
		Identifier: "S3_EVENT_NOTIFICATIONS_ENABLED",
		Params: []rule.Param{
			{Name: "destinationArn", Doc: "ARN of the function, queue or topic that must be told"},
			{Name: "eventTypes", Type: rule.CSV, Doc: "events that must be told, every one, such as s3:ObjectCreated:*"},
		},
		Severity: rule.Medium,
		Rationale: "What happens to objects should not go unnoticed. The bucket must have a notification to a function, queue or topic, or to EventBridge, which is told of every event. When " +
			"parameters are given, the notifications to destinationArn must together name every one of eventTypes, themselves or by a wildcard; EventBridge has " +
			"no ARN and fulfils no destinationArn. Filters by the names of objects are not looked at.",
		Remediation: rule.Remediation{Hint: "Add an event notification to the bucket."},
		Fields:      append([]*rule.Field{all, list, bridge, events}, destinations...),
		Check: func(c *rule.Context) rule.Result {
			const set = "The bucket sends event notifications as required."
			want, any := c.Params.Str("destinationArn"), c.Text(all) != "" && c.Text(bridge) != ""
			if any && want == "" {
				return c.Pass(set)
			}
			var told []string // events that the required destination is told of
			found := false
			for _, n := range c.Each(list) {
				if want != "" && !slices.ContainsFunc(destinations, func(d *rule.Field) bool { return n.Str(d) == want }) {
					continue
				}
				found = true
				told = slices.AppendSeq(told, n.Strings(events))
			}
			if !found {
				return c.Fail("The bucket sends no event notifications to where it should.")
			}
			for _, e := range c.Params.List("eventTypes") {
				if !slices.ContainsFunc(told, func(pattern string) bool { return arn.Match(pattern, e) }) {
					return c.Fail("The bucket sends no notification of " + e + ".")
				}
			}
			return c.Pass(set)
		},
	}
}
