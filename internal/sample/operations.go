package sample

import "fmt"

// operations builds trails, log groups, alarms, stacks, secrets and documents.
func (g *gen) operations() {
	if g.stack == 0 {
		g.trail()
	}
	for _, name := range []string{"/app/api", "/app/batch"} {
		name = fmt.Sprintf("%s-%s", name, g.hex(4))
		c := object{"LogGroupName": name, "Arn": g.arn("logs", "log-group:"+name+":*"), "RetentionInDays": pick(g, 30, 365, 400)}
		if g.often(5) {
			c["KmsKeyId"] = g.key()
		}
		g.add(resource{typ: "AWS::Logs::LogGroup", id: name, name: name, arn: g.arn("logs", "log-group:"+name), configuration: c})
	}
	alarm := "errors-" + g.hex(6)
	actions := list{g.arn("sns", "alerts")}
	if g.often(3) {
		actions = list{}
	}
	g.add(resource{
		typ: "AWS::CloudWatch::Alarm", id: g.arn("cloudwatch", "alarm:"+alarm), name: alarm, arn: g.arn("cloudwatch", "alarm:"+alarm),
		configuration: object{"alarmName": alarm, "alarmArn": g.arn("cloudwatch", "alarm:"+alarm), "metricName": "Errors", "namespace": "AWS/Lambda", "statistic": "Sum", "period": 60, "evaluationPeriods": 1, "threshold": 1, "comparisonOperator": "GreaterThanOrEqualToThreshold", "actionsEnabled": true, "alarmActions": actions, "okactions": list{}, "insufficientDataActions": list{}},
	})
	stack := g.arn("cloudformation", "stack/app-"+g.hex(6)+"/"+g.hex(8)+"-5555-4000-8000-"+g.hex(12))
	g.add(resource{
		typ: "AWS::CloudFormation::Stack", id: stack, name: "app", arn: stack,
		configuration: object{"stackId": stack, "stackName": "app", "stackStatus": "UPDATE_COMPLETE", "creationTime": g.past(100), "notificationARNs": pick(g, list{}, list{g.arn("sns", "alerts")}), "parameters": list{}, "driftInformation": object{"stackDriftStatus": pick(g, "IN_SYNC", "DRIFTED", "NOT_CHECKED")}},
	})
	secret := g.arn("secretsmanager", "secret:db-"+g.hex(6))
	sc := object{"ARN": secret, "Name": "db", "RotationEnabled": g.often(5), "Description": "synthetic", "CreatedDate": g.past(400), "LastAccessedDate": g.past(100), "RotationRules": object{"AutomaticallyAfterDays": 30}}
	if sc["RotationEnabled"] == true {
		sc["LastAccessedDate"], sc["LastRotatedDate"], sc["RotationOccurringAsScheduled"] = g.past(1), g.past(20), true
	}
	if g.often(6) {
		sc["KMSKeyId"] = g.key()
	}
	g.add(resource{typ: "AWS::SecretsManager::Secret", id: secret, name: "db", arn: secret, configuration: sc})
	doc := "Sample-" + g.hex(6)
	g.add(resource{
		typ: "AWS::SSM::Document", id: doc, name: doc, arn: g.arn("ssm", "document/"+doc),
		configuration: object{"Name": doc, "DocumentType": "Command", "DocumentFormat": "YAML"},
		supplementary: object{"Permissions": object{"AccountIds": pick(g, list{}, list{}, list{"all"})}},
	})
}

func (g *gen) trail() {
	name := "organization"
	arn := g.arn("cloudtrail", "trail/"+name)
	c := object{"name": name, "trailARN": arn, "homeRegion": g.region, "isMultiRegionTrail": g.home || g.often(5), "isOrganizationTrail": false, "includeGlobalServiceEvents": true, "logFileValidationEnabled": g.often(7), "s3BucketName": "tickmark-sample-logs-" + g.account, "hasCustomEventSelectors": true, "hasInsightSelectors": false}
	if g.often(6) {
		c["kmsKeyId"] = g.key()
	}
	if g.often(6) {
		c["cloudWatchLogsLogGroupArn"] = g.arn("logs", "log-group:trail:*")
		c["cloudWatchLogsRoleArn"] = "arn:aws:iam::" + g.account + ":role/trail"
	}
	selectors := list{object{"readWriteType": "All", "includeManagementEvents": true, "dataResources": list{}, "excludeManagementEventSources": list{}}}
	if g.often(5) {
		selectors = list{object{"readWriteType": "All", "includeManagementEvents": true, "dataResources": list{object{"type": "AWS::S3::Object", "values": list{"arn:aws:s3"}}}, "excludeManagementEventSources": list{}}}
	}
	g.add(resource{
		typ: "AWS::CloudTrail::Trail", id: arn, name: name, arn: arn, configuration: c,
		supplementary: object{"EventSelectors": object{"eventSelectors": selectors}, "TrailStatus": object{"isLogging": true, "latestDeliveryTime": g.past(0), "latestCloudWatchLogsDeliveryTime": g.past(0)}},
	})
}
