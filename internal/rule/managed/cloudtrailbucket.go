package managed

import (
	"slices"

	"github.com/tickmark/tickmark/internal/rule"
)

const bucketType = "AWS::S3::Bucket"

// cloudtrailBucketRules judge the buckets trails deliver to.
func cloudtrailBucketRules() []rule.Rule {
	return []rule.Rule{trailBucketLogged(), trailBucketNotPublic()}
}

// trailBucket finds the bucket of the trail. It may be another account's, whose items are not here.
func trailBucket(c *rule.Context, name *rule.Field) (bucket rule.Place, ok bool) {
	return c.FindAnywhere(bucketType, c.Str(name))
}

const bucketUnknown = "The bucket the trail delivers to is not recorded in this account."

func trailBucketLogged() rule.Rule {
	name := rule.Required("configuration.s3BucketName")
	target := rule.Absent("supplementaryConfiguration.BucketLoggingConfiguration.destinationBucketName", "",
		"S3 GetBucketLogging answers without a target for a bucket that is not logged; Config writes null or leaves it out").Of(bucketType)
	return rule.Rule{
		Identifier: "CLOUDTRAIL_S3_BUCKET_ACCESS_LOGGING",
		Severity:   rule.Low,
		Rationale: "Who read or removed the logs must be known too. The bucket the trail delivers to must have server access logging on, into any bucket. A bucket of another account cannot " +
			"be judged here.",
		Remediation: rule.Remediation{Hint: "Turn on server access logging for the trail's bucket.", Document: "AWS-ConfigureS3BucketLogging"},
		Fields:      []*rule.Field{name, target},
		Uses:        []string{bucketType},
		Check: func(c *rule.Context) rule.Result {
			bucket, ok := trailBucket(c, name)
			if !ok {
				return c.Unknown(bucketUnknown)
			}
			if bucket.Has(target) {
				return c.Pass("Access to the trail's bucket is logged.")
			}
			return c.Fail("Access to the trail's bucket is not logged.")
		},
	}
}

func trailBucketNotPublic() rule.Rule {
	const acl = "supplementaryConfiguration.AccessControlList"
	name := rule.Required("configuration.s3BucketName")
	own, account := bucketBlock(), accountBlock()
	ignoreACLs, restrict, text := own.ignoreACLs.Of(bucketType), own.restrict.Of(bucketType), bucketPolicy().Of(bucketType)
	grants := rule.Required(acl + ".grantList").Of(bucketType)
	grantee := rule.Required(acl + ".grantList[].grantee").Of(bucketType)

	blocked := func(c *rule.Context, bucket rule.Place, ofBucket, ofAccount *rule.Field) bool {
		fact, known := c.FactIfKnown(factS3PublicAccessBlock)
		return bucket.Bool(ofBucket) || known && fact.Bool(ofAccount)
	}
	anyAccess := slices.Concat(readAccess.actions, writeAccess.actions)
	return rule.Rule{
		Identifier: "CLOUDTRAIL_S3_BUCKET_PUBLIC_ACCESS_PROHIBITED",
		Severity:   rule.Critical,
		Rationale: "Logs in the open show an intruder the way in. The bucket the trail delivers to must not be public: neither by its policy (an Allow statement for everyone with an action that " +
			"reads or writes and no condition that fixes accounts, organizations, networks or addresses), nor by a grant of its ACL to AllUsers or AuthenticatedUsers, unless a public access " +
			"block of the bucket or, where it is recorded, of the account stops that. A bucket of another account cannot be judged here.",
		Remediation: rule.Remediation{Hint: "Block public access to the trail's bucket.", Document: "AWSConfigRemediation-ConfigureS3BucketPublicAccessBlock"},
		Fields:      []*rule.Field{name, ignoreACLs, restrict, account.ignoreACLs, account.restrict, text, grants, grantee},
		Uses:        []string{bucketType, factS3PublicAccessBlock},
		Check: func(c *rule.Context) rule.Result {
			bucket, ok := trailBucket(c, name)
			if !ok {
				return c.Unknown(bucketUnknown)
			}
			if opensTo(bucket.Policy(text), anyAccess) && !blocked(c, bucket, restrict, account.restrict) {
				return c.Fail("The policy of the trail's bucket allows public access.")
			}
			open := false
			for _, g := range bucket.Each(grants) {
				open = isEveryone(g.Text(grantee)) || open
			}
			if open && !blocked(c, bucket, ignoreACLs, account.ignoreACLs) {
				return c.Fail("The ACL of the trail's bucket allows public access.")
			}
			return c.Pass("The trail's bucket is not public.")
		},
	}
}
