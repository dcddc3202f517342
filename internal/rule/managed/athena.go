package managed

import (
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

const workgroupSettings = "configuration.WorkGroupConfiguration."

func athenaRules() []rule.Rule {
	name := rule.Required("configuration.Name")
	return []rule.Rule{
		having(name, workgroupEncrypted()),
		sqlWorkgroup(mustBe(rule.Rule{
			Identifier: "ATHENA_WORKGROUP_ENFORCE_WORKGROUP_CONFIGURATION",
			Severity:   rule.Medium,
			Rationale: "What a workgroup says about encryption and where results go is worth something only when a client cannot say otherwise. The workgroup must " +
				"override the settings of clients (EnforceWorkGroupConfiguration). Workgroups of Apache Spark are not judged.",
			Remediation: rule.Remediation{Hint: "Let the workgroup override client-side settings."},
		}, rule.Required(workgroupSettings+"EnforceWorkGroupConfiguration"), true, "The workgroup's settings are enforced.", "Clients may override the workgroup's settings.")),
		sqlWorkgroup(mustBeOneOf(rule.Rule{
			Identifier: "ATHENA_WORKGROUP_ENGINE_VERSION_AUTO_UPGRADE",
			Severity:   rule.Low,
			Rationale: "An engine that is pinned misses fixes until it is forced to move. The engine version that is selected for the workgroup must be AUTO. " +
				"Workgroups of Apache Spark are not judged.",
			Remediation: rule.Remediation{Hint: "Let Athena choose when to upgrade the query engine."},
		}, rule.Required(workgroupSettings+"EngineVersion.SelectedEngineVersion"), []string{"AUTO"}, "Athena upgrades the engine by itself.", "The engine version is pinned.")),
		mustBe(rule.Rule{
			Identifier: "ATHENA_WORKGROUP_LOGGING_ENABLED",
			Severity:   rule.Medium,
			Rationale: "Metrics of queries show when somebody reads far more than usual. The workgroup must publish its query metrics to CloudWatch " +
				"(PublishCloudWatchMetricsEnabled).",
			Remediation: rule.Remediation{Hint: "Turn on the publishing of query metrics to CloudWatch."},
		}, rule.Required(workgroupSettings+"PublishCloudWatchMetricsEnabled"), true, "Query metrics are published.", "Query metrics are not published."),
	}
}

func workgroupEncrypted() rule.Rule {
	option := rule.Absent(workgroupSettings+"ResultConfiguration.EncryptionConfiguration.EncryptionOption", "", "Athena GetWorkGroup leaves it out for a workgroup without encryption")
	return mustBeOneOf(rule.Rule{
		Identifier: "ATHENA_WORKGROUP_ENCRYPTED_AT_REST",
		Severity:   rule.Medium,
		Rationale: "Results of queries are copies of what was asked for, and outlive the query. The workgroup must encrypt them (EncryptionOption SSE_S3, " +
			"SSE_KMS or CSE_KMS); the encryption of the bucket they go to does not count.",
		Remediation: rule.Remediation{Hint: "Turn on the encryption of query results in the workgroup."},
	}, option, []string{"SSE_S3", "SSE_KMS", "CSE_KMS"}, "Query results are encrypted.", "The workgroup does not encrypt query results.")
}

// sqlWorkgroup makes a rule leave out the workgroups of the Spark engine.
func sqlWorkgroup(r rule.Rule) rule.Rule {
	engine := rule.Absent(workgroupSettings+"EngineVersion.EffectiveEngineVersion", "", "Athena GetWorkGroup gives it; the engine of old items was SQL")
	check := r.Check
	r.Fields = append([]*rule.Field{engine}, r.Fields...)
	r.Check = func(c *rule.Context) rule.Result {
		if strings.HasPrefix(c.Str(engine), "PySpark") {
			return c.Skip("The workgroup is one of Apache Spark.")
		}
		return check(c)
	}
	return r
}
