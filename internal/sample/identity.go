package sample

import (
	"fmt"
	"net/url"

	"github.com/tickmark/tickmark/internal/inventory"
)

// identities builds the account's users, groups, roles and policies, and the credential report that tells of the
// users' passwords, keys and MFA devices.
func (g *gen) identities() {
	group := "AGPA" + g.upper(17)
	g.add(resource{
		typ: "AWS::IAM::Group", id: group, name: "engineers", arn: g.iam("group/engineers"), global: true,
		configuration: object{"path": "/", "groupName": "engineers", "groupId": group, "arn": g.iam("group/engineers"), "createDate": g.past(400), "groupPolicyList": list{}, "attachedManagedPolicies": list{object{"policyName": "ReadOnlyAccess", "policyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}}},
	})
	report := list{g.rootRow()}
	for _, name := range []string{"alice", "bob", "carol", "deploy", "monitor"} {
		report = append(report, g.user(name, group))
	}
	g.add(resource{
		typ: "Tickmark::Account::CredentialReport", id: g.account, global: true, noTags: true,
		configuration: object{"generatedTime": g.past(0), "users": report},
	})
	for i, name := range []string{"app", "backup", "replication"} {
		g.role(name, i == 0)
	}
	g.policies()
}

func (g *gen) iam(resource string) string { return "arn:aws:iam::" + g.account + ":" + resource }

func (g *gen) rootRow() object {
	return object{"user": "<root_account>", "arn": g.iam("root"), "userCreationTime": g.past(900), "passwordEnabled": "not_supported", "passwordLastUsed": g.past(70), "passwordLastChanged": "not_supported", "mfaActive": "true", "accessKey1Active": "false", "accessKey1LastRotated": "N/A", "accessKey1LastUsedDate": "N/A", "accessKey2Active": "false", "accessKey2LastRotated": "N/A", "accessKey2LastUsedDate": "N/A"}
}

// user builds one user and returns its row of the credential report.
func (g *gen) user(name, group string) object {
	id := "AIDA" + g.upper(17)
	person := name != "deploy" && name != "monitor"
	c := object{"path": "/", "userName": name, "userId": id, "arn": g.iam("user/" + name), "createDate": g.past(300), "userPolicyList": list{}, "groupList": list{}, "attachedManagedPolicies": list{}}
	var rels []inventory.Relationship
	if person || g.often(5) {
		c["groupList"] = list{"engineers"}
		rels = append(rels, rel("Is attached to ", "AWS::IAM::Group", group))
	}
	if !person {
		c["userPolicyList"] = list{object{"policyName": "inline", "policyDocument": url.PathEscape(text(object{"Version": "2012-10-17", "Statement": list{object{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}}}))}}
	}
	g.add(resource{typ: "AWS::IAM::User", id: id, name: name, arn: g.iam("user/" + name), global: true, configuration: c, relations: rels})
	row := object{"user": name, "arn": g.iam("user/" + name), "userCreationTime": g.past(300), "passwordEnabled": fmt.Sprint(person), "passwordLastUsed": "N/A", "passwordLastChanged": "N/A", "mfaActive": fmt.Sprint(person && g.often(7)), "accessKey1Active": "false", "accessKey1LastRotated": "N/A", "accessKey1LastUsedDate": "N/A", "accessKey2Active": "false", "accessKey2LastRotated": "N/A", "accessKey2LastUsedDate": "N/A"}
	if person {
		row["passwordLastUsed"], row["passwordLastChanged"] = g.past(g.IntN(150)), g.past(g.IntN(80))
	} else {
		row["accessKey1Active"], row["accessKey1LastRotated"], row["accessKey1LastUsedDate"] = "true", g.past(g.IntN(200)), g.past(g.IntN(20))
	}
	return row
}

// attached is how an identity names a managed policy of AWS that is attached to it.
func attached(policy string) object {
	return object{"policyName": policy, "policyArn": "arn:aws:iam::aws:policy/" + policy}
}

func (g *gen) role(name string, inline bool) {
	id := "AROA" + g.upper(17)
	c := object{
		"path": "/", "roleName": name, "roleId": id, "arn": g.iam("role/" + name), "createDate": g.past(250), "rolePolicyList": list{}, "instanceProfileList": list{}, "attachedManagedPolicies": list{attached("AmazonS3ReadOnlyAccess")},
		"assumeRolePolicyDocument": url.PathEscape(text(object{"Version": "2012-10-17", "Statement": list{object{"Effect": "Allow", "Principal": object{"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}}})),
	}
	if inline {
		c["rolePolicyList"] = list{object{"policyName": "inline", "policyDocument": url.PathEscape(text(object{"Version": "2012-10-17", "Statement": list{object{"Effect": "Allow", "Action": "logs:*", "Resource": "*"}}}))}}
	}
	if name == "backup" && g.often(6) {
		c["attachedManagedPolicies"] = list{attached("AWSSupportAccess")}
	}
	g.add(resource{typ: "AWS::IAM::Role", id: id, name: name, arn: g.iam("role/" + name), global: true, configuration: c})
}

func (g *gen) policies() {
	for _, p := range []struct {
		name   string
		action any
	}{{"everything", "*"}, {"storage", list{"s3:*"}}, {"read-logs", list{"logs:GetLogEvents", "logs:FilterLogEvents"}}} {
		id := "ANPA" + g.upper(17)
		doc := text(object{"Version": "2012-10-17", "Statement": list{object{"Effect": "Allow", "Action": p.action, "Resource": "*"}}})
		g.add(resource{
			typ: "AWS::IAM::Policy", id: id, name: p.name, arn: g.iam("policy/" + p.name), global: true,
			configuration: object{"policyName": p.name, "policyId": id, "arn": g.iam("policy/" + p.name), "path": "/", "defaultVersionId": "v1", "attachmentCount": 1 + g.IntN(3), "permissionsBoundaryUsageCount": 0, "isAttachable": true, "createDate": g.past(200), "policyVersionList": list{object{"document": url.PathEscape(doc), "versionId": "v1", "isDefaultVersion": true, "createDate": g.past(200)}}},
		})
	}
}

// threats are findings of GuardDuty that nobody archived, one of them of high severity and too old in half of the regions.
func (g *gen) threats() list {
	found := list{}
	for _, f := range []struct{ severity, days int }{{2, 10}, {5, 3}, {8, 4}} {
		if g.often(5) {
			found = append(found, object{"id": g.hex(32), "severity": f.severity, "createdAt": g.past(f.days)})
		}
	}
	return found
}

// accountFacts builds the items of the reserved types: what AWS tells about an account that no resource holds. The
// regional ones are built in every region.
func (g *gen) accountFacts() {
	g.fact("EbsEncryptionByDefault", g.account, false, object{"ebsEncryptionByDefault": g.often(5), "kmsKeyId": "alias/aws/ebs"})
	for _, s := range []struct {
		name  string
		often int
	}{{"config", 10}, {"cloudtrail", 10}, {"guardduty", 7}, {"securityhub", 6}, {"macie", 3}, {"accessanalyzer", 5}, {"inspector", 4}} {
		details := serviceDetails(s.name)
		if s.name == "cloudtrail" {
			details["trailArns"] = list{g.arn("cloudtrail", "trail/organization")}
		}
		if s.name == "guardduty" {
			details["nonArchivedFindings"] = g.threats()
		}
		g.service(s.name, false, g.often(s.often), details)
	}
	public := list{}
	if g.often(2) {
		public = list{"snap-" + g.hex(17)}
	}
	g.fact("EbsPublicSnapshots", g.account, false, object{"snapshotIds": public})
	if !g.home {
		return
	}
	weak := g.often(4)
	g.fact("PasswordPolicy", g.account, true, object{"exists": true, "minimumPasswordLength": map[bool]int{true: 8, false: 14}[weak], "requireSymbols": !weak, "requireNumbers": true, "requireUppercaseCharacters": true, "requireLowercaseCharacters": true, "allowUsersToChangePassword": true, "expirePasswords": !weak, "maxPasswordAge": 90, "passwordReusePrevention": 24, "hardExpiry": false})
	g.fact("Summary", g.account, true, object{"summaryMap": object{"AccountMFAEnabled": g.IntN(2), "AccountAccessKeysPresent": g.IntN(2), "Users": 5, "Groups": 1, "Roles": 3, "Policies": 3}, "rootHardwareMfa": false})
	g.fact("S3PublicAccessBlock", g.account, true, object{"exists": true, "blockPublicAcls": true, "ignorePublicAcls": true, "blockPublicPolicy": g.often(7), "restrictPublicBuckets": true})
	g.fact("Organization", g.account, true, object{"inOrganization": true, "organizationId": "o-sample0001", "masterAccountId": "218007301253", "featureSet": "ALL"})
}

// serviceDetails is what rules ask of a service beside its being on.
func serviceDetails(service string) object {
	switch service {
	case "macie":
		return object{"automatedDiscovery": true}
	case "accessanalyzer":
		return object{"analyzerTypes": list{"ACCOUNT"}}
	case "inspector":
		return object{"ec2": true, "ecr": true, "lambda": true, "lambdaCode": false}
	}
	return object{}
}

// settings builds more facts of the region. They stand after everything else, so that they change nothing of it.
func (g *gen) settings() {
	g.service("dynamodb", false, true, object{"accountMaxReadCapacityUnits": 80000, "accountMaxWriteCapacityUnits": 80000})
	g.service("emr", false, true, object{"blockPublicSecurityGroupRules": true, "permittedPublicSecurityGroupRuleRanges": list{object{"minRange": 22, "maxRange": 22}}})
	g.service("ssm", false, true, object{"documentPublicSharingBlocked": g.often(5), "automationLogging": g.often(5)})
	g.fact("AllowedImages", g.account, false, object{"state": "disabled"})
	if g.home {
		g.service("shield", true, false, object{"autoRenew": false, "emergencyContacts": false, "drtRole": false})
		g.fact("AlternateContacts", g.account, true, object{"types": pick(g, list{"BILLING", "OPERATIONS", "SECURITY"}, list{"BILLING"})})
	}
}
