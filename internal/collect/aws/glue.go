package aws

import "github.com/tickmark/tickmark/internal/collect"

var glueJob = &collect.Type{
	Name: "AWS::Glue::Job",
	Find: []collect.Step{
		{API: "glue:GetJobs", Each: "Jobs"},
		{API: "glue:GetJob", Only: "JobName", Each: "Job", When: never, Absent: []string{"EntityNotFoundException"}},
	},
	ID: "{Name}", Title: "{Name}", ARN: "arn:{partition}:glue:{region}:{account}:job/{Name}", Zone: "Regional",
	Tags:    "Tags",
	Maps:    []string{"DefaultArguments", "NonOverridableArguments"},
	Drop:    []string{"Tags", "CreatedOn", "LastModifiedOn", "CodeGenConfigurationNodes", "SourceControlDetails", "ProfileName"},
	Details: []collect.Detail{tagsBy("glue:GetTags", "ResourceArn", "arn:{partition}:glue:{region}:{account}:job/{Name}", "Tags")},
	Shape: then(collect.Pascal, func(r *collect.Resource, c object) {
		c["Id"] = r.Text("Name")
		if len(r.Spec.Tags) > 0 {
			c["Tags"] = r.Spec.Tags
		}
	}),
}

var glueMLTransform = &collect.Type{
	Name: "AWS::Glue::MLTransform",
	Find: []collect.Step{
		{API: "glue:GetMLTransforms", Each: "Transforms"},
		{API: "glue:GetMLTransform", Only: "TransformId", When: never, Absent: []string{"EntityNotFoundException"}},
	},
	ID: "{TransformId}", Title: "{Name}", ARN: "arn:{partition}:glue:{region}:{account}:mlTransform/{TransformId}", Zone: "Regional",
	Tags:    "Tags",
	Details: []collect.Detail{tagsBy("glue:GetTags", "ResourceArn", "arn:{partition}:glue:{region}:{account}:mlTransform/{TransformId}", "Tags")},
	Shape: then(collect.Fields(map[string]string{
		"Id": "TransformId", "Name": "Name", "Description": "Description", "Role": "Role", "GlueVersion": "GlueVersion", "MaxCapacity": "MaxCapacity", "WorkerType": "WorkerType",
		"NumberOfWorkers": "NumberOfWorkers", "Timeout": "Timeout", "MaxRetries": "MaxRetries", "InputRecordTables.GlueTables": "InputRecordTables", "TransformParameters": "Parameters",
		"TransformEncryption.MLUserDataEncryption.MLUserDataEncryptionMode": "TransformEncryption.MlUserDataEncryption.MlUserDataEncryptionMode",
		"TransformEncryption.MLUserDataEncryption.KmsKeyId":                 "TransformEncryption.MlUserDataEncryption.KmsKeyId",
		"TransformEncryption.TaskRunSecurityConfigurationName":              "TransformEncryption.TaskRunSecurityConfigurationName",
	}), func(r *collect.Resource, c object) {
		if len(r.Spec.Tags) > 0 {
			c["Tags"] = r.Spec.Tags
		}
	}),
}
