package managed

import (
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

func containersNotRoot() rule.Rule {
	user := rule.Absent(containersAt+"[].User", "", taskUnset)
	return eachContainer(rule.Rule{
		Identifier: "ECS_TASK_DEFINITION_NONROOT_USER",
		Severity:   rule.High,
		Rationale: "Root in a container is one mistake of the kernel away from root on its host. Every container of a task definition must name a user that is not root; no user, " +
			"root and user id 0 count as root.",
		Remediation: rule.Remediation{Hint: "Register a revision with a user for each container."},
	}, "No container runs as root.", func(_ *rule.Context, d rule.Place) string {
		if isRoot(d.Str(user)) {
			return "A container runs as root."
		}
		return ""
	}, user)
}

// ofFamily completes a rule about the task definitions of one family of operating systems. Those that do not say for
// which they are belong to both, as Security Hub ECS.20 and ECS.21 have it.
func ofFamily(r rule.Rule, prefix string) rule.Rule {
	system := rule.Absent("configuration.RuntimePlatform.OperatingSystemFamily", "", "a task definition need not say for which system it is")
	check := r.Check
	r.Fields = append(r.Fields, system)
	r.Check = func(c *rule.Context) rule.Result {
		if s := c.Str(system); s != "" && !strings.HasPrefix(s, prefix) {
			return c.Skip("The task definition is for another operating system.")
		}
		return check(c)
	}
	return r
}

func linuxContainersNotRoot() rule.Rule {
	r := containersNotRoot()
	r.Identifier, r.Severity = "ECS_TASK_DEFINITION_LINUX_USER_NON_ROOT", rule.Medium
	r.Rationale = "Root in a container is one mistake of the kernel away from root on its host. Every container of a task definition for Linux must name a user that is not " +
		"root; no user, root and user id 0 count as root. A task definition that names no operating system is judged too. Only the latest active revision of a family is judged."
	return ofFamily(r, "LINUX")
}

func windowsContainersNotAdmin() rule.Rule {
	user := rule.Absent(containersAt+"[].User", "", taskUnset)
	return ofFamily(eachContainer(rule.Rule{
		Identifier: "ECS_TASK_DEFINITION_WINDOWS_USER_NON_ADMIN",
		Severity:   rule.Medium,
		Rationale: "A container that runs as administrator gives who breaks into it all there is. Every container of a task definition for Windows must name a user other than " +
			"ContainerAdministrator, which is the default. A task definition that names no operating system is judged too.",
		Remediation: rule.Remediation{Hint: "Register a revision with a user such as ContainerUser for each container."},
	}, "No container runs as administrator.", func(_ *rule.Context, d rule.Place) string {
		if name := d.Str(user); name == "" || strings.EqualFold(name, "ContainerAdministrator") {
			return "A container runs as administrator."
		}
		return ""
	}, user), "WINDOWS")
}

func taskPidMode() rule.Rule {
	mode := rule.Absent("configuration.PidMode", "", taskUnset)
	return ofCurrentTask(rule.Rule{
		Identifier: "ECS_TASK_DEFINITION_PID_MODE_CHECK",
		Severity:   rule.High,
		Rationale: "A container that sees the processes of its host can read their memory and end them. pidMode of a task definition must not be host; task, or no " +
			"mode, is allowed.",
		Remediation: rule.Remediation{Hint: "Register a revision without the host's process namespace."},
	}, func(c *rule.Context) rule.Result {
		if c.Str(mode) == "host" {
			return c.Fail("The containers share the processes of their host.")
		}
		return c.Pass("The containers do not share the processes of their host.")
	}, mode)
}

// networkMode is the network of a task's containers.
func networkMode() *rule.Field {
	return rule.Absent("configuration.NetworkMode", "bridge", "bridge is the default network mode of Linux tasks")
}

func taskNetworkOwn() rule.Rule {
	mode := networkMode()
	return ofCurrentTask(rule.Rule{
		Identifier: "ECS_AWSVPC_NETWORKING_ENABLED",
		Severity:   rule.Medium,
		Rationale: "Only a task with a network interface of its own has security groups of its own. The network mode of a task definition must be awsvpc; no mode is " +
			"bridge.",
		Remediation: rule.Remediation{Hint: "Register a revision with the network mode awsvpc."},
	}, func(c *rule.Context) rule.Result {
		if c.Str(mode) == "awsvpc" {
			return c.Pass("The network mode is awsvpc.")
		}
		return c.Fail("The network mode is not awsvpc.")
	}, mode)
}

func taskNetworkNotHost() rule.Rule {
	mode := networkMode()
	return ofCurrentTask(rule.Rule{
		Identifier: "ECS_TASK_DEFINITION_NETWORK_MODE_NOT_HOST",
		Severity:   rule.Medium,
		Rationale: "A container in the network of its host reaches what listens there for the host only. The network mode of a task definition must not be host, whoever its " +
			"containers run as.",
		Remediation: rule.Remediation{Hint: "Register a revision with the network mode awsvpc or bridge."},
	}, func(c *rule.Context) rule.Result {
		if c.Str(mode) == "host" {
			return c.Fail("The containers use the network of their host.")
		}
		return c.Pass("The containers do not use the network of their host.")
	}, mode)
}

func taskVolumesEncrypted() rule.Rule {
	const at = "configuration.Volumes"
	volumes := rule.Absent(at, nil, taskUnset)
	system := rule.Absent(at+"[].EfsVolumeConfiguration.FileSystemId", "", "only a volume of EFS has it")
	transit := rule.Absent(at+"[].EfsVolumeConfiguration.TransitEncryption", "DISABLED", "encryption in transit of an EFS volume is off by default")
	return ofCurrentTask(rule.Rule{
		Identifier: "ECS_TASK_DEFINITION_EFS_ENCRYPTION_ENABLED",
		Severity:   rule.Medium,
		Rationale: "Files on their way between a container and EFS can be read on the network. Every EFS volume of a task definition must have transit encryption ENABLED. " +
			"Task definitions without an EFS volume are not judged.",
		Remediation: rule.Remediation{Hint: "Register a revision with transit encryption of its EFS volumes."},
	}, func(c *rule.Context) rule.Result {
		judged := false
		for _, v := range c.Each(volumes) {
			if !v.Has(system) {
				continue
			}
			judged = true
			if v.Str(transit) != "ENABLED" {
				return c.Fail("The volume of " + v.Str(system) + " is not encrypted in transit.")
			}
		}
		if !judged {
			return c.Skip("The task definition has no EFS volume.")
		}
		return c.Pass("The EFS volumes are encrypted in transit.")
	}, volumes, system, transit)
}
