package aws

import (
	"strings"

	"github.com/tickmark/tickmark/internal/collect"
)

// What scales tables is asked for once, for all tables of a region, and only where a table has provisioned capacity.
var dynamodbTable = &collect.Type{
	Name: "AWS::DynamoDB::Table",
	Bean: true,
	Find: []collect.Step{
		{API: "dynamodb:ListTables", Each: "TableNames"},
		{API: "dynamodb:DescribeTable", From: map[string]string{"TableName": "."}, Each: "Table", Only: "TableName", Absent: []string{"ResourceNotFoundException"}, Else: map[string]string{"TableName": ".", "TableArn": "arn:{partition}:dynamodb:{region}:{account}:table/{.}"}},
	},
	ID: "{TableName}", Title: "{TableName}", ARN: "{TableArn}", Zone: "Not Applicable",
	Created: "CreationDateTime",
	Tags:    "Tags",
	Drop: []string{
		"Tags", "ItemCount", "TableSizeBytes", "WarmThroughput", "GlobalSecondaryIndexes.WarmThroughput", "Replicas.WarmThroughput", "Replicas.GlobalSecondaryIndexes.WarmThroughput",
		"GlobalSecondaryIndexes.ItemCount", "GlobalSecondaryIndexes.IndexSizeBytes", "LocalSecondaryIndexes.ItemCount", "LocalSecondaryIndexes.IndexSizeBytes",
		"supplementaryConfiguration.ContinuousBackupsDescription.PointInTimeRecoveryDescription.EarliestRestorableDateTime",
		"supplementaryConfiguration.ContinuousBackupsDescription.PointInTimeRecoveryDescription.LatestRestorableDateTime",
	},
	Details: []collect.Detail{
		{
			API: "dynamodb:DescribeContinuousBackups", From: map[string]string{"TableName": "TableName"}, Take: "ContinuousBackupsDescription", Key: "ContinuousBackupsDescription",
		},
		tagsBy("dynamodb:ListTagsOfResource", "ResourceArn", "TableArn", "Tags"),
		{
			API: "application-autoscaling:DescribeScalableTargets", Input: object{"ServiceNamespace": "dynamodb"}, Shared: true, When: provisioned, Put: scalableTargets,
			Key: "AutoScaling",
		},
		{
			API: "application-autoscaling:DescribeScalingPolicies", Input: object{"ServiceNamespace": "dynamodb"}, Shared: true, When: provisioned, Put: scalingGoals,
			Key: "AutoScaling",
		},
	},
	Finish: supplementTags,
	Note:   "The numbers of items and bytes, the warm throughput and the times between which a table can be restored are not kept: they change by themselves. AutoScaling is not in AWS Config's items.",
}

func provisioned(e *collect.Element) bool {
	return e.Text("BillingModeSummary.BillingMode") != "PAY_PER_REQUEST"
}

// ofTable reports whether a target or policy is of the table or one of its indexes.
func ofTable(r *collect.Resource, v any) bool {
	table, id := "table/"+r.Text("TableName"), collect.Text(v, "ResourceId")
	return id == table || strings.HasPrefix(id, table+"/index/")
}

func scalableTargets(r *collect.Resource, answer object) {
	targets := []any{}
	for _, t := range collect.Every(answer, "ScalableTargets[]") {
		if ofTable(r, t) {
			targets = append(targets, object{
				"resourceId": at(t, "ResourceId"), "scalableDimension": at(t, "ScalableDimension"), "minCapacity": at(t, "MinCapacity"), "maxCapacity": at(t, "MaxCapacity"),
			})
		}
	}
	r.Supplement("AutoScaling", object{"scalableTargets": targets})
}

// scalingGoals adds to targets the utilization that their target tracking policy keeps.
func scalingGoals(r *collect.Resource, answer object) {
	for _, p := range collect.Every(answer, "ScalingPolicies[]") {
		goal := at(p, "TargetTrackingScalingPolicyConfiguration.TargetValue")
		if goal == nil || !ofTable(r, p) {
			continue
		}
		for _, t := range collect.Every(r.Spec.Supplementary["AutoScaling"], "scalableTargets[]") {
			if o, ok := t.(object); ok && o["resourceId"] == at(p, "ResourceId") && o["scalableDimension"] == at(p, "ScalableDimension") {
				o["targetValue"] = goal
			}
		}
	}
}

// AWS Config does not record clusters of DAX; the shape is that of its API.
var daxCluster = &collect.Type{
	Name: "AWS::DAX::Cluster",
	Find: []collect.Step{{API: "dax:DescribeClusters", Each: "Clusters"}},
	ID:   "{ClusterArn}", Title: "{ClusterName}", ARN: "{ClusterArn}",
	Tags:    "Tags",
	Details: []collect.Detail{tagsBy("dax:ListTags", "ResourceName", "ClusterArn", "Tags")},
	Shape:   collect.Pascal,
	Relations: []collect.Relation{
		{Label: "Is associated with ", Type: "AWS::EC2::SecurityGroup", ID: "SecurityGroups[].SecurityGroupIdentifier"},
	},
}
