package aws

import "github.com/tickmark/tickmark/internal/collect"

var backupPlan = &collect.Type{
	Name: "AWS::Backup::BackupPlan",
	Find: []collect.Step{
		{API: "backup:ListBackupPlans", Each: "BackupPlansList"},
		{API: "backup:GetBackupPlan", From: map[string]string{"BackupPlanId": "BackupPlanId"}, Only: "BackupPlanId", Absent: []string{"ResourceNotFoundException"}, Else: asListed},
	},
	ID: "{BackupPlanId}", Title: "{BackupPlan.BackupPlanName}", ARN: "{BackupPlanArn}",
	Created: "CreationDate",
	Tags:    "Tags",
	Details: []collect.Detail{tagsBy("backup:ListTags", "ResourceArn", "BackupPlanArn", "Tags")},
	Shape: func(r *collect.Resource) any {
		plan := object{"BackupPlanRule": planRules(r)}
		collect.Set(plan, "BackupPlanName", r.At("BackupPlan.BackupPlanName"))
		collect.Set(plan, "AdvancedBackupSettings", r.At("BackupPlan.AdvancedBackupSettings"))
		collect.Set(plan, "ScanSettings", r.At("BackupPlan.ScanSettings"))
		out := object{"BackupPlan": plan}
		for _, k := range []string{"BackupPlanId", "BackupPlanArn", "VersionId"} {
			collect.Set(out, k, r.At(k))
		}
		collect.Set(out, "BackupPlanTags", r.At("Tags"))
		return out
	},
}

// planRules are the rules of a plan as CloudFormation calls their members.
func planRules(r *collect.Resource) []any {
	rules := []any{}
	for _, rule := range r.Every("BackupPlan.Rules[]") {
		o, _ := rule.(object)
		out := object{}
		for k, v := range o {
			switch k {
			case "TargetBackupVaultName":
				out["TargetBackupVault"] = v
			case "RuleId":
			default:
				out[k] = v
			}
		}
		rules = append(rules, out)
	}
	return rules
}

// backupSelection's id joins those of the plan and the selection, as CloudFormation does.
var backupSelection = &collect.Type{
	Name: "AWS::Backup::BackupSelection",
	Find: []collect.Step{
		{API: "backup:ListBackupPlans", Each: "BackupPlansList"},
		{API: "backup:ListBackupSelections", From: map[string]string{"BackupPlanId": "BackupPlanId"}, Each: "BackupSelectionsList", Absent: []string{"ResourceNotFoundException"}},
		{
			API: "backup:GetBackupSelection", From: map[string]string{"BackupPlanId": "BackupPlanId", "SelectionId": "SelectionId"}, Absent: []string{"ResourceNotFoundException"}, Else: asListed,
		},
	},
	ID: "{BackupPlanId}_{SelectionId}", ARN: "arn:{partition}:backup:{region}:{account}:backup-plan:{BackupPlanId}/selection/{SelectionId}",
	Created: "CreationDate",
	Shape: collect.Fields(map[string]string{
		"BackupPlanId": "BackupPlanId", "SelectionId": "SelectionId", "BackupSelection": "BackupSelection",
	}),
	Relations: []collect.Relation{{Label: "Is associated with ", Type: "AWS::Backup::BackupPlan", ID: "BackupPlanId"}},
}

var backupVault = &collect.Type{
	Name: "AWS::Backup::BackupVault",
	Find: []collect.Step{{API: "backup:ListBackupVaults", Each: "BackupVaultList"}},
	ID:   "{BackupVaultName}", Title: "{BackupVaultName}", ARN: "{BackupVaultArn}",
	Created: "CreationDate",
	Tags:    "Tags",
	Details: []collect.Detail{
		tagsBy("backup:ListTags", "ResourceArn", "BackupVaultArn", "Tags"),
		{
			API: "backup:GetBackupVaultAccessPolicy", From: map[string]string{"BackupVaultName": "BackupVaultName"}, Take: "Policy", Key: ".Policy",
			Absent: []string{"ResourceNotFoundException"}, Covers: []string{"configuration.AccessPolicy"},
		},
		{
			API: "backup:GetBackupVaultNotifications", From: map[string]string{"BackupVaultName": "BackupVaultName"}, Key: ".Notifications",
			Absent: []string{"ResourceNotFoundException"}, Covers: []string{"configuration.Notifications"},
		},
	},
	Shape: func(r *collect.Resource) any {
		out := object{}
		for to, from := range map[string]string{
			"BackupVaultName": "BackupVaultName", "BackupVaultArn": "BackupVaultArn", "EncryptionKeyArn": "EncryptionKeyArn", "VaultType": "VaultType", "VaultState": "VaultState",
			"BackupVaultTags": "Tags", "Notifications.SNSTopicArn": "Notifications.SNSTopicArn", "Notifications.BackupVaultEvents": "Notifications.BackupVaultEvents",
		} {
			collect.Set(out, to, r.At(from))
		}
		collect.Set(out, "AccessPolicy", collect.JSONText(r.At("Policy")))
		if r.At("Locked") == true {
			lock := object{}
			collect.Set(lock, "MinRetentionDays", r.At("MinRetentionDays"))
			collect.Set(lock, "MaxRetentionDays", r.At("MaxRetentionDays"))
			collect.Set(lock, "LockDate", moment(r.At("LockDate")))
			out["LockConfiguration"] = lock
		}
		return out
	},
}

// backupRecoveryPoint: the list has all that AWS Config records but the class of storage, which would cost a call for each
// of very many points. Tags come for a hundred at once, and from there also those of points that are other services'
// resources (snapshots).
var backupRecoveryPoint = &collect.Type{
	Name: "AWS::Backup::RecoveryPoint",
	Find: []collect.Step{
		{API: "backup:ListBackupVaults", Each: "BackupVaultList"},
		{API: "backup:ListRecoveryPointsByBackupVault", From: map[string]string{"BackupVaultName": "BackupVaultName"}, Each: "RecoveryPoints", Absent: []string{"ResourceNotFoundException"}},
	},
	ID: "{RecoveryPointArn}", ARN: "{RecoveryPointArn}",
	Created: "CreationDate",
	Tags:    "Tags",
	Drop:    []string{"Tags", "AggregatedScanResult", "LastRestoreTime"},
	Details: []collect.Detail{{
		API:   "resourcegroupstaggingapi:GetResources",
		Batch: &collect.Batch{Member: "ResourceARNList", Path: "RecoveryPointArn", Size: 100, Match: "ResourceARN", By: "RecoveryPointArn"},
		Each:  "ResourceTagMappingList", Take: "Tags", Key: ".Tags", Covers: []string{"tags"},
	}},
	Shape:     collect.Pascal,
	Relations: []collect.Relation{{Label: "Is contained in ", Type: "AWS::Backup::BackupVault", ID: "BackupVaultName"}},
	Note:      "The class of storage and the time of the last restore are not read.",
}

var backupReportPlan = &collect.Type{
	Name: "AWS::Backup::ReportPlan",
	Find: []collect.Step{{API: "backup:ListReportPlans", Each: "ReportPlans"}},
	ID:   "{ReportPlanArn}", Title: "{ReportPlanName}", ARN: "{ReportPlanArn}",
	Created: "CreationTime",
	Tags:    "Tags",
	Details: []collect.Detail{tagsBy("backup:ListTags", "ResourceArn", "ReportPlanArn", "Tags")},
	Shape: collect.Fields(map[string]string{
		"ReportPlanArn": "ReportPlanArn", "ReportPlanName": "ReportPlanName", "ReportPlanDescription": "ReportPlanDescription", "ReportDeliveryChannel": "ReportDeliveryChannel",
		"ReportSetting.ReportTemplate": "ReportSetting.ReportTemplate", "ReportSetting.FrameworkArns": "ReportSetting.FrameworkArns", "ReportSetting.Accounts": "ReportSetting.Accounts",
		"ReportSetting.OrganizationUnits": "ReportSetting.OrganizationUnits", "ReportSetting.Regions": "ReportSetting.Regions", "ReportPlanTags": "Tags",
	}),
}

// AWS Config does not record machines of Backup gateway: the shape is that of the API.
var backupGatewayVirtualMachine = &collect.Type{
	Name: "AWS::BackupGateway::VirtualMachine",
	Find: []collect.Step{{API: "backup-gateway:ListVirtualMachines", Each: "VirtualMachines"}},
	ID:   "{ResourceArn}", Title: "{Name}", ARN: "{ResourceArn}",
	Tags:    "Tags",
	Drop:    []string{"LastBackupDate"},
	Details: []collect.Detail{tagsBy("backup-gateway:ListTagsForResource", "ResourceArn", "ResourceArn", "Tags")},
	Shape:   collect.Pascal,
}
