package aws

import (
	"strings"

	"github.com/tickmark/tickmark/internal/collect"
)

var autoScalingGroup = &collect.Type{
	Name: "AWS::AutoScaling::AutoScalingGroup",
	Find: []collect.Step{{API: "autoscaling:DescribeAutoScalingGroups", Each: "AutoScalingGroups", Only: "AutoScalingGroupNames[]=:autoScalingGroupName/", Keep: not("Status", "Delete in progress")}},
	Details: []collect.Detail{{
		API: "autoscaling:DescribeLifecycleHooks", From: map[string]string{"AutoScalingGroupName": "AutoScalingGroupName"},
		Take: "LifecycleHooks", Key: "LifeCycleHooks", Instead: []any{},
	}},
	ID:      "{AutoScalingGroupARN}",
	Title:   "{AutoScalingGroupName}",
	ARN:     "{AutoScalingGroupARN}",
	Zone:    "Multiple Availability Zones",
	Created: "CreatedTime",
	Tags:    "Tags",
	Bean:    true,
	Empty:   []string{"AvailabilityZones", "LoadBalancerNames", "TargetGroupARNs", "Instances", "SuspendedProcesses", "EnabledMetrics", "Tags", "TerminationPolicies"},
	Relations: []collect.Relation{
		{Label: "Is associated with ", Type: "AWS::AutoScaling::LaunchConfiguration", Name: "LaunchConfigurationName"},
		{Label: "Contains ", Type: "AWS::EC2::Instance", ID: "Instances[].InstanceId"},
		{Label: "Is associated with ", Type: "AWS::ElasticLoadBalancing::LoadBalancer", Name: "LoadBalancerNames[]"},
	},
	Finish: func(r *collect.Resource) {
		for _, subnet := range strings.Split(r.Text("VPCZoneIdentifier"), ",") {
			r.Relate("Is associated with ", "AWS::EC2::Subnet", strings.TrimSpace(subnet), "")
		}
	},
}

var autoScalingLaunchConfiguration = &collect.Type{
	Name:    "AWS::AutoScaling::LaunchConfiguration",
	Find:    []collect.Step{{API: "autoscaling:DescribeLaunchConfigurations", Each: "LaunchConfigurations", Only: "LaunchConfigurationNames[]=:launchConfigurationName/"}},
	ID:      "{LaunchConfigurationARN}",
	Title:   "{LaunchConfigurationName}",
	ARN:     "{LaunchConfigurationARN}",
	Zone:    "Not Applicable",
	Created: "CreatedTime",
	Bean:    true,
	Drop:    []string{"UserData"}, // scripts hold passwords
	Empty:   []string{"SecurityGroups", "ClassicLinkVPCSecurityGroups", "BlockDeviceMappings"},
	Relations: []collect.Relation{
		{Label: "Is associated with ", Type: "AWS::EC2::SecurityGroup", ID: "SecurityGroups[]"},
	},
	Note: "user data is left out: it may hold secrets",
}

var autoScalingPolicy = &collect.Type{
	Name:  "AWS::AutoScaling::ScalingPolicy",
	Find:  []collect.Step{{API: "autoscaling:DescribePolicies", Each: "ScalingPolicies", Only: "PolicyNames[]"}},
	ID:    "{PolicyARN}",
	Title: "{PolicyName}",
	ARN:   "{PolicyARN}",
	Zone:  "Not Applicable",
	Empty: []string{"StepAdjustments", "Alarms"},
	Relations: []collect.Relation{
		{Label: "Is associated with ", Type: "AWS::CloudWatch::Alarm", ID: "Alarms[].AlarmName"},
		{Label: "Is associated with ", Type: "AWS::AutoScaling::AutoScalingGroup", Name: "AutoScalingGroupName"},
	},
}

var autoScalingScheduledAction = &collect.Type{
	Name:  "AWS::AutoScaling::ScheduledAction",
	Find:  []collect.Step{{API: "autoscaling:DescribeScheduledActions", Each: "ScheduledUpdateGroupActions", Only: "ScheduledActionNames[]=:scheduledActionName/"}},
	ID:    "{ScheduledActionARN}",
	Title: "{ScheduledActionName}",
	ARN:   "{ScheduledActionARN}",
	Zone:  "Not Applicable",
	Relations: []collect.Relation{
		{Label: "Is associated with ", Type: "AWS::AutoScaling::AutoScalingGroup", Name: "AutoScalingGroupName"},
	},
}
