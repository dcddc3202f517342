package aws

import "github.com/tickmark/tickmark/internal/collect"

// SageMaker says of what it does not know that the request is invalid.
const sagemakerAbsent = "ValidationException"

func sagemakerTags(arn string) collect.Detail {
	return tagsBy("sagemaker:ListTags", "ResourceArn", arn, "Tags")
}

var sagemakerNotebookInstance = &collect.Type{
	Name: "AWS::SageMaker::NotebookInstance",
	Find: []collect.Step{
		{API: "sagemaker:ListNotebookInstances", Each: "NotebookInstances"},
		{
			API: "sagemaker:DescribeNotebookInstance", From: map[string]string{"NotebookInstanceName": "NotebookInstanceName"}, Only: "NotebookInstanceName=/",
			Absent: []string{sagemakerAbsent, "RecordNotFound"}, Else: asListed,
		},
	},
	ID: "{NotebookInstanceArn}", Title: "{NotebookInstanceName}", ARN: "{NotebookInstanceArn}",
	Created: "CreationTime",
	Tags:    "Tags",
	Details: []collect.Detail{sagemakerTags("NotebookInstanceArn")},
	Shape: then(collect.Fields(map[string]string{
		"Id": "NotebookInstanceArn", "NotebookInstanceName": "NotebookInstanceName", "InstanceType": "InstanceType", "RoleArn": "RoleArn", "SubnetId": "SubnetId",
		"SecurityGroupIds": "SecurityGroups", "KmsKeyId": "KmsKeyId", "DirectInternetAccess": "DirectInternetAccess", "RootAccess": "RootAccess", "VolumeSizeInGB": "VolumeSizeInGB",
		"LifecycleConfigName": "NotebookInstanceLifecycleConfigName", "AcceleratorTypes": "AcceleratorTypes", "DefaultCodeRepository": "DefaultCodeRepository",
		"AdditionalCodeRepositories": "AdditionalCodeRepositories", "PlatformIdentifier": "PlatformIdentifier",
		"InstanceMetadataServiceConfiguration": "InstanceMetadataServiceConfiguration",
	}), tagList("Tags")),
}

var sagemakerModel = &collect.Type{
	Name: "AWS::SageMaker::Model",
	Find: []collect.Step{
		{API: "sagemaker:ListModels", Each: "Models"},
		{API: "sagemaker:DescribeModel", From: map[string]string{"ModelName": "ModelName"}, Only: "ModelName=/", Absent: []string{sagemakerAbsent}, Else: asListed},
	},
	ID: "{ModelArn}", Title: "{ModelName}", ARN: "{ModelArn}",
	Created: "CreationTime",
	Tags:    "Tags",
	Rename:  map[string]string{"ModelArn": "Id"},
	Drop:    []string{"Tags", "CreationTime", "PrimaryContainer.Environment", "Containers.Environment", "DeploymentRecommendation"},
	Details: []collect.Detail{sagemakerTags("ModelArn")},
	Shape:   then(collect.Pascal, tagList("Tags")),
	Note:    "The environment of containers is left out: it may hold secrets.",
}

var sagemakerEndpointConfig = &collect.Type{
	Name: "AWS::SageMaker::EndpointConfig",
	Find: []collect.Step{
		{API: "sagemaker:ListEndpointConfigs", Each: "EndpointConfigs"},
		{API: "sagemaker:DescribeEndpointConfig", From: map[string]string{"EndpointConfigName": "EndpointConfigName"}, Only: "EndpointConfigName=/", Absent: []string{sagemakerAbsent}, Else: asListed},
	},
	ID: "{EndpointConfigArn}", Title: "{EndpointConfigName}", ARN: "{EndpointConfigArn}",
	Created: "CreationTime",
	Tags:    "Tags",
	Rename:  map[string]string{"EndpointConfigArn": "Id"},
	Drop:    []string{"Tags", "CreationTime"},
	Details: []collect.Detail{sagemakerTags("EndpointConfigArn")},
	Shape:   then(collect.Pascal, tagList("Tags")),
}

var sagemakerDomain = &collect.Type{
	Name: "AWS::SageMaker::Domain",
	Find: []collect.Step{
		{API: "sagemaker:ListDomains", Each: "Domains"},
		{API: "sagemaker:DescribeDomain", From: map[string]string{"DomainId": "DomainId"}, Only: "DomainId", Absent: []string{"ResourceNotFound"}, Else: asListed},
	},
	ID: "{DomainId}", Title: "{DomainName}", ARN: "{DomainArn}",
	Created: "CreationTime",
	Tags:    "Tags",
	Drop:    []string{"Tags", "CreationTime", "LastModifiedTime", "Status", "FailureReason", "HomeEfsFileSystemKmsKeyId"},
	Details: []collect.Detail{sagemakerTags("DomainArn")},
	Shape:   then(collect.Pascal, tagList("Tags")),
}

var sagemakerImage = &collect.Type{
	Name: "AWS::SageMaker::Image",
	Find: []collect.Step{
		{API: "sagemaker:ListImages", Each: "Images"},
		{API: "sagemaker:DescribeImage", From: map[string]string{"ImageName": "ImageName"}, Only: "ImageName=/", Absent: []string{"ResourceNotFound"}, Else: asListed},
	},
	ID: "{ImageArn}", Title: "{ImageName}", ARN: "{ImageArn}",
	Created: "CreationTime",
	Tags:    "Tags",
	Details: []collect.Detail{sagemakerTags("ImageArn")},
	Shape: then(collect.Fields(map[string]string{
		"ImageArn": "ImageArn", "ImageName": "ImageName", "ImageDisplayName": "DisplayName", "ImageDescription": "Description", "ImageRoleArn": "RoleArn",
	}), tagList("Tags")),
}
