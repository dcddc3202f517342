package aws

import (
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/collect"
)

// The account facts of docs/format/account-facts.md. Each is an item of its own type whose id is the account's.

var factPasswordPolicy = &collect.Type{
	Name: "Tickmark::Account::PasswordPolicy", Region: arn.Global, ID: "{account}",
	Find: []collect.Step{{
		API: "iam:GetAccountPasswordPolicy", Each: "PasswordPolicy",
		Absent: []string{"NoSuchEntity", "NoSuchEntityException"}, Instead: collect.Object{"Exists": false},
	}},
	Finish: func(r *collect.Resource) {
		c, _ := r.Spec.Configuration.(collect.Object)
		if _, none := c["exists"]; !none {
			c["exists"] = true
		}
	},
}

var factEbsEncryptionByDefault = &collect.Type{
	Name: "Tickmark::Account::EbsEncryptionByDefault", ID: "{account}",
	Find: []collect.Step{{API: "ec2:GetEbsEncryptionByDefault"}},
	Details: []collect.Detail{{
		API: "ec2:GetEbsDefaultKmsKeyId", Take: "KmsKeyId", Key: ".KmsKeyId", Covers: []string{"configuration.kmsKeyId"},
	}},
	Shape: collect.Fields(map[string]string{"ebsEncryptionByDefault": "EbsEncryptionByDefault", "kmsKeyId": "KmsKeyId"}),
}

// factEbsPublicSnapshots is one item of all pages: the list is a detail of the account.
var factEbsPublicSnapshots = &collect.Type{
	Name: "Tickmark::Account::EbsPublicSnapshots", ID: "{account}",
	Find: []collect.Step{{Given: []collect.Object{{}}}},
	Details: []collect.Detail{{
		API: "ec2:DescribeSnapshots", Input: collect.Object{"OwnerIds": []any{"self"}, "RestorableByUserIds": []any{"all"}},
		Put: func(r *collect.Resource, answer collect.Object) {
			r.Object["snapshotIds"] = list(collect.Every(answer, "Snapshots[].SnapshotId"))
		},
		Covers: []string{"configuration.snapshotIds"},
	}},
}

var factAllowedImages = &collect.Type{
	Name: "Tickmark::Account::AllowedImages", ID: "{account}",
	Find:  []collect.Step{{API: "ec2:GetAllowedImagesSettings"}},
	Shape: collect.Fields(map[string]string{"state": "State"}),
}

var factS3PublicAccessBlock = &collect.Type{
	Name: "Tickmark::Account::S3PublicAccessBlock", Region: arn.Global, ID: "{account}",
	Find: []collect.Step{{
		API: "s3control:GetPublicAccessBlock", From: map[string]string{"AccountId": "{account}"}, Each: "PublicAccessBlockConfiguration",
		Absent: []string{"NoSuchPublicAccessBlockConfiguration"}, Instead: collect.Object{"Exists": false},
	}},
	Finish: factPasswordPolicy.Finish,
}

var factOrganization = &collect.Type{
	Name: "Tickmark::Account::Organization", Region: arn.Global, ID: "{account}",
	Find: []collect.Step{{
		API: "organizations:DescribeOrganization", Each: "Organization",
		Absent: []string{"AWSOrganizationsNotInUseException"}, Instead: collect.Object{},
	}},
	Shape: collect.Fields(map[string]string{"organizationId": "Id", "masterAccountId": "MasterAccountId", "featureSet": "FeatureSet"}),
	Finish: func(r *collect.Resource) {
		c, _ := r.Spec.Configuration.(collect.Object)
		c["inOrganization"] = r.Text("Id") != ""
	},
}

var factAlternateContacts = &collect.Type{
	Name: "Tickmark::Account::AlternateContacts", Region: arn.Global, ID: "{account}",
	Find:    []collect.Step{{Given: []collect.Object{{"types": []any{}}}}},
	Details: []collect.Detail{alternateContact("BILLING"), alternateContact("OPERATIONS"), alternateContact("SECURITY")},
	Finish: func(r *collect.Resource) {
		if len(r.Failed) > 0 { // a part of the list would say that the rest is not there
			r.Spec.Configuration = collect.Object{}
		}
	},
}

func alternateContact(kind string) collect.Detail {
	return collect.Detail{
		API: "account:GetAlternateContact", Input: collect.Object{"AlternateContactType": kind}, Absent: []string{"ResourceNotFoundException"},
		Put: func(r *collect.Resource, _ collect.Object) {
			types, _ := r.Object["types"].([]any)
			r.Object["types"] = append(types, kind)
		},
		Covers: []string{"configuration.types"},
	}
}

// factProtectedResource asks for each resource, as only that tells of its latest restore.
var factProtectedResource = &collect.Type{
	Name: "Tickmark::Account::ProtectedResource", ID: "{account}/{ResourceArn}",
	Find: []collect.Step{{API: "backup:ListProtectedResources", Each: "Results"}},
	Details: []collect.Detail{{
		API: "backup:DescribeProtectedResource", From: map[string]string{"ResourceArn": "ResourceArn"}, Absent: []string{"ResourceNotFoundException"},
		Put: func(r *collect.Resource, answer collect.Object) {
			for _, k := range restoreMembers {
				if v := answer[k]; v != nil {
					r.Object[k] = v
				}
			}
		},
		Covers: []string{
			"configuration.latestRestoreExecutionTimeMinutes", "configuration.latestRestoreJobCreationDate", "configuration.latestRestoreRecoveryPointCreationDate",
		},
	}},
	Drop: []string{"ResourceName", "LastBackupVaultArn", "LastRecoveryPointArn"},
}

var restoreMembers = []string{"LatestRestoreExecutionTimeMinutes", "LatestRestoreJobCreationDate", "LatestRestoreRecoveryPointCreationDate"}

// list is [] instead of nothing.
func list(all []any) []any {
	if all == nil {
		return []any{}
	}
	return all
}

// isoTime is a time as the facts have it.
func isoTime(v any) any {
	if t, ok := v.(time.Time); ok {
		return t.UTC().Format(time.RFC3339)
	}
	return v
}
