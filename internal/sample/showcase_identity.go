package sample

import (
	"net/url"

	"github.com/tickmark/tickmark/internal/inventory"
)

// showIdentities builds a group, a role, a policy, a person and a program, with the credential report about them.
func (g *gen) showIdentities() {
	group := "AGPA" + g.upper(17)
	g.add(resource{
		typ: "AWS::IAM::Group", id: group, name: "engineers", arn: g.iam("group/engineers"), global: true,
		configuration: object{
			"path": "/", "groupName": "engineers", "groupId": group, "arn": g.iam("group/engineers"), "createDate": g.past(400),
			"groupPolicyList": g.inline(), "attachedManagedPolicies": list{attached("ReadOnlyAccess")},
		},
	})
	g.showUser("alice", group)
	g.showUser("deploy", group)
	g.showReport()
	role := "AROA" + g.upper(17)
	g.add(resource{
		typ: "AWS::IAM::Role", id: role, name: "support", arn: g.iam("role/support"), global: true,
		configuration: object{
			"path": "/", "roleName": "support", "roleId": role, "arn": g.iam("role/support"), "createDate": g.past(250),
			"assumeRolePolicyDocument": document("sts:AssumeRole", nil, object{"AWS": g.iam("root")}),
			"rolePolicyList":           g.inline(), "instanceProfileList": list{}, "roleLastUsed": object{"lastUsedDate": g.past(2), "region": g.region},
			"attachedManagedPolicies": list{attached(either(g, "AWSSupportAccess", "AmazonS3ReadOnlyAccess"))},
		},
	})
	policy := "ANPA" + g.upper(17)
	g.add(resource{
		typ: "AWS::IAM::Policy", id: policy, name: "operations", arn: g.iam("policy/operations"), global: true,
		configuration: object{
			"policyName": "operations", "policyId": policy, "arn": g.iam("policy/operations"), "path": "/", "defaultVersionId": "v2", "attachmentCount": 1,
			"permissionsBoundaryUsageCount": 0, "isAttachable": true, "description": either(g, "what operators do", ""), "createDate": g.past(200), "updateDate": g.past(100),
			"policyVersionList": list{
				object{"document": document(either[any](g, list{"ec2:Describe*", "logs:GetLogEvents"}, "*"), "*", nil), "versionId": "v2", "isDefaultVersion": true, "createDate": g.past(100)},
				object{"document": document("ec2:Describe*", "*", nil), "versionId": "v1", "isDefaultVersion": false, "createDate": g.past(200)},
			},
		},
	})
}

// inline are the policies that are part of an identity: none, or one that lets it decrypt with every key.
func (g *gen) inline() list {
	return either(g, list{}, list{object{"policyName": "decrypt", "policyDocument": document(list{"kms:Decrypt", "s3:GetObject"}, "*", nil)}})
}

// document is a policy of one statement, as IAM gives it.
func document(action, resource any, principal object) string {
	statement := object{"Effect": "Allow", "Action": action}
	if resource != nil {
		statement["Resource"] = resource
	}
	if principal != nil {
		statement["Principal"] = principal
	}
	return url.PathEscape(text(object{"Version": "2012-10-17", "Statement": list{statement}}))
}

func (g *gen) showUser(name, group string) {
	id := "AIDA" + g.upper(17)
	c := object{
		"path": "/", "userName": name, "userId": id, "arn": g.iam("user/" + name), "createDate": g.past(700),
		"userPolicyList": g.inline(), "groupList": either(g, list{"engineers"}, list{}), "attachedManagedPolicies": either(g, list{}, list{attached("PowerUserAccess")}),
	}
	var member []inventory.Relationship
	if g.sound {
		member = []inventory.Relationship{rel("Is attached to ", "AWS::IAM::Group", group)}
	}
	g.add(resource{typ: "AWS::IAM::User", id: id, name: name, arn: g.iam("user/" + name), global: true, configuration: c, relations: member})
}

// showReport builds the credential report: the person has a password, the program an access key.
func (g *gen) showReport() {
	row := func(user, arn string, members object) object {
		o := object{
			"user": user, "arn": arn, "userCreationTime": g.past(700), "passwordEnabled": "false", "passwordLastUsed": "N/A", "passwordLastChanged": "N/A", "passwordNextRotation": "N/A",
			"mfaActive": either(g, "true", "false"), "cert1Active": "false", "cert1LastRotated": "N/A", "cert2Active": "false", "cert2LastRotated": "N/A",
		}
		for _, key := range []string{"accessKey1", "accessKey2"} {
			o[key+"Active"] = "false"
			for _, of := range []string{"LastRotated", "LastUsedDate", "LastUsedRegion", "LastUsedService"} {
				o[key+of] = "N/A"
			}
		}
		return g.merge(true, o, members)
	}
	g.fact("CredentialReport", g.account, true, object{"generatedTime": g.past(0), "users": list{
		row("<root_account>", g.iam("root"), object{"passwordEnabled": "not_supported", "passwordLastChanged": "not_supported", "passwordNextRotation": "not_supported", "passwordLastUsed": g.past(either(g, 300, 1))}),
		row("alice", g.iam("user/alice"), object{"passwordEnabled": "true", "passwordLastUsed": g.past(either(g, 3, 200)), "passwordLastChanged": g.past(either(g, 40, 600)), "passwordNextRotation": g.past(either(g, -50, 510))}),
		row("deploy", g.iam("user/deploy"), object{
			"accessKey1Active": "true", "accessKey1LastRotated": g.past(either(g, 20, 300)), "accessKey1LastUsedDate": g.past(either(g, 1, 120)),
			"accessKey1LastUsedRegion": g.region, "accessKey1LastUsedService": "s3",
		}),
	}})
}
