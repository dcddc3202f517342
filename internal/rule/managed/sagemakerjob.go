package managed

import (
	"maps"
	"slices"

	"github.com/tickmark/tickmark/internal/rule"
)

const jobDefaults = "the SageMaker API's default"

// sagemakerJobRules judge how monitoring jobs use the network.
func sagemakerJobRules() []rule.Rule {
	return []rule.Rule{
		jobTrafficEncrypted("SAGEMAKER_DATA_QUALITY_JOB_ENCRYPT_IN_TRANSIT", "data quality"),
		jobTrafficEncrypted("SAGEMAKER_MODEL_BIAS_JOB_ENCRYPT_IN_TRANSIT", "model bias"),
		jobTrafficEncrypted("SAGEMAKER_MODEL_EXPLAINABILITY_JOB_ENCRYPT_IN_TRANSIT", "model explainability"),
		jobIsolated("SAGEMAKER_DATA_QUALITY_JOB_ISOLATION", "data quality"),
		jobIsolated("SAGEMAKER_MODEL_BIAS_JOB_ISOLATION", "model bias"),
		scheduleIsolated(),
	}
}

func jobTrafficEncrypted(id, what string) rule.Rule {
	return having(rule.Required("configuration.RoleArn"), mustBe(rule.Rule{
		Identifier: id,
		Severity:   rule.Medium,
		Rationale: "The instances of a job send each other samples of what a model was asked. The definition of the " + what + " job must encrypt the traffic " +
			"between containers (NetworkConfig.EnableInterContainerTrafficEncryption), even if it has one instance.",
		Remediation: rule.Remediation{Hint: "Create the job definition anew with encryption of the traffic between containers."},
	}, rule.Absent("configuration.NetworkConfig.EnableInterContainerTrafficEncryption", false, jobDefaults), true,
		"The traffic between containers is encrypted.", "The traffic between containers is not encrypted."))
}

func jobIsolated(id, what string) rule.Rule {
	return having(rule.Required("configuration.RoleArn"), mustBe(rule.Rule{
		Identifier: id,
		Severity:   rule.Medium,
		Rationale: "A monitoring job sees what a model was asked, and need not talk to anyone. The definition of the " + what + " job must have network " +
			"isolation (NetworkConfig.EnableNetworkIsolation); subnets and security groups do not count.",
		Remediation: rule.Remediation{Hint: "Create the job definition anew with network isolation."},
	}, rule.Absent("configuration.NetworkConfig.EnableNetworkIsolation", false, jobDefaults), true, "Network isolation is on.", "Network isolation is off."))
}

// jobDefinitions are the types of job definitions that a schedule may name, by its type of monitoring.
var jobDefinitions = map[string]string{
	"DataQuality":         "AWS::SageMaker::DataQualityJobDefinition",
	"ModelBias":           "AWS::SageMaker::ModelBiasJobDefinition",
	"ModelExplainability": "AWS::SageMaker::ModelExplainabilityJobDefinition",
	"ModelQuality":        "AWS::SageMaker::ModelQualityJobDefinition",
}

func scheduleIsolated() rule.Rule {
	const at, isolation = "configuration.MonitoringScheduleConfig.", "NetworkConfig.EnableNetworkIsolation"
	name := rule.Absent(at+"MonitoringJobDefinitionName", "", "a schedule names its job definition or holds it")
	kind := rule.Absent(at+"MonitoringType", "", "it is needed for a named job definition only")
	own := rule.Absent(at+"MonitoringJobDefinition."+isolation, false, jobDefaults)
	r := rule.Rule{
		Identifier: "SAGEMAKER_MONITORING_SCHEDULE_ISOLATION",
		Severity:   rule.Medium,
		Rationale: "A monitoring job sees what a model was asked, and need not talk to anyone. The job definition that the schedule holds, or the one it names, " +
			"must have network isolation (NetworkConfig.EnableNetworkIsolation).",
		Remediation: rule.Remediation{Hint: "Give the schedule a job definition with network isolation."},
		Fields:      []*rule.Field{name, kind, own},
	}
	named := map[string]*rule.Field{}
	for _, typ := range slices.Sorted(maps.Values(jobDefinitions)) {
		named[typ] = rule.Absent("configuration."+isolation, false, jobDefaults).Of(typ)
		r.Fields, r.Uses = append(r.Fields, named[typ]), append(r.Uses, typ)
	}
	r.Check = func(c *rule.Context) rule.Result {
		isolated := false
		if c.Has(name) {
			typ := jobDefinitions[c.Str(kind)]
			if typ == "" {
				return c.Unknown("The schedule names a job definition, but not its type.")
			}
			definition, ok := c.Find(typ, c.Str(name))
			if !ok {
				return c.Unknown("The job definition " + c.Str(name) + " is not recorded.")
			}
			isolated = definition.Bool(named[typ])
		} else {
			isolated = c.Bool(own)
		}
		if isolated {
			return c.Pass("Network isolation is on.")
		}
		return c.Fail("Network isolation is off.")
	}
	return having(rule.Required(at[:len(at)-1]), r)
}
