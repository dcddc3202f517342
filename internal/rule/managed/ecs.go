package managed

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

const (
	taskDefinition = "AWS::ECS::TaskDefinition"
	containersAt   = "configuration.ContainerDefinitions"
	taskUnset      = "ECS leaves out what a task definition does not set"
)

func ecsRules() []rule.Rule {
	return []rule.Rule{
		taskUserForHostMode(), containersNotPrivileged(), containersReadOnly(), containersWithoutSecrets(), containersLogged(), containersLimited(),
		containersNotRoot(), linuxContainersNotRoot(), windowsContainersNotAdmin(), taskPidMode(), taskNetworkOwn(), taskNetworkNotHost(), taskVolumesEncrypted(),
	}
}

func taskStatus() *rule.Field {
	return rule.Absent("configuration.Status", "ACTIVE", "items of before 2023 do not tell the status, and are those of active task definitions")
}

// ofCurrentTask completes a rule about task definitions: only the latest active revision of a family is judged, because
// that is what is run next.
func ofCurrentTask(r rule.Rule, check func(c *rule.Context) rule.Result, fields ...*rule.Field) rule.Rule {
	f := revisionFields()
	r.Rationale += " Only the latest active revision of a family is judged."
	r.Fields = append(fields, f.family, f.arn, f.status)
	r.Uses = append(r.Uses, taskDefinition)
	r.Check = func(c *rule.Context) rule.Result {
		if c.Str(f.status) != "ACTIVE" {
			return c.Skip("The task definition is not active.")
		}
		if f.later(c, func(other rule.Place) bool { return other.Str(f.status) == "ACTIVE" }) {
			return c.Skip("A later revision of the task definition is active.")
		}
		return check(c)
	}
	return r
}

// taskFields tell which revision of a family a task definition is.
type taskFields struct{ family, arn, status *rule.Field }

func revisionFields() taskFields {
	return taskFields{
		family: rule.Required("configuration.Family").Of(taskDefinition),
		arn:    rule.Required("configuration.TaskDefinitionArn").Of(taskDefinition),
		status: taskStatus().Of(taskDefinition),
	}
}

// later reports whether the family of the subject has a later revision for which a condition holds.
func (f taskFields) later(c *rule.Context, holds func(rule.Place) bool) bool {
	own := revision(c.Str(f.arn))
	for _, other := range c.Matching(f.family, c.Str(f.family)) {
		if revision(other.Str(f.arn)) > own && holds(other) {
			return true
		}
	}
	return false
}

// revision is the number at the end of a task definition's ARN; 0 when there is none.
func revision(arn string) int {
	n, err := strconv.Atoi(arn[strings.LastIndexByte(arn, ':')+1:])
	if err != nil {
		return 0
	}
	return n
}

// eachContainer completes a rule that asks the same of every container of a current task definition. bad says what is
// wrong with one, or "".
func eachContainer(r rule.Rule, pass string, bad func(c *rule.Context, d rule.Place) string, fields ...*rule.Field) rule.Rule {
	list := rule.Required(containersAt)
	return ofCurrentTask(r, func(c *rule.Context) rule.Result {
		for _, d := range c.Each(list) {
			if why := bad(c, d); why != "" {
				return c.Fail(why)
			}
		}
		return c.Pass(pass)
	}, append(fields, list)...)
}

func taskUserForHostMode() rule.Rule {
	containers := rule.Required(containersAt)
	mode, f := networkMode(), revisionFields()
	privileged := rule.Absent(containersAt+"[].Privileged", false, taskUnset)
	user := rule.Absent(containersAt+"[].User", "", taskUnset)
	return rule.Rule{
		Identifier: "ECS_TASK_DEFINITION_USER_FOR_HOST_MODE_CHECK",
		Params:     []rule.Param{{Name: "SkipInactiveTaskDefinitions", Type: rule.Bool, Doc: "do not judge task definitions that are not active"}},
		Severity:   rule.High,
		Rationale: "A container in the network of its host, run by root, is close to being the host. In a task definition with network mode host each container must " +
			"be privileged on purpose (privileged is true) or run as another user than root; no user, root and user id 0 count as root. Task definitions with " +
			"another network mode pass. Of active revisions of a family only the latest is judged; one that is not active is judged when it is the latest of all and SkipInactiveTaskDefinitions is not true.",
		Remediation: rule.Remediation{Hint: "Register a revision with a user for each container, or with another network mode."},
		Fields:      []*rule.Field{containers, mode, f.family, f.arn, f.status, privileged, user},
		Uses:        []string{taskDefinition},
		Check: func(c *rule.Context) rule.Result {
			active := c.Str(f.status) == "ACTIVE"
			if !active && c.Params.Bool("SkipInactiveTaskDefinitions") {
				return c.Skip("The task definition is not active.")
			}
			if f.later(c, func(other rule.Place) bool { return !active || other.Str(f.status) == "ACTIVE" }) {
				return c.Skip("There is a later revision of the task definition.")
			}
			if c.Str(mode) != "host" {
				return c.Pass("The task definition does not use the network of its host.")
			}
			for _, d := range c.Each(containers) {
				if !d.Bool(privileged) && isRoot(d.Str(user)) {
					return c.Fail("A container in the host's network runs as root.")
				}
			}
			return c.Pass("No container in the host's network runs as root without being privileged on purpose.")
		},
	}
}

// isRoot reports whether a container's user, as `user`, `user:group` or with ids, is root. No user is root.
func isRoot(user string) bool {
	name, _, _ := strings.Cut(user, ":")
	return name == "" || name == "root" || name == "0"
}

func containersNotPrivileged() rule.Rule {
	privileged := rule.Absent(containersAt+"[].Privileged", false, taskUnset)
	return eachContainer(rule.Rule{
		Identifier:  "ECS_CONTAINERS_NONPRIVILEGED",
		Severity:    rule.High,
		Rationale:   "A privileged container can do to its host what root can. No container of a task definition may have privileged set to true.",
		Remediation: rule.Remediation{Hint: "Register a revision whose containers are not privileged."},
	}, "No container is privileged.", func(_ *rule.Context, d rule.Place) string {
		if d.Bool(privileged) {
			return "A container is privileged."
		}
		return ""
	}, privileged)
}

func containersReadOnly() rule.Rule {
	readOnly := rule.Absent(containersAt+"[].ReadonlyRootFilesystem", false, taskUnset)
	return eachContainer(rule.Rule{
		Identifier: "ECS_CONTAINERS_READONLY_ACCESS",
		Severity:   rule.High,
		Rationale: "Who breaks into a container that cannot write its own files cannot settle there. Every container of a task definition must have " +
			"readonlyRootFilesystem set to true; not set is false.",
		Remediation: rule.Remediation{Hint: "Register a revision whose containers have a read-only root file system, and volumes for what they write."},
	}, "Every container has a read-only root file system.", func(_ *rule.Context, d rule.Place) string {
		if !d.Bool(readOnly) {
			return "A container can write its root file system."
		}
		return ""
	}, readOnly)
}

func containersWithoutSecrets() rule.Rule {
	variables := rule.Absent(containersAt+"[].Environment", nil, taskUnset)
	name := rule.Required(containersAt + "[].Environment[].Name")
	return eachContainer(rule.Rule{
		Identifier: "ECS_NO_ENVIRONMENT_SECRETS",
		Params:     []rule.Param{{Name: "secretKeys", Type: rule.CSV, Required: true, Doc: "names of variables that hold secrets"}},
		Severity:   rule.High,
		Rationale: "Whoever may look at a task definition reads its variables. No container may have an environment variable with a name of secretKeys. Variables that " +
			"come from a file in S3, from Secrets Manager or from Parameter Store do not count.",
		Remediation: rule.Remediation{Hint: "Register a revision that takes the values from Secrets Manager or Parameter Store."},
	}, "No container has a secret in its environment.", func(c *rule.Context, d rule.Place) string {
		for _, v := range d.Each(variables) {
			if n := v.Str(name); slices.Contains(c.Params.List("secretKeys"), n) {
				return "A container has the variable " + n + " in its environment."
			}
		}
		return ""
	}, variables, name)
}

func containersLogged() rule.Rule {
	driver := rule.Absent(containersAt+"[].LogConfiguration.LogDriver", "", taskUnset)
	return eachContainer(rule.Rule{
		Identifier:  "ECS_TASK_DEFINITION_LOG_CONFIGURATION",
		Severity:    rule.High,
		Rationale:   "What a container wrote is gone with it, unless it was sent away. Every container of a task definition must have a log configuration, with any driver.",
		Remediation: rule.Remediation{Hint: "Register a revision with a log configuration for each container."},
	}, "Every container has a log configuration.", func(_ *rule.Context, d rule.Place) string {
		if !d.Has(driver) {
			return "A container has no log configuration."
		}
		return ""
	}, driver)
}

func containersLimited() rule.Rule {
	memory := rule.Absent(containersAt+"[].Memory", 0, taskUnset)
	return eachContainer(rule.Rule{
		Identifier: "ECS_TASK_DEFINITION_MEMORY_HARD_LIMIT",
		Severity:   rule.Medium,
		Rationale: "A container without a limit can take the memory of all others on its host. Every container of a task definition must have memory, the hard limit; a limit of the " +
			"whole task and memoryReservation do not count.",
		Remediation: rule.Remediation{Hint: "Register a revision with a memory limit for each container."},
	}, "Every container has a memory limit.", func(_ *rule.Context, d rule.Place) string {
		if d.Int(memory) == 0 {
			return "A container has no memory limit."
		}
		return ""
	}, memory)
}
