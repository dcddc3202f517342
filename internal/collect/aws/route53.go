package aws

import (
	"strings"

	"github.com/tickmark/tickmark/internal/collect"
)

// Amazon Route 53 is global, and AWS Config records it in its home region.
const route53Region = "us-east-1"

var route53HostedZone = &collect.Type{
	Name:   "AWS::Route53::HostedZone",
	Region: route53Region,
	Find:   []collect.Step{{API: "route53:ListHostedZones", Each: "HostedZones", Keep: zoneID}},
	Details: []collect.Detail{
		route53Tags("hostedzone", "ZoneId", "configuration.HostedZoneTags"),
		{API: "route53:GetHostedZone", From: map[string]string{"Id": "ZoneId"}, Key: ".Zone", Absent: []string{"NoSuchHostedZone"}, Covers: []string{"configuration.NameServers", "configuration.VPCs"}},
		{
			API: "route53:ListQueryLoggingConfigs", Shared: true, Covers: []string{"configuration.QueryLoggingConfig"}, Put: func(r *collect.Resource, answer object) {
				for _, q := range collect.Every(answer, "QueryLoggingConfigs[]") {
					if collect.Text(q, "HostedZoneId") == r.Text("ZoneId") {
						collect.Set(r.Object, "LogGroup", collect.At(q, "CloudWatchLogsLogGroupArn"))
					}
				}
			},
		},
	},
	ID:    "{ZoneId}",
	Title: "{Name}",
	ARN:   "arn:{partition}:route53:::hostedzone/{ZoneId}",
	Zone:  "Regional",
	Tags:  "Tags",
	Shape: then(collect.Fields(map[string]string{
		"Id": "ZoneId", "Name": "Name", "HostedZoneConfig.Comment": "Config.Comment", "QueryLoggingConfig.CloudWatchLogsLogGroupArn": "LogGroup",
	}), func(r *collect.Resource, c object) {
		if !untold(r, "configuration.VPCs") {
			c["NameServers"] = every(r, "Zone.DelegationSet.NameServers[]")
			c["VPCs"] = every(r, "Zone.VPCs[]")
		}
	}, tagList("HostedZoneTags")),
}

var route53HealthCheck = &collect.Type{
	Name:    "AWS::Route53::HealthCheck",
	Region:  route53Region,
	Find:    []collect.Step{{API: "route53:ListHealthChecks", Each: "HealthChecks"}},
	Details: []collect.Detail{route53Tags("healthcheck", "Id", "configuration.HealthCheckTags")},
	ID:      "{Id}",
	ARN:     "arn:{partition}:route53:::healthcheck/{Id}",
	Zone:    "Regional",
	Tags:    "Tags",
	Shape: then(collect.Fields(map[string]string{
		"HealthCheckId": "Id", "HealthCheckConfig": "HealthCheckConfig",
	}), tagList("HealthCheckTags")),
}

// zoneID gives a hosted zone its id without the path that the API puts before it.
func zoneID(e *collect.Element) bool {
	e.Object["ZoneId"] = strings.TrimPrefix(e.Text("Id"), "/hostedzone/")
	return true
}

// route53Tags reads the tags of up to ten resources at once.
func route53Tags(kind, id, covers string) collect.Detail {
	return collect.Detail{
		API: "route53:ListTagsForResources", Input: object{"ResourceType": kind}, Each: "ResourceTagSets", Take: "Tags", Key: ".Tags", Instead: []any{},
		Batch: &collect.Batch{Member: "ResourceIds", Path: id, Size: 10, Match: "ResourceId", By: id}, Covers: []string{"tags", covers},
	}
}

// every is what lies at a path, as a list that may be empty.
func every(r *collect.Resource, path string) []any {
	return append([]any{}, r.Every(path)...)
}
