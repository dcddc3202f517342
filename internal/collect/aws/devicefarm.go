package aws

import "github.com/tickmark/tickmark/internal/collect"

// Device Farm is in one region alone, and Cloud Control does not know it.

var (
	deviceFarmInstanceProfile = deviceFarm("InstanceProfile", "devicefarm:ListInstanceProfiles", "instanceProfiles")
	deviceFarmProject         = deviceFarm("Project", "devicefarm:ListProjects", "projects", "created", "environmentVariables", "executionRoleArn", "vpcConfig")
	deviceFarmTestGridProject = deviceFarm("TestGridProject", "devicefarm:ListTestGridProjects", "testGridProjects", "created")
)

func deviceFarm(kind, api, each string, drop ...string) *collect.Type {
	tags := tagsBy("devicefarm:ListTagsForResource", "ResourceARN", "arn", "Tags", "NotFoundException")
	tags.Covers = []string{"tags", "configuration.Tags"}
	return &collect.Type{
		Name: "AWS::DeviceFarm::" + kind,
		Find: []collect.Step{{API: api, Each: each}}, Details: []collect.Detail{tags},
		ID: "{arn}", Title: "{name}", ARN: "{arn}", Created: "created", Tags: "Tags",
		Shape: then(collect.Pascal, tagList("Tags")),
		Drop:  append(drop, "Tags"),
	}
}
