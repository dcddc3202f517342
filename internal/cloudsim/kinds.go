package cloudsim

import (
	"fmt"
	"time"
)

// Kind is what there is of one type of resource, and the calls that tell of it.
type Kind struct {
	// List is the call that lists them, Each the member of its answer that has them, Page the most that it gives at once.
	List, Each string
	Page       int
	// Filter is the value of the member Filter that asks for this kind, where a call lists several.
	Filter string
	// Share is how many of a thousand resources are of this kind.
	Share  int
	Global bool
	// Item is the nth resource; Wrap, if set, puts items into the answer.
	Item    func(s Site, n int) any
	Wrap    func(items []any) Object
	Details []Detail
}

// Detail is a call that tells more of one resource: Key is the member that names it. Absent is the error that says that it
// has nothing of this.
type Detail struct {
	API, Key string
	Absent   string
	Answer   func(s Site, n int) Object
}

func (k *Kind) wrap(items []any) Object {
	if k.Wrap != nil {
		return k.Wrap(items)
	}
	return Object{k.Each: items}
}

var made = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func id(prefix string, s Site, n int) string {
	return fmt.Sprintf("%s%03x%06x0%07d", prefix, s.at, n, n)
}

func owner(n int) []any {
	return []any{Object{"Key": "Owner", "Value": fmt.Sprintf("team-%d", n%40)}, Object{"Key": "Name", "Value": fmt.Sprintf("thing-%d", n)}}
}

func (s Site) arn(service, rest string) string {
	return "arn:aws:" + service + ":" + s.Region + ":" + s.Account + ":" + rest
}

func nothing(Site, int) Object { return Object{} }

// kinds are an estate as many have it: much that is small, some that needs a call for each.
var kinds = []*Kind{
	{List: "ec2:DescribeInstances", Each: "Reservations", Page: 1000, Share: 60, Item: instance, Wrap: func(items []any) Object {
		return Object{"Reservations": []any{Object{"ReservationId": "r-1", "Instances": items}}}
	}},
	{List: "ec2:DescribeVolumes", Each: "Volumes", Page: 1000, Share: 110, Item: volume},
	{List: "ec2:DescribeNetworkInterfaces", Each: "NetworkInterfaces", Page: 1000, Share: 140, Item: networkInterface},
	{List: "ec2:DescribeSecurityGroups", Each: "SecurityGroups", Page: 1000, Share: 80, Item: securityGroup},
	{List: "ec2:DescribeSubnets", Each: "Subnets", Page: 1000, Share: 30, Item: subnet},
	{List: "ec2:DescribeVpcs", Each: "Vpcs", Page: 1000, Share: 8, Item: func(s Site, n int) any {
		return Object{"VpcId": id("vpc-", s, n), "CidrBlock": "10.0.0.0/16", "State": "available", "OwnerId": s.Account, "IsDefault": false, "Tags": owner(n)}
	}},
	{List: "ec2:DescribeAddresses", Each: "Addresses", Page: 1 << 30, Share: 12, Item: func(s Site, n int) any {
		return Object{"AllocationId": id("eipalloc-", s, n), "PublicIp": fmt.Sprintf("198.51.%d.%d", n/250%250, n%250), "Domain": "vpc", "NetworkBorderGroup": s.Region, "Tags": owner(n)}
	}},
	{List: "s3:ListBuckets", Each: "Buckets", Page: 10000, Share: 15, Global: true, Item: func(s Site, n int) any {
		return Object{"Name": bucketName(n), "CreationDate": made, "BucketRegion": "us-east-1"}
	}, Details: bucketDetails},
	{List: "iam:GetAccountAuthorizationDetails", Filter: "Role", Page: 1000, Share: 40, Global: true, Item: role, Wrap: func(items []any) Object { return Object{"RoleDetailList": items, "IsTruncated": false} }},
	{List: "iam:GetAccountAuthorizationDetails", Filter: "User", Page: 1000, Share: 5, Global: true, Item: func(s Site, n int) any {
		name := fmt.Sprintf("user-%d", n)
		return Object{"UserName": name, "UserId": fmt.Sprintf("AIDASIM%012d", n), "Path": "/", "Arn": "arn:aws:iam::" + s.Account + ":user/" + name, "CreateDate": made, "GroupList": []any{}, "AttachedManagedPolicies": []any{}}
	}, Wrap: func(items []any) Object { return Object{"UserDetailList": items, "IsTruncated": false} }},
	{List: "lambda:ListFunctions", Each: "Functions", Page: 50, Share: 80, Item: function, Details: []Detail{
		{API: "lambda:GetPolicy", Key: "FunctionName", Absent: "ResourceNotFoundException"},
		{API: "lambda:GetFunctionConcurrency", Key: "FunctionName", Answer: nothing},
		{API: "lambda:ListTags", Key: "Resource", Answer: func(Site, int) Object { return Object{"Tags": Object{"Owner": "team-1"}} }},
		{API: "lambda:GetFunctionCodeSigningConfig", Key: "FunctionName", Answer: nothing},
		{API: "lambda:GetFunction", Key: "FunctionName", Answer: func(s Site, n int) Object {
			return Object{"Configuration": function(s, n), "Tags": Object{"Owner": "team-1"}}
		}},
	}},
	{List: "sqs:ListQueues", Each: "QueueUrls", Page: 1000, Share: 40, Item: func(s Site, n int) any {
		return fmt.Sprintf("https://sqs.%s.amazonaws.com/%s/queue-%d", s.Region, s.Account, n)
	}, Details: []Detail{
		{API: "sqs:GetQueueAttributes", Key: "QueueUrl", Answer: func(s Site, n int) Object {
			return Object{"Attributes": Object{"QueueArn": s.arn("sqs", fmt.Sprintf("queue-%d", n)), "VisibilityTimeout": "30", "SqsManagedSseEnabled": "true", "CreatedTimestamp": "1767322800"}}
		}},
		{API: "sqs:ListQueueTags", Key: "QueueUrl", Answer: func(Site, int) Object { return Object{"Tags": Object{"Owner": "team-2"}} }},
	}},
	{List: "sns:ListTopics", Each: "Topics", Page: 100, Share: 30, Item: func(s Site, n int) any {
		return Object{"TopicArn": s.arn("sns", fmt.Sprintf("topic-%d", n))}
	}, Details: []Detail{
		{API: "sns:GetTopicAttributes", Key: "TopicArn", Answer: func(s Site, n int) Object {
			return Object{"Attributes": Object{"TopicArn": s.arn("sns", fmt.Sprintf("topic-%d", n)), "Owner": s.Account, "DisplayName": "", "SubscriptionsConfirmed": "0"}}
		}},
		{API: "sns:ListTagsForResource", Key: "ResourceArn", Answer: func(_ Site, n int) Object { return Object{"Tags": owner(n)} }},
		{API: "sns:ListSubscriptionsByTopic", Key: "TopicArn", Answer: func(Site, int) Object { return Object{"Subscriptions": []any{}} }},
	}},
	{List: "logs:DescribeLogGroups", Each: "logGroups", Page: 50, Share: 150, Item: func(s Site, n int) any {
		name := fmt.Sprintf("/aws/lambda/fn-%d", n)
		return Object{"logGroupName": name, "arn": s.arn("logs", "log-group:"+name+":*"), "logGroupArn": s.arn("logs", "log-group:"+name), "creationTime": 1767322800000, "metricFilterCount": 0, "storedBytes": 1024, "logGroupClass": "STANDARD"}
	}},
	{List: "cloudwatch:DescribeAlarms", Each: "MetricAlarms", Page: 100, Share: 120, Item: func(s Site, n int) any {
		name := fmt.Sprintf("alarm-%d", n)
		return Object{"AlarmName": name, "AlarmArn": s.arn("cloudwatch", "alarm:"+name), "ActionsEnabled": true, "MetricName": "CPUUtilization", "Namespace": "AWS/EC2", "Period": 60, "EvaluationPeriods": 1, "Threshold": 90.0, "ComparisonOperator": "GreaterThanThreshold", "StateValue": "OK"}
	}},
	{List: "rds:DescribeDBInstances", Each: "DBInstances", Page: 100, Share: 10, Item: database},
	{List: "dynamodb:ListTables", Each: "TableNames", Page: 100, Share: 25, Item: func(_ Site, n int) any { return fmt.Sprintf("table-%d", n) }, Details: []Detail{
		{API: "dynamodb:DescribeTable", Key: "TableName", Answer: func(s Site, n int) Object {
			name := fmt.Sprintf("table-%d", n)
			return Object{"Table": Object{"TableName": name, "TableArn": s.arn("dynamodb", "table/"+name), "TableStatus": "ACTIVE", "CreationDateTime": made, "ItemCount": n, "BillingModeSummary": Object{"BillingMode": "PAY_PER_REQUEST"}, "DeletionProtectionEnabled": n%2 == 0}}
		}},
		{API: "dynamodb:DescribeContinuousBackups", Key: "TableName", Answer: func(Site, int) Object {
			return Object{"ContinuousBackupsDescription": Object{"ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": Object{"PointInTimeRecoveryStatus": "DISABLED"}}}
		}},
		{API: "dynamodb:ListTagsOfResource", Key: "ResourceArn", Answer: func(_ Site, n int) Object { return Object{"Tags": owner(n)} }},
	}},
	{List: "kms:ListKeys", Each: "Keys", Page: 1000, Share: 20, Item: func(s Site, n int) any {
		key := keyID(n)
		return Object{"KeyId": key, "KeyArn": s.arn("kms", "key/"+key)}
	}, Details: []Detail{
		{API: "kms:DescribeKey", Key: "KeyId", Answer: func(s Site, n int) Object {
			key := keyID(n)
			return Object{"KeyMetadata": Object{"KeyId": key, "Arn": s.arn("kms", "key/"+key), "AWSAccountId": s.Account, "CreationDate": made, "Enabled": true, "KeyUsage": "ENCRYPT_DECRYPT", "KeyState": "Enabled", "Origin": "AWS_KMS", "KeyManager": "CUSTOMER", "KeySpec": "SYMMETRIC_DEFAULT", "MultiRegion": false}}
		}},
		{API: "kms:GetKeyRotationStatus", Key: "KeyId", Answer: func(_ Site, n int) Object { return Object{"KeyRotationEnabled": n%3 != 0} }},
		{API: "kms:GetKeyPolicy", Key: "KeyId", Answer: func(Site, int) Object { return Object{"Policy": `{"Version":"2012-10-17","Statement":[]}`} }},
		{API: "kms:ListResourceTags", Key: "KeyId", Answer: nothing},
	}},
	{List: "ecr:DescribeRepositories", Each: "repositories", Page: 1000, Share: 25, Item: func(s Site, n int) any {
		name := fmt.Sprintf("repository-%d", n)
		return Object{"repositoryName": name, "repositoryArn": s.arn("ecr", "repository/"+name), "registryId": s.Account, "createdAt": made, "imageTagMutability": "MUTABLE", "imageScanningConfiguration": Object{"scanOnPush": n%2 == 0}}
	}, Details: []Detail{
		{API: "ecr:GetLifecyclePolicy", Key: "repositoryName", Absent: "LifecyclePolicyNotFoundException"},
		{API: "ecr:GetRepositoryPolicy", Key: "repositoryName", Absent: "RepositoryPolicyNotFoundException"},
		{API: "ecr:ListTagsForResource", Key: "resourceArn", Answer: nothing},
	}},
}

// fixed are answers about the account as a whole.
var fixed = map[string]Object{
	"iam:GetAccountSummary":                 {"SummaryMap": Object{"AccountMFAEnabled": 1, "Users": 1, "Roles": 1}},
	"ec2:GetEbsEncryptionByDefault":         {"EbsEncryptionByDefault": true},
	"ec2:GetEbsDefaultKmsKeyId":             {"KmsKeyId": "alias/aws/ebs"},
	"ec2:GetAllowedImagesSettings":          {"State": "disabled"},
	"ec2:GetSnapshotBlockPublicAccessState": {"State": "block-all-sharing"},
	"s3control:GetPublicAccessBlock":        {"PublicAccessBlockConfiguration": Object{"BlockPublicAcls": true, "IgnorePublicAcls": true, "BlockPublicPolicy": true, "RestrictPublicBuckets": true}},
	"iam:GenerateCredentialReport":          {"State": "COMPLETE"},
	"iam:GetCredentialReport":               {"Content": []byte("user,arn\n"), "ReportFormat": "text/csv", "GeneratedTime": made},
}

// missing are the errors that say that the account has none.
var missing = map[string]string{
	"iam:GetAccountPasswordPolicy":  "NoSuchEntity",
	"account:GetAlternateContact":   "ResourceNotFoundException",
	"account:GetContactInformation": "ResourceNotFoundException",
	"securityhub:DescribeHub":       "InvalidAccessException",
	"macie2:GetMacieSession":        "AccessDeniedException",
}

// Details are all detail calls that are answered.
func Details() (all []Detail) {
	for _, k := range kinds {
		all = append(all, k.Details...)
	}
	return all
}
