package managed

import (
	"slices"

	"github.com/tickmark/tickmark/internal/rule"
)

func batchRules() []rule.Rule {
	return []rule.Rule{environmentEnabled(), queueEnabled(), environmentManaged(), environmentTemplate(), environmentStrategy(), spotBid()}
}

const resourcesAt = "configuration.ComputeResources"

func environmentEnabled() rule.Rule {
	return mustSay(rule.Rule{
		Identifier: "BATCH_COMPUTE_ENVIRONMENT_ENABLED",
		Severity:   rule.Low,
		Rationale: "A compute environment that takes no jobs is forgotten, or keeps jobs waiting. The state of the compute environment must be " +
			"ENABLED.",
		Remediation: rule.Remediation{Hint: "Enable the compute environment, or delete it."},
	}, nil, rule.Required("configuration.State"), []string{"ENABLED"}, "The compute environment is enabled.", "The compute environment is disabled.")
}

func queueEnabled() rule.Rule {
	return mustSay(rule.Rule{
		Identifier: "BATCH_JOB_QUEUE_ENABLED",
		Severity:   rule.Low,
		Rationale: "A queue that takes no jobs is forgotten, or fails those who submit them. The state of the job queue must be " +
			"ENABLED.",
		Remediation: rule.Remediation{Hint: "Enable the job queue, or delete it."},
	}, nil, rule.Required("configuration.State"), []string{"ENABLED"}, "The job queue is enabled.", "The job queue is disabled.")
}

func environmentKind() *rule.Field { return rule.Required("configuration.Type") }

func environmentManaged() rule.Rule {
	return mustSay(rule.Rule{
		Identifier: "BATCH_COMPUTE_ENVIRONMENT_MANAGED",
		Severity:   rule.Low,
		Rationale: "Instances that Batch does not manage are patched and scaled by nobody else. The type of the compute environment must be MANAGED, not " +
			"UNMANAGED.",
		Remediation: rule.Remediation{Hint: "Create a managed compute environment in its place."},
	}, nil, environmentKind(), []string{"MANAGED"}, "The compute environment is managed.", "The compute environment is not managed.")
}

// managedOnly makes a rule judge managed compute environments only.
func managedOnly(r rule.Rule) rule.Rule {
	r.Rationale += " Compute environments that are not managed are not judged."
	return onlyFor(environmentKind(), []string{"MANAGED"}, "The compute environment is not managed.", r)
}

func environmentTemplate() rule.Rule {
	const unset = "Batch leaves out what the compute resources do not set"
	id := rule.Absent(resourcesAt+".LaunchTemplate.LaunchTemplateId", "", unset)
	name := rule.Absent(resourcesAt+".LaunchTemplate.LaunchTemplateName", "", unset)
	return managedOnly(rule.Rule{
		Identifier: "BATCH_MANAGED_COMPUTE_ENVIRONMENT_USING_LAUNCH_TEMPLATE",
		Severity:   rule.Low,
		Rationale: "Encryption of disks and the use of metadata are set for instances by their launch template. The compute resources of the compute environment must name a launch template, by id or " +
			"name. Those on Fargate, which have none, fail.",
		Remediation: rule.Remediation{Hint: "Give the compute environment a launch template."},
		Fields:      []*rule.Field{id, name},
		Check: func(c *rule.Context) rule.Result {
			if c.Has(id) || c.Has(name) {
				return c.Pass("The compute environment has a launch template.")
			}
			return c.Fail("The compute environment has no launch template.")
		},
	})
}

func environmentStrategy() rule.Rule {
	strategy := rule.Absent(resourcesAt+".AllocationStrategy", "BEST_FIT", "BEST_FIT is the default allocation strategy")
	return managedOnly(rule.Rule{
		Identifier: "BATCH_MANAGED_COMPUTE_ENV_ALLOCATION_STRATEGY_CHECK",
		Params: []rule.Param{{
			Name: "allocationStrategy", Type: rule.CSV, Required: true, Doc: "the strategies that are allowed",
			Enum: []string{"BEST_FIT", "BEST_FIT_PROGRESSIVE", "SPOT_CAPACITY_OPTIMIZED", "SPOT_PRICE_CAPACITY_OPTIMIZED"},
		}},
		Severity: rule.Low,
		Rationale: "How instances are chosen decides whether jobs wait, are broken off or cost too much. The allocation strategy of the compute environment must be one of the parameter; not " +
			"set, it is BEST_FIT.",
		Remediation: rule.Remediation{Hint: "Change the allocation strategy, in a new compute environment where it cannot be changed."},
		Fields:      []*rule.Field{strategy},
		Check: func(c *rule.Context) rule.Result {
			if !slices.Contains(c.Params.List("allocationStrategy"), c.Str(strategy)) {
				return c.Fail("The allocation strategy " + c.Str(strategy) + " is not allowed.")
			}
			return c.Pass("The allocation strategy is allowed.")
		},
	})
}

func spotBid() rule.Rule {
	bid := rule.Absent(resourcesAt+".BidPercentage", 100, "without a bid the price may be that of instances on demand")
	return managedOnly(onlyFor(rule.Required(resourcesAt+".Type"), []string{"SPOT"}, "The compute environment does not use spot instances.", rule.Rule{
		Identifier: "BATCH_MANAGED_SPOT_COMPUTE_ENVIRONMENT_MAX_BID",
		Params:     []rule.Param{{Name: "maxBidPercentage", Type: rule.Int, Required: true, Min: 1, Max: 100, Doc: "the percent of the price on demand that may be bid at most"}},
		Severity:   rule.Low,
		Rationale: "Spot instances that cost as much as others save nothing. The bid percentage of the compute environment must be at most maxBidPercentage; not set, it is 100. Only " +
			"compute environments with spot instances are judged.",
		Remediation: rule.Remediation{Hint: "Lower the bid percentage of the compute environment."},
		Fields:      []*rule.Field{bid},
		Check: func(c *rule.Context) rule.Result {
			if c.Int(bid) > c.Params.Int("maxBidPercentage") {
				return c.Fail("The bid percentage is higher than allowed.")
			}
			return c.Pass("The bid percentage is not higher than allowed.")
		},
	}))
}
