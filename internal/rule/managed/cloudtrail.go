package managed

import (
	"slices"

	"github.com/tickmark/tickmark/internal/rule"
)

const trailType = "AWS::CloudTrail::Trail"

func cloudtrailRules() []rule.Rule {
	return []rule.Rule{
		trailToCloudWatch(), trailEncrypted(), trailLogFileValidation(), trailEnabled(), multiRegionTrailEnabled(), trailS3DataEvents(),
	}
}

const notDescribed = "CloudTrail DescribeTrails leaves out what a trail does not have"

// trailFields are the fields of a trail. Status and event selectors come from calls of their own
// (docs/rules/beyond-config.md).
type trailFields struct{ name, bucket, topic, logGroup, multiRegion, customSelectors *rule.Field }

func fieldsOfTrail(typ string) trailFields {
	return trailFields{
		name:            rule.Required("configuration.trailARN").Of(typ),
		bucket:          rule.Required("configuration.s3BucketName").Of(typ),
		topic:           rule.Absent("configuration.snsTopicARN", "", notDescribed).Of(typ),
		logGroup:        rule.Absent("configuration.cloudWatchLogsLogGroupArn", "", notDescribed).Of(typ),
		multiRegion:     rule.Required("configuration.isMultiRegionTrail").Of(typ),
		customSelectors: rule.Required("configuration.hasCustomEventSelectors").Of(typ),
	}
}

func trailToCloudWatch() rule.Rule {
	f := fieldsOfTrail("")
	status := rule.Absent("supplementaryConfiguration.TrailStatus", nil, "Config does not record it, only Tickmark's collector does")
	delivered := rule.Absent("supplementaryConfiguration.TrailStatus.latestCloudWatchLogsDeliveryTime", nil,
		"CloudTrail GetTrailStatus leaves it out for a trail that never delivered there")
	return rule.Rule{
		Identifier: "CLOUD_TRAIL_CLOUD_WATCH_LOGS_ENABLED",
		Params:     []rule.Param{{Name: "expectedDeliveryWindowAge", Type: rule.Int, Min: 1, Doc: "hours within which the last delivery must be"}},
		Severity:   rule.Medium,
		Rationale: "Alarms on what happens in an account need its events in CloudWatch Logs. The trail must name a log group, and when " +
			"expectedDeliveryWindowAge is given have delivered to it within that many hours.",
		Remediation: rule.Remediation{Hint: "Give the trail a log group and a role that may write to it."},
		Fields:      []*rule.Field{f.name, f.logGroup, status, delivered},
		Check: func(c *rule.Context) rule.Result {
			if !c.Has(f.logGroup) {
				return c.Fail("The trail does not send events to CloudWatch Logs.")
			}
			if !c.Params.Has("expectedDeliveryWindowAge") {
				return c.Pass("The trail sends events to CloudWatch Logs.")
			}
			if c.Text(status) == "" {
				return c.Unknown("The status of the trail is not recorded.")
			}
			if !c.Has(delivered) {
				return c.Fail("The trail has not delivered to CloudWatch Logs.")
			}
			if c.Now().Sub(c.Time(delivered)).Hours() > float64(c.Params.Int("expectedDeliveryWindowAge")) {
				return c.Fail("The last delivery to CloudWatch Logs is older than allowed.")
			}
			return c.Pass("The trail delivers to CloudWatch Logs.")
		},
	}
}

func trailEncrypted() rule.Rule {
	name := rule.Required("configuration.trailARN")
	key := rule.Absent("configuration.kmsKeyId", "", notDescribed)
	return rule.Rule{
		Identifier: "CLOUD_TRAIL_ENCRYPTION_ENABLED",
		Severity:   rule.Medium,
		Rationale: "Log files tell an intruder what an account looks like. The trail must name a KMS key for its log files; the encryption S3 does " +
			"by itself does not count.",
		Remediation: rule.Remediation{Hint: "Give the trail a KMS key.", Document: "AWSConfigRemediation-EnableCloudTrailEncryptionWithKMS"},
		Fields:      []*rule.Field{name, key},
		Check: func(c *rule.Context) rule.Result {
			if c.Has(key) {
				return c.Pass("The trail encrypts its log files with a KMS key.")
			}
			return c.Fail("The trail does not encrypt its log files with a KMS key.")
		},
	}
}

func trailLogFileValidation() rule.Rule {
	validation := rule.Required("configuration.logFileValidationEnabled")
	return rule.Rule{
		Identifier: "CLOUD_TRAIL_LOG_FILE_VALIDATION_ENABLED",
		Severity:   rule.Low,
		Rationale: "Only with signed digests can anyone tell that a log file was not changed or removed. The trail must have log file " +
			"validation on.",
		Remediation: rule.Remediation{Hint: "Turn on log file validation.", Document: "AWSConfigRemediation-EnableCloudTrailLogFileValidation"},
		Fields:      []*rule.Field{validation},
		Check: func(c *rule.Context) rule.Result {
			if c.Bool(validation) {
				return c.Pass("Log file validation is on.")
			}
			return c.Fail("Log file validation is off.")
		},
	}
}

// loggingFields are the fact that tells which trails are logging.
type loggingFields struct{ service, enabled, trails *rule.Field }

func cloudtrailService() loggingFields {
	return loggingFields{
		service: rule.Required("configuration.service").Of(factService),
		enabled: rule.Required("configuration.enabled").Of(factService),
		trails:  rule.Required("configuration.details.trailArns").Of(factService),
	}
}

// logging gives the ARNs of the trails that log the region's events.
func (f loggingFields) logging(c *rule.Context) []string {
	fact := c.Service(f.service, "cloudtrail")
	if !fact.Bool(f.enabled) {
		return nil
	}
	return slices.Collect(fact.Strings(f.trails))
}

// trailParams are the parameters that say where a trail must deliver.
func trailParams() []rule.Param {
	return []rule.Param{
		{Name: "s3BucketName", Doc: "the bucket the trail must deliver to"},
		{Name: "snsTopicArn", Doc: "the topic the trail must notify"},
		{Name: "cloudWatchLogsLogGroupArn", Doc: "the log group the trail must send events to"},
	}
}

// delivers reports whether a trail delivers where the parameters say.
func (f trailFields) delivers(p rule.Params, trail rule.Place) bool {
	for _, d := range []struct {
		param string
		field *rule.Field
	}{{"s3BucketName", f.bucket}, {"snsTopicArn", f.topic}, {"cloudWatchLogsLogGroupArn", f.logGroup}} {
		if want := p.Str(d.param); want != "" && trail.Str(d.field) != want {
			return false
		}
	}
	return true
}

func trailEnabled() rule.Rule {
	f, on := fieldsOfTrail(trailType), cloudtrailService()
	return rule.Rule{
		Identifier: "CLOUD_TRAIL_ENABLED",
		Subjects:   rule.Account,
		Params:     trailParams(),
		Severity:   rule.High,
		Rationale: "Without a trail nobody can tell who did what. A trail that covers the region must be logging, and when parameters are given " +
			"one of the logging trails must deliver to that bucket, topic and log group.",
		Remediation: rule.Remediation{Hint: "Create a trail and start its logging.", Document: "AWS-EnableCloudTrail"},
		Fields:      []*rule.Field{on.service, on.enabled, on.trails, f.bucket, f.topic, f.logGroup},
		Uses:        []string{factService, trailType},
		Check: func(c *rule.Context) rule.Result {
			arns := on.logging(c)
			if len(arns) == 0 {
				return c.Fail("No trail is logging the events of this region.")
			}
			if !c.Params.Has("s3BucketName") && !c.Params.Has("snsTopicArn") && !c.Params.Has("cloudWatchLogsLogGroupArn") {
				return c.Pass("A trail is logging the events of this region.")
			}
			for _, arn := range arns {
				trail, ok := c.FindAnywhere(trailType, arn)
				if !ok {
					return c.Unknown("The logging trail " + arn + " is not recorded.")
				}
				if f.delivers(c.Params, trail) {
					return c.Pass("A trail that delivers as required is logging.")
				}
			}
			return c.Fail("No logging trail delivers as the parameters require.")
		},
	}
}

func multiRegionTrailEnabled() rule.Rule {
	f, on, sel := fieldsOfTrail(trailType), cloudtrailService(), selectors()
	return rule.Rule{
		Identifier: "MULTI_REGION_CLOUD_TRAIL_ENABLED",
		Subjects:   rule.Account,
		Params: append(trailParams(),
			rule.Param{Name: "includeManagementEvents", Type: rule.Bool, Default: "true", Doc: "the trail must log management events"},
			rule.Param{Name: "readWriteType", Default: "ALL", Enum: []string{"ALL", "ReadOnly", "WriteOnly"}, Doc: "the management events it must log"}),
		Severity: rule.High,
		Rationale: "Intruders work in the region nobody looks at. At least one trail of the account must be a multi-region trail that is logging, logs " +
			"management events of the required kind without leaving out an event source, and delivers to the bucket, topic and log group of the parameters. " +
			"A trail without selectors of its own logs all management events.",
		Remediation: rule.Remediation{Hint: "Create a trail for all regions.", Document: "AWSConfigRemediation-CreateCloudTrailMultiRegionTrail"},
		Fields: append([]*rule.Field{on.service, on.enabled, on.trails, f.name, f.bucket, f.topic, f.logGroup, f.multiRegion, f.customSelectors},
			sel.ofManagement()...),
		Uses: []string{factService, trailType},
		Check: func(c *rule.Context) rule.Result {
			logging := on.logging(c)
			for _, trail := range c.AllRegions(trailType) {
				if !trail.Bool(f.multiRegion) || !slices.Contains(logging, trail.Str(f.name)) || !f.delivers(c.Params, trail) {
					continue
				}
				if !c.Params.Bool("includeManagementEvents") || !trail.Bool(f.customSelectors) || sel.logsManagement(trail, c.Params.Str("readWriteType")) {
					return c.Pass("A multi-region trail is logging.")
				}
			}
			return c.Fail("No multi-region trail is logging as required.")
		},
	}
}

func trailS3DataEvents() rule.Rule {
	f, on, sel := fieldsOfTrail(trailType), cloudtrailService(), selectors()
	return rule.Rule{
		Identifier: "CLOUDTRAIL_S3_DATAEVENTS_ENABLED",
		Subjects:   rule.Account,
		Params:     []rule.Param{{Name: "S3BucketNames", Type: rule.CSV, Doc: "buckets whose events must be logged; all buckets when it is not given"}},
		Severity:   rule.Medium,
		Rationale: "Who read which object is seen in data events only. A trail that is logging must have a selector for both read and write data events of " +
			"S3 objects in all buckets, or in each of S3BucketNames when that is given.",
		Remediation: rule.Remediation{Hint: "Add S3 data events to the trail's event selectors."},
		Fields:      append([]*rule.Field{on.service, on.enabled, on.trails, f.name, f.customSelectors}, sel.ofObjects()...),
		Uses:        []string{factService, trailType},
		Check: func(c *rule.Context) rule.Result {
			logging := on.logging(c)
			want := c.Params.List("S3BucketNames")
			seen := map[string]bool{}
			for _, trail := range c.AllRegions(trailType) {
				if !slices.Contains(logging, trail.Str(f.name)) || !trail.Bool(f.customSelectors) {
					continue
				}
				for _, prefix := range sel.objectPrefixes(trail, "All") {
					seen[prefix] = true
				}
			}
			if seen[""] {
				return c.Pass("Data events of all buckets are logged.")
			}
			if len(want) == 0 {
				return c.Fail("No trail logs the data events of all buckets.")
			}
			for _, bucket := range want {
				if !seen[bucket] {
					return c.Fail("No trail logs the data events of the bucket " + bucket + ".")
				}
			}
			return c.Pass("Data events of every required bucket are logged.")
		},
	}
}
