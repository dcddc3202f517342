package managed

import "github.com/tickmark/tickmark/internal/rule"

func amplifyRules() []rule.Rule {
	return []rule.Rule{
		amplifyAutoDeletion(), amplifyAppBuildSpec(), amplifyNoVariables(), amplifyPlatform(),
		amplifyAutoBuild(), amplifyBranchBuildSpec(), amplifyFramework(), amplifyPerformance(), amplifyPreview(),
	}
}

func amplifyAutoDeletion() rule.Rule {
	return having(rule.Required("configuration.AppId"), mustBe(rule.Rule{
		Identifier: "AMPLIFY_APP_BRANCH_AUTO_DELETION_ENABLED",
		Severity:   rule.Low,
		Rationale: "A branch that is gone from the repository must not stay on the web with its last state and its old holes. EnableBranchAutoDeletion of the " +
			"Amplify app must be true, so that its hosting ends with the branch.",
		Remediation: rule.Remediation{Hint: "Turn on the automatic disconnection of branches."},
	}, rule.Absent("configuration.EnableBranchAutoDeletion", false, "Amplify GetApp need not give it, and branches are not disconnected by default"), true,
		"Deleted branches are disconnected.", "Branches stay connected when they are deleted."))
}

func amplifyAppBuildSpec() rule.Rule {
	return amplifyBuildSpec("AMPLIFY_APP_BUILD_SPEC_CONFIGURED", "app", "configuration.AppId")
}

func amplifyBranchBuildSpec() rule.Rule {
	return amplifyBuildSpec("AMPLIFY_BRANCH_BUILD_SPEC_CONFIGURED", "branch", "configuration.BranchName")
}

func amplifyBuildSpec(identifier, what, name string) rule.Rule {
	spec := rule.Absent("configuration.BuildSpec", "", "Amplify gives it where one is set")
	return mustHave(rule.Rule{
		Identifier: identifier,
		Severity:   rule.Low,
		Rationale: "What is built, and how, is to be written down and not left to what Amplify guesses of the files it finds. The Amplify " + what +
			" must have a build specification of its own (BuildSpec); an amplify.yml in the repository does not count.",
		Remediation: rule.Remediation{Hint: "Give the " + what + " a build specification."},
	}, rule.Required(name), spec, "There is a build specification.", "There is no build specification.")
}

func amplifyNoVariables() rule.Rule {
	id := rule.Required("configuration.AppId")
	variables := rule.Absent("configuration.EnvironmentVariables", nil, "Amplify GetApp gives nothing where there are none")
	return rule.Rule{
		Identifier: "AMPLIFY_APP_NO_ENVIRONMENT_VARIABLES",
		Severity:   rule.Medium,
		Rationale: "Environment variables of a build are readable by everyone who may read the app, and end up in its output easily: they are no place for " +
			"secrets. The Amplify app must have none. Those of its branches are not judged.",
		Remediation: rule.Remediation{Hint: "Remove the environment variables, and keep secrets in Parameter Store or Secrets Manager."},
		Fields:      []*rule.Field{id, variables},
		Check: func(c *rule.Context) rule.Result {
			c.Str(id)
			if c.Len(variables) > 0 {
				return c.Fail("The app has environment variables.")
			}
			return c.Pass("The app has no environment variables.")
		},
	}
}

func amplifyPlatform() rule.Rule {
	platform := rule.Required("configuration.Platform")
	return rule.Rule{
		Identifier: "AMPLIFY_APP_PLATFORM_CHECK",
		Params: []rule.Param{{
			Name: "approvedPlatform", Required: true, Enum: []string{"WEB", "WEB_DYNAMIC", "WEB_COMPUTE"}, Doc: "the platform the app must have",
		}},
		Severity: rule.Low,
		Rationale: "The platform decides whether an app is files only or runs code for its visitors. Platform of the Amplify app must be the one of the " +
			"parameter approvedPlatform: WEB (static), WEB_COMPUTE (rendered on servers) or WEB_DYNAMIC (the same, of older apps).",
		Remediation: rule.Remediation{Hint: "Change the app's platform."},
		Fields:      []*rule.Field{platform},
		Check: func(c *rule.Context) rule.Result {
			if got := c.Str(platform); got != c.Params.Str("approvedPlatform") {
				return c.Fail("The platform is " + got + ".")
			}
			return c.Pass("The platform is the approved one.")
		},
	}
}

func amplifyAutoBuild() rule.Rule {
	return mustBe(rule.Rule{
		Identifier: "AMPLIFY_BRANCH_AUTO_BUILD_ENABLED",
		Severity:   rule.Low,
		Rationale: "A fix that is merged helps when it is on the web. EnableAutoBuild of the Amplify branch must be true, so that every change of the branch is built " +
			"and deployed.",
		Remediation: rule.Remediation{Hint: "Turn on automatic builds of the branch."},
	}, rule.Required("configuration.EnableAutoBuild"), true, "Changes are built by themselves.", "Changes are not built by themselves.")
}

func amplifyFramework() rule.Rule {
	name := rule.Required("configuration.BranchName")
	framework := rule.Absent("configuration.Framework", "", "Amplify GetBranch gives nothing where none is set")
	return rule.Rule{
		Identifier: "AMPLIFY_BRANCH_FRAMEWORK_CONFIGURED",
		Params:     []rule.Param{{Name: "approvedFrameworks", Type: rule.CSV, Doc: "the frameworks that are allowed"}},
		Severity:   rule.Low,
		Rationale: "Which framework a site is made with tells which vulnerabilities concern it. The Amplify branch must have a Framework, and one of " +
			"approvedFrameworks when that is given; upper and lower case count.",
		Remediation: rule.Remediation{Hint: "Set the framework of the branch."},
		Fields:      []*rule.Field{name, framework},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name)
			got := c.Str(framework)
			if got == "" {
				return c.Fail("No framework is set.")
			}
			if !allowed(c.Params.List("approvedFrameworks"), got) {
				return c.Fail("The framework " + got + " is not an approved one.")
			}
			return c.Pass("The framework is set.")
		},
	}
}

func amplifyPerformance() rule.Rule {
	return having(rule.Required("configuration.BranchName"), mustBe(rule.Rule{
		Identifier: "AMPLIFY_BRANCH_PERFORMANCE_MODE_ENABLED",
		Severity:   rule.Low,
		Rationale: "Performance mode keeps pages longer at the edge, near the visitors. EnablePerformanceMode of the Amplify branch must be true; changes then take up " +
			"to ten minutes to show.",
		Remediation: rule.Remediation{Hint: "Turn on performance mode for the branch."},
	}, rule.Absent("configuration.EnablePerformanceMode", false, "Amplify GetBranch need not give it, and performance mode is off by default"), true,
		"Performance mode is on.", "Performance mode is off."))
}

func amplifyPreview() rule.Rule {
	return mustBe(rule.Rule{
		Identifier: "AMPLIFY_BRANCH_PULL_REQUEST_PREVIEW_ENABLED",
		Severity:   rule.Low,
		Rationale: "A change that can be seen before it is merged is reviewed better. EnablePullRequestPreview of the Amplify branch must be true, so that each pull request to " +
			"it gets a site of its own.",
		Remediation: rule.Remediation{Hint: "Turn on pull request previews for the branch."},
	}, rule.Required("configuration.EnablePullRequestPreview"), true, "Pull requests have previews.", "Pull requests have no previews.")
}
