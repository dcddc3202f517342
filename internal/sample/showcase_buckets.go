package sample

// The buckets of a showcase: the archive has copies near and, in another region, far. The vault has MFA delete, which
// cannot be had beside the lifecycle rules that the others have. The last one takes the access logs.
const (
	archive = "archive"
	near    = "near"
	far     = "far"
	vault   = "vault"
	logs    = "logs"
)

// showBuckets builds buckets, an access point and the account's block of public access.
func (g *gen) showBuckets() {
	for _, purpose := range []string{archive, near, vault, logs} {
		g.showBucket(purpose)
	}
	name := "analysts"
	shut := object{"BlockPublicAcls": g.sound, "IgnorePublicAcls": g.sound, "BlockPublicPolicy": g.sound, "RestrictPublicBuckets": g.sound}
	g.add(resource{
		typ: "AWS::S3::AccessPoint", id: g.arn("s3", "accesspoint/"+name), name: name, arn: g.arn("s3", "accesspoint/"+name),
		configuration: g.onlySound(object{
			"Name": name, "Arn": g.arn("s3", "accesspoint/"+name), "Alias": name + "-" + g.hex(20) + "-s3alias", "Bucket": g.bucketName(archive), "BucketAccountId": g.account,
			"NetworkOrigin": either(g, "VPC", "Internet"), "PublicAccessBlockConfiguration": shut,
		}, object{"VpcConfiguration": object{"VpcId": g.vpc.vpc}}),
	})
	g.add(resource{
		typ: "AWS::S3::AccountPublicAccessBlock", id: g.account, zone: "Not Applicable", noTags: true,
		configuration: object{"blockPublicAcls": g.sound, "ignorePublicAcls": g.sound, "blockPublicPolicy": g.sound, "restrictPublicBuckets": g.sound},
	})
}

func (g *gen) bucketName(purpose string) string {
	return "tickmark-showcase-" + purpose + "-" + g.account
}

func (g *gen) showBucket(purpose string) {
	name := g.bucketName(purpose)
	arn := "arn:aws:s3:::" + name
	supplement := object{
		"AccessControlList":              g.grants(),
		"BucketPolicy":                   object{"policyText": text(object{"Version": "2012-10-17", "Statement": g.bucketStatements(arn)})},
		"BucketVersioningConfiguration":  object{"status": either(g, "Enabled", unversioned(purpose)), "isMfaDeleteEnabled": either[any](g, purpose == vault, nil)},
		"BucketLoggingConfiguration":     g.accessLog(g.sound && purpose != logs, purpose+"/"),
		"PublicAccessBlockConfiguration": object{"blockPublicAcls": g.sound, "ignorePublicAcls": g.sound, "blockPublicPolicy": g.sound, "restrictPublicBuckets": g.sound},
		"BucketNotificationConfiguration": object{"configurations": g.onlySound(object{}, object{
			"created": object{"type": "QueueConfiguration", "queueARN": g.arn("sqs", "objects"), "events": list{"s3:ObjectCreated:*"}, "objectPrefixes": list{}, "filter": nil},
		})},
		"BucketAccelerateConfiguration": object{"status": nil},
		"IsRequesterPaysEnabled":        false,
	}
	if g.sound {
		g.keep(supplement, purpose)
	}
	g.add(resource{
		typ: "AWS::S3::Bucket", id: name, name: name, arn: arn,
		configuration: object{"name": name, "owner": g.owner(), "creationDate": g.past(200)}, supplementary: supplement,
	})
	g.backedUp("S3", arn)
}

// unversioned is the versioning of a bucket of the faulty account: one keeps versions, and keeps them for ever.
func unversioned(purpose string) string {
	switch purpose {
	case near:
		return "Enabled"
	case logs:
		return "Suspended"
	}
	return "Off"
}

func (g *gen) accessLog(on bool, prefix string) object {
	if !on {
		return object{"destinationBucketName": nil, "logFilePrefix": nil}
	}
	return object{"destinationBucketName": g.bucketName(logs), "logFilePrefix": prefix}
}

// keep adds the parts of a bucket that keep its objects: encryption, a lock, rules for old versions, and copies. S3
// writes access logs to a bucket without a KMS key and a lock only.
func (g *gen) keep(supplement object, purpose string) {
	encryption := object{"sseAlgorithm": "aws:kms", "kmsMasterKeyID": g.key()}
	if purpose == logs {
		encryption = object{"sseAlgorithm": "AES256", "kmsMasterKeyID": nil}
	}
	supplement["ServerSideEncryptionConfiguration"] = object{"rules": list{object{"applyServerSideEncryptionByDefault": encryption, "bucketKeyEnabled": purpose != logs}}}
	g.merge(purpose != logs, supplement, object{
		"ObjectLockConfiguration": object{"objectLockEnabled": "Enabled", "rule": object{"defaultRetention": object{"mode": "GOVERNANCE", "days": 30, "years": nil}}},
	})
	g.merge(purpose != vault, supplement, object{"BucketLifecycleConfiguration": object{"rules": list{object{
		"id": "age", "status": "Enabled", "prefix": nil, "filter": object{"predicate": object{"type": "LifecyclePrefixPredicate", "prefix": ""}},
		"expirationInDays": 365, "expiredObjectDeleteMarker": false, "noncurrentVersionExpirationInDays": 90,
		"transitions": list{object{"days": 30, "storageClass": "STANDARD_IA"}}, "abortIncompleteMultipartUpload": object{"daysAfterInitiation": 7},
	}}}})
	replicate := func(priority int, bucket string) object {
		return object{
			"status": "Enabled", "prefix": nil, "priority": priority, "filter": nil,
			"destinationConfig": object{"bucketARN": "arn:aws:s3:::" + g.bucketName(bucket), "storageClass": nil, "account": nil},
		}
	}
	g.merge(purpose == archive, supplement, object{"BucketReplicationConfiguration": object{
		"roleARN": g.iam("role/replication"), "rules": object{near: replicate(1, near), far: replicate(2, far)},
	}})
}

// owner is the account as S3 calls it.
func (g *gen) owner() object {
	return object{"displayName": nil, "id": "0f" + g.account + "ab12cd34ef56ab12cd34ef56ab12cd34ef56ab12cd34ef5678"}
}

// grants is the bucket's ACL: of its owner, and in the faulty account of everyone.
func (g *gen) grants() string {
	grants := list{object{"grantee": g.owner(), "permission": "FullControl"}}
	if !g.sound {
		grants = append(grants, object{"grantee": "AllUsers", "permission": "Read"}, object{"grantee": "AllUsers", "permission": "Write"})
	}
	return text(object{"grantSet": nil, "grantList": grants, "owner": g.owner(), "isRequesterCharged": false})
}

// bucketStatements demand TLS of everyone, or let everyone in and another account take the bucket over.
func (g *gen) bucketStatements(arn string) list {
	all := list{arn, arn + "/*"}
	if g.sound {
		return list{object{"Sid": "TLS", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": all, "Condition": object{"Bool": object{"aws:SecureTransport": "false"}}}}
	}
	return list{
		object{"Sid": "Everyone", "Effect": "Allow", "Principal": "*", "Action": list{"s3:GetObject", "s3:PutObject"}, "Resource": arn + "/*"},
		object{"Sid": "Partner", "Effect": "Allow", "Principal": object{"AWS": "arn:aws:iam::218007301253:root"}, "Action": list{"s3:PutBucketPolicy", "s3:PutBucketAcl"}, "Resource": arn},
	}
}
