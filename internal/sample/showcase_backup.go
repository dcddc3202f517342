package sample

// showBackups builds a plan that takes in everything, or one that takes in nothing that is here, and their vault.
func (g *gen) showBackups() {
	plan, vault := "5f3c1a52-0000-4000-8000-"+g.hex(12), "main"
	schedule, days := either(g, "cron(0 5 ? * * *)", "cron(0 5 1 * ? *)"), either(g, 35, 7)
	g.add(resource{
		typ: "AWS::Backup::BackupPlan", id: plan, name: "daily", arn: g.arn("backup", "backup-plan:"+plan),
		configuration: object{"BackupPlanId": plan, "BackupPlanArn": g.arn("backup", "backup-plan:"+plan), "VersionId": g.hex(16), "BackupPlan": object{
			"BackupPlanName": "daily",
			"BackupPlanRule": list{object{"RuleName": "daily", "ScheduleExpression": schedule, "TargetBackupVault": vault, "StartWindowMinutes": 60, "CompletionWindowMinutes": 180, "EnableContinuousBackup": false, "Lifecycle": object{"DeleteAfterDays": days}}},
		}},
	})
	selection := "9a7e24be-0000-4000-8000-" + g.hex(12)
	g.add(resource{
		typ: "AWS::Backup::BackupSelection", id: plan + "_" + selection, arn: g.arn("backup", "backup-plan:"+plan+"/selection/"+selection),
		configuration: object{"BackupPlanId": plan, "SelectionId": selection, "BackupSelection": object{
			"SelectionName": "all", "IamRoleArn": g.iam("role/backup"), "Resources": either(g, list{"*"}, list{g.arn("storagegateway", "gateway/*")}), "NotResources": list{},
		}},
	})
	c := object{"BackupVaultName": vault, "BackupVaultArn": g.arn("backup", "backup-vault:"+vault), "EncryptionKeyArn": g.key()}
	g.onlySound(c, object{"AccessPolicy": object{"Version": "2012-10-17", "Statement": list{object{
		"Effect": "Deny", "Principal": "*", "Resource": "*",
		"Action": list{"backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle", "backup:PutBackupVaultAccessPolicy"},
	}}}})
	g.add(resource{typ: "AWS::Backup::BackupVault", id: vault, name: vault, arn: g.arn("backup", "backup-vault:"+vault), configuration: c})
	machine := "vm-" + g.hex(17)
	g.add(resource{
		typ: "AWS::BackupGateway::VirtualMachine", id: g.arn("backup-gateway", "vm/"+machine), name: "files", arn: g.arn("backup-gateway", "vm/"+machine),
		configuration: object{},
	})
}

// backedUp builds a recovery point of a resource: today's in a logically air-gapped vault, or an old one that is not
// encrypted and not kept for long.
func (g *gen) backedUp(kind, resourceARN string) {
	point := g.arn("backup", "recovery-point:"+g.hex(8)+"-0000-4000-8000-"+g.hex(12))
	g.add(resource{
		typ: "AWS::Backup::RecoveryPoint", id: point, arn: point,
		configuration: object{
			"RecoveryPointArn": point, "BackupVaultName": "main", "BackupVaultArn": g.arn("backup", "backup-vault:main"), "VaultType": either(g, "LOGICALLY_AIR_GAPPED_BACKUP_VAULT", "BACKUP_VAULT"),
			"ResourceArn": resourceARN, "ResourceType": kind, "Status": "COMPLETED", "StorageClass": "WARM", "IamRoleArn": g.iam("role/backup"),
			"IsEncrypted": g.sound, "BackupSizeInBytes": 1 << 30, "CreationDate": g.past(either(g, 0, 9)), "CompletionDate": g.past(either(g, 0, 9)),
			"Lifecycle": object{"DeleteAfterDays": either(g, 35, 7)}, "CalculatedLifecycle": object{"DeleteAt": g.past(either(g, -35, 2))},
		},
	})
}
