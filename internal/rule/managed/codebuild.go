package managed

import (
	"cmp"
	"net/url"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

func codebuildRules() []rule.Rule {
	return []rule.Rule{
		projectEnvironment(), projectSourceURL(), projectArtifactsEncrypted(), projectNotPrivileged(), projectLogged(), projectLogsEncrypted(), reportsEncrypted(),
	}
}

func projectEnvironment() rule.Rule {
	const at = "configuration.environment.environmentVariables"
	name := rule.Required("configuration.name")
	list := rule.Absent(at, nil, "CodeBuild BatchGetProjects leaves out an empty list")
	variable := rule.Required(at + "[].name")
	kind := rule.Absent(at+"[].type", "PLAINTEXT", "PLAINTEXT is the default of a CodeBuild environment variable")
	return rule.Rule{
		Identifier: "CODEBUILD_PROJECT_ENVVAR_AWSCRED_CHECK",
		Severity:   rule.Critical,
		Rationale: "Whoever may look at a build project reads its variables. The project's environment must have no variable AWS_ACCESS_KEY_ID or " +
			"AWS_SECRET_ACCESS_KEY in plain text; one that is taken from Parameter Store or Secrets Manager is allowed.",
		Remediation: rule.Remediation{Hint: "Give the project a role and delete the variables.", Document: "AWSConfigRemediation-DeleteAccessKeysFromCodeBuildProject"},
		Fields:      []*rule.Field{name, list, variable, kind},
		Check: func(c *rule.Context) rule.Result {
			for _, v := range c.Each(list) {
				if n := v.Str(variable); (n == "AWS_ACCESS_KEY_ID" || n == "AWS_SECRET_ACCESS_KEY") && v.Str(kind) == "PLAINTEXT" {
					return c.Fail("The variable " + n + " is in plain text.")
				}
			}
			return c.Pass("No access key of AWS is in plain text in the environment.")
		},
	}
}

// repositories are the source types whose location is the URL of a repository with its own sign-in.
var repositories = []string{"BITBUCKET", "GITHUB", "GITHUB_ENTERPRISE", "GITLAB", "GITLAB_SELF_MANAGED"}

func projectSourceURL() rule.Rule {
	type fields struct{ list, kind, location *rule.Field }
	of := func(list *rule.Field) fields {
		return fields{list, rule.Required(list.Path + "[].type"), rule.Absent(list.Path+"[].location", "", "CodeBuild leaves it out for a source that has none")}
	}
	first := of(rule.Required("configuration.source"))
	more := of(rule.Absent("configuration.secondarySources", nil, "CodeBuild BatchGetProjects leaves out an empty list"))
	return rule.Rule{
		Identifier: "CODEBUILD_PROJECT_SOURCE_REPO_URL_CHECK",
		Severity:   rule.Critical,
		Rationale: "Sign-in data in a URL stands in every log of every build. No URL of a repository at Bitbucket, GitHub or GitLab among the project's sources, " +
			"the secondary ones included, may hold a user name, password or token. Projects without such a source are not judged.",
		Remediation: rule.Remediation{Hint: "Connect the project by OAuth or CodeConnections and take the sign-in data out of the URL."},
		Fields:      []*rule.Field{first.list, first.kind, first.location, more.list, more.kind, more.location},
		Check: func(c *rule.Context) rule.Result {
			judged := false
			for _, f := range []fields{first, more} {
				for _, s := range c.Each(f.list) {
					if !slices.Contains(repositories, s.Str(f.kind)) {
						continue
					}
					judged = true
					if signsIn(s.Str(f.location)) {
						return c.Fail("The URL of a source repository holds sign-in data.")
					}
				}
			}
			if !judged {
				return c.Skip("The project has no source at Bitbucket, GitHub or GitLab.")
			}
			return c.Pass("No URL of a source repository holds sign-in data.")
		},
	}
}

// signsIn reports whether a repository's URL names a user. The user git of an SSH address is nobody's.
func signsIn(location string) bool {
	u, err := url.Parse(location)
	if err != nil { // what cannot be parsed but has an @ before its path is taken to hold a user
		_, rest, _ := strings.Cut(location, "://")
		host, _, _ := strings.Cut(rest, "/")
		return strings.Contains(host, "@")
	}
	return u.User != nil && u.User.String() != "" && !(u.Scheme == "ssh" && u.User.String() == "git")
}

func projectArtifactsEncrypted() rule.Rule {
	const unset = "artifacts are encrypted unless the project turns it off"
	first := rule.Required("configuration.artifacts") // AWS Config records the one as a list
	firstOff := rule.Absent("configuration.artifacts[].encryptionDisabled", false, unset)
	more := rule.Absent("configuration.secondaryArtifacts", nil, "CodeBuild BatchGetProjects leaves out an empty list")
	moreOff := rule.Absent("configuration.secondaryArtifacts[].encryptionDisabled", false, unset)
	return rule.Rule{
		Identifier: "CODEBUILD_PROJECT_ARTIFACT_ENCRYPTION",
		Severity:   rule.Medium,
		Logic:      2,
		Rationale: "What was built must not be readable for whoever gets at its storage. encryptionDisabled of the project's artifacts must not be true, for the secondary ones " +
			"too.",
		Remediation: rule.Remediation{Hint: "Turn on the encryption of the project's artifacts."},
		Fields:      []*rule.Field{first, firstOff, more, moreOff},
		Check: func(c *rule.Context) rule.Result {
			for _, a := range c.Each(first) {
				if a.Bool(firstOff) {
					return c.Fail("The artifacts are not encrypted.")
				}
			}
			for _, a := range c.Each(more) {
				if a.Bool(moreOff) {
					return c.Fail("A secondary artifact is not encrypted.")
				}
			}
			return c.Pass("The artifacts are encrypted.")
		},
	}
}

// exemptedProjects is the parameter of the projects that a rule does not judge.
func exemptedProjects() rule.Param {
	return rule.Param{Name: "exemptedProjects", Type: rule.CSV, Doc: "names of projects that are not judged"}
}

const exempted = "The project is excluded by the rule's parameters."

func projectNotPrivileged() rule.Rule {
	name := rule.Required("configuration.name")
	privileged := rule.Absent("configuration.environment.privilegedMode", false, "builds are not privileged unless the project says so")
	return rule.Rule{
		Identifier: "CODEBUILD_PROJECT_ENVIRONMENT_PRIVILEGED_CHECK",
		Params:     []rule.Param{exemptedProjects()},
		Severity:   rule.High,
		Rationale: "A privileged build can do to its host what root can. privilegedMode of the project's environment must not be true. Projects in exemptedProjects, such as those " +
			"that build images, are not judged.",
		Remediation: rule.Remediation{Hint: "Turn off the privileged mode of the project's environment."},
		Fields:      []*rule.Field{name, privileged},
		Check: func(c *rule.Context) rule.Result {
			if slices.Contains(c.Params.List("exemptedProjects"), c.Str(name)) {
				return c.Skip(exempted)
			}
			if c.Bool(privileged) {
				return c.Fail("Builds of the project are privileged.")
			}
			return c.Pass("Builds of the project are not privileged.")
		},
	}
}

const s3LogsAt = "configuration.logsConfig.s3Logs"

func s3LogsStatus() *rule.Field {
	return rule.Absent(s3LogsAt+".status", "DISABLED", "logs are not sent to S3 unless the project says so")
}

func projectLogged() rule.Rule {
	const at = "configuration.logsConfig.cloudWatchLogs"
	name := rule.Required("configuration.name")
	watch := rule.Absent(at+".status", "ENABLED", "logs are sent to CloudWatch Logs unless the project says not to")
	group := rule.Absent(at+".groupName", "", "without a name the group is that of the project")
	bucket, location := s3LogsStatus(), rule.Absent(s3LogsAt+".location", "", "only enabled logs in S3 have a location")
	return rule.Rule{
		Identifier: "CODEBUILD_PROJECT_LOGGING_ENABLED",
		Params: []rule.Param{
			{Name: "s3BucketNames", Type: rule.CSV, Doc: "buckets that logs in S3 may go to"},
			{Name: "cloudWatchGroupNames", Type: rule.CSV, Doc: "log groups that logs in CloudWatch Logs may go to"},
		},
		Severity: rule.Medium,
		Rationale: "The log of a build shows what came into it. The project must send its logs to CloudWatch Logs, which is the default, or to S3; those it sends must go to a group and bucket of " +
			"the parameters, where given.",
		Remediation: rule.Remediation{Hint: "Turn on the logs of the project."},
		Fields:      []*rule.Field{name, watch, group, bucket, location},
		Check: func(c *rule.Context) rule.Result {
			toGroup, toBucket := c.Str(watch) == "ENABLED", c.Str(bucket) == "ENABLED"
			if !toGroup && !toBucket {
				return c.Fail("The project has no logs.")
			}
			if toGroup && !allowed(c.Params.List("cloudWatchGroupNames"), cmp.Or(c.Str(group), "/aws/codebuild/"+c.Str(name))) {
				return c.Fail("The logs go to another log group than allowed.")
			}
			if to, _, _ := strings.Cut(strings.TrimPrefix(c.Str(location), "arn:aws:s3:::"), "/"); toBucket && !allowed(c.Params.List("s3BucketNames"), to) {
				return c.Fail("The logs go to another bucket than allowed.")
			}
			return c.Pass("The project has logs.")
		},
	}
}

func projectLogsEncrypted() rule.Rule {
	name := rule.Required("configuration.name")
	status := s3LogsStatus()
	disabled := rule.Absent(s3LogsAt+".encryptionDisabled", false, "logs in S3 are encrypted unless the project turns it off")
	return rule.Rule{
		Identifier: "CODEBUILD_PROJECT_S3_LOGS_ENCRYPTED",
		Params:     []rule.Param{exemptedProjects()},
		Severity:   rule.Low,
		Rationale: "Logs of builds hold what was printed by mistake. encryptionDisabled of the project's logs in S3 must not be true. Projects that send no logs to S3, and those in " +
			"exemptedProjects, are not judged.",
		Remediation: rule.Remediation{Hint: "Turn on the encryption of the project's logs in S3."},
		Fields:      []*rule.Field{name, status, disabled},
		Check: func(c *rule.Context) rule.Result {
			if slices.Contains(c.Params.List("exemptedProjects"), c.Str(name)) {
				return c.Skip(exempted)
			}
			if c.Str(status) != "ENABLED" {
				return c.Skip("The project sends no logs to S3.")
			}
			if c.Bool(disabled) {
				return c.Fail("The logs in S3 are not encrypted.")
			}
			return c.Pass("The logs in S3 are encrypted.")
		},
	}
}

func reportsEncrypted() rule.Rule {
	arn := rule.Required("configuration.Arn")
	disabled := rule.Absent("configuration.ExportConfig.S3Destination.EncryptionDisabled", false, "exported reports are encrypted unless the report group turns it off")
	return rule.Rule{
		Identifier: "CODEBUILD_REPORT_GROUP_ENCRYPTED_AT_REST",
		Severity:   rule.Medium,
		Rationale: "Reports of tests tell what is broken. EncryptionDisabled of the S3 destination the report group exports to must not be true; a report group that does not " +
			"export passes.",
		Remediation: rule.Remediation{Hint: "Turn on the encryption of the exported reports."},
		Fields:      []*rule.Field{arn, disabled},
		Check: func(c *rule.Context) rule.Result {
			if c.Bool(disabled) {
				return c.Fail("The exported reports are not encrypted.")
			}
			return c.Pass("The exported reports are encrypted.")
		},
	}
}
