package managed

import "github.com/tickmark/tickmark/internal/rule"

func alarmResourceRules() []rule.Rule { return []rule.Rule{resourceHasAlarm()} }

// dimensionOf is the dimension by which the metrics of a type name a resource.
var dimensionOf = map[string]string{
	"AWS::EC2::Instance": "InstanceId", "AWS::EC2::Volume": "VolumeId", "AWS::RDS::DBCluster": "DBClusterIdentifier", "AWS::S3::Bucket": "BucketName",
}

func resourceHasAlarm() rule.Rule {
	const (
		alarm   = "AWS::CloudWatch::Alarm"
		formula = "an alarm on a formula has none of its own"
	)
	metric := rule.Absent("configuration.metricName", "", formula).Of(alarm)
	list := rule.Absent("configuration.dimensions", nil, formula).Of(alarm)
	name := rule.Required("configuration.dimensions[].name").Of(alarm)
	value := rule.Absent("configuration.dimensions[].value", "", formula).Of(alarm)
	return rule.Rule{
		Identifier: "CLOUDWATCH_ALARM_RESOURCE_CHECK",
		Params: []rule.Param{
			{Name: "resourceType", Required: true, Enum: []string{"AWS::EC2::Volume", "AWS::EC2::Instance", "AWS::RDS::DBCluster", "AWS::S3::Bucket"}, Doc: "the type of the resources that are judged"},
			{Name: "metricName", Required: true, Doc: "the metric there must be an alarm for"},
		},
		Severity: rule.Medium,
		Rationale: "A resource without an alarm fails unseen. There must be a CloudWatch alarm on the metric metricName with a dimension that names the resource (its InstanceId, VolumeId, " +
			"DBClusterIdentifier or BucketName). Alarms on groups of resources and on formulas do not count, nor does it matter what the alarm does. Resources of other types than resourceType " +
			"are not judged.",
		Remediation: rule.Remediation{Hint: "Create an alarm on the metric for the resource."},
		Fields:      []*rule.Field{metric, list, name, value},
		Uses:        []string{alarm},
		Check: func(c *rule.Context) rule.Result {
			if c.Type() != c.Params.Str("resourceType") {
				return c.Skip("Resources of this type are not judged.")
			}
			own := c.ID()
			if c.Type() == "AWS::RDS::DBCluster" {
				own = c.Name() // the id is another than the identifier in metrics
			}
			for _, a := range c.Matching(value, own) {
				if a.Str(metric) != c.Params.Str("metricName") {
					continue
				}
				for _, d := range a.Each(list) {
					if d.Str(name) == dimensionOf[c.Type()] && d.Str(value) == own {
						return c.Pass("There is an alarm on the metric for the resource.")
					}
				}
			}
			return c.Fail("There is no alarm on the metric " + c.Params.Str("metricName") + " for the resource.")
		},
	}
}
