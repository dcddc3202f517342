package managed

import (
	"net/url"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

func codebuildRules() []rule.Rule { return []rule.Rule{projectEnvironment(), projectSourceURL()} }

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
