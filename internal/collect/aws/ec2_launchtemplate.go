package aws

import "github.com/tickmark/tickmark/internal/collect"

var ec2LaunchTemplate = &collect.Type{
	Name: "AWS::EC2::LaunchTemplate",
	// without a template's id, the call gives the default version of every template
	Find: []collect.Step{{API: "ec2:DescribeLaunchTemplateVersions", Input: object{"Versions": []any{"$Default"}}, Each: "LaunchTemplateVersions", Only: "LaunchTemplateId"}},
	Details: []collect.Detail{{
		API: "ec2:DescribeLaunchTemplates", Each: "LaunchTemplates", Key: ".Template", Covers: []string{"tags", "configuration.TagSpecifications", "configuration.LatestVersionNumber"},
		Batch: &collect.Batch{Member: "LaunchTemplateIds", Path: "LaunchTemplateId", Size: 200, Match: "LaunchTemplateId", By: "LaunchTemplateId"},
	}},
	ID:      "{LaunchTemplateId}",
	Title:   "{LaunchTemplateName}",
	ARN:     "arn:{partition}:ec2:{region}:{account}:launch-template/{LaunchTemplateId}",
	Zone:    "Regional",
	Created: "Template.CreateTime",
	Tags:    "Template.Tags",
	Shape: then(collect.Pascal, func(r *collect.Resource, c object) {
		c["DefaultVersionNumber"] = r.Text("VersionNumber")
		if untold(r, "tags") {
			return
		}
		c["LatestVersionNumber"] = r.Text("Template.LatestVersionNumber")
		c["TagSpecifications"] = []any{}
		if len(r.Spec.Tags) > 0 {
			tagSpecifications("launch-template")(r, c)
		}
	}),
	Rename: map[string]string{"LaunchTemplateId": "Id"},
	Drop:   []string{"Template", "VersionNumber", "VersionDescription", "CreateTime", "CreatedBy", "DefaultVersion", "Operator", "LaunchTemplateData.UserData"},
	Empty: []string{
		"LaunchTemplateData.BlockDeviceMappings", "LaunchTemplateData.NetworkInterfaces", "LaunchTemplateData.TagSpecifications", "LaunchTemplateData.ElasticGpuSpecifications",
		"LaunchTemplateData.ElasticInferenceAccelerators", "LaunchTemplateData.SecurityGroupIds", "LaunchTemplateData.SecurityGroups", "LaunchTemplateData.LicenseSpecifications",
	},
	Gone: []string{"InvalidLaunchTemplateId.NotFound", "InvalidLaunchTemplateId.NotFoundException"},
	Note: "user data is left out: it may hold secrets",
}
