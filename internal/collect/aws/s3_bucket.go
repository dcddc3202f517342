package aws

import "github.com/tickmark/tickmark/internal/collect"

// A bucket costs fifteen calls: S3 has one for each part, and one list of all buckets of an account. Each part has an error
// of its own that means "none". What AWS Config leaves out then stays out; what it writes with nulls is written so.
// MaxBuckets makes S3 tell the regions of the buckets, and the prefix finds a single one.
var s3Bucket = &collect.Type{
	Name:   "AWS::S3::Bucket",
	Region: "{BucketRegion}",
	Find: []collect.Step{
		{API: "s3:ListBuckets", Input: collect.Object{"MaxBuckets": 1000}, Each: "Buckets", Only: "Prefix"},
		// S3 tells the region in the list; servers that speak its API do not always.
		{API: "s3:HeadBucket", From: ofBucket, Merge: true, When: func(e *collect.Element) bool { return e.Text("BucketRegion") == "" }},
	},
	ID: "{Name}", Title: "{Name}", ARN: "arn:{partition}:s3:::{Name}", Zone: "Regional",
	Created: "CreationDate",
	Tags:    "TagSet",
	Details: []collect.Detail{
		{API: "s3:GetBucketAcl", From: ofBucket, Key: "AccessControlList", Put: bucketGrants, Covers: []string{"supplementaryConfiguration.AccessControlList", "configuration.owner"}},
		{API: "s3:GetBucketPolicy", From: ofBucket, Key: "BucketPolicy", Put: bucketPolicy, Raw: true, Absent: []string{"NoSuchBucketPolicy"}, Instead: collect.Object{"policyText": nil}},
		{API: "s3:GetBucketVersioning", From: ofBucket, Key: "BucketVersioningConfiguration", Put: bucketVersioning},
		{API: "s3:GetBucketLogging", From: ofBucket, Key: "BucketLoggingConfiguration", Put: bucketLogging},
		{
			API: "s3:GetBucketEncryption", From: ofBucket, Key: "ServerSideEncryptionConfiguration", Put: bucketEncryption,
			Absent: []string{"ServerSideEncryptionConfigurationNotFoundError"},
		},
		{
			API: "s3:GetPublicAccessBlock", From: ofBucket, Key: "PublicAccessBlockConfiguration", Take: "PublicAccessBlockConfiguration",
			Absent: []string{"NoSuchPublicAccessBlockConfiguration"},
		},
		{
			API: "s3:GetBucketTagging", From: ofBucket, Key: "BucketTaggingConfiguration", Put: bucketTags, Absent: []string{"NoSuchTagSet"},
			Covers: []string{"tags", "supplementaryConfiguration.BucketTaggingConfiguration"},
		},
		{API: "s3:GetBucketLifecycleConfiguration", From: ofBucket, Key: "BucketLifecycleConfiguration", Put: bucketLifecycle, Absent: []string{"NoSuchLifecycleConfiguration"}},
		{API: "s3:GetBucketReplication", From: ofBucket, Key: "BucketReplicationConfiguration", Put: bucketReplication, Absent: []string{"ReplicationConfigurationNotFoundError"}},
		{API: "s3:GetBucketNotificationConfiguration", From: ofBucket, Key: "BucketNotificationConfiguration", Put: bucketNotifications},
		{
			API: "s3:GetObjectLockConfiguration", From: ofBucket, Key: "ObjectLockConfiguration", Put: bucketLock,
			Absent: []string{"ObjectLockConfigurationNotFoundError", "ObjectLockConfigurationNotFound"},
		},
		{API: "s3:GetBucketWebsite", From: ofBucket, Key: "BucketWebsiteConfiguration", Put: bucketWebsite, Absent: []string{"NoSuchWebsiteConfiguration"}},
		{API: "s3:GetBucketCors", From: ofBucket, Key: "BucketCrossOriginConfiguration", Put: bucketCORS, Absent: []string{"NoSuchCORSConfiguration"}},
		{
			// Some regions and buckets (those with periods in their names) have no acceleration at all.
			API: "s3:GetBucketAccelerateConfiguration", From: ofBucket, Key: "BucketAccelerateConfiguration", Put: bucketAcceleration, Raw: true,
			Absent: []string{"MethodNotAllowed", "UnsupportedArgument"}, Instead: collect.Object{"status": nil},
		},
		{API: "s3:GetBucketRequestPayment", From: ofBucket, Key: "IsRequesterPaysEnabled", Put: bucketPayer},
	},
	Shape: func(r *collect.Resource) any {
		owner, _ := r.At("Owner").(collect.Object)
		return collect.Object{"name": r.Text("Name"), "owner": grantee(owner), "creationDate": moment(r.At("CreationDate"))}
	},
	Note: "The status of attribute-based access control (AbacStatus) and object ownership are not read.",
}

var ofBucket = map[string]string{"Bucket": "Name"}
