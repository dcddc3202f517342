package managed

import "github.com/tickmark/tickmark/internal/rule"

func autoscalingRules() []rule.Rule {
	name := rule.Required("configuration.launchConfigurationName")
	public := rule.Absent("configuration.associatePublicIpAddress", false, "Auto Scaling leaves it out where the subnet decides; only true fails AWS's rule")
	return []rule.Rule{{
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
	}}
}
