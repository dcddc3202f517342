package cloud

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func s3Client(cfg aws.Config) *s3.Client {
	return s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = cfg.BaseEndpoint != nil })
}

var s3Service = &service{
	names: []string{"s3", "s3api"},
	also: map[string]string{
		"ListBucket": "ListObjectsV2", "ListObjects": "ListObjectsV2",
		"GetBucketPublicAccessBlock": "GetPublicAccessBlock", "PutBucketPublicAccessBlock": "PutPublicAccessBlock", "DeleteBucketPublicAccessBlock": "DeletePublicAccessBlock",
		"GetEncryptionConfiguration": "GetBucketEncryption", "PutEncryptionConfiguration": "PutBucketEncryption",
	},
	operations: map[string]operation{
		"CreateBucket":                    op(s3Client, (*s3.Client).CreateBucket),
		"DeleteBucketPolicy":              op(s3Client, (*s3.Client).DeleteBucketPolicy),
		"DeleteObject":                    op(s3Client, (*s3.Client).DeleteObject),
		"DeletePublicAccessBlock":         op(s3Client, (*s3.Client).DeletePublicAccessBlock),
		"GetBucketAcl":                    op(s3Client, (*s3.Client).GetBucketAcl),
		"GetBucketEncryption":             op(s3Client, (*s3.Client).GetBucketEncryption),
		"GetBucketLifecycleConfiguration": op(s3Client, (*s3.Client).GetBucketLifecycleConfiguration),
		"GetBucketLocation":               op(s3Client, (*s3.Client).GetBucketLocation),
		"GetBucketLogging":                op(s3Client, (*s3.Client).GetBucketLogging),
		"GetBucketOwnershipControls":      op(s3Client, (*s3.Client).GetBucketOwnershipControls),
		"GetBucketPolicy":                 op(s3Client, (*s3.Client).GetBucketPolicy),
		"GetBucketPolicyStatus":           op(s3Client, (*s3.Client).GetBucketPolicyStatus),
		"GetBucketTagging":                op(s3Client, (*s3.Client).GetBucketTagging),
		"GetBucketVersioning":             op(s3Client, (*s3.Client).GetBucketVersioning),
		"GetObject":                       op(s3Client, (*s3.Client).GetObject),
		"GetObjectLockConfiguration":      op(s3Client, (*s3.Client).GetObjectLockConfiguration),
		"GetPublicAccessBlock":            op(s3Client, (*s3.Client).GetPublicAccessBlock),
		"HeadBucket":                      op(s3Client, (*s3.Client).HeadBucket),
		"HeadObject":                      op(s3Client, (*s3.Client).HeadObject),
		"ListBuckets":                     op(s3Client, (*s3.Client).ListBuckets),
		"ListObjectsV2":                   op(s3Client, (*s3.Client).ListObjectsV2),
		"PutBucketAcl":                    op(s3Client, (*s3.Client).PutBucketAcl),
		"PutBucketEncryption":             op(s3Client, (*s3.Client).PutBucketEncryption),
		"PutBucketLifecycleConfiguration": op(s3Client, (*s3.Client).PutBucketLifecycleConfiguration),
		"PutBucketLogging":                op(s3Client, (*s3.Client).PutBucketLogging),
		"PutBucketOwnershipControls":      op(s3Client, (*s3.Client).PutBucketOwnershipControls),
		"PutBucketPolicy":                 op(s3Client, (*s3.Client).PutBucketPolicy),
		"PutBucketTagging":                op(s3Client, (*s3.Client).PutBucketTagging),
		"PutBucketVersioning":             op(s3Client, (*s3.Client).PutBucketVersioning),
		"PutObject":                       op(s3Client, (*s3.Client).PutObject),
		"PutObjectLockConfiguration":      op(s3Client, (*s3.Client).PutObjectLockConfiguration),
		"PutPublicAccessBlock":            op(s3Client, (*s3.Client).PutPublicAccessBlock),
	},
}
