package managed

import (
	"slices"

	"github.com/tickmark/tickmark/internal/rule"
)

func autoscalingRules() []rule.Rule {
	return []rule.Rule{launchConfigNoPublicIP(), groupELBHealthCheck()}
}

func launchConfigNoPublicIP() rule.Rule {
	name := rule.Required("configuration.launchConfigurationName")
	public := rule.Absent("configuration.associatePublicIpAddress", false, "Auto Scaling leaves it out where the subnet decides; only true fails AWS's rule")
	return rule.Rule{
		Identifier: "AUTOSCALING_LAUNCH_CONFIG_PUBLIC_IP_DISABLED",
		Severity:   rule.High,
		Rationale: "Instances that come and go should be reached through a load balancer. associatePublicIpAddress of the launch configuration must not be " +
			"true; where it is not set the subnet decides, which is not judged here.",
		Remediation: rule.Remediation{Hint: "Replace the launch configuration by a template without public addresses."},
		Fields:      []*rule.Field{name, public},
		Check: func(c *rule.Context) rule.Result {
			if c.Bool(public) {
				return c.Fail("The launch configuration gives its instances public addresses.")
			}
			return c.Pass("The launch configuration gives its instances no public addresses.")
		},
	}
}

func groupELBHealthCheck() rule.Rule {
	const none = "Auto Scaling leaves out an empty list"
	kind := rule.Required("configuration.healthCheckType")
	classic := rule.Absent("configuration.loadBalancerNames", nil, none)
	targets := rule.Absent("configuration.targetGroupARNs", nil, none)
	return rule.Rule{
		Identifier: "AUTOSCALING_GROUP_ELB_HEALTHCHECK_REQUIRED",
		Severity:   rule.Low,
		Rationale: "An instance can run and still serve nobody, which only the load balancer sees. A group that is attached to a classic load balancer or a target group " +
			"must have ELB among its types of health check. Groups without a load balancer are not judged.",
		Remediation: rule.Remediation{Hint: "Turn on the health checks of the load balancer for the group.", Document: "AWSConfigRemediation-EnableAutoScalingGroupELBHealthCheck"},
		Fields:      []*rule.Field{kind, classic, targets},
		Check: func(c *rule.Context) rule.Result {
			if c.Len(classic)+c.Len(targets) == 0 {
				return c.Skip("The group has no load balancer.")
			}
			if slices.Contains(rule.Split(c.Str(kind)), "ELB") {
				return c.Pass("The group uses the health checks of its load balancer.")
			}
			return c.Fail("The group does not use the health checks of its load balancer.")
		},
	}
}
