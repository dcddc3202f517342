package aws

import (
	"time"

	"github.com/tickmark/tickmark/internal/collect"
)

// The list has all there is of secrets; a single one is described. Values of secrets are never asked for.
var secretsmanagerSecret = &collect.Type{
	Name: "AWS::SecretsManager::Secret",
	Find: []collect.Step{
		{API: "secretsmanager:ListSecrets", Each: "SecretList"},
		{API: "secretsmanager:DescribeSecret", Only: "SecretId", When: never, Absent: []string{"ResourceNotFoundException"}, Keep: func(e *collect.Element) bool { return e.At("DeletedDate") == nil }},
	},
	ID: "{ARN}", Title: "{Name}", ARN: "{ARN}",
	Created: "CreatedDate",
	Tags:    "Tags",
	Shape: then(collect.Fields(map[string]string{
		"ARN": "ARN", "Name": "Name", "Description": "Description", "KMSKeyId": "KmsKeyId", "Type": "Type", "OwningService": "OwningService", "PrimaryRegion": "PrimaryRegion",
		"CreatedDate": "CreatedDate", "LastAccessedDate": "LastAccessedDate", "LastChangedDate": "LastChangedDate", "LastRotatedDate": "LastRotatedDate",
		"RotationEnabled": "RotationEnabled", "RotationLambdaARN": "RotationLambdaARN", "RotationRules.AutomaticallyAfterDays": "RotationRules.AutomaticallyAfterDays",
		"RotationRules.RotationDuration": "RotationRules.Duration", "RotationRules.RotationScheduleExpression": "RotationRules.ScheduleExpression",
	}), rotation, tagList("Tags")),
	Note: "AutomaticallyAfterHours is not in the API; secrets that wait for their deletion are left out.",
}

// never is for a step that reads single resources only.
func never(*collect.Element) bool { return false }

// rotation says whether the rotation goes by its schedule: its next date has not passed.
func rotation(r *collect.Resource, c object) {
	c["Deleted"] = false
	if c["RotationEnabled"] != true {
		return
	}
	next, there := r.At("NextRotationDate").(time.Time)
	c["RotationOccurringAsScheduled"] = !there || r.Spec.Captured.Before(next)
}
