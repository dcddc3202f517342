package managed

import (
	"cmp"

	"github.com/tickmark/tickmark/internal/rule"
)

func codepipelineRules() []rule.Rule { return []rule.Rule{deploymentCount(), regionFanout()} }

// pipelineStages reads the deployments of a pipeline.
type pipelineStages struct{ stages, actions, category, region *rule.Field }

func newPipelineStages() pipelineStages {
	const at = "configuration.pipeline.stages"
	return pipelineStages{
		stages:   rule.Required(at),
		actions:  rule.Required(at + "[].actions"),
		category: rule.Required(at + "[].actions[].actionTypeId.category"),
		region:   rule.Absent(at+"[].actions[].region", "", "an action without a region is one in the region of its pipeline"),
	}
}

func (p pipelineStages) fields() []*rule.Field {
	return []*rule.Field{p.stages, p.actions, p.category, p.region}
}

// deployments gives the number of deployments of each stage that has any, and the number of regions they go to.
func (p pipelineStages) deployments(c *rule.Context) (actions, regions []int64) {
	for _, s := range c.Each(p.stages) {
		var n int64
		to := map[string]bool{}
		for _, a := range s.Each(p.actions) {
			if a.Str(p.category) == "Deploy" {
				n++
				to[cmp.Or(a.Str(p.region), c.Region())] = true
			}
		}
		if n > 0 {
			actions, regions = append(actions, n), append(regions, int64(len(to)))
		}
	}
	return actions, regions
}

func deploymentCount() rule.Rule {
	p := newPipelineStages()
	return rule.Rule{
		Identifier: "CODEPIPELINE_DEPLOYMENT_COUNT_CHECK",
		Params:     []rule.Param{{Name: "deploymentLimit", Type: rule.Int, Min: 1, Doc: "the deployments each stage after the first may have"}},
		Severity:   rule.Low,
		Rationale: "The first deployment shows whether a change is bad, while it still hurts one place only. The first stage of the pipeline with a deployment must have no more than " +
			"one, and each later stage no more than deploymentLimit when that is given. Deployments are actions of the category Deploy; a pipeline without any passes.",
		Remediation: rule.Remediation{Hint: "Split the deployments over more stages."},
		Fields:      p.fields(),
		Check: func(c *rule.Context) rule.Result {
			actions, _ := p.deployments(c)
			for i, n := range actions {
				if i == 0 && n > 1 {
					return c.Fail("The first deployment stage has more than one deployment.")
				}
				if c.Params.Has("deploymentLimit") && n > c.Params.Int("deploymentLimit") {
					return c.Fail("A stage has more deployments than allowed.")
				}
			}
			return c.Pass("No stage has more deployments than allowed.")
		},
	}
}

func regionFanout() rule.Rule {
	p := newPipelineStages()
	return rule.Rule{
		Identifier: "CODEPIPELINE_REGION_FANOUT_CHECK",
		Params:     []rule.Param{{Name: "regionFanoutFactor", Type: rule.Int, Default: "3", Min: 1, Doc: "how many times the regions of all stages before a stage may deploy to"}},
		Severity:   rule.Low,
		Rationale: "A change should reach many regions only after it worked in a few. The first stage of the pipeline with a deployment may deploy to one region, each later one to as many as " +
			"regionFanoutFactor times the sum of the regions of the stages before. Deployments are actions of the category Deploy; a pipeline without any passes.",
		Remediation: rule.Remediation{Hint: "Split the regions over more stages."},
		Fields:      p.fields(),
		Check: func(c *rule.Context) rule.Result {
			_, regions := p.deployments(c)
			sum, limit := int64(0), int64(1)
			for _, n := range regions {
				if n > limit {
					return c.Fail("A stage deploys to more regions than the stages before it allow.")
				}
				sum += n
				limit = sum * c.Params.Int("regionFanoutFactor")
			}
			return c.Pass("No stage deploys to more regions than the stages before it allow.")
		},
	}
}
