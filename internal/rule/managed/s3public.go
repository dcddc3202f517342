package managed

import (
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/policy"
	"github.com/tickmark/tickmark/internal/rule"
)

func s3PublicRules() []rule.Rule {
	return []rule.Rule{
		s3NotPublic("S3_BUCKET_PUBLIC_READ_PROHIBITED", readAccess), s3NotPublic("S3_BUCKET_PUBLIC_WRITE_PROHIBITED", writeAccess),
		s3BucketLevelBlock(), s3AccountBlock(),
	}
}

// access is a kind of access to a bucket: the actions and the ACL permissions that give it.
type access struct {
	name        string
	actions     []string
	permissions []string
}

var readAccess = access{
	"read",
	[]string{"s3:GetObject", "s3:GetObjectVersion", "s3:GetObjectAcl", "s3:GetObjectTagging", "s3:ListBucket", "s3:ListBucketVersions", "s3:GetBucketAcl", "s3:GetBucketPolicy"},
	[]string{"read", "readacp", "fullcontrol"},
}

var writeAccess = access{
	"write",
	[]string{
		"s3:PutObject", "s3:PutObjectAcl", "s3:PutObjectTagging", "s3:DeleteObject", "s3:DeleteObjectVersion", "s3:AbortMultipartUpload",
		"s3:RestoreObject", "s3:ReplicateObject", "s3:DeleteBucket", "s3:PutBucketAcl", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy", "s3:PutLifecycleConfiguration",
	},
	[]string{"write", "writeacp", "fullcontrol"},
}

// blockFields are the four settings of a bucket's public access block.
type blockFields struct{ blockACLs, ignoreACLs, blockPolicy, restrict *rule.Field }

func bucketBlock() blockFields {
	f := func(name string) *rule.Field {
		return rule.Absent("supplementaryConfiguration.PublicAccessBlockConfiguration."+name, false,
			"S3 GetPublicAccessBlock finds nothing for a bucket without a block, and Config then leaves the block out")
	}
	return blockFields{f("blockPublicAcls"), f("ignorePublicAcls"), f("blockPublicPolicy"), f("restrictPublicBuckets")}
}

func accountBlock() blockFields {
	f := func(name string) *rule.Field {
		return rule.Absent("configuration."+name, false, "the fact tells exists false and nothing else for an account without a block").Of(factS3PublicAccessBlock)
	}
	return blockFields{f("blockPublicAcls"), f("ignorePublicAcls"), f("blockPublicPolicy"), f("restrictPublicBuckets")}
}

func bucketPolicy() *rule.Field {
	return rule.Absent("supplementaryConfiguration.BucketPolicy.policyText", nil, "Config writes null for a bucket without a policy (S3 NoSuchBucketPolicy)")
}

func s3NotPublic(identifier string, a access) rule.Rule {
	const acl = "supplementaryConfiguration.AccessControlList"
	bucket, account, policyText := bucketBlock(), accountBlock(), bucketPolicy()
	grants := rule.Required(acl + ".grantList")
	grantee := rule.Required(acl + ".grantList[].grantee")
	permission := rule.Required(acl + ".grantList[].permission")

	// blocked tells whether the bucket's block, or where it is known the account's, has a setting on.
	blocked := func(c *rule.Context, ofBucket, ofAccount *rule.Field) bool {
		if c.Bool(ofBucket) {
			return true
		}
		fact, ok := c.FactIfKnown(factS3PublicAccessBlock)
		return ok && fact.Bool(ofAccount)
	}
	return rule.Rule{
		Identifier: identifier,
		Severity:   rule.Critical,
		Rationale: "A bucket open to everyone is the classic leak. The bucket must not allow public " + a.name + " access by its policy, unless a " +
			"public access block restricts public policies (restrictPublicBuckets), nor by its ACL, unless a block ignores public ACLs " +
			"(ignorePublicAcls). Public by policy is an Allow statement for everyone with a " + a.name + " action and no condition that " +
			"fixes accounts, organizations, networks or addresses; public by ACL is a grant to AllUsers or AuthenticatedUsers. The bucket's own " +
			"block counts, and the account's where it is recorded.",
		Remediation: rule.Remediation{Hint: "Block public access to the bucket.", Document: "AWS-DisableS3BucketPublicReadWrite"},
		Fields:      []*rule.Field{bucket.ignoreACLs, bucket.restrict, account.ignoreACLs, account.restrict, policyText, grants, grantee, permission},
		Uses:        []string{factS3PublicAccessBlock},
		Check: func(c *rule.Context) rule.Result {
			if opensTo(c.Policy(policyText), a.actions) && !blocked(c, bucket.restrict, account.restrict) {
				return c.Fail("The bucket policy allows public " + a.name + " access.")
			}
			open := false
			for _, g := range c.Each(grants) {
				open = open || isEveryone(g.Text(grantee)) && slices.Contains(a.permissions, plainPermission(g.Str(permission)))
			}
			if open && !blocked(c, bucket.ignoreACLs, account.ignoreACLs) {
				return c.Fail("The bucket ACL allows public " + a.name + " access.")
			}
			return c.Pass("The bucket does not allow this public access.")
		},
	}
}

func opensTo(d *policy.Document, actions []string) bool {
	for _, s := range d.Public() {
		if slices.ContainsFunc(actions, s.Does) {
			return true
		}
	}
	return false
}

// isEveryone reads a grantee as Config writes it: the name of a group, its URI, or an object with the URI.
func isEveryone(grantee string) bool {
	for _, group := range []string{"AllUsers", "AuthenticatedUsers"} {
		if grantee == `"`+group+`"` || strings.Contains(grantee, "/groups/global/"+group+`"`) {
			return true
		}
	}
	return false
}

// plainPermission makes READ_ACP and ReadAcp the same.
func plainPermission(s string) string { return strings.ToLower(strings.ReplaceAll(s, "_", "")) }

func s3BucketLevelBlock() rule.Rule {
	name := rule.Required("configuration.name")
	b := bucketBlock()
	return rule.Rule{
		Identifier: "S3_BUCKET_LEVEL_PUBLIC_ACCESS_PROHIBITED",
		Params:     []rule.Param{{Name: "excludedPublicBuckets", Type: rule.CSV, Doc: "names of buckets that may be public"}},
		Severity:   rule.High,
		Rationale: "A block on the bucket holds whatever its policy and ACL become. All four settings of the bucket's own public access " +
			"block must be on; the account's block does not count. Buckets in excludedPublicBuckets are not judged.",
		Remediation: rule.Remediation{Hint: "Turn on the bucket's public access block.", Document: "AWSConfigRemediation-ConfigureS3BucketPublicAccessBlock"},
		Fields:      []*rule.Field{name, b.blockACLs, b.ignoreACLs, b.blockPolicy, b.restrict},
		Check: func(c *rule.Context) rule.Result {
			if slices.Contains(c.Params.List("excludedPublicBuckets"), c.Str(name)) {
				return c.Skip("The bucket is excluded by the rule's parameters.")
			}
			for _, f := range []*rule.Field{b.blockACLs, b.ignoreACLs, b.blockPolicy, b.restrict} {
				if !c.Bool(f) {
					return c.Fail("The public access block of the bucket is not fully on.")
				}
			}
			return c.Pass("The public access block of the bucket is fully on.")
		},
	}
}

func s3AccountBlock() rule.Rule {
	exists := rule.Required("configuration.exists").Of(factS3PublicAccessBlock)
	b := accountBlock()
	settings := []struct {
		param string
		field *rule.Field
	}{
		{"IgnorePublicAcls", b.ignoreACLs},
		{"BlockPublicPolicy", b.blockPolicy},
		{"BlockPublicAcls", b.blockACLs},
		{"RestrictPublicBuckets", b.restrict},
	}
	r := rule.Rule{
		Identifier: "S3_ACCOUNT_LEVEL_PUBLIC_ACCESS_BLOCKS_PERIODIC",
		Subjects:   rule.Account,
		Severity:   rule.Medium,
		Rationale: "The account's public access block holds for every bucket, the ones of tomorrow too. Each of its four settings must be " +
			"on unless its parameter is False.",
		Remediation: rule.Remediation{Hint: "Turn on the account's public access block.", Document: "AWSConfigRemediation-ConfigureS3PublicAccessBlock"},
		Fields:      []*rule.Field{exists, b.blockACLs, b.ignoreACLs, b.blockPolicy, b.restrict},
		Uses:        []string{factS3PublicAccessBlock},
		Check: func(c *rule.Context) rule.Result {
			fact := c.Fact(factS3PublicAccessBlock)
			if !fact.Bool(exists) {
				return c.Fail("The account has no public access block.")
			}
			for _, s := range settings {
				if c.Params.Bool(s.param) && !fact.Bool(s.field) {
					return c.Fail("The account's public access block does not have " + s.param + " on.")
				}
			}
			return c.Pass("The account's public access block has every required setting on.")
		},
	}
	for _, s := range settings {
		r.Params = append(r.Params, rule.Param{Name: s.param, Type: rule.Bool, Default: "true", Doc: "the setting must be on"})
	}
	return r
}
