package aws

import "github.com/tickmark/tickmark/internal/collect"

var codeDeployGroup = &collect.Type{
	Name: "AWS::CodeDeploy::DeploymentGroup", Zone: noZone,
	Find: []collect.Step{
		{API: "codedeploy:ListApplications", Each: "applications"},
		{API: "codedeploy:ListDeploymentGroups", From: map[string]string{"applicationName": "."}, Absent: goneApplication, Keep: hasGroups},
		{
			API: "codedeploy:BatchGetDeploymentGroups", From: map[string]string{"applicationName": "applicationName", "deploymentGroupNames": "deploymentGroups"},
			Each: "deploymentGroupsInfo", Absent: goneApplication,
		},
	},
	ID: "{deploymentGroupId}", Title: "{deploymentGroupName}",
	ARN:   "arn:{partition}:codedeploy:{region}:{account}:deploymentgroup:{applicationName}/{deploymentGroupName}",
	Empty: []string{"ec2TagFilters", "onPremisesInstanceTagFilters", "autoScalingGroups", "triggerConfigurations", "ecsServices"},
	Relations: []collect.Relation{
		{Label: "Is associated with ", Type: "AWS::IAM::Role", Name: "serviceRoleArn", Cut: "/"},
		{Label: "Is contained in ", Type: "AWS::CodeDeploy::Application", Name: "applicationName"},
	},
}

func hasGroups(e *collect.Element) bool { return len(e.Every("deploymentGroups[]")) > 0 }

var goneApplication = []string{"ApplicationDoesNotExistException"}

var codeDeployConfig = &collect.Type{
	Name: "AWS::CodeDeploy::DeploymentConfig", Zone: noZone,
	Find: []collect.Step{
		{API: "codedeploy:ListDeploymentConfigs", Each: "deploymentConfigsList"},
		{
			API: "codedeploy:GetDeploymentConfig", From: map[string]string{"deploymentConfigName": "."}, Each: "deploymentConfigInfo",
			Absent: []string{"DeploymentConfigDoesNotExistException"},
		},
	},
	ID: "{deploymentConfigId}", Title: "{deploymentConfigName}", Created: "createTime",
	ARN: "arn:{partition}:codedeploy:{region}:{account}:deploymentconfig:{deploymentConfigName}",
}
