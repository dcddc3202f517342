package managed

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

func ecsServiceRules() []rule.Rule {
	return []rule.Rule{containerInsights(), fargateVersion(), serviceTagsPropagated(), capacityProviderProtected()}
}

func containerInsights() rule.Rule {
	const at = "configuration.ClusterSettings"
	arn := rule.Required("configuration.Arn")
	list := rule.Absent(at, nil, "ECS DescribeClusters leaves out an empty list")
	name := rule.Required(at + "[].Name")
	value := rule.Required(at + "[].Value")
	return rule.Rule{
		Identifier: "ECS_CONTAINER_INSIGHTS_ENABLED",
		Severity:   rule.Medium,
		Rationale: "Without its measurements nobody sees a container fail. The setting containerInsights of the cluster must be enabled or enhanced; the " +
			"default of the account does not count.",
		Remediation: rule.Remediation{Hint: "Turn on Container Insights of the cluster."},
		Fields:      []*rule.Field{arn, list, name, value},
		Check: func(c *rule.Context) rule.Result {
			c.Str(arn)
			for _, s := range c.Each(list) {
				if v := s.Str(value); s.Str(name) == "containerInsights" && (v == "enabled" || v == "enhanced") {
					return c.Pass("Container Insights is on.")
				}
			}
			return c.Fail("Container Insights is off.")
		},
	}
}

func fargateVersion() rule.Rule {
	const strategy = "configuration.CapacityProviderStrategy"
	arn := rule.Required("configuration.ServiceArn")
	launch := rule.Absent("configuration.LaunchType", "", "a service with a capacity provider strategy has no launch type")
	providers := rule.Absent(strategy, nil, "a service with a launch type has no capacity provider strategy")
	provider := rule.Required(strategy + "[].CapacityProvider")
	version := rule.Absent("configuration.PlatformVersion", "LATEST", "LATEST is the default platform version of Fargate")
	task := rule.Absent("configuration.TaskDefinition", "", "a service whose tasks are deployed by others names none")
	system := rule.Absent("configuration.RuntimePlatform.OperatingSystemFamily", "LINUX", "Linux is the default of a task definition without a runtime platform").Of(taskDefinition)
	return rule.Rule{
		Identifier: "ECS_FARGATE_LATEST_PLATFORM_VERSION",
		Params: []rule.Param{
			{Name: "latestLinuxVersion", Doc: "the platform version that is the latest for Linux, such as 1.4.0"},
			{Name: "latestWindowsVersion", Doc: "the platform version that is the latest for Windows, such as 1.0.0"},
		},
		Severity: rule.Medium,
		Rationale: "Holes in the runtime of Fargate are closed in new platform versions. The platform version of a service on Fargate must be LATEST, or the version that the parameters " +
			"name for the operating system of its tasks. A service is on Fargate by its launch type, or by the capacity providers FARGATE and FARGATE_SPOT; others are not judged.",
		Remediation: rule.Remediation{Hint: "Update the service to the platform version LATEST."},
		Fields:      []*rule.Field{arn, launch, providers, provider, version, task, system},
		Uses:        []string{taskDefinition},
		Check: func(c *rule.Context) rule.Result {
			c.Str(arn)
			on := c.Str(launch) == "FARGATE"
			for _, p := range c.Each(providers) {
				on = on || strings.HasPrefix(p.Str(provider), "FARGATE")
			}
			if !on {
				return c.Skip("The service is not on Fargate.")
			}
			got := c.Str(version)
			if got == "LATEST" {
				return c.Pass("The platform version is LATEST.")
			}
			linux, windows := c.Params.Str("latestLinuxVersion"), c.Params.Str("latestWindowsVersion")
			if !slices.Contains([]string{linux, windows}, got) {
				return c.Fail("The platform version " + got + " is not the latest.")
			}
			if linux == windows {
				return c.Pass("The platform version is the latest.")
			}
			// The version is right for one system: which one the tasks have is told by their definition.
			t, ok := c.Find(taskDefinition, c.Str(task))
			if !ok {
				return c.Unknown("The task definition of the service is not recorded, so its operating system is not known.")
			}
			want := linux
			if strings.HasPrefix(t.Str(system), "WINDOWS") {
				want = windows
			}
			if got != want {
				return c.Fail("The platform version " + got + " is not the latest for the operating system of the tasks.")
			}
			return c.Pass("The platform version is the latest.")
		},
	}
}

func serviceTagsPropagated() rule.Rule {
	return mustSay(rule.Rule{
		Identifier: "ECS_SERVICE_PROPAGATE_TAGS_ENABLED",
		Severity:   rule.Low,
		Rationale: "A task without tags belongs to nobody and is paid by nobody. The service must pass tags on to its tasks: propagateTags must be SERVICE or " +
			"TASK_DEFINITION.",
		Remediation: rule.Remediation{Hint: "Let the service propagate the tags of the service or of the task definition."},
	}, rule.Required("configuration.ServiceArn"), rule.Absent("configuration.PropagateTags", "NONE", "tags are not propagated unless the service says from where"),
		[]string{"SERVICE", "TASK_DEFINITION"}, "Tags are passed on to the tasks.", "Tags are not passed on to the tasks.")
}

func capacityProviderProtected() rule.Rule {
	const at = "configuration.AutoScalingGroupProvider"
	name := rule.Required("configuration.Name")
	group := rule.Absent(at+".AutoScalingGroupArn", "", "only a capacity provider with an Auto Scaling group has it")
	protection := rule.Absent(at+".ManagedTerminationProtection", "DISABLED", "managed termination protection is off by default")
	return rule.Rule{
		Identifier: "ECS_CAPACITY_PROVIDER_TERMINATION_CHECK",
		Severity:   rule.Medium,
		Rationale: "Scaling in must not end an instance whose tasks are at work. Managed termination protection of the capacity provider must be ENABLED. Capacity providers " +
			"without an Auto Scaling group are not judged.",
		Remediation: rule.Remediation{Hint: "Turn on managed scaling and managed termination protection of the capacity provider."},
		Fields:      []*rule.Field{name, group, protection},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name)
			if !c.Has(group) {
				return c.Skip("The capacity provider has no Auto Scaling group.")
			}
			if c.Str(protection) == "ENABLED" {
				return c.Pass("Managed termination protection is on.")
			}
			return c.Fail("Managed termination protection is off.")
		},
	}
}
