package sample

import (
	"encoding/json"
	"fmt"

	"github.com/tickmark/tickmark/internal/inventory"
)

// storage builds buckets, volumes, file systems and the keys that protect them.
func (g *gen) storage() {
	for _, purpose := range []string{"logs", "data", "site", "backup"} {
		g.bucket(purpose)
	}
	g.volumes()
	id := "fs-" + g.hex(17)
	arn := g.arn("elasticfilesystem", "file-system/"+id)
	fs := object{"FileSystemId": id, "Arn": arn, "Encrypted": g.often(7), "PerformanceMode": "generalPurpose", "ThroughputMode": "bursting", "BackupPolicy": object{"Status": pick(g, "ENABLED", "DISABLED")}}
	if fs["Encrypted"] == true {
		fs["KmsKeyId"] = g.key()
	}
	g.add(resource{typ: "AWS::EFS::FileSystem", id: id, name: id, arn: arn, configuration: fs})
	g.kmsKey("Enabled")
	g.kmsKey(pick(g, "Enabled", "Disabled", "PendingDeletion"))
	if g.stack < plansPerPlace {
		g.backups(arn)
	}
	g.vault(arn)
}

func (g *gen) bucket(purpose string) {
	name := fmt.Sprintf("tickmark-sample-%s-%s-%s", purpose, g.account, g.hex(6))
	arn := "arn:aws:s3:::" + name
	public := purpose == "site" && g.often(5)
	statements := list{}
	if g.often(6) {
		statements = append(statements, object{"Sid": "TLS", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": list{arn, arn + "/*"}, "Condition": object{"Bool": object{"aws:SecureTransport": "false"}}})
	}
	if public {
		statements = append(statements, object{"Sid": "Read", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": arn + "/*"})
	}
	policy := object{"policyText": nil}
	if len(statements) > 0 {
		policy["policyText"] = text(object{"Version": "2012-10-17", "Statement": statements})
	}
	algorithm := object{"sseAlgorithm": "AES256", "kmsMasterKeyID": nil}
	if g.often(4) {
		algorithm = object{"sseAlgorithm": "aws:kms", "kmsMasterKeyID": g.key()}
	}
	owner := object{"displayName": nil, "id": g.hex(64)}
	supplement := object{
		"AccessControlList":                 text(object{"grantSet": nil, "grantList": list{object{"grantee": object{"id": owner["id"], "displayName": nil}, "permission": "FullControl"}}, "owner": owner, "isRequesterCharged": false}),
		"BucketPolicy":                      policy,
		"BucketVersioningConfiguration":     object{"status": pick(g, "Enabled", "Enabled", "Off"), "isMfaDeleteEnabled": nil},
		"BucketLoggingConfiguration":        g.bucketLogging(purpose),
		"PublicAccessBlockConfiguration":    object{"blockPublicAcls": !public, "ignorePublicAcls": !public, "blockPublicPolicy": !public, "restrictPublicBuckets": !public},
		"ServerSideEncryptionConfiguration": object{"rules": list{object{"applyServerSideEncryptionByDefault": algorithm, "bucketKeyEnabled": false}}},
		"BucketTaggingConfiguration":        object{"tagSets": list{}},
		"IsRequesterPaysEnabled":            false,
		"BucketNotificationConfiguration":   object{"configurations": g.notifications(purpose)},
		"BucketAccelerateConfiguration":     object{"status": nil},
	}
	if purpose == "backup" && g.often(6) {
		supplement["BucketReplicationConfiguration"] = object{"roleARN": "arn:aws:iam::" + g.account + ":role/replication", "rules": object{"all": object{"status": "Enabled", "prefix": "", "destinationConfig": object{"bucketARN": arn + "-replica"}}}}
	}
	g.add(resource{
		typ: "AWS::S3::Bucket", id: name, name: name, arn: arn,
		configuration: object{"name": name, "owner": owner, "creationDate": g.past(200)}, supplementary: supplement,
		before: func(_, s object) {
			s["BucketVersioningConfiguration"] = object{"status": "Off", "isMfaDeleteEnabled": nil}
		},
	})
}

// notifications are the events a bucket tells of.
func (g *gen) notifications(purpose string) object {
	if purpose != "data" && g.often(7) {
		return object{}
	}
	return object{"created": object{"type": "LambdaConfiguration", "functionARN": g.arn("lambda", "function:batch"), "events": list{"s3:ObjectCreated:*"}, "filter": nil}}
}

func (g *gen) bucketLogging(purpose string) object {
	if purpose == "logs" || g.often(4) {
		return object{"destinationBucketName": nil, "logFilePrefix": nil}
	}
	return object{"destinationBucketName": "tickmark-sample-logs-" + g.account, "logFilePrefix": purpose + "/"}
}

func (g *gen) volumes() {
	for range 3 {
		id, instance := "vol-"+g.hex(17), "i-"+g.hex(17)
		v := object{"volumeId": id, "size": 8 << g.IntN(5), "state": "in-use", "volumeType": "gp3", "availabilityZone": g.region + "a", "encrypted": g.often(7), "createTime": g.past(60), "attachments": list{object{"instanceId": instance, "state": "attached", "device": "/dev/xvda", "deleteOnTermination": true}}}
		if v["encrypted"] == true {
			v["kmsKeyId"] = g.key()
		}
		rels := []inventory.Relationship{rel("Is attached to Instance", "AWS::EC2::Instance", instance)}
		if g.often(2) {
			v["attachments"], v["state"], rels = list{}, "available", nil
		}
		g.add(resource{typ: "AWS::EC2::Volume", id: id, arn: g.arn("ec2", "volume/"+id), zone: g.region + "a", configuration: v, relations: rels, noTags: g.often(3)})
	}
}

func (g *gen) kmsKey(state string) {
	arn := g.key()
	id := arn[len(arn)-36:]
	g.add(resource{
		typ: "AWS::KMS::Key", id: id, name: id, arn: arn,
		configuration: object{"arn": arn, "keyId": id, "awsaccountId": g.account, "enabled": state == "Enabled", "keyState": state, "keyManager": "CUSTOMER", "keyUsage": "ENCRYPT_DECRYPT", "keySpec": "SYMMETRIC_DEFAULT", "customerMasterKeySpec": "SYMMETRIC_DEFAULT", "origin": "AWS_KMS", "multiRegion": false, "creationDate": g.past(300), "description": "synthetic"},
		supplementary: object{"KeyRotationStatus": g.often(7), "Policy": text(object{"Version": "2012-10-17", "Statement": list{object{"Effect": "Allow", "Principal": object{"AWS": "arn:aws:iam::" + g.account + ":root"}, "Action": "kms:*", "Resource": "*"}}})},
		before:        func(_, s object) { s["KeyRotationStatus"] = false },
	})
}

// plansPerPlace bounds the backup plans of an account in a region, as AWS does.
const plansPerPlace = 20

// backups builds a plan that covers the file system, and in most stacks every tagged resource of production.
func (g *gen) backups(fileSystem string) {
	plan, selection := g.hex(8)+"-1111-4000-8000-"+g.hex(12), g.hex(8)+"-2222-4000-8000-"+g.hex(12)
	g.add(resource{
		typ: "AWS::Backup::BackupPlan", id: plan, name: "daily", arn: g.arn("backup", "backup-plan:"+plan),
		configuration: object{"BackupPlanId": plan, "BackupPlanArn": g.arn("backup", "backup-plan:"+plan), "VersionId": g.hex(16), "BackupPlan": object{"BackupPlanName": "daily", "BackupPlanRule": list{object{"RuleName": "daily", "ScheduleExpression": "cron(0 5 ? * * *)", "TargetBackupVault": "default", "StartWindowMinutes": 60, "CompletionWindowMinutes": 180, "Lifecycle": object{"DeleteAfterDays": pick(g, 7, 35, 90)}}}}},
	})
	resources := list{fileSystem}
	if g.often(5) {
		resources = append(resources, "arn:aws:ec2:*:*:volume/*", "arn:aws:ec2:*:*:instance/*", "arn:aws:dynamodb:*:*:table/*", "arn:aws:rds:*:*:cluster:*")
	}
	g.add(resource{
		typ: "AWS::Backup::BackupSelection", id: plan + "_" + selection, arn: g.arn("backup", "backup-plan:"+plan+"/selection/"+selection),
		configuration: object{"BackupPlanId": plan, "SelectionId": selection, "BackupSelection": object{"SelectionName": "all", "IamRoleArn": "arn:aws:iam::" + g.account + ":role/backup", "Resources": resources}},
		relations:     []inventory.Relationship{rel("Is contained in ", "AWS::Backup::BackupPlan", plan)},
	})
}

// vault builds the vault of the backups, which in half of the stacks lets nobody delete from it by hand, and one
// recovery point in it.
func (g *gen) vault(fileSystem string) {
	name := "vault-" + g.hex(6)
	arn := g.arn("backup", "backup-vault:"+name)
	c := object{"BackupVaultName": name, "BackupVaultArn": arn, "EncryptionKeyArn": g.key()}
	if g.often(5) {
		c["AccessPolicy"] = object{"Version": "2012-10-17", "Statement": list{object{"Effect": "Deny", "Principal": "*", "Action": list{"backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle", "backup:PutBackupVaultAccessPolicy"}, "Resource": "*"}}}
	}
	if g.often(3) {
		c["LockConfiguration"] = object{"MinRetentionDays": 7}
	}
	g.add(resource{typ: "AWS::Backup::BackupVault", id: name, name: name, arn: arn, configuration: c})
	point := g.arn("backup", "recovery-point:"+g.hex(8)+"-6666-4000-8000-"+g.hex(12))
	g.add(resource{
		typ: "AWS::Backup::RecoveryPoint", id: point, arn: point, noTags: true,
		configuration: object{"RecoveryPointArn": point, "BackupVaultName": name, "BackupVaultArn": arn, "ResourceArn": fileSystem, "ResourceType": "EFS", "VaultType": "BACKUP_VAULT", "Status": "COMPLETED", "StorageClass": "WARM", "IsEncrypted": g.often(8), "CreationDate": g.past(1), "CompletionDate": g.past(1), "BackupSizeInBytes": g.IntN(1 << 30), "Lifecycle": object{"DeleteAfterDays": 35}},
		relations:     []inventory.Relationship{rel("Is contained in ", "AWS::Backup::BackupVault", name)},
	})
}

// text is JSON inside a string, as policies are recorded.
func text(v any) string {
	b, err := json.Marshal(v)
	if err != nil { // maps, slices and strings always encode
		panic(err)
	}
	return string(b)
}
