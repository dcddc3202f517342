package managed

import (
	"slices"

	"github.com/tickmark/tickmark/internal/rule"
)

func efsRules() []rule.Rule {
	return []rule.Rule{
		fileSystemEncrypted(), fileSystemEncryptedOnChange(), automaticBackups(), mountTargetsNotPublic(), accessPointRoot(), accessPointUser(),
	}
}

// fileSystemKey are whether a file system is encrypted, and with which key.
func fileSystemKey() (encrypted, key *rule.Field) {
	return rule.Required("configuration.Encrypted"),
		rule.Absent("configuration.KmsKeyId", "", "EFS DescribeFileSystems gives a key for encrypted file systems only")
}

func fileSystemEncrypted() rule.Rule {
	encrypted, key := fileSystemKey()
	return rule.Rule{
		Identifier: "EFS_ENCRYPTED_CHECK",
		Params:     []rule.Param{{Name: "KmsKeyId", Doc: "id or ARN of the key the file system must be encrypted with"}},
		Severity:   rule.Medium,
		Rationale: "Whoever gets at the storage of a file system must not be able to read it. The file system must be encrypted at rest, with the key " +
			"KmsKeyId when that is given.",
		Remediation: rule.Remediation{Hint: "Create an encrypted file system and copy the files."},
		Fields:      []*rule.Field{encrypted, key},
		Check: func(c *rule.Context) rule.Result {
			if !c.Bool(encrypted) {
				return c.Fail("The file system is not encrypted.")
			}
			if want := c.Params.Str("KmsKeyId"); want != "" && !sameKey(c.Str(key), want) {
				return c.Fail("The file system is encrypted with another key than " + want + ".")
			}
			return c.Pass("The file system is encrypted.")
		},
	}
}

func fileSystemEncryptedOnChange() rule.Rule {
	encrypted, key := fileSystemKey()
	return mustBeEncrypted(rule.Rule{
		Identifier: "EFS_FILESYSTEM_CT_ENCRYPTED",
		Params:     []rule.Param{keyParam("kmsKeyArns")},
		Severity:   rule.Medium,
		Rationale: "Whoever gets at the storage of a file system must not be able to read it. The file system must be encrypted at rest, with one of the keys " +
			"in kmsKeyArns when they are given.",
		Remediation: rule.Remediation{Hint: "Create an encrypted file system and copy the files."},
	}, encrypted, key, "kmsKeyArns", "The file system")
}

func automaticBackups() rule.Rule {
	id := rule.Required("configuration.FileSystemId")
	status := rule.Absent("configuration.BackupPolicy.Status", "DISABLED", "EFS DescribeBackupPolicy finds no policy where backups never were turned on")
	return rule.Rule{
		Identifier: "EFS_AUTOMATIC_BACKUPS_ENABLED",
		Severity:   rule.Medium,
		Rationale: "What is not backed up is lost with the first mistake. The automatic daily backups of EFS must be on or just being turned on for the file " +
			"system (the status of its backup policy is ENABLED or ENABLING), whether another plan backs it up or not.",
		Remediation: rule.Remediation{Hint: "Turn on automatic backups of the file system."},
		Fields:      []*rule.Field{id, status},
		Check: func(c *rule.Context) rule.Result {
			c.Str(id) // an item without its configuration must not fail
			if slices.Contains([]string{"ENABLED", "ENABLING"}, c.Str(status)) {
				return c.Pass("Automatic backups are on.")
			}
			return c.Fail("Automatic backups are off.")
		},
	}
}

func mountTargetsNotPublic() rule.Rule {
	const (
		targets = "supplementaryConfiguration.MountTargets"
		subnet  = "AWS::EC2::Subnet"
	)
	list, in := rule.Required(targets), rule.Required(targets+"[].SubnetId")
	public := rule.Required("configuration.mapPublicIpOnLaunch").Of(subnet)
	return rule.Rule{
		Identifier: "EFS_MOUNT_TARGET_PUBLIC_ACCESSIBLE",
		Severity:   rule.Medium,
		Rationale: "Files belong where the internet does not reach. No mount target of the file system may be in a subnet that gives public IPv4 addresses to " +
			"what is started in it (mapPublicIpOnLaunch), whatever its routes and security groups let through. A subnet that is not recorded, as one that " +
			"another account shares, cannot be told.",
		Remediation: rule.Remediation{Hint: "Move the mount targets to private subnets, or turn off the automatic public addresses of their subnets."},
		Fields:      []*rule.Field{list, in, public},
		Uses:        []string{subnet},
		Check: func(c *rule.Context) rule.Result {
			unknown := false
			for _, t := range c.Each(list) {
				s, ok := c.Find(subnet, t.Str(in))
				if ok && s.Bool(public) {
					return c.Fail("A mount target is in the subnet " + s.ID() + ", which gives public addresses.")
				}
				unknown = unknown || !ok
			}
			if unknown {
				return c.Unknown("The subnet of a mount target is not recorded.")
			}
			return c.Pass("No mount target is in a subnet that gives public addresses.")
		},
	}
}

func accessPointRoot() rule.Rule {
	id := rule.Required("configuration.AccessPointId")
	path := rule.Absent("configuration.RootDirectory.Path", "/", "an access point of EFS without a root directory has that of the file system")
	return rule.Rule{
		Identifier: "EFS_ACCESS_POINT_ENFORCE_ROOT_DIRECTORY",
		Params:     []rule.Param{{Name: "approvedDirectories", Type: rule.CSV, Doc: "paths that are allowed as root directories"}},
		Severity:   rule.Medium,
		Rationale: "An application that sees the whole file system reads the files of others. The root directory of the access point must not be that of the " +
			"file system (/), and must be one of approvedDirectories when they are given; a directory below one of them is another one.",
		Remediation: rule.Remediation{Hint: "Create an access point with a directory of its own as root, and delete this one."},
		Fields:      []*rule.Field{id, path},
		Check: func(c *rule.Context) rule.Result {
			c.Str(id) // an item without its configuration must not fail
			p := c.Str(path)
			if p == "/" {
				return c.Fail("The access point shows the whole file system.")
			}
			if !allowed(c.Params.List("approvedDirectories"), p) {
				return c.Fail("The access point shows another directory than allowed: " + p + ".")
			}
			return c.Pass("The access point shows one directory only.")
		},
	}
}

func accessPointUser() rule.Rule {
	const free = "EFS DescribeAccessPoints leaves it out for an access point that enforces no user"
	id := rule.Required("configuration.AccessPointId")
	uid := rule.Absent("configuration.PosixUser.Uid", "", free)
	gid := rule.Absent("configuration.PosixUser.Gid", "", free)
	return rule.Rule{
		Identifier: "EFS_ACCESS_POINT_ENFORCE_USER_IDENTITY",
		Params: []rule.Param{
			{Name: "approvedUids", Type: rule.CSV, Doc: "user ids that are allowed"},
			{Name: "approvedGids", Type: rule.CSV, Doc: "group ids that are allowed"},
		},
		Severity: rule.Medium,
		Rationale: "Over NFS a client says itself which user it is, unless the access point decides that. The access point must have a POSIX user; " +
			"its user id must be one of approvedUids and its group id one of approvedGids when those are given. Secondary groups are not judged.",
		Remediation: rule.Remediation{Hint: "Create an access point that enforces a POSIX user, and delete this one."},
		Fields:      []*rule.Field{id, uid, gid},
		Check: func(c *rule.Context) rule.Result {
			c.Str(id) // an item without its configuration must not fail
			user := c.Str(uid)
			if user == "" {
				return c.Fail("The access point enforces no user.")
			}
			if !allowed(c.Params.List("approvedUids"), user) {
				return c.Fail("The access point enforces another user than allowed: " + user + ".")
			}
			if group := c.Str(gid); !allowed(c.Params.List("approvedGids"), group) {
				return c.Fail("The access point enforces another group than allowed: " + group + ".")
			}
			return c.Pass("The access point enforces a user.")
		},
	}
}
