package managed

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/rule"
	"github.com/tickmark/tickmark/internal/rule/filterpattern"
)

// controlAlarmRules are the controls CloudWatch.1 to CloudWatch.14: of certain events of a trail somebody must be told.
func controlAlarmRules() []rule.Rule {
	var rules []rule.Rule
	for _, w := range watches() {
		rules = append(rules, w.rule())
	}
	return rules
}

// watch is a kind of events that must be watched, and the filter patterns that find them: first the one AWS names for the
// control, then those of editions of the CIS benchmark that differ from it.
type watch struct {
	identifier, name, what string
	patterns               []string
}

func watches() []watch {
	const (
		failedCalls = `($.errorCode = "*UnauthorizedOperation") || ($.errorCode = "AccessDenied*")`
		notDelivery = `($.sourceIPAddress != "delivery.logs.amazonaws.com")`
		notHead     = `($.eventName != "HeadBucket")`
		noMFA       = `($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes")`
	)
	policies := events("", "DeleteGroupPolicy", "DeleteRolePolicy", "DeleteUserPolicy", "PutGroupPolicy", "PutRolePolicy", "PutUserPolicy", "CreatePolicy", "DeletePolicy",
		"CreatePolicyVersion", "DeletePolicyVersion", "AttachRolePolicy", "DetachRolePolicy", "AttachUserPolicy", "DetachUserPolicy", "AttachGroupPolicy", "DetachGroupPolicy")
	routes := events("", "CreateRoute", "CreateRouteTable", "ReplaceRoute", "ReplaceRouteTableAssociation", "DeleteRouteTable", "DeleteRoute", "DisassociateRouteTable")
	return []watch{
		{"CloudWatch.1", "alarm-root-user-usage", "use of the root user", []string{
			`{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }`,
		}},
		{"CloudWatch.2", "alarm-unauthorized-api-calls", "calls that were refused", []string{
			"{ " + failedCalls + " }", "{ " + failedCalls + " || " + notDelivery + " || " + notHead + " }",
			"{ " + failedCalls + " && " + notDelivery + " && " + notHead + " }", "{ (" + failedCalls + ") && " + notDelivery + " && " + notHead + " }",
		}},
		{"CloudWatch.3", "alarm-console-sign-in-without-mfa", "console sign-ins without MFA", []string{
			"{ " + noMFA + ` && ($.userIdentity.type = "IAMUser") && ($.responseElements.ConsoleLogin = "Success") }`, "{ " + noMFA + " }",
		}},
		{"CloudWatch.4", "alarm-iam-policy-changes", "changes of IAM policies", []string{from("iam", policies), policies}},
		{"CloudWatch.5", "alarm-cloudtrail-changes", "changes of trails", []string{
			events("", "CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging"),
		}},
		{"CloudWatch.6", "alarm-console-authentication-failures", "failed console sign-ins", []string{
			`{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }`,
		}},
		{"CloudWatch.7", "alarm-kms-key-disabling-or-deletion", "disabling and planned deletion of KMS keys", []string{events("kms", "DisableKey", "ScheduleKeyDeletion")}},
		{"CloudWatch.8", "alarm-s3-bucket-policy-changes", "changes of bucket policies and settings", []string{
			events("s3", "PutBucketAcl", "PutBucketPolicy", "PutBucketCors", "PutBucketLifecycle", "PutBucketReplication",
				"DeleteBucketPolicy", "DeleteBucketCors", "DeleteBucketLifecycle", "DeleteBucketReplication"),
		}},
		{"CloudWatch.9", "alarm-config-changes", "changes of AWS Config", []string{
			events("config", "StopConfigurationRecorder", "DeleteDeliveryChannel", "PutDeliveryChannel", "PutConfigurationRecorder"),
		}},
		{"CloudWatch.10", "alarm-security-group-changes", "changes of security groups", []string{
			events("", "AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress", "RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress",
				"CreateSecurityGroup", "DeleteSecurityGroup"),
		}},
		{"CloudWatch.11", "alarm-network-acl-changes", "changes of network ACLs", []string{
			events("", "CreateNetworkAcl", "CreateNetworkAclEntry", "DeleteNetworkAcl", "DeleteNetworkAclEntry", "ReplaceNetworkAclEntry", "ReplaceNetworkAclAssociation"),
		}},
		{"CloudWatch.12", "alarm-network-gateway-changes", "changes of network gateways", []string{
			events("", "CreateCustomerGateway", "DeleteCustomerGateway", "AttachInternetGateway", "CreateInternetGateway", "DeleteInternetGateway", "DetachInternetGateway"),
		}},
		{"CloudWatch.13", "alarm-route-table-changes", "changes of route tables", []string{from("ec2", routes), routes}},
		{"CloudWatch.14", "alarm-vpc-changes", "changes of VPCs", []string{
			events("", "CreateVpc", "DeleteVpc", "ModifyVpcAttribute", "AcceptVpcPeeringConnection", "CreateVpcPeeringConnection", "DeleteVpcPeeringConnection",
				"RejectVpcPeeringConnection", "AttachClassicLinkVpc", "DetachClassicLinkVpc", "DisableVpcClassicLink", "EnableVpcClassicLink"),
		}},
	}
}

// events is the pattern that finds events of certain names, of one service when it is given.
func events(service string, names ...string) string {
	pattern := "{ ($.eventName = " + strings.Join(names, ") || ($.eventName = ") + ") }"
	if service == "" {
		return pattern
	}
	return from(service, pattern)
}

// from narrows a pattern to the events of one service.
func from(service, pattern string) string {
	return "{ ($.eventSource = " + service + ".amazonaws.com) && (" + strings.Trim(pattern, "{ }") + ") }"
}

// alarmFields are the fields on the way from a trail to somebody who is told.
type alarmFields struct {
	on                                                 loggingFields
	trail                                              trailFields
	home                                               *rule.Field
	selectors                                          selectorFields
	group, pattern, transformations, metric, namespace *rule.Field
	alarmMetric, alarmNamespace, enabled, actions      *rule.Field
	topic, confirmed, subscriptions                    *rule.Field
}

func fieldsOfAlarm() alarmFields {
	const filter, alarm, topic = "AWS::Logs::MetricFilter", "AWS::CloudWatch::Alarm", "AWS::SNS::Topic"
	const expression = "CloudWatch DescribeAlarms gives none for an alarm on an expression"
	return alarmFields{
		on: cloudtrailService(), trail: fieldsOfTrail(trailType), selectors: selectors(),
		home:            rule.Required("configuration.homeRegion").Of(trailType),
		group:           rule.Required("configuration.LogGroupName").Of(filter),
		pattern:         rule.Absent("configuration.FilterPattern", "", "an empty pattern lets all events through").Of(filter),
		transformations: rule.Required("configuration.MetricTransformations").Of(filter),
		metric:          rule.Required("configuration.MetricTransformations[].MetricName").Of(filter),
		namespace:       rule.Required("configuration.MetricTransformations[].MetricNamespace").Of(filter),
		alarmMetric:     rule.Absent("configuration.metricName", "", expression).Of(alarm),
		alarmNamespace:  rule.Absent("configuration.namespace", "", expression).Of(alarm),
		enabled:         rule.Required("configuration.actionsEnabled").Of(alarm),
		actions:         rule.Required("configuration.alarmActions").Of(alarm),
		topic:           rule.Required("configuration.TopicArn").Of(topic),
		confirmed:       rule.Absent("configuration.SubscriptionsConfirmed", "", "Config does not record it, only Tickmark's collector does").Of(topic),
		subscriptions:   rule.Required("configuration.Subscription").Of(topic),
	}
}

func (f alarmFields) all() []*rule.Field {
	return append([]*rule.Field{
		f.on.service, f.on.enabled, f.on.trails, f.trail.name, f.trail.multiRegion, f.home, f.trail.logGroup, f.trail.customSelectors,
		f.group, f.pattern, f.transformations, f.metric, f.namespace, f.alarmMetric, f.alarmNamespace, f.enabled, f.actions,
		f.topic, f.confirmed, f.subscriptions,
	}, f.selectors.ofManagement()...)
}

func (w watch) rule() rule.Rule {
	f := fieldsOfAlarm()
	var wanted []filterpattern.Pattern
	for _, text := range w.patterns {
		p, err := filterpattern.Parse(text)
		if err != nil {
			panic(err) // our own text
		}
		wanted = append(wanted, p)
	}
	return rule.Rule{
		Identifier: w.identifier,
		Name:       w.name,
		Trigger:    rule.Periodic,
		Subjects:   rule.Account,
		Severity:   rule.Low,
		Rationale: "What is only written down is found too late; of " + w.what + " somebody must be told at once. A multi-region trail of the account that is logging must log all management events " +
			"and send them to a log group; a metric filter of that group must have the prescribed pattern, no more and no less, written in any order; an alarm whose actions are enabled must watch " +
			"its metric and notify an SNS topic that has a subscriber who confirmed. It is judged in the home region of the multi-region trail, and in the account that owns it; other regions and " +
			"accounts are not judged, but an account without any multi-region trail fails.",
		Remediation: rule.Remediation{Hint: "Make a metric filter with this pattern, and an alarm on its metric that notifies a topic: " + w.patterns[0]},
		Fields:      f.all(),
		Uses:        []string{factService, trailType, "AWS::Logs::MetricFilter", "AWS::CloudWatch::Alarm", "AWS::SNS::Topic"},
		Check: func(c *rule.Context) rule.Result {
			s := f.search(c, wanted)
			switch {
			case s.told:
				return c.Pass("There is a metric filter with an alarm that notifies a subscriber.")
			case s.foreign:
				return c.Unknown("An alarm notifies a topic of another account; whether it has subscribers is not known.")
			case !s.multiRegion:
				return c.Fail("The account has no multi-region trail.")
			case !s.here:
				return c.Skip("The multi-region trail belongs to another region or account.")
			case !s.group:
				return c.Fail("No multi-region trail logs all management events and sends them to a log group.")
			case !s.filter:
				return c.Fail("The trail's log group has no metric filter with the prescribed pattern.")
			case !s.alarm:
				return c.Fail("No alarm with enabled actions watches the metric of the filter.")
			}
			return c.Fail("The alarm notifies no topic that has a subscriber.")
		},
	}
}

// alarmSearch is how far the way from a trail to somebody who is told goes.
type alarmSearch struct{ multiRegion, here, group, filter, alarm, told, foreign bool }

func (f alarmFields) search(c *rule.Context, wanted []filterpattern.Pattern) (s alarmSearch) {
	logging := f.on.logging(c)
	for _, trail := range c.AllRegions(trailType) {
		if !trail.Bool(f.trail.multiRegion) {
			continue
		}
		s.multiRegion = true
		name := trail.Str(f.trail.name)
		if a, err := arn.Parse(name); err != nil || a.Account != c.Account() || trail.Str(f.home) != c.Region() {
			continue
		}
		s.here = true
		group, ok := logGroupName(trail.Str(f.trail.logGroup))
		if !ok || !slices.Contains(logging, name) || trail.Bool(f.trail.customSelectors) && !f.selectors.logsManagement(trail, "ALL") {
			continue
		}
		s.group = true
		for _, filter := range c.Matching(f.group, group) {
			p, err := filterpattern.Parse(filter.Str(f.pattern))
			if err == nil && slices.ContainsFunc(wanted, p.Equal) {
				s.filter = true
				for _, t := range filter.Each(f.transformations) {
					f.alarms(c, t.Str(f.metric), t.Str(f.namespace), &s)
				}
			}
		}
	}
	return s
}

// alarms looks at the alarms on a metric.
func (f alarmFields) alarms(c *rule.Context, metric, namespace string, s *alarmSearch) {
	for _, alarm := range c.Matching(f.alarmMetric, metric) {
		if alarm.Str(f.alarmNamespace) != namespace || !alarm.Bool(f.enabled) {
			continue
		}
		s.alarm = true
		for action := range alarm.Strings(f.actions) {
			a, err := arn.Parse(action)
			if err != nil || a.Service != "sns" {
				continue
			}
			if a.Account != c.Account() {
				s.foreign = true
				continue
			}
			topic, ok := c.Find("AWS::SNS::Topic", action)
			s.told = s.told || ok && f.heard(topic)
		}
	}
}

// heard reports whether a topic has a subscriber.
func (f alarmFields) heard(topic rule.Place) bool {
	topic.Str(f.topic) // an item without its configuration tells nothing
	if n := topic.Str(f.confirmed); n != "" {
		return n != "0"
	}
	return topic.Len(f.subscriptions) > 0
}

// logGroupName takes the name out of a log group's ARN, arn:aws:logs:REGION:ACCOUNT:log-group:NAME:*.
func logGroupName(group string) (name string, ok bool) {
	_, name, ok = strings.Cut(group, ":log-group:")
	return strings.TrimSuffix(name, ":*"), ok
}
