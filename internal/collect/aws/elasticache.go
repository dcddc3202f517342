package aws

import "github.com/tickmark/tickmark/internal/collect"

// AWS Config publishes no schema of the types in this file: the shape is that of their API.

var elasticacheReplicationGroup = &collect.Type{
	Name: "AWS::ElastiCache::ReplicationGroup",
	Find: []collect.Step{{API: "elasticache:DescribeReplicationGroups", Each: "ReplicationGroups", Only: "ReplicationGroupId"}},
	ID:   "{ReplicationGroupId}", Title: "{ReplicationGroupId}", ARN: "{ARN}",
	Created: "ReplicationGroupCreateTime",
	Tags:    "Tags",
	Details: []collect.Detail{tagsBy("elasticache:ListTagsForResource", "ResourceName", "ARN", "TagList")},
	Shape:   collect.Pascal,
	Relations: []collect.Relation{
		{Label: "Contains ", Type: "AWS::ElastiCache::CacheCluster", ID: "MemberClusters[]"},
	},
	Gone: []string{"ReplicationGroupNotFoundFault"},
}

var elasticacheCacheCluster = &collect.Type{
	Name: "AWS::ElastiCache::CacheCluster",
	Find: []collect.Step{{API: "elasticache:DescribeCacheClusters", Each: "CacheClusters", Only: "CacheClusterId"}},
	ID:   "{CacheClusterId}", Title: "{CacheClusterId}", ARN: "{ARN}", Zone: "{PreferredAvailabilityZone}",
	Created: "CacheClusterCreateTime",
	Tags:    "Tags",
	Details: []collect.Detail{tagsBy("elasticache:ListTagsForResource", "ResourceName", "ARN", "TagList")},
	Shape:   collect.Pascal,
	Relations: []collect.Relation{
		{Label: "Is associated with ", Type: "AWS::EC2::SecurityGroup", ID: "SecurityGroups[].SecurityGroupId"},
		{Label: "Is contained in ", Type: "AWS::ElastiCache::ReplicationGroup", ID: "ReplicationGroupId"},
	},
	Gone: []string{"CacheClusterNotFound"},
}

var fsxFileSystem = &collect.Type{
	Name: "AWS::FSx::FileSystem",
	Find: []collect.Step{{API: "fsx:DescribeFileSystems", Each: "FileSystems", Only: "FileSystemIds[]"}},
	ID:   "{FileSystemId}", Title: "{FileSystemId}", ARN: "{ResourceARN}",
	Created: "CreationTime",
	Tags:    "Tags",
	Drop:    []string{"AdministrativeActions", "WindowsConfiguration.SelfManagedActiveDirectoryConfiguration.Password"},
	Shape:   collect.Pascal,
	Relations: []collect.Relation{
		{Label: "Is associated with ", Type: "AWS::EC2::VPC", ID: "VpcId"},
		{Label: "Is associated with ", Type: "AWS::EC2::Subnet", ID: "SubnetIds[]"},
		{Label: "Is associated with ", Type: "AWS::EC2::NetworkInterface", ID: "NetworkInterfaceIds[]"},
	},
	Gone: []string{"FileSystemNotFound"},
}

var storagegatewayVolume = &collect.Type{
	Name: "AWS::StorageGateway::Volume",
	Find: []collect.Step{{API: "storagegateway:ListVolumes", Each: "VolumeInfos"}},
	ID:   "{VolumeARN}", Title: "{VolumeId}", ARN: "{VolumeARN}",
	Tags:    "Tags",
	Details: []collect.Detail{tagsBy("storagegateway:ListTagsForResource", "ResourceARN", "VolumeARN", "Tags")},
	Shape:   collect.Pascal,
}

// emrCluster: clusters that have ended are kept by EMR for months, and are no resources any more.
var emrCluster = &collect.Type{
	Name: "AWS::EMR::Cluster",
	Find: []collect.Step{
		{API: "emr:ListClusters", Input: object{"ClusterStates": []any{"STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING"}}, Each: "Clusters"},
		{
			API: "emr:DescribeCluster", From: map[string]string{"ClusterId": "Id"}, Each: "Cluster", Only: "ClusterId", Absent: []string{"InvalidRequestException"}, Else: asListed,
			Keep: not("Status.State", "TERMINATING", "TERMINATED", "TERMINATED_WITH_ERRORS"),
		},
	},
	ID: "{Id}", Title: "{Name}", ARN: "{ClusterArn}",
	Created: "Status.Timeline.CreationDateTime",
	Tags:    "Tags",
	Drop: []string{
		"NormalizedInstanceHours", "Configurations", "KerberosAttributes.KdcAdminPassword", "KerberosAttributes.CrossRealmTrustPrincipalPassword", "KerberosAttributes.ADDomainJoinPassword",
		"Applications.AdditionalInfo",
	},
	Shape: collect.Pascal,
	Relations: []collect.Relation{
		{Label: "Is associated with ", Type: "AWS::EMR::SecurityConfiguration", ID: "SecurityConfiguration"},
	},
	Note: "Configurations of applications are left out: they may hold secrets.",
}
