package cloudsim

import (
	"fmt"
	"net/url"
)

func instance(s Site, n int) any {
	return Object{
		"InstanceId": id("i-", s, n), "ImageId": "ami-0123456789abcdef0", "InstanceType": "t3.medium", "LaunchTime": made, "State": Object{"Code": 16, "Name": "running"},
		"Placement": Object{"AvailabilityZone": s.Region + "a", "Tenancy": "default"}, "Monitoring": Object{"State": "disabled"}, "SubnetId": id("subnet-", s, n%50), "VpcId": id("vpc-", s, n%5),
		"PrivateIpAddress": fmt.Sprintf("10.0.%d.%d", n/250%250, n%250), "EbsOptimized": n%2 == 0, "MetadataOptions": Object{"State": "applied", "HttpTokens": "required", "HttpEndpoint": "enabled", "HttpPutResponseHopLimit": 2},
		"SecurityGroups": []any{Object{"GroupId": id("sg-", s, n%100), "GroupName": "group"}}, "NetworkInterfaces": []any{Object{"NetworkInterfaceId": id("eni-", s, n), "Status": "in-use"}},
		"BlockDeviceMappings": []any{Object{"DeviceName": "/dev/xvda", "Ebs": Object{"VolumeId": id("vol-", s, n), "Status": "attached", "DeleteOnTermination": true}}}, "Tags": owner(n),
	}
}

func volume(s Site, n int) any {
	return Object{
		"VolumeId": id("vol-", s, n), "AvailabilityZone": s.Region + "a", "CreateTime": made, "Encrypted": n%7 != 0, "Size": 20, "State": "in-use", "VolumeType": "gp3", "Iops": 3000, "Throughput": 125, "MultiAttachEnabled": false,
		"Attachments": []any{Object{"InstanceId": id("i-", s, n), "VolumeId": id("vol-", s, n), "Device": "/dev/xvda", "State": "attached", "DeleteOnTermination": true}}, "Tags": owner(n),
	}
}

func networkInterface(s Site, n int) any {
	return Object{
		"NetworkInterfaceId": id("eni-", s, n), "AvailabilityZone": s.Region + "a", "Description": "", "InterfaceType": "interface", "OwnerId": s.Account, "Status": "in-use", "SubnetId": id("subnet-", s, n%50), "VpcId": id("vpc-", s, n%5),
		"SourceDestCheck": true, "Groups": []any{Object{"GroupId": id("sg-", s, n%100), "GroupName": "group"}}, "TagSet": owner(n),
	}
}

func securityGroup(s Site, n int) any {
	from := "10.0.0.0/8"
	if n%9 == 0 {
		from = "0.0.0.0/0"
	}
	return Object{
		"GroupId": id("sg-", s, n), "GroupName": fmt.Sprintf("group-%d", n), "Description": "a group", "OwnerId": s.Account, "VpcId": id("vpc-", s, n%5),
		"IpPermissions":       []any{Object{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": []any{Object{"CidrIp": from}}}},
		"IpPermissionsEgress": []any{Object{"IpProtocol": "-1", "IpRanges": []any{Object{"CidrIp": "0.0.0.0/0"}}}}, "Tags": owner(n),
	}
}

func subnet(s Site, n int) any {
	return Object{
		"SubnetId": id("subnet-", s, n), "VpcId": id("vpc-", s, n%5), "AvailabilityZone": s.Region + "a", "CidrBlock": "10.0.0.0/24", "State": "available", "OwnerId": s.Account,
		"SubnetArn": s.arn("ec2", "subnet/"+id("subnet-", s, n)), "MapPublicIpOnLaunch": n%5 == 0, "AvailableIpAddressCount": 200, "DefaultForAz": false, "Tags": owner(n),
	}
}

func role(s Site, n int) any {
	name := fmt.Sprintf("role-%d", n)
	trust := url.QueryEscape(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`)
	return Object{
		"RoleName": name, "RoleId": fmt.Sprintf("AROASIM%012d", n), "Path": "/", "Arn": "arn:aws:iam::" + s.Account + ":role/" + name, "CreateDate": made, "AssumeRolePolicyDocument": trust,
		"InstanceProfileList": []any{}, "RolePolicyList": []any{}, "Tags": owner(n), "AttachedManagedPolicies": []any{Object{"PolicyName": "ReadOnlyAccess", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}},
	}
}

func function(s Site, n int) any {
	name := fmt.Sprintf("fn-%d", n)
	return Object{
		"FunctionName": name, "FunctionArn": s.arn("lambda", "function:"+name), "Runtime": "python3.13", "Role": "arn:aws:iam::" + s.Account + ":role/role-1", "Handler": "main.handler", "CodeSize": 1024, "Description": "",
		"Timeout": 30, "MemorySize": 256, "LastModified": "2026-01-02T03:04:05.000+0000", "CodeSha256": "c2lt", "Version": "$LATEST", "TracingConfig": Object{"Mode": "PassThrough"}, "PackageType": "Zip", "Architectures": []any{"arm64"},
	}
}

func database(s Site, n int) any {
	name := fmt.Sprintf("db-%d", n)
	return Object{
		"DBInstanceIdentifier": name, "DbiResourceId": fmt.Sprintf("db-SIM%012d", n), "DBInstanceArn": s.arn("rds", "db:"+name), "DBInstanceClass": "db.m5.large", "Engine": "mysql", "EngineVersion": "8.0.36", "DBInstanceStatus": "available",
		"MasterUsername": "keeper", "AllocatedStorage": 100, "InstanceCreateTime": made, "BackupRetentionPeriod": 7, "MultiAZ": n%2 == 0, "PubliclyAccessible": false, "StorageEncrypted": true, "DeletionProtection": n%3 == 0, "AutoMinorVersionUpgrade": true,
	}
}

func bucketName(n int) string { return fmt.Sprintf("bucket-%d", n) }

func keyID(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

// bucketDetails: a bucket has a public access block, encryption and tags, and nothing else.
var bucketDetails = []Detail{
	{API: "s3:GetBucketLocation", Key: "Bucket", Answer: nothing},
	{API: "s3:GetBucketVersioning", Key: "Bucket", Answer: nothing},
	{API: "s3:GetBucketLogging", Key: "Bucket", Answer: nothing},
	{API: "s3:GetBucketNotificationConfiguration", Key: "Bucket", Answer: nothing},
	{API: "s3:GetBucketAccelerateConfiguration", Key: "Bucket", Answer: nothing},
	{API: "s3:GetBucketRequestPayment", Key: "Bucket", Answer: func(Site, int) Object { return Object{"Payer": "BucketOwner"} }},
	{API: "s3:GetBucketAcl", Key: "Bucket", Answer: func(Site, int) Object {
		return Object{"Owner": Object{"ID": "owner"}, "Grants": []any{Object{"Grantee": Object{"ID": "owner", "Type": "CanonicalUser"}, "Permission": "FULL_CONTROL"}}}
	}},
	{API: "s3:GetBucketTagging", Key: "Bucket", Answer: func(_ Site, n int) Object { return Object{"TagSet": owner(n)} }},
	{API: "s3:GetBucketEncryption", Key: "Bucket", Answer: func(Site, int) Object {
		return Object{"ServerSideEncryptionConfiguration": Object{"Rules": []any{Object{"ApplyServerSideEncryptionByDefault": Object{"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": false}}}}
	}},
	{API: "s3:GetPublicAccessBlock", Key: "Bucket", Answer: func(Site, int) Object {
		return Object{"PublicAccessBlockConfiguration": Object{"BlockPublicAcls": true, "IgnorePublicAcls": true, "BlockPublicPolicy": true, "RestrictPublicBuckets": true}}
	}},
	{API: "s3:GetBucketOwnershipControls", Key: "Bucket", Absent: "OwnershipControlsNotFoundError"},
	{API: "s3:GetBucketPolicy", Key: "Bucket", Absent: "NoSuchBucketPolicy"},
	{API: "s3:GetBucketPolicyStatus", Key: "Bucket", Absent: "NoSuchBucketPolicy"},
	{API: "s3:GetBucketReplication", Key: "Bucket", Absent: "ReplicationConfigurationNotFoundError"},
	{API: "s3:GetBucketLifecycleConfiguration", Key: "Bucket", Absent: "NoSuchLifecycleConfiguration"},
	{API: "s3:GetBucketWebsite", Key: "Bucket", Absent: "NoSuchWebsiteConfiguration"},
	{API: "s3:GetBucketCors", Key: "Bucket", Absent: "NoSuchCORSConfiguration"},
	{API: "s3:GetObjectLockConfiguration", Key: "Bucket", Absent: "ObjectLockConfigurationNotFoundError"},
}
