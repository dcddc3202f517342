package managed

import "github.com/tickmark/tickmark/internal/rule"

func autoscalingGroupRules() []rule.Rule {
	return []rule.Rule{
		groupCapacityRebalancing(), groupLaunchTemplate(), groupMultipleZones(), groupMultipleTypes(), launchConfigIMDSv2(), launchConfigHopLimit(),
	}
}

func groupName() *rule.Field { return rule.Required("configuration.autoScalingGroupName") }

func groupCapacityRebalancing() rule.Rule {
	name := groupName()
	on := rule.Absent("configuration.capacityRebalance", false, "Auto Scaling leaves it out for a group for which it was never set")
	mixed := rule.Absent("configuration.mixedInstancesPolicy", nil, "Auto Scaling gives it for a group with several types only")
	return rule.Rule{
		Identifier: "AUTOSCALING_CAPACITY_REBALANCING",
		Severity:   rule.Low,
		Rationale: "With capacity rebalancing, a Spot Instance that is about to be interrupted is replaced before it goes. capacityRebalance of the Auto Scaling group " +
			"must be true, whether or not the group uses Spot Instances. Groups of one instance type, which have no mixed instances policy, are not judged.",
		Remediation: rule.Remediation{Hint: "Turn on capacity rebalancing for the group."},
		Fields:      []*rule.Field{name, on, mixed},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name)
			if !c.Has(mixed) {
				return c.Skip("The group has no mixed instances policy.")
			}
			if c.Bool(on) {
				return c.Pass("Capacity rebalancing is on.")
			}
			return c.Fail("Capacity rebalancing is off.")
		},
	}
}

func groupLaunchTemplate() rule.Rule {
	const one = "Auto Scaling gives a group the one of launch configuration, template or mixed instances policy that it has"
	name := groupName()
	own := rule.Absent("configuration.launchTemplate.launchTemplateId", "", one)
	mixed := rule.Absent("configuration.mixedInstancesPolicy.launchTemplate.launchTemplateSpecification.launchTemplateId", "", one)
	return rule.Rule{
		Identifier: "AUTOSCALING_LAUNCH_TEMPLATE",
		Severity:   rule.Medium,
		Rationale: "Launch configurations lack the newer features of EC2, versions among them, and get no more of them. The Auto Scaling group must name a launch template, " +
			"itself or in its mixed instances policy.",
		Remediation: rule.Remediation{Hint: "Copy the launch configuration to a launch template and give that to the group."},
		Fields:      []*rule.Field{name, own, mixed},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name)
			if c.Has(own) || c.Has(mixed) {
				return c.Pass("The group has a launch template.")
			}
			return c.Fail("The group has no launch template.")
		},
	}
}

func groupMultipleZones() rule.Rule {
	return spansZones(rule.Rule{
		Identifier: "AUTOSCALING_MULTIPLE_AZ",
		Params:     []rule.Param{zonesParam("minAvailabilityZones", 1, 0)},
		Severity:   rule.Medium,
		Rationale: "A group in one zone is gone with that zone. The Auto Scaling group must span at least minAvailabilityZones Availability Zones, two unless the " +
			"parameter says otherwise.",
		Remediation: rule.Remediation{Hint: "Add subnets of other Availability Zones to the group."},
	}, rule.Required("configuration.availabilityZones"), "The group")
}

func groupMultipleTypes() rule.Rule {
	const overrides = "configuration.mixedInstancesPolicy.launchTemplate.overrides"
	name := groupName()
	list := rule.Absent(overrides, nil, "Auto Scaling gives overrides for a mixed instances policy that has some")
	typ := rule.Absent(overrides+"[].instanceType", "", "Auto Scaling leaves it out where the override names attributes")
	attributes := rule.Absent(overrides+"[].instanceRequirements", nil, "Auto Scaling leaves it out where the override names a type")
	return rule.Rule{
		Identifier: "AUTOSCALING_MULTIPLE_INSTANCE_TYPES",
		Severity:   rule.Medium,
		Rationale: "When a zone has no capacity left for one type, another can take its place. The mixed instances policy of the Auto Scaling group must name at least two " +
			"instance types in its overrides. Groups that choose types by attributes are not judged.",
		Remediation: rule.Remediation{Hint: "Give the group a mixed instances policy with several instance types."},
		Fields:      []*rule.Field{name, list, typ, attributes},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name)
			types := map[string]bool{}
			for _, o := range c.Each(list) {
				if o.Has(attributes) {
					return c.Skip("The group chooses instance types by attributes.")
				}
				if t := o.Str(typ); t != "" {
					types[t] = true
				}
			}
			if len(types) < 2 {
				return c.Fail("The group does not name several instance types.")
			}
			return c.Pass("The group names several instance types.")
		},
	}
}

func launchConfigIMDSv2() rule.Rule {
	return requireTokens(rule.Rule{
		Identifier: "AUTOSCALING_LAUNCHCONFIG_REQUIRES_IMDSV2",
		Severity:   rule.High,
		Rationale: "The first version of the metadata service hands a role's keys to whoever can make the instance fetch a URL. The metadata options of the launch " +
			"configuration must require tokens (httpTokens is required); a launch configuration without metadata options fails.",
		Remediation: rule.Remediation{Hint: "Replace the launch configuration by one, or by a template, that requires tokens."},
	}, rule.Required("configuration.launchConfigurationName"),
		rule.Absent("configuration.metadataOptions.httpTokens", "optional", "Auto Scaling leaves out options that were not set, and EC2 then lets both versions through"), "The launch configuration")
}

func launchConfigHopLimit() rule.Rule {
	name := rule.Required("configuration.launchConfigurationName")
	hops := rule.Absent("configuration.metadataOptions.httpPutResponseHopLimit", 1, "one hop is EC2's default, and Auto Scaling leaves out options that were not set")
	return rule.Rule{
		Identifier: "AUTOSCALING_LAUNCH_CONFIG_HOP_LIMIT",
		Severity:   rule.High,
		Rationale: "A token of the metadata service that travels further than the instance can be used by containers and proxies behind it. httpPutResponseHopLimit of the launch " +
			"configuration must not be greater than 1; not set, it is 1.",
		Remediation: rule.Remediation{Hint: "Replace the launch configuration by one, or by a template, with a hop limit of 1."},
		Fields:      []*rule.Field{name, hops},
		Check: func(c *rule.Context) rule.Result {
			if c.Int(hops) > 1 {
				return c.Fail("The hop limit of the metadata service is greater than 1.")
			}
			return c.Pass("The hop limit of the metadata service is 1.")
		},
	}
}
