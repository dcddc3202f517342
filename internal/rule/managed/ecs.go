package managed

import (
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

func ecsRules() []rule.Rule { return []rule.Rule{taskUserForHostMode()} }

func taskUserForHostMode() rule.Rule {
	const (
		at    = "configuration.ContainerDefinitions"
		unset = "ECS leaves out what a container definition does not set"
	)
	containers := rule.Required(at)
	mode := rule.Absent("configuration.NetworkMode", "bridge", "bridge is the default network mode of Linux tasks")
	status := rule.Absent("configuration.Status", "ACTIVE", "items of before 2023 do not tell the status, and are those of active task definitions")
	privileged := rule.Absent(at+"[].Privileged", false, unset)
	user := rule.Absent(at+"[].User", "", unset)
	return rule.Rule{
		Identifier: "ECS_TASK_DEFINITION_USER_FOR_HOST_MODE_CHECK",
		Params:     []rule.Param{{Name: "SkipInactiveTaskDefinitions", Type: rule.Bool, Doc: "do not judge task definitions that are not active"}},
		Severity:   rule.High,
		Rationale: "A container in the network of its host, run by root, is close to being the host. In a task definition with network mode host each container must " +
			"be privileged on purpose (privileged is true) or run as another user than root; no user, root and user id 0 count as root. Task definitions with " +
			"another network mode pass.",
		Remediation: rule.Remediation{Hint: "Register a revision with a user for each container, or with another network mode."},
		Fields:      []*rule.Field{containers, mode, status, privileged, user},
		Check: func(c *rule.Context) rule.Result {
			if c.Params.Bool("SkipInactiveTaskDefinitions") && c.Str(status) != "ACTIVE" {
				return c.Skip("The task definition is not active.")
			}
			if c.Str(mode) != "host" {
				return c.Pass("The task definition does not use the network of its host.")
			}
			for _, d := range c.Each(containers) {
				if name, _, _ := strings.Cut(d.Str(user), ":"); !d.Bool(privileged) && (name == "" || name == "root" || name == "0") {
					return c.Fail("A container in the host's network runs as root.")
				}
			}
			return c.Pass("No container in the host's network runs as root without being privileged on purpose.")
		},
	}
}
