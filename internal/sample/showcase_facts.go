package sample

import "fmt"

// fact adds an account fact.
func (g *gen) fact(typ, id string, global bool, c object) {
	g.add(resource{typ: "Tickmark::Account::" + typ, id: id, global: global, configuration: c, noTags: true})
}

// service adds the fact of a service's state.
func (g *gen) service(name string, global, enabled bool, details object) {
	g.fact("Service", g.account+"/"+name, global, object{"service": name, "enabled": enabled, "details": details})
}

// showFacts builds what AWS tells about the account that no resource holds.
func (g *gen) showFacts() {
	policy := object{
		"exists": true, "minimumPasswordLength": either(g, 16, 6),
		"requireSymbols": g.sound, "requireNumbers": g.sound, "requireUppercaseCharacters": g.sound, "requireLowercaseCharacters": g.sound,
		"allowUsersToChangePassword": true, "expirePasswords": g.sound, "hardExpiry": false,
	}
	g.fact("PasswordPolicy", g.account, true, g.onlySound(policy, object{"maxPasswordAge": 90, "passwordReusePrevention": 24}))
	summary := object{"summaryMap": object{
		"AccountMFAEnabled": either(g, 1, 0), "AccountAccessKeysPresent": either(g, 0, 1), "AccountSigningCertificatesPresent": 0,
		"Users": 2, "Groups": 1, "Roles": 2, "Policies": 1, "MFADevices": 2, "MFADevicesInUse": either(g, 2, 0),
	}}
	g.fact("Summary", g.account, true, g.onlySound(summary, object{"rootHardwareMfa": true}))
	g.fact("Organization", g.account, true, g.onlySound(object{"inOrganization": g.sound}, object{
		"organizationId": "o-sample0001", "masterAccountId": "218007301253", "featureSet": "ALL",
	}))
	g.fact("AlternateContacts", g.account, true, object{"types": either(g, list{"BILLING", "OPERATIONS", "SECURITY"}, list{"BILLING"})})
	g.fact("S3PublicAccessBlock", g.account, true, g.onlySound(object{"exists": g.sound}, object{
		"blockPublicAcls": true, "ignorePublicAcls": true, "blockPublicPolicy": true, "restrictPublicBuckets": true,
	}))
	g.fact("EbsEncryptionByDefault", g.account, false, object{"ebsEncryptionByDefault": g.sound, "kmsKeyId": "alias/aws/ebs"})
	g.fact("EbsPublicSnapshots", g.account, false, object{"snapshotIds": either(g, list{}, list{"snap-" + g.hex(17)})})
	g.fact("AllowedImages", g.account, false, object{"state": "enabled"})
	g.showServices()
	g.showRecorder()
	g.showThroughput()
}

// showServices builds the states of the services that judge or watch an account. In the faulty account those that can
// be on and yet not do what they should are so; in its idle region they are off.
func (g *gen) showServices() {
	finding := object{"id": g.hex(32), "severity": 8, "createdAt": g.past(either(g, 0, 60))}
	g.service("guardduty", false, true, g.onlySound(object{
		"detectorId": g.hex(32), "nonArchivedFindings": list{finding}, "features": object{"S3_DATA_EVENTS": either(g, "ENABLED", "DISABLED")},
	}, object{"administratorAccountId": "218007301253"}))
	g.service("cloudtrail", false, true, object{"trailArns": list{g.trailARN()}, "multiRegion": g.sound})
	g.service("config", false, true, object{"allSupported": g.sound, "includeGlobalResourceTypes": g.sound, "deliveryChannel": true, "lastStatus": "SUCCESS"})
	g.service("securityhub", false, g.sound, g.onlySound(object{}, object{
		"hubArn": g.arn("securityhub", "hub/default"), "standards": list{"arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0"}, "aggregationRegion": g.region,
	}))
	g.service("acm", false, true, object{"daysBeforeExpiry": 45})
	g.service("bedrock", false, true, g.onlySound(object{"modelInvocationLogging": g.sound}, object{"cloudWatchLogGroup": "/bedrock/invocations"}))
	g.service("macie", false, true, object{"status": "ENABLED", "automatedDiscovery": g.sound})
	g.service("inspector", false, g.sound, object{"ec2": g.sound, "ecr": g.sound, "lambda": g.sound, "lambdaCode": g.sound})
	g.service("accessanalyzer", false, true, object{"analyzerTypes": either(g, list{"ACCOUNT"}, list{"ACCOUNT_UNUSED_ACCESS"})})
	g.service("shield", true, true, object{"autoRenew": g.sound, "emergencyContacts": g.sound, "drtRole": g.sound})
	ports := list{object{"minRange": 22, "maxRange": 22}}
	g.service("emr", false, true, object{
		"blockPublicSecurityGroupRules": true, "permittedPublicSecurityGroupRuleRanges": either(g, ports, append(ports, object{"minRange": 8000, "maxRange": 9000})),
	})
	g.service("ssm", false, true, object{"documentPublicSharingBlocked": g.sound, "automationLogging": g.sound})
	for _, name := range []string{"auditmanager", "detective", "wafv2"} {
		g.service(name, false, g.sound, object{})
	}
}

// showRecorder builds the region's recorder: of everything, or of two types.
func (g *gen) showRecorder() {
	group := object{"AllSupported": g.sound, "IncludeGlobalResourceTypes": g.sound, "RecordingStrategy": object{"UseOnly": either(g, "ALL_SUPPORTED_RESOURCE_TYPES", "INCLUSION_BY_RESOURCE_TYPES")}}
	g.onlyFaulty(group, object{"ResourceTypes": list{"AWS::EC2::Instance", "AWS::S3::Bucket"}})
	g.add(resource{
		typ: "AWS::Config::ConfigurationRecorder", id: "default", name: "default", arn: g.arn("config", "configuration-recorder/default/"+g.hex(16)), noTags: true,
		configuration: object{
			"Id": "default", "Name": "default", "Recording": true, "RoleARN": g.iam(either(g, "role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig", "role/config")),
			"RecordingGroup": group, "RecordingMode": object{"RecordingFrequency": "CONTINUOUS"},
		},
	})
}

// trailARN is that of the account's trail, which is in the region that is not idle.
func (g *gen) trailARN() string {
	return "arn:aws:cloudtrail:us-east-1:" + g.account + ":trail/" + either(g, "everything", "legacy")
}

// showThroughput builds the limits of DynamoDB and a table that takes little or most of them.
func (g *gen) showThroughput() {
	g.service("dynamodb", false, true, object{"accountMaxReadCapacityUnits": 40000, "accountMaxWriteCapacityUnits": 40000})
	name, units := "ledger", either(g, 50, 36000)
	arn := g.arn("dynamodb", "table/"+name)
	c := object{
		"tableName": name, "tableArn": arn, "tableId": g.uuid(), "tableStatus": "ACTIVE", "itemCount": 1200, "tableSizeBytes": 96000,
		"creationDateTime": g.past(150), "billingModeSummary": object{"billingMode": "PROVISIONED"}, "deletionProtectionEnabled": g.sound,
		"keySchema":             list{object{"attributeName": "id", "keyType": "HASH"}},
		"attributeDefinitions":  list{object{"attributeName": "id", "attributeType": "S"}},
		"provisionedThroughput": object{"readCapacityUnits": units, "writeCapacityUnits": units, "numberOfDecreasesToday": 0},
	}
	g.onlySound(c, object{"ssedescription": object{"status": "ENABLED", "ssetype": "KMS", "kmsmasterKeyArn": g.key()}})
	targets := list{}
	for _, d := range []string{"Read", "Write"} {
		targets = append(targets, object{"resourceId": "table/" + name, "scalableDimension": "dynamodb:table:" + d + "CapacityUnits", "minCapacity": 50, "maxCapacity": 500, "targetValue": 70})
	}
	g.add(resource{
		typ: "AWS::DynamoDB::Table", id: name, name: name, arn: arn, configuration: c,
		supplementary: object{
			"ContinuousBackupsDescription": recovery(either(g, "ENABLED", "DISABLED")), "AutoScaling": object{"scalableTargets": either(g, targets, list{})},
		},
	})
	g.backedUp("DynamoDB", arn)
}

// uuid is an identifier as AWS services hand them out.
func (g *gen) uuid() string {
	return fmt.Sprintf("%s-%s-4%s-8%s-%s", g.hex(8), g.hex(4), g.hex(3), g.hex(3), g.hex(12))
}

// showIdle builds a region that nobody works in: copies go there from the sound account, and in the other one nothing
// watches it.
func (g *gen) showIdle() {
	g.service("cloudtrail", false, g.sound, object{"trailArns": either(g, list{g.trailARN()}, list{}), "multiRegion": g.sound})
	g.service("guardduty", false, g.sound, g.onlySound(object{}, object{"detectorId": g.hex(32), "nonArchivedFindings": list{}}))
	g.service("macie", false, g.sound, g.onlySound(object{}, object{"status": "ENABLED", "automatedDiscovery": true}))
	if g.sound {
		g.showBucket(far)
	}
}
