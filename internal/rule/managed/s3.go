package managed

import (
	"slices"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/rule"
)

const s3Bucket = "AWS::S3::Bucket"

func s3Rules() []rule.Rule {
	return []rule.Rule{s3Logging(), s3Versioning(), s3Encrypted(), s3EncryptedKMS(), s3SSLOnly(), s3Replication(), s3CrossRegion()}
}

func s3Logging() rule.Rule {
	const off = "S3 GetBucketLogging answers without a target for a bucket that is not logged; Config writes null or leaves it out"
	target := rule.Absent("supplementaryConfiguration.BucketLoggingConfiguration.destinationBucketName", "", off)
	prefix := rule.Absent("supplementaryConfiguration.BucketLoggingConfiguration.logFilePrefix", "", off)
	name := rule.Required("configuration.name")
	return rule.Rule{
		Identifier: "S3_BUCKET_LOGGING_ENABLED",
		Params: []rule.Param{
			{Name: "targetBucket", Doc: "the bucket logs must go to"},
			{Name: "targetPrefix", Doc: "the prefix logs must have there"},
		},
		Severity: rule.Medium,
		Rationale: "Access logs tell who read or changed what in a bucket. Server access logging must be on, with the bucket targetBucket and the " +
			"prefix targetPrefix when they are given.",
		Remediation: rule.Remediation{Hint: "Turn on server access logging.", Document: "AWS-ConfigureS3BucketLogging"},
		Fields:      []*rule.Field{name, target, prefix},
		Check: func(c *rule.Context) rule.Result {
			to := c.Str(target)
			if to == "" {
				return c.Fail("Server access logging is off.")
			}
			if want := c.Params.Str("targetBucket"); want != "" && to != want {
				return c.Fail("The logs go to the bucket " + to + ", not to " + want + ".")
			}
			if want := c.Params.Str("targetPrefix"); want != "" && c.Str(prefix) != want {
				return c.Fail("The logs do not have the prefix " + want + ".")
			}
			return c.Pass("Server access logging is on.")
		},
	}
}

func s3Versioning() rule.Rule {
	status := rule.Required("supplementaryConfiguration.BucketVersioningConfiguration.status")
	mfa := rule.Absent("supplementaryConfiguration.BucketVersioningConfiguration.isMfaDeleteEnabled", false,
		"S3 GetBucketVersioning tells MFA delete only where it was ever set; Config writes null")
	return rule.Rule{
		Identifier: "S3_BUCKET_VERSIONING_ENABLED",
		Params:     []rule.Param{{Name: "isMfaDeleteEnabled", Type: rule.Bool, Doc: "MFA delete must be on too"}},
		Severity:   rule.Low,
		Rationale: "With versions, what is overwritten or deleted can be had back. The bucket's versioning must be Enabled; Suspended and Off fail. " +
			"When isMfaDeleteEnabled is true, deleting a version must require MFA.",
		Remediation: rule.Remediation{Hint: "Turn on versioning.", Document: "AWS-ConfigureS3BucketVersioning"},
		Fields:      []*rule.Field{status, mfa},
		Check: func(c *rule.Context) rule.Result {
			if c.Str(status) != "Enabled" {
				return c.Fail("Versioning is not on.")
			}
			if c.Params.Bool("isMfaDeleteEnabled") && !c.Bool(mfa) {
				return c.Fail("MFA delete is not on.")
			}
			return c.Pass("Versioning is on.")
		},
	}
}

// bucketEncryption are the fields of a bucket's default encryption.
type bucketEncryption struct{ rules, algorithm, key *rule.Field }

func encryptionOfBucket() bucketEncryption {
	const (
		rules = "supplementaryConfiguration.ServerSideEncryptionConfiguration.rules"
		apply = rules + "[].applyServerSideEncryptionByDefault"
	)
	return bucketEncryption{
		rules:     rule.Absent(rules, nil, "Config leaves it out for a bucket without default encryption"),
		algorithm: rule.Absent(apply+".sseAlgorithm", "", "S3 GetBucketEncryption leaves it out of a rule that only sets a bucket key"),
		key:       rule.Absent(apply+".kmsMasterKeyID", "", "S3 GetBucketEncryption leaves it out for the key aws/s3"),
	}
}

func s3Encrypted() rule.Rule {
	name, e, policyText := rule.Required("configuration.name"), encryptionOfBucket(), bucketPolicy()
	return rule.Rule{
		Identifier: "S3_BUCKET_SERVER_SIDE_ENCRYPTION_ENABLED",
		Severity:   rule.Medium,
		Rationale: "Objects at rest should be readable with a key only. The bucket must have default encryption with AES256 or a KMS key, or a " +
			"policy that denies everyone to put objects without encryption.",
		Remediation: rule.Remediation{Hint: "Turn on default encryption.", Document: "AWS-EnableS3BucketEncryption"},
		Fields:      []*rule.Field{name, e.rules, e.algorithm, policyText},
		Check: func(c *rule.Context) rule.Result {
			for _, r := range c.Each(e.rules) {
				if slices.Contains([]string{"AES256", "aws:kms", "aws:kms:dsse"}, r.Str(e.algorithm)) {
					return c.Pass("The bucket has default encryption.")
				}
			}
			if c.Policy(policyText).RefusesUnencryptedObjects(bucketARN(c)+"/*", "AES256", "aws:kms", "aws:kms:dsse") {
				return c.Pass("The bucket policy denies objects that are not encrypted.")
			}
			return c.Fail("The bucket has no default encryption, and its policy does not deny objects that are not encrypted.")
		},
	}
}

func s3EncryptedKMS() rule.Rule {
	name, e := rule.Required("configuration.name"), encryptionOfBucket()
	return rule.Rule{
		Identifier: "S3_DEFAULT_ENCRYPTION_KMS",
		Types:      []string{s3Bucket},
		Params:     []rule.Param{{Name: "kmsKeyArns", Type: rule.CSV, Doc: "keys that are allowed"}},
		Severity:   rule.Medium,
		Rationale: "With a KMS key, who may read is decided twice and every use of the key is logged. The bucket's default encryption must be by KMS " +
			"(aws:kms or aws:kms:dsse), with one of kmsKeyArns when that is given; the key aws/s3 has no ARN here and is then not allowed.",
		Remediation: rule.Remediation{Hint: "Set default encryption with a KMS key.", Document: "AWS-EnableS3BucketEncryption"},
		Fields:      []*rule.Field{name, e.rules, e.algorithm, e.key},
		Check: func(c *rule.Context) rule.Result {
			allowed := c.Params.List("kmsKeyArns")
			for _, r := range c.Each(e.rules) {
				if a := r.Str(e.algorithm); a != "aws:kms" && a != "aws:kms:dsse" {
					continue
				}
				key := r.Str(e.key)
				if len(allowed) > 0 && !slices.ContainsFunc(allowed, func(want string) bool { return sameKey(key, want) }) {
					return c.Fail("The bucket is encrypted with another key than allowed.")
				}
				return c.Pass("The bucket's default encryption is by KMS.")
			}
			return c.Fail("The bucket's default encryption is not by KMS.")
		},
	}
}

func s3SSLOnly() rule.Rule {
	name, policyText := rule.Required("configuration.name"), bucketPolicy()
	return rule.Rule{
		Identifier: "S3_BUCKET_SSL_REQUESTS_ONLY",
		Severity:   rule.Medium,
		Rationale: "What travels without TLS can be read and changed on the way. The bucket policy must deny everyone all S3 actions on the bucket " +
			"and on its objects, in one statement or several, when aws:SecureTransport is false and under no further condition.",
		Remediation: rule.Remediation{Hint: "Add a statement that denies requests without TLS to the bucket policy.", Document: "AWSConfigRemediation-RestrictBucketSSLRequestsOnly"},
		Fields:      []*rule.Field{name, policyText},
		Check: func(c *rule.Context) rule.Result {
			if !c.Has(policyText) {
				return c.Fail("The bucket has no policy, so requests without TLS are allowed.")
			}
			bucket := bucketARN(c)
			if c.Policy(policyText).RefusesPlainHTTP("s3:*", bucket, bucket+"/*") {
				return c.Pass("The bucket policy denies requests without TLS.")
			}
			return c.Fail("The bucket policy does not deny every request without TLS.")
		},
	}
}

// bucketARN makes the ARN from the name, for items that do not tell it.
func bucketARN(c *rule.Context) string {
	return "arn:" + arn.Partition(c.Region()) + ":s3:::" + c.ID()
}

// bucketName cuts the name out of a bucket's ARN.
func bucketName(ref string) string {
	if a, err := arn.Parse(ref); err == nil {
		return a.Resource
	}
	return ref
}

func s3Replication() rule.Rule {
	return replicates(rule.Rule{
		Identifier: "S3_BUCKET_REPLICATION_ENABLED",
		Params:     []rule.Param{{Name: "ReplicationType", Enum: []string{crossRegion, sameRegion}, Doc: "where every copy must be"}},
		Rationale: "A second copy survives the loss of the first. The bucket must have replication rules, all of them Enabled, and when ReplicationType is " +
			"given, the destination bucket of every one must be in another region (CROSS-REGION) or the same (SAME-REGION). A destination that is not recorded, " +
			"as in another account, cannot be told.",
	}, func(c *rule.Context, list []copyRule) rule.Result {
		want, unknown := c.Params.Str("ReplicationType"), false
		for _, r := range list {
			if !r.on {
				return c.Fail("A replication rule is switched off.")
			}
			where := ""
			if want != "" {
				where = r.where()
				unknown = unknown || where == ""
			}
			if where != "" && where != want {
				return c.Fail("A replication rule copies elsewhere than required.")
			}
		}
		if unknown {
			return c.Unknown(noRegion)
		}
		return c.Pass("The bucket is replicated as required.")
	})
}

func s3CrossRegion() rule.Rule {
	return replicates(rule.Rule{
		Identifier: "S3_BUCKET_CROSS_REGION_REPLICATION_ENABLED",
		Rationale: "A copy in another region survives the loss of a region. The bucket must have a replication rule that is Enabled and whose destination bucket is in another " +
			"region. A destination that is not recorded, as in another account, cannot be told.",
	}, func(c *rule.Context, list []copyRule) rule.Result {
		unknown := false
		for _, r := range list {
			if !r.on {
				continue
			}
			where := r.where()
			if where == crossRegion {
				return c.Pass("The bucket is replicated to another region.")
			}
			unknown = unknown || where == ""
		}
		if unknown {
			return c.Unknown(noRegion)
		}
		return c.Fail("The bucket has no active replication to another region.")
	})
}

// where a copy of a bucket is.
const (
	crossRegion = "CROSS-REGION"
	sameRegion  = "SAME-REGION"

	noRegion = "The region of a destination bucket is not known."
)

// copyRule is a replication rule of a bucket: whether it is Enabled, and where it copies to, "" when that is not known.
type copyRule struct {
	on    bool
	where func() string
}

// replicates completes a rule about the replication of a bucket; one without any fails.
func replicates(r rule.Rule, check func(*rule.Context, []copyRule) rule.Result) rule.Rule {
	const rules = "supplementaryConfiguration.BucketReplicationConfiguration.rules"
	name := rule.Required("configuration.name")
	list := rule.Absent(rules, nil, "Config leaves it out for a bucket without replication")
	status := rule.Required(rules + "[].status")
	destination := rule.Required(rules + "[].destinationConfig.bucketARN")
	r.Severity, r.Remediation = rule.Low, rule.Remediation{Hint: "Turn on versioning and replication of the bucket."}
	r.Fields, r.Uses = []*rule.Field{name, list, status, destination}, []string{s3Bucket}
	r.Check = func(c *rule.Context) rule.Result {
		var copies []copyRule
		for _, r := range c.Each(list) {
			copies = append(copies, copyRule{r.Str(status) == "Enabled", func() string {
				to, ok := c.FindAnywhere(s3Bucket, bucketName(r.Str(destination)))
				if !ok {
					return ""
				}
				if to.Region() == c.Region() {
					return sameRegion
				}
				return crossRegion
			}})
		}
		if len(copies) == 0 {
			return c.Fail("The bucket is not replicated.")
		}
		return check(c, copies)
	}
	return r
}
