package aws

import (
	"maps"
	"slices"

	"github.com/tickmark/tickmark/internal/collect"
)

// states are the services, in the order of their names.
var states = []state{
	{
		service: "accessanalyzer",
		calls:   []serviceCall{{api: "accessanalyzer:ListAnalyzers", as: "List"}},
		read:    analyzers,
	},
	{
		service: "acm",
		calls:   []serviceCall{{api: "acm:GetAccountConfiguration", as: "Account"}},
		read: always(func(r *collect.Resource) collect.Object {
			return members(r, map[string]string{"daysBeforeExpiry": "Account.ExpiryEvents.DaysBeforeExpiry"})
		}),
	},
	{
		service: "auditmanager",
		calls:   []serviceCall{{api: "auditmanager:GetAccountStatus", as: "Account"}},
		read: func(r *collect.Resource) (bool, collect.Object) {
			return r.Text("Account.status") == "ACTIVE", nil
		},
	},
	{
		service: "bedrock",
		calls:   []serviceCall{{api: "bedrock:GetModelInvocationLoggingConfiguration", as: "Logging"}},
		read: always(func(r *collect.Resource) collect.Object {
			d := members(r, map[string]string{
				"cloudWatchLogGroup": "Logging.loggingConfig.cloudWatchConfig.logGroupName", "s3BucketName": "Logging.loggingConfig.s3Config.bucketName",
			})
			d["modelInvocationLogging"] = len(d) > 0
			return d
		}),
	},
	{
		service: "cloudtrail",
		calls: []serviceCall{
			{api: "cloudtrail:DescribeTrails", as: "Trails"},
			{
				api: "cloudtrail:GetTrailStatus", over: "Trails.trailList", from: map[string]string{"Name": "TrailARN"}, as: "Status",
				absent: []string{"TrailNotFoundException"},
			},
		},
		read: trailsLogging,
	},
	{
		service: "config",
		calls: []serviceCall{
			{api: "config:DescribeConfigurationRecorders", as: "Recorders"},
			{api: "config:DescribeConfigurationRecorderStatus", as: "Status"},
			{api: "config:DescribeDeliveryChannels", as: "Channels", covers: []string{"deliveryChannel"}},
		},
		read: recorderState,
	},
	{
		service: "detective",
		calls:   []serviceCall{{api: "detective:ListGraphs", as: "Graphs"}},
		read:    exists("Graphs.GraphList[]"),
	},
	{
		service: "dynamodb",
		calls:   []serviceCall{{api: "dynamodb:DescribeLimits", as: "Limits"}},
		read: always(func(r *collect.Resource) collect.Object {
			return members(r, map[string]string{
				"accountMaxReadCapacityUnits": "Limits.AccountMaxReadCapacityUnits", "accountMaxWriteCapacityUnits": "Limits.AccountMaxWriteCapacityUnits",
			})
		}),
	},
	{
		service: "emr",
		calls:   []serviceCall{{api: "emr:GetBlockPublicAccessConfiguration", as: "Block"}},
		read:    always(blockedPorts),
	},
	guardDutyState,
	{
		service: "inspector",
		calls:   []serviceCall{{api: "inspector2:BatchGetAccountStatus", as: "Status"}},
		read: func(r *collect.Resource) (bool, collect.Object) {
			d := collect.Object{}
			for _, scan := range []string{"ec2", "ecr", "lambda", "lambdaCode"} {
				d[scan] = r.Text("Status.accounts[].resourceState."+scan+".status") == "ENABLED"
			}
			return slices.Contains(slices.Collect(maps.Values(d)), any(true)), d
		},
	},
	macieState,
	securityHubState,
	shieldState,
	{
		service: "ssm",
		calls: []serviceCall{
			{
				api: "ssm:GetServiceSetting", input: collect.Object{"SettingId": "/ssm/documents/console/public-sharing-permission"}, as: "Sharing",
				covers: []string{"documentPublicSharingBlocked"},
			},
			{
				api: "ssm:GetServiceSetting", input: collect.Object{"SettingId": "/ssm/automation/customer-script-log-destination"}, as: "Logging",
				covers: []string{"automationLogging"},
			},
		},
		read: always(func(r *collect.Resource) collect.Object {
			return collect.Object{
				"documentPublicSharingBlocked": r.Text("Sharing.ServiceSetting.SettingValue") == "Disable",
				"automationLogging":            r.Text("Logging.ServiceSetting.SettingValue") == "CloudWatch",
			}
		}),
	},
	{
		service: "wafv2",
		calls:   []serviceCall{{api: "wafv2:ListWebACLs", input: collect.Object{"Scope": "REGIONAL"}, as: "ACLs"}},
		read:    exists("ACLs.WebACLs[]"),
	},
}

// analyzers are those that work.
func analyzers(r *collect.Resource) (bool, collect.Object) {
	types := []any{}
	for _, a := range r.Every("List.analyzers[]") {
		if kind := collect.Text(a, "type"); collect.Text(a, "status") == "ACTIVE" && !slices.Contains(types, any(kind)) {
			types = append(types, kind)
		}
	}
	return len(types) > 0, collect.Object{"analyzerTypes": types}
}

// trailsLogging are the trails that log the region's events, those of other regions that reach into it too.
func trailsLogging(r *collect.Resource) (bool, collect.Object) {
	logging, multi := []any{}, false
	for _, t := range r.Every("Status[]") {
		if collect.At(t, "IsLogging") == true {
			logging = append(logging, collect.At(t, "TrailARN"))
			multi = multi || collect.At(t, "IsMultiRegionTrail") == true
		}
	}
	return len(logging) > 0, collect.Object{"trailArns": logging, "multiRegion": multi}
}

func recorderState(r *collect.Resource) (bool, collect.Object) {
	d := members(r, map[string]string{
		"allSupported":               "Recorders.ConfigurationRecorders[].recordingGroup.allSupported",
		"includeGlobalResourceTypes": "Recorders.ConfigurationRecorders[].recordingGroup.includeGlobalResourceTypes",
		"lastStatus":                 "Status.ConfigurationRecordersStatus[].lastStatus",
	})
	d["deliveryChannel"] = len(r.Every("Channels.DeliveryChannels[]")) > 0
	return slices.Contains(r.Every("Status.ConfigurationRecordersStatus[].recording"), any(true)), d
}

// blockedPorts are the ranges that stay open; one port alone has no end.
func blockedPorts(r *collect.Resource) collect.Object {
	ranges := []any{}
	for _, p := range r.Every("Block.BlockPublicAccessConfiguration.PermittedPublicSecurityGroupRuleRanges[]") {
		o := collect.Object{}
		collect.Set(o, "minRange", collect.At(p, "MinRange"))
		collect.Set(o, "maxRange", collect.At(p, "MaxRange"))
		ranges = append(ranges, o)
	}
	d := members(r, map[string]string{"blockPublicSecurityGroupRules": "Block.BlockPublicAccessConfiguration.BlockPublicSecurityGroupRules"})
	d["permittedPublicSecurityGroupRuleRanges"] = ranges
	return d
}
