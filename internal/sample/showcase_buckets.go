package sample

// The buckets of a showcase: the archive has all that can be had beside lifecycle rules, the vault what cannot, and
// the copies of the archive are in another region.
const (
	archive = "archive"
	vault   = "vault"
	copies  = "copies"
)

// showBuckets builds buckets, an access point and the account's block of public access.
func (g *gen) showBuckets() {
	g.showBucket(archive, true)
	g.showBucket(vault, false)
	g.showBucket("nearby", false)
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

// showBucket builds a bucket; one with a lifecycle has also a lock and replication, one without has MFA delete.
func (g *gen) showBucket(purpose string, lifecycle bool) {
	name := g.bucketName(purpose)
	arn := "arn:aws:s3:::" + name
	supplement := object{
		"AccessControlList":              g.grants(),
		"BucketPolicy":                   object{"policyText": text(object{"Version": "2012-10-17", "Statement": g.bucketStatements(arn)})},
		"BucketVersioningConfiguration":  object{"status": either(g, "Enabled", "Off"), "isMfaDeleteEnabled": either[any](g, !lifecycle, nil)},
		"BucketLoggingConfiguration":     object{"destinationBucketName": either[any](g, g.bucketName(vault), nil), "logFilePrefix": either[any](g, purpose+"/", nil)},
		"PublicAccessBlockConfiguration": object{"blockPublicAcls": g.sound, "ignorePublicAcls": g.sound, "blockPublicPolicy": g.sound, "restrictPublicBuckets": g.sound},
		"BucketNotificationConfiguration": object{"configurations": g.onlySound(object{}, object{
			"created": object{"type": "QueueConfiguration", "queueARN": g.arn("sqs", "objects"), "events": list{"s3:ObjectCreated:*"}, "objectPrefixes": list{}, "filter": nil},
		})},
		"BucketAccelerateConfiguration": object{"status": nil},
		"IsRequesterPaysEnabled":        false,
	}
	g.onlySound(supplement, object{"ServerSideEncryptionConfiguration": object{"rules": list{object{
		"applyServerSideEncryptionByDefault": object{"sseAlgorithm": "aws:kms", "kmsMasterKeyID": g.key()}, "bucketKeyEnabled": true,
	}}}})
	if lifecycle {
		g.onlySound(supplement, g.kept(arn))
	}
	g.add(resource{
		typ: "AWS::S3::Bucket", id: name, name: name, arn: arn,
		configuration: object{"name": name, "owner": g.owner(), "creationDate": g.past(200)}, supplementary: supplement,
	})
	g.recoveryPoint("S3", arn)
}

// kept are the parts of a bucket that keep its objects: a lock, rules for old versions and copies in two buckets.
func (g *gen) kept(arn string) object {
	replicate := func(priority int, bucket string) object {
		return object{
			"status": "Enabled", "prefix": nil, "priority": priority, "filter": nil,
			"destinationConfig": object{"bucketARN": "arn:aws:s3:::" + g.bucketName(bucket), "storageClass": nil, "account": nil},
		}
	}
	return object{
		"ObjectLockConfiguration": object{"objectLockEnabled": "Enabled", "rule": object{"defaultRetention": object{"mode": "GOVERNANCE", "days": 30, "years": nil}}},
		"BucketLifecycleConfiguration": object{"rules": list{object{
			"id": "age", "status": "Enabled", "prefix": nil, "filter": object{"predicate": object{"type": "LifecyclePrefixPredicate", "prefix": ""}},
			"expirationInDays": 365, "expiredObjectDeleteMarker": false, "noncurrentVersionExpirationInDays": 90,
			"transitions": list{object{"days": 30, "storageClass": "STANDARD_IA"}}, "abortIncompleteMultipartUpload": object{"daysAfterInitiation": 7},
		}}},
		"BucketReplicationConfiguration": object{"roleARN": g.iam("role/replication"), "rules": object{"far": replicate(1, copies), "near": replicate(2, "nearby")}},
	}
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

// recoveryPoint builds a backup of a resource: of today in a vault that the account has no power over, or an old one.
func (g *gen) recoveryPoint(kind, of string) {
	arn := g.arn("backup", "recovery-point:"+g.uuid())
	name := either(g, "air-gapped", "default")
	g.add(resource{
		typ: "AWS::Backup::RecoveryPoint", id: arn, arn: arn,
		configuration: object{
			"RecoveryPointArn": arn, "BackupVaultName": name, "BackupVaultArn": g.arn("backup", "backup-vault:"+name), "EncryptionKeyArn": g.key(), "IamRoleArn": g.iam("role/backup"),
			"VaultType": either(g, "LOGICALLY_AIR_GAPPED_BACKUP_VAULT", "BACKUP_VAULT"), "ResourceArn": of, "ResourceType": kind, "Status": "COMPLETED", "StorageClass": "WARM", "IsEncrypted": g.sound,
			"CreationDate": g.past(either(g, 0, 20)), "CompletionDate": g.past(either(g, 0, 20)), "BackupSizeInBytes": 1 << 20, "Lifecycle": object{"DeleteAfterDays": 35},
		},
	})
}
