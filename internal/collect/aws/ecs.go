package aws

import "github.com/tickmark/tickmark/internal/collect"

var ecsCluster = &collect.Type{
	Name: "AWS::ECS::Cluster",
	Find: []collect.Step{
		{API: "ecs:ListClusters", Each: "clusterArns"},
		{
			API: "ecs:DescribeClusters", Input: object{"include": []any{"SETTINGS", "CONFIGURATIONS", "TAGS"}}, Each: "clusters", Only: "clusters[]", Keep: not("status", "INACTIVE"),
			Batch: &collect.Batch{Member: "clusters", Path: ".", Size: 100},
		},
	},
	ID:    "{clusterName}",
	Title: "{clusterName}",
	ARN:   "{clusterArn}",
	Zone:  "Regional",
	Tags:  "tags",
	Shape: then(collect.Pascal, tagList("Tags")),
	Rename: map[string]string{
		"clusterArn": "Arn", "settings": "ClusterSettings", "configuration.executeCommandConfiguration.logConfiguration.s3EncryptionEnabled": "S3EncryptionEnabled",
	},
	Drop: []string{
		"status", "registeredContainerInstancesCount", "runningTasksCount", "pendingTasksCount", "activeServicesCount", "statistics", "tags", "attachments", "attachmentsStatus",
	},
	Empty: []string{"settings", "capacityProviders", "defaultCapacityProviderStrategy"},
}

var ecsService = &collect.Type{
	Name: "AWS::ECS::Service",
	Find: []collect.Step{
		{API: "ecs:ListClusters", Each: "clusterArns"},
		{API: "ecs:ListServices", From: map[string]string{"cluster": "."}, Each: "serviceArns", Absent: []string{"ClusterNotFoundException"}},
		{
			API: "ecs:DescribeServices", From: map[string]string{"cluster": "^"}, Input: object{"include": []any{"TAGS"}}, Each: "services", Keep: not("status", "INACTIVE"),
			Batch: &collect.Batch{Member: "services", Path: ".", Size: 10}, Absent: []string{"ClusterNotFoundException"},
		},
	},
	ID:    "{serviceArn}",
	Title: "{serviceName}",
	ARN:   "{serviceArn}",
	Zone:  "Regional",
	Tags:  "tags",
	Shape: then(collect.Pascal, func(r *collect.Resource, c object) {
		c["Name"] = r.Text("serviceName")
		tagList("Tags")(r, c)
	}),
	Rename: map[string]string{"clusterArn": "Cluster", "roleArn": "Role", "placementStrategy": "PlacementStrategies"},
	Drop: []string{
		"status", "runningCount", "pendingCount", "platformFamily", "taskSets", "deployments", "events", "createdAt", "createdBy", "tags", "currentServiceDeployment", "currentServiceRevisions",
		"resourceManagementType",
	},
	Empty: []string{"capacityProviderStrategy", "loadBalancers", "placementConstraints", "placementStrategy", "serviceRegistries"},
}

var ecsTaskDefinition = &collect.Type{
	Name: "AWS::ECS::TaskDefinition",
	Find: []collect.Step{
		{API: "ecs:ListTaskDefinitions", Input: object{"status": "ACTIVE"}, Each: "taskDefinitionArns"},
		{API: "ecs:DescribeTaskDefinition", From: map[string]string{"taskDefinition": "."}, Input: object{"include": []any{"TAGS"}}, Each: "", Only: "taskDefinition"},
	},
	ID:    "{taskDefinition.taskDefinitionArn}",
	Title: "{taskDefinition.family}:{taskDefinition.revision}",
	ARN:   "{taskDefinition.taskDefinitionArn}",
	Zone:  "Regional",
	Tags:  "tags",
	Shape: then(within("taskDefinition", collect.Pascal), environmentNames, tagList("Tags")),
	Drop: []string{
		"revision", "requiresAttributes", "compatibilities", "registeredAt", "registeredBy",
		"deregisteredAt", "deleteRequestedAt",
	},
	Maps: []string{
		"containerDefinitions.dockerLabels", "containerDefinitions.logConfiguration.options", "containerDefinitions.firelensConfiguration.options",
		"volumes.dockerVolumeConfiguration.driverOpts", "volumes.dockerVolumeConfiguration.labels",
	},
	Empty: []string{"containerDefinitions", "volumes", "placementConstraints", "requiresCompatibilities"},
	Note:  "values of environment variables are left out: they may be secrets; their names stay",
}

// environmentNames leaves the names of environment variables and takes their values away.
func environmentNames(_ *collect.Resource, c object) {
	for _, v := range collect.Every(c, "ContainerDefinitions[].Environment[]") {
		if o, ok := v.(object); ok {
			delete(o, "Value")
		}
	}
}

var ecsTaskSet = &collect.Type{
	Name: "AWS::ECS::TaskSet",
	Find: []collect.Step{
		{API: "ecs:ListClusters", Each: "clusterArns"},
		{API: "ecs:ListServices", From: map[string]string{"cluster": "."}, Each: "serviceArns", Absent: []string{"ClusterNotFoundException"}},
		{
			API: "ecs:DescribeServices", From: map[string]string{"cluster": "^"}, Each: "services[].taskSets[]",
			Batch: &collect.Batch{Member: "services", Path: ".", Size: 10}, Absent: []string{"ClusterNotFoundException"},
		},
	},
	ID:    "{clusterArn}|{serviceArn}|{.id}",
	Title: "{.id}",
	ARN:   "{taskSetArn}",
	Zone:  "Regional",
	Tags:  "tags",
	Shape: then(collect.Pascal, tagList("Tags")),
	Rename: map[string]string{
		"clusterArn": "Cluster", "serviceArn": "Service", "networkConfiguration.awsvpcConfiguration": "AwsVpcConfiguration",
	},
	Drop: []string{
		"taskSetArn", "startedBy", "status", "computedDesiredCount", "pendingCount", "runningCount", "createdAt", "updatedAt", "capacityProviderStrategy", "platformFamily",
		"stabilityStatus", "stabilityStatusAt", "tags", "fargateEphemeralStorage",
	},
	Empty: []string{"loadBalancers", "serviceRegistries"},
}
