package managed

import "github.com/tickmark/tickmark/internal/rule"

func fsxRules() []rule.Rule {
	return []rule.Rule{
		lustreCopiesTags(), openZFSCopiesTags(), windowsAudited(),
		deployedAs("FSX_ONTAP_DEPLOYMENT_TYPE_CHECK", ontap),
		deployedAs("FSX_OPENZFS_DEPLOYMENT_TYPE_CHECK", openZFS),
		deployedAs("FSX_WINDOWS_DEPLOYMENT_TYPE_CHECK", windows),
	}
}

// fsxKind is one of the file systems FSx offers.
type fsxKind struct{ fileSystemType, name, configuration string }

var (
	lustre  = fsxKind{"LUSTRE", "Lustre", "configuration.LustreConfiguration."}
	ontap   = fsxKind{"ONTAP", "ONTAP", "configuration.OntapConfiguration."}
	openZFS = fsxKind{"OPENZFS", "OpenZFS", "configuration.OpenZFSConfiguration."}
	windows = fsxKind{"WINDOWS", "Windows", "configuration.WindowsConfiguration."}
)

// only completes a rule about one kind of file system: the others are not judged.
func (k fsxKind) only(r rule.Rule) rule.Rule {
	kind, check := rule.Required("configuration.FileSystemType"), r.Check
	r.Fields = append(r.Fields, kind)
	r.Rationale += " File systems of other kinds are not judged."
	r.Check = func(c *rule.Context) rule.Result {
		if c.Str(kind) != k.fileSystemType {
			return c.Skip("It is not a file system for " + k.name + ".")
		}
		return check(c)
	}
	return r
}

const tagsNotCopied = "FSx copies no tags where that was not asked for"

func lustreCopiesTags() rule.Rule {
	backups := rule.Absent(lustre.configuration+"CopyTagsToBackups", false, tagsNotCopied)
	return lustre.only(rule.Rule{
		Identifier: "FSX_LUSTRE_COPY_TAGS_TO_BACKUPS",
		Severity:   rule.Low,
		Rationale: "Who may use a backup, and who pays for it, is often decided by tags. The file system for Lustre must copy its tags to its " +
			"backups (CopyTagsToBackups).",
		Remediation: rule.Remediation{Hint: "Create the file system anew with its tags copied to backups."},
		Fields:      []*rule.Field{backups},
		Check: func(c *rule.Context) rule.Result {
			if c.Bool(backups) {
				return c.Pass("Tags are copied to backups.")
			}
			return c.Fail("Tags are not copied to backups.")
		},
	})
}

func openZFSCopiesTags() rule.Rule {
	backups := rule.Absent(openZFS.configuration+"CopyTagsToBackups", false, tagsNotCopied)
	volumes := rule.Absent(openZFS.configuration+"CopyTagsToVolumes", false, tagsNotCopied)
	return openZFS.only(rule.Rule{
		Identifier: "FSX_OPENZFS_COPY_TAGS_ENABLED",
		Severity:   rule.Low,
		Rationale: "Who may use a backup or a volume, and who pays for it, is often decided by tags. The file system for OpenZFS must copy its tags both to its " +
			"backups (CopyTagsToBackups) and to its volumes (CopyTagsToVolumes).",
		Remediation: rule.Remediation{Hint: "Let the file system copy its tags to backups and volumes."},
		Fields:      []*rule.Field{backups, volumes},
		Check: func(c *rule.Context) rule.Result {
			if !c.Bool(backups) {
				return c.Fail("Tags are not copied to backups.")
			}
			if !c.Bool(volumes) {
				return c.Fail("Tags are not copied to volumes.")
			}
			return c.Pass("Tags are copied to backups and volumes.")
		},
	})
}

func windowsAudited() rule.Rule {
	const off = "FSx DescribeFileSystems leaves it out for a file system that is not audited"
	files := rule.Absent(windows.configuration+"AuditLogConfiguration.FileAccessAuditLogLevel", "DISABLED", off)
	shares := rule.Absent(windows.configuration+"AuditLogConfiguration.FileShareAccessAuditLogLevel", "DISABLED", off)
	return windows.only(rule.Rule{
		Identifier: "FSX_WINDOWS_AUDIT_LOG_CONFIGURED",
		Severity:   rule.Medium,
		Rationale: "Without an audit log nobody can tell afterwards who read a file. The file system for Windows must audit access to files and folders or to " +
			"file shares: one of the two levels in its AuditLogConfiguration must be another than DISABLED.",
		Remediation: rule.Remediation{Hint: "Turn on file access auditing of the file system."},
		Fields:      []*rule.Field{files, shares},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(files) == "DISABLED" && c.Str(shares) == "DISABLED" {
				return c.Fail("The file system is not audited.")
			}
			return c.Pass("The file system is audited.")
		},
	})
}

// deployedAs declares a rule that file systems of a kind have one of the deployment types that are allowed.
func deployedAs(identifier string, k fsxKind) rule.Rule {
	deployment := rule.Required(k.configuration + "DeploymentType")
	return k.only(rule.Rule{
		Identifier: identifier,
		Params:     []rule.Param{{Name: "deploymentTypes", Type: rule.CSV, Required: true, Doc: "deployment types that are allowed, such as MULTI_AZ_1"}},
		Severity:   rule.Medium,
		Rationale: "The deployment type decides whether files are still there when a zone fails. The DeploymentType of the file system for " + k.name +
			" must be one of deploymentTypes.",
		Remediation: rule.Remediation{Hint: "Create a file system of an allowed deployment type and move the files there."},
		Fields:      []*rule.Field{deployment},
		Check: func(c *rule.Context) rule.Result {
			got := c.Str(deployment)
			if !allowed(c.Params.List("deploymentTypes"), got) {
				return c.Fail("The deployment type " + got + " is not allowed.")
			}
			return c.Pass("The deployment type is allowed.")
		},
	})
}
