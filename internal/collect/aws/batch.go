package aws

import "github.com/tickmark/tickmark/internal/collect"

var batchComputeEnvironment = &collect.Type{
	Name:   "AWS::Batch::ComputeEnvironment",
	Find:   []collect.Step{{API: "batch:DescribeComputeEnvironments", Each: "computeEnvironments", Only: "computeEnvironments[]", Keep: not("status", "DELETING", "DELETED")}},
	ID:     "{computeEnvironmentArn}",
	Title:  "{computeEnvironmentName}",
	ARN:    "{computeEnvironmentArn}",
	Zone:   "Regional",
	Tags:   "tags",
	Shape:  then(collect.Pascal, tagObject),
	Rename: map[string]string{"unmanagedvCpus": "UnmanagedvCpus"},
	Drop:   []string{"ecsClusterArn", "status", "statusReason", "containerOrchestrationType", "uuid", "tags"},
	Maps:   []string{"computeResources.tags", "computeResources.capacityTags"},
	Empty:  []string{"computeResources.instanceTypes", "computeResources.subnets", "computeResources.securityGroupIds"},
}

var batchJobQueue = &collect.Type{
	Name:  "AWS::Batch::JobQueue",
	Find:  []collect.Step{{API: "batch:DescribeJobQueues", Each: "jobQueues", Only: "jobQueues[]", Keep: not("status", "DELETING", "DELETED")}},
	ID:    "{jobQueueArn}",
	Title: "{jobQueueName}",
	ARN:   "{jobQueueArn}",
	Zone:  "Regional",
	Tags:  "tags",
	Shape: then(collect.Pascal, tagObject),
	Drop:  []string{"status", "statusReason", "tags"},
	Empty: []string{"computeEnvironmentOrder"},
}

var batchSchedulingPolicy = &collect.Type{
	Name: "AWS::Batch::SchedulingPolicy",
	Find: []collect.Step{
		{API: "batch:ListSchedulingPolicies", Each: "schedulingPolicies"},
		{API: "batch:DescribeSchedulingPolicies", Each: "schedulingPolicies", Only: "arns[]", Batch: &collect.Batch{Member: "arns", Path: "arn", Size: 100}},
	},
	ID:    "{arn}",
	Title: "{.name}",
	ARN:   "{arn}",
	Zone:  "Regional",
	Tags:  "tags",
	Shape: then(collect.Pascal, tagObject),
	Drop:  []string{"tags"},
}

// tagObject puts the item's tags into the configuration as an object, as CloudFormation's form of some types has them.
func tagObject(r *collect.Resource, c object) {
	tags := object{}
	for k, v := range r.Spec.Tags {
		tags[k] = v
	}
	c["Tags"] = tags
}
