package aws

import (
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/collect"
)

// What IAM has of users, groups, roles and customer-managed policies comes with one paged call each. Policy documents stay
// URL-encoded, as IAM gives and AWS Config records them.

func authorizationDetails(filter, each string) []collect.Step {
	return []collect.Step{{API: "iam:GetAccountAuthorizationDetails", Input: object{"Filter": []any{filter}}, Each: each}}
}

const noZone = "Not Applicable"

var iamUser = &collect.Type{
	Name: "AWS::IAM::User", Region: arn.Global, Zone: noZone,
	Find: authorizationDetails("User", "UserDetailList"),
	ID:   "{UserId}", Title: "{UserName}", ARN: "{Arn}", Created: "CreateDate", Tags: "Tags",
	Empty:     []string{"UserPolicyList", "GroupList", "AttachedManagedPolicies", "Tags"},
	Relations: []collect.Relation{{Label: "Is attached to Group", Type: "AWS::IAM::Group", Name: "GroupList[]"}},
	Finish:    relateCustomerManaged,
	Note:      "Relationships to groups and policies have their names, not their ids.",
}

var iamGroup = &collect.Type{
	Name: "AWS::IAM::Group", Region: arn.Global, Zone: noZone,
	Find: authorizationDetails("Group", "GroupDetailList"),
	Details: []collect.Detail{{
		API: "iam:GetGroup", From: map[string]string{"GroupName": "GroupName"}, Covers: []string{"relationships"},
		Absent: []string{"NoSuchEntity"},
		Put: func(r *collect.Resource, answer object) {
			for _, u := range collect.Every(answer, "Users[]") {
				r.Relate("Contains User", "AWS::IAM::User", collect.Text(u, "UserId"), collect.Text(u, "UserName"))
			}
		},
	}},
	ID: "{GroupId}", Title: "{GroupName}", ARN: "{Arn}", Created: "CreateDate",
	Empty:  []string{"GroupPolicyList", "AttachedManagedPolicies"},
	Finish: relateCustomerManaged,
	Note:   "Relationships to policies have their names, not their ids.",
}

var iamRole = &collect.Type{
	Name: "AWS::IAM::Role", Region: arn.Global, Zone: noZone,
	Find: authorizationDetails("Role", "RoleDetailList"),
	ID:   "{RoleId}", Title: "{RoleName}", ARN: "{Arn}", Created: "CreateDate", Tags: "Tags",
	Empty:  []string{"InstanceProfileList", "RolePolicyList", "AttachedManagedPolicies", "Tags"},
	Finish: relateCustomerManaged,
	Note:   "Relationships to policies have their names, not their ids.",
}

var iamPolicy = &collect.Type{
	Name: "AWS::IAM::Policy", Region: arn.Global, Zone: noZone,
	Find: authorizationDetails("LocalManagedPolicy", "Policies"),
	ID:   "{PolicyId}", Title: "{PolicyName}", ARN: "{Arn}", Created: "CreateDate",
	Empty: []string{"PolicyVersionList"},
	Details: []collect.Detail{{
		API: "iam:ListPolicyTags", From: map[string]string{"PolicyArn": "Arn"}, Take: "Tags", Key: ".PolicyTags", Covers: []string{"tags"},
		Absent: []string{"NoSuchEntity"},
	}},
	Tags: "PolicyTags", Drop: []string{"PolicyTags"},
	Note: "Without relationships: those of users, groups and roles lead to the policy.",
}

// relateCustomerManaged relates a user, group or role to the account's own policies among those attached to it.
func relateCustomerManaged(r *collect.Resource) {
	for _, p := range r.Every("AttachedManagedPolicies[]") {
		if strings.Contains(collect.Text(p, "PolicyArn"), "::"+r.Account+":policy/") {
			r.Relate("Is attached to CustomerManagedPolicy", "AWS::IAM::Policy", "", collect.Text(p, "PolicyName"))
		}
	}
}

// iamServerCertificate is in CloudFormation's shape, and has the expiration, which rules read, beside it.
var iamServerCertificate = &collect.Type{
	Name: "AWS::IAM::ServerCertificate", Region: arn.Global, Zone: noZone,
	Find: []collect.Step{{API: "iam:ListServerCertificates", Each: "ServerCertificateMetadataList"}},
	Details: []collect.Detail{{
		API: "iam:GetServerCertificate", From: map[string]string{"ServerCertificateName": "ServerCertificateName"}, Take: "ServerCertificate.Tags", Key: ".Tags",
		Absent: []string{"NoSuchEntity"}, Covers: []string{"tags", "configuration.Tags"},
	}},
	ID: "{ServerCertificateName}", Title: "{ServerCertificateName}", ARN: "{Arn}", Created: "UploadDate", Tags: "Tags",
	Shape: collect.Fields(map[string]string{
		"Arn": "Arn", "Path": "Path", "ServerCertificateName": "ServerCertificateName", "Expiration": "Expiration", "Tags": "Tags",
	}),
	Note: "Expiration is no property of CloudFormation.",
}
