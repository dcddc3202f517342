package aws

import "github.com/tickmark/tickmark/internal/collect"

var ecrRepository = &collect.Type{
	Name: "AWS::ECR::Repository",
	Find: []collect.Step{{API: "ecr:DescribeRepositories", Each: "repositories", Only: "repositoryNames[]"}},
	Details: []collect.Detail{
		{
			API: "ecr:BatchGetRepositoryScanningConfiguration", Each: "scanningConfigurations", Put: scanningConfiguration, Covers: []string{"supplementaryConfiguration.ScanningConfiguration"},
			Batch: &collect.Batch{Member: "repositoryNames", Path: "repositoryName", Size: 25, Match: "repositoryName", By: "repositoryName"},
		},
		{
			API: "ecr:GetLifecyclePolicy", From: map[string]string{"repositoryName": "repositoryName"}, Absent: []string{"LifecyclePolicyNotFoundException"},
			Covers: []string{"configuration.LifecyclePolicy"}, Put: func(r *collect.Resource, answer object) {
				collect.Set(r.Object, "lifecyclePolicy", object{"LifecyclePolicyText": answer["lifecyclePolicyText"], "RegistryId": answer["registryId"]})
			},
		},
		{
			API: "ecr:GetRepositoryPolicy", From: map[string]string{"repositoryName": "repositoryName"}, Absent: []string{"RepositoryPolicyNotFoundException"},
			Covers: []string{"configuration.RepositoryPolicyText"}, Put: func(r *collect.Resource, answer object) {
				collect.Set(r.Object, "repositoryPolicyText", collect.JSONText(answer["policyText"]))
			},
		},
		{
			API: "ecr:ListTagsForResource", From: map[string]string{"resourceArn": "repositoryArn"}, Take: "tags", Key: ".tags", Instead: []any{},
			Covers: []string{"tags", "configuration.Tags"},
		},
	},
	ID:    "{repositoryName}",
	Title: "{repositoryName}",
	ARN:   "{repositoryArn}",
	Zone:  "Regional",
	Tags:  "tags",
	Shape: func(r *collect.Resource) any {
		c := object{"LifecyclePolicy": object{}, "RepositoryPolicyText": object{}}
		for to, from := range map[string]string{
			"Arn": "repositoryArn", "RepositoryName": "repositoryName", "ImageTagMutability": "imageTagMutability", "ImageScanningConfiguration.ScanOnPush": "imageScanningConfiguration.scanOnPush",
			"EncryptionConfiguration.EncryptionType": "encryptionConfiguration.encryptionType", "LifecyclePolicy": "lifecyclePolicy", "RepositoryPolicyText": "repositoryPolicyText",
		} {
			collect.Set(c, to, r.At(from))
		}
		if r.Text("encryptionConfiguration.encryptionType") != "AES256" {
			collect.Set(c, "EncryptionConfiguration.KmsKey", r.At("encryptionConfiguration.kmsKey"))
		}
		tagList("Tags")(r, c)
		return c
	},
	Gone: []string{"RepositoryNotFoundException"},
}

// scanningConfiguration takes the answer's members, but for those that name the repository.
func scanningConfiguration(r *collect.Resource, answer object) {
	if answer == nil {
		return
	}
	c := object{"appliedScanFilters": []any{}}
	for _, k := range []string{"scanFrequency", "scanOnPush", "appliedScanFilters"} {
		collect.Set(c, k, answer[k])
	}
	r.Supplement("ScanningConfiguration", c)
}
