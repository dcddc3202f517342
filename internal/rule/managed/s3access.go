package managed

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

func s3AccessRules() []rule.Rule {
	return []rule.Rule{accessPointBlock(), accessPointInVPC(), s3AccountBlockOnChange(), s3NoACL(), s3MFADelete(), s3ObjectLock()}
}

func accessPointBlock() rule.Rule {
	const at = "configuration.PublicAccessBlockConfiguration."
	name := rule.Required("configuration.Name")
	settings := []*rule.Field{rule.Required(at + "BlockPublicAcls"), rule.Required(at + "IgnorePublicAcls"), rule.Required(at + "BlockPublicPolicy"), rule.Required(at + "RestrictPublicBuckets")}
	return rule.Rule{
		Identifier: "S3_ACCESS_POINT_PUBLIC_ACCESS_BLOCKS",
		Params:     []rule.Param{{Name: "excludedAccessPoints", Type: rule.CSV, Doc: "names of access points that may be public"}},
		Severity:   rule.Critical,
		Rationale: "An access point can open a bucket that its own policy keeps closed, and its block cannot be turned on later. All four settings of the access point's " +
			"public access block must be on. Access points in excludedAccessPoints are not judged.",
		Remediation: rule.Remediation{Hint: "Create the access point anew with its public access block on."},
		Fields:      append([]*rule.Field{name}, settings...),
		Check: func(c *rule.Context) rule.Result {
			if slices.Contains(c.Params.List("excludedAccessPoints"), c.Str(name)) {
				return c.Skip("The access point is excluded by the rule's parameters.")
			}
			for _, f := range settings {
				if !c.Bool(f) {
					return c.Fail("The public access block of the access point is not fully on.")
				}
			}
			return c.Pass("The public access block of the access point is fully on.")
		},
	}
}

func accessPointInVPC() rule.Rule {
	origin := rule.Required("configuration.NetworkOrigin")
	return rule.Rule{
		Identifier: "S3_ACCESS_POINT_IN_VPC_ONLY",
		Severity:   rule.Medium,
		Rationale: "An access point for one VPC cannot be used from elsewhere, whatever its policy says. The network origin of the access point must be a VPC; which one is not " +
			"looked at.",
		Remediation: rule.Remediation{Hint: "Create the access point anew with a VPC as its network origin."},
		Fields:      []*rule.Field{origin},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(origin) == "VPC" {
				return c.Pass("The access point is for a VPC.")
			}
			return c.Fail("The access point can be used from the internet.")
		},
	}
}

func s3AccountBlockOnChange() rule.Rule {
	r := rule.Rule{
		Identifier: "S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS",
		Severity:   rule.Medium,
		Rationale: "The account's public access block holds for every bucket, the ones of tomorrow too. Each of its four settings must be on unless its parameter is False. An account " +
			"without a block has no item that this rule could judge: S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS_PERIODIC fails it.",
		Remediation: rule.Remediation{Hint: "Turn on the account's public access block.", Document: "AWSConfigRemediation-ConfigureS3PublicAccessBlock"},
	}
	for _, name := range []string{"IgnorePublicAcls", "BlockPublicPolicy", "BlockPublicAcls", "RestrictPublicBuckets"} {
		r.Params = append(r.Params, rule.Param{Name: name, Type: rule.Bool, Default: "true", Doc: "the setting must be on"})
		r.Fields = append(r.Fields, rule.Required("configuration."+strings.ToLower(name[:1])+name[1:]))
	}
	params, fields := r.Params, r.Fields
	r.Check = func(c *rule.Context) rule.Result {
		for i, p := range params {
			if c.Params.Bool(p.Name) && !c.Bool(fields[i]) {
				return c.Fail("The account's public access block does not have " + p.Name + " on.")
			}
		}
		return c.Pass("The account's public access block has every required setting on.")
	}
	return r
}

func s3NoACL() rule.Rule {
	const acl = "supplementaryConfiguration.AccessControlList"
	owner, grants, grantee := rule.Required(acl+".owner.id"), rule.Required(acl+".grantList"), rule.Required(acl+".grantList[].grantee")
	return rule.Rule{
		Identifier: "S3_BUCKET_ACL_PROHIBITED",
		Severity:   rule.Medium,
		Rationale: "Policies say in one place who may do what; ACLs say it a second time, where nobody looks. The bucket's ACL must grant nothing to anyone but the bucket's owner: no " +
			"other account, no group, not even the log delivery group. Object Ownership with ACLs off leaves the owner's grant only.",
		Remediation: rule.Remediation{Hint: "Move the grants to the bucket policy and set Object Ownership to bucket owner enforced."},
		Fields:      []*rule.Field{owner, grants, grantee},
		Check: func(c *rule.Context) rule.Result {
			id := c.Str(owner)
			if id == "" {
				return c.Unknown("The owner of the bucket is not known.")
			}
			for _, g := range c.Each(grants) {
				if userOf(g.Text(grantee)) != id {
					return c.Fail("The bucket's ACL grants access to others than its owner.")
				}
			}
			return c.Pass("The bucket's ACL grants nothing to others than its owner.")
		},
	}
}

// userOf is the canonical id in a grantee; "" for a group, which is a name or has a URI.
func userOf(grantee string) string {
	var user struct{ ID string }
	if json.Unmarshal([]byte(grantee), &user) != nil {
		return ""
	}
	return user.ID
}

func s3MFADelete() rule.Rule {
	const at = "supplementaryConfiguration.BucketVersioningConfiguration."
	status := rule.Required(at + "status")
	mfa := rule.Absent(at+"isMfaDeleteEnabled", false, "S3 GetBucketVersioning tells MFA delete only where it was ever set; Config writes null")
	lifecycle := lifecycleRules()
	return rule.Rule{
		Identifier: "S3_BUCKET_MFA_DELETE_ENABLED",
		Severity:   rule.Low,
		Rationale: "With a stolen key alone nobody should be able to destroy every version of an object. MFA delete must be on in the bucket's versioning configuration; a bucket " +
			"without versioning fails. Buckets with lifecycle rules, which S3 does not let have MFA delete, are not judged.",
		Remediation: rule.Remediation{Hint: "Turn on versioning with MFA delete as the root user."},
		Fields:      []*rule.Field{status, mfa, lifecycle.list},
		Check: func(c *rule.Context) rule.Result {
			c.Str(status) // an item that was not collected must not be skipped
			if c.Len(lifecycle.list) > 0 {
				return c.Skip("The bucket has lifecycle rules and cannot have MFA delete.")
			}
			if !c.Bool(mfa) {
				return c.Fail("MFA delete is not on.")
			}
			return c.Pass("MFA delete is on.")
		},
	}
}

func s3ObjectLock() rule.Rule {
	const at = "supplementaryConfiguration.ObjectLockConfiguration."
	name := rule.Required("configuration.name")
	on := rule.Absent(at+"objectLockEnabled", "", "S3 GetObjectLockConfiguration finds nothing for a bucket without Object Lock, and Config then leaves it out")
	mode := rule.Absent(at+"rule.defaultRetention.mode", "", "S3 leaves it out for a bucket without a default retention")
	return rule.Rule{
		Identifier: "S3_BUCKET_DEFAULT_LOCK_ENABLED",
		Params:     []rule.Param{{Name: "mode", Enum: []string{"GOVERNANCE", "COMPLIANCE"}, Doc: "the mode of default retention the bucket must have"}},
		Severity:   rule.Medium,
		Rationale: "A locked object cannot be overwritten or deleted before its time, by a mistake or by ransomware. Object Lock of the bucket must be on; when mode is given, with a " +
			"default retention of that mode.",
		Remediation: rule.Remediation{Hint: "Turn on Object Lock of the bucket, and a default retention."},
		Fields:      []*rule.Field{name, on, mode},
		Check: func(c *rule.Context) rule.Result {
			c.Str(name) // an item without its configuration must not fail
			if c.Str(on) != "Enabled" {
				return c.Fail("Object Lock is off.")
			}
			if want := c.Params.Str("mode"); want != "" && c.Str(mode) != want {
				return c.Fail("The bucket has no default retention of the mode " + want + ".")
			}
			return c.Pass("Object Lock is on.")
		},
	}
}
