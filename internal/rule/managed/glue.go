package managed

import "github.com/tickmark/tickmark/internal/rule"

func glueRules() []rule.Rule {
	return []rule.Rule{glueJobLogging(), glueSparkVersion(), glueTransformEncrypted()}
}

func glueVersion() *rule.Field {
	return rule.Absent("configuration.GlueVersion", "0.9", "the Glue API's default for jobs that name no version")
}

func glueJobLogging() rule.Rule {
	command := rule.Required("configuration.Command.Name")
	version := glueVersion()
	on := rule.Absent("configuration.DefaultArguments.--enable-continuous-cloudwatch-log", "", "Glue GetJob gives the arguments that were set")
	return having(command, rule.Rule{
		Identifier: "GLUE_JOB_LOGGING_ENABLED",
		Severity:   rule.Medium,
		Rationale: "A job that moves data must leave a trace of what it did. The job must send its logs to CloudWatch Logs while it runs: its argument " +
			"--enable-continuous-cloudwatch-log must be true. Jobs of Glue 5.0 and newer do so without being told, unless the argument is false.",
		Remediation: rule.Remediation{Hint: "Set the job's argument --enable-continuous-cloudwatch-log to true."},
		Fields:      []*rule.Field{version, on},
		Check: func(c *rule.Context) rule.Result {
			order, ok := compareVersions(c.Str(version), "5.0")
			switch set := c.Str(on); {
			case isOneOf(set, []string{"true"}):
				return c.Pass("The job sends its logs to CloudWatch Logs.")
			case set != "":
				return c.Fail("The job does not send its logs to CloudWatch Logs.")
			case !ok:
				return c.Unknown("The Glue version of the job is not a version of dotted numbers.")
			case order < 0:
				return c.Fail("The job was not told to send its logs to CloudWatch Logs.")
			}
			return c.Pass("Jobs of this Glue version send their logs to CloudWatch Logs.")
		},
	})
}

func glueSparkVersion() rule.Rule {
	version := glueVersion()
	return onlyFor(rule.Required("configuration.Command.Name"), []string{"glueetl", "gluestreaming"}, "The job is not a Spark job.", rule.Rule{
		Identifier: "GLUE_SPARK_JOB_SUPPORTED_VERSION",
		Params:     []rule.Param{{Name: "minimumSupportedGlueVersion", Required: true, Doc: "the oldest Glue version that is allowed, such as 3.0"}},
		Severity:   rule.Medium,
		Rationale: "Old versions of Glue run old Spark and Python without fixes. The Glue version of a Spark job, batch or streaming, must be " +
			"minimumSupportedGlueVersion or newer. Python shell and Ray jobs are not judged.",
		Remediation: rule.Remediation{Hint: "Move the job to a newer Glue version."},
		Fields:      []*rule.Field{version},
		Check: func(c *rule.Context) rule.Result {
			order, ok := compareVersions(c.Str(version), c.Params.Str("minimumSupportedGlueVersion"))
			if !ok {
				return c.Unknown("The job's Glue version and minimumSupportedGlueVersion are not both versions of dotted numbers.")
			}
			if order < 0 {
				return c.Fail("The Glue version " + c.Str(version) + " is older than allowed.")
			}
			return c.Pass("The Glue version is supported.")
		},
	})
}

func glueTransformEncrypted() rule.Rule {
	mode := rule.Absent("configuration.TransformEncryption.MLUserDataEncryption.MLUserDataEncryptionMode", "DISABLED", "Glue GetMLTransform leaves it out for a transform without encryption")
	return having(rule.Required("configuration.Role"), mustBeOneOf(rule.Rule{
		Identifier: "GLUE_ML_TRANSFORM_ENCRYPTED_AT_REST",
		Severity:   rule.Medium,
		Rationale: "A machine learning transform keeps labelled records of the data it was made for. Its user data must be encrypted with a KMS key " +
			"(MLUserDataEncryptionMode SSE-KMS), with any key; the security configuration of its task runs does not count.",
		Remediation: rule.Remediation{Hint: "Create the transform anew with encryption of its user data."},
	}, mode, []string{"SSE-KMS"}, "The user data of the transform is encrypted.", "The user data of the transform is not encrypted."))
}
