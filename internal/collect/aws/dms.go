package aws

import "github.com/tickmark/tickmark/internal/collect"

var dmsReplicationInstance = &collect.Type{
	Name: "AWS::DMS::ReplicationInstance",
	Find: []collect.Step{{API: "dms:DescribeReplicationInstances", Each: "ReplicationInstances", Only: "Filters:replication-instance-arn"}},
	ID:   "{ReplicationInstanceArn}", Title: "{ReplicationInstanceIdentifier}", ARN: "{ReplicationInstanceArn}", Zone: "{AvailabilityZone}",
	Created: "InstanceCreateTime",
	Tags:    "Tags",
	Details: []collect.Detail{tagsBy("dms:ListTagsForResource", "ResourceArn", "ReplicationInstanceArn", "TagList")},
	Shape: then(collect.Fields(map[string]string{
		"Id": "ReplicationInstanceArn", "ReplicationInstanceIdentifier": "ReplicationInstanceIdentifier", "ReplicationInstanceClass": "ReplicationInstanceClass",
		"AllocatedStorage": "AllocatedStorage", "AutoMinorVersionUpgrade": "AutoMinorVersionUpgrade", "AvailabilityZone": "AvailabilityZone", "EngineVersion": "EngineVersion",
		"KmsKeyId": "KmsKeyId", "MultiAZ": "MultiAZ", "NetworkType": "NetworkType", "PreferredMaintenanceWindow": "PreferredMaintenanceWindow", "PubliclyAccessible": "PubliclyAccessible",
		"ReplicationInstancePrivateIpAddresses": "ReplicationInstancePrivateIpAddresses", "ReplicationInstancePublicIpAddresses": "ReplicationInstancePublicIpAddresses",
		"ReplicationSubnetGroupIdentifier": "ReplicationSubnetGroup.ReplicationSubnetGroupIdentifier", "VpcSecurityGroupIds": "VpcSecurityGroups[].VpcSecurityGroupId",
	}), tagList("Tags")),
	Relations: []collect.Relation{{Label: "Is associated with ", Type: "AWS::EC2::SecurityGroup", ID: "VpcSecurityGroups[].VpcSecurityGroupId"}},
	Gone:      []string{"ResourceNotFoundFault"},
}

var dmsReplicationTask = &collect.Type{
	Name: "AWS::DMS::ReplicationTask",
	Find: []collect.Step{{API: "dms:DescribeReplicationTasks", Each: "ReplicationTasks", Only: "Filters:replication-task-arn"}},
	ID:   "{ReplicationTaskArn}", Title: "{ReplicationTaskIdentifier}", ARN: "{ReplicationTaskArn}",
	Created: "ReplicationTaskCreationDate",
	Tags:    "Tags",
	Details: []collect.Detail{tagsBy("dms:ListTagsForResource", "ResourceArn", "ReplicationTaskArn", "TagList")},
	Shape: then(collect.Fields(map[string]string{
		"Id": "ReplicationTaskArn", "ReplicationTaskIdentifier": "ReplicationTaskIdentifier", "MigrationType": "MigrationType", "ReplicationInstanceArn": "ReplicationInstanceArn",
		"SourceEndpointArn": "SourceEndpointArn", "TargetEndpointArn": "TargetEndpointArn", "CdcStartPosition": "CdcStartPosition", "CdcStopPosition": "CdcStopPosition",
		"TableMappings": "TableMappings", "TaskData": "TaskData",
	}), tagList("Tags"), func(r *collect.Resource, c object) {
		collect.Set(c, "ReplicationTaskSettings", collect.JSONText(r.At("ReplicationTaskSettings")))
	}),
	Gone: []string{"ResourceNotFoundFault"},
}
