package aws

import "github.com/tickmark/tickmark/internal/collect"

// Mount targets are not in AWS Config's items: a rule needs them.
var efsFileSystem = &collect.Type{
	Name: "AWS::EFS::FileSystem",
	Find: []collect.Step{{API: "efs:DescribeFileSystems", Each: "FileSystems", Only: "FileSystemId"}},
	ID:   "{FileSystemId}", Title: "{Name}", ARN: "{FileSystemArn}",
	Created: "CreationTime",
	Tags:    "Tags",
	Details: []collect.Detail{
		{API: "efs:DescribeMountTargets", From: ofFileSystem, Take: "MountTargets", Key: "MountTargets", Raw: true},
		{API: "efs:DescribeBackupPolicy", From: ofFileSystem, Take: "BackupPolicy", Key: ".BackupPolicy", Absent: []string{"PolicyNotFound"}, Covers: []string{"configuration.BackupPolicy"}},
		{API: "efs:DescribeFileSystemPolicy", From: ofFileSystem, Take: "Policy", Key: ".Policy", Absent: []string{"PolicyNotFound"}, Covers: []string{"configuration.FileSystemPolicy"}},
		{API: "efs:DescribeLifecycleConfiguration", From: ofFileSystem, Take: "LifecyclePolicies", Key: ".LifecyclePolicies", Covers: []string{"configuration.LifecyclePolicies"}},
	},
	Shape: then(collect.Fields(map[string]string{
		"FileSystemId": "FileSystemId", "Arn": "FileSystemArn", "Encrypted": "Encrypted", "KmsKeyId": "KmsKeyId", "PerformanceMode": "PerformanceMode", "ThroughputMode": "ThroughputMode",
		"ProvisionedThroughputInMibps": "ProvisionedThroughputInMibps", "AvailabilityZoneName": "AvailabilityZoneName", "BackupPolicy": "BackupPolicy",
		"LifecyclePolicies": "LifecyclePolicies", "FileSystemProtection": "FileSystemProtection",
	}), tagList("FileSystemTags"), func(r *collect.Resource, c object) {
		collect.Set(c, "FileSystemPolicy", collect.JSONText(r.At("Policy")))
	}),
	Gone: []string{"FileSystemNotFound"},
	Note: "Replication is not read.",
}

var ofFileSystem = map[string]string{"FileSystemId": "FileSystemId"}

var efsAccessPoint = &collect.Type{
	Name: "AWS::EFS::AccessPoint",
	Find: []collect.Step{{API: "efs:DescribeAccessPoints", Each: "AccessPoints", Only: "AccessPointId"}},
	ID:   "{AccessPointId}", Title: "{Name}", ARN: "{AccessPointArn}",
	Tags: "Tags",
	Shape: then(collect.Fields(map[string]string{
		"AccessPointId": "AccessPointId", "Arn": "AccessPointArn", "FileSystemId": "FileSystemId", "ClientToken": "ClientToken", "RootDirectory.Path": "RootDirectory.Path",
		"RootDirectory.CreationInfo.OwnerUid": "{RootDirectory.CreationInfo.OwnerUid}", "RootDirectory.CreationInfo.OwnerGid": "{RootDirectory.CreationInfo.OwnerGid}",
		"RootDirectory.CreationInfo.Permissions": "RootDirectory.CreationInfo.Permissions", "PosixUser.Uid": "{PosixUser.Uid}", "PosixUser.Gid": "{PosixUser.Gid}",
	}), tagList("AccessPointTags"), func(r *collect.Resource, c object) {
		if groups := collect.Texts(r.Object, "PosixUser.SecondaryGids[]"); len(groups) > 0 {
			collect.Set(c, "PosixUser.SecondaryGids", groups)
		}
	}),
	Relations: []collect.Relation{{Label: "Is associated with ", Type: "AWS::EFS::FileSystem", ID: "FileSystemId"}},
	Gone:      []string{"AccessPointNotFound"},
}
