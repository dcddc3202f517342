package managed

import "github.com/tickmark/tickmark/internal/rule"

func workspacesRules() []rule.Rule {
	return []rule.Rule{
		workspaceVolume("WORKSPACES_ROOT_VOLUME_ENCRYPTION_ENABLED", "root", "RootVolumeEncryptionEnabled"),
		workspaceVolume("WORKSPACES_USER_VOLUME_ENCRYPTION_ENABLED", "user", "UserVolumeEncryptionEnabled"),
	}
}

func workspaceVolume(identifier, what, key string) rule.Rule {
	directory := rule.Required("configuration.DirectoryId")
	encrypted := rule.Absent("configuration."+key, false, "WorkSpaces DescribeWorkspaces gives it for encrypted volumes only")
	return rule.Rule{
		Identifier: identifier,
		Severity:   rule.Medium,
		Rationale: "Whoever gets at the storage of a desktop must not be able to read it. The " + what + " volume of the WorkSpace must be encrypted (" + key +
			"), with any key.",
		Remediation: rule.Remediation{Hint: "Create the WorkSpace again with encryption: volumes cannot be encrypted later."},
		Fields:      []*rule.Field{directory, encrypted},
		Check: func(c *rule.Context) rule.Result {
			c.Str(directory)
			if c.Bool(encrypted) {
				return c.Pass("The " + what + " volume is encrypted.")
			}
			return c.Fail("The " + what + " volume is not encrypted.")
		},
	}
}
