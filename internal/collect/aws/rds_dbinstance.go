package aws

import "github.com/tickmark/tickmark/internal/collect"

// Amazon Neptune and DocumentDB answer the same calls, and AWS Config records theirs as of RDS.
var rdsDBInstance = &collect.Type{
	Name: "AWS::RDS::DBInstance",
	Find: []collect.Step{{API: "rds:DescribeDBInstances", Each: "DBInstances", Only: "Filters:dbi-resource-id"}},
	ID:   "{DbiResourceId}", Title: "{DBInstanceIdentifier}", ARN: "{DBInstanceArn}", Zone: "{AvailabilityZone}",
	Created: "InstanceCreateTime",
	Tags:    "TagList",
	Drop:    []string{"PendingModifiedValues.MasterUserPassword", "LatestRestorableTime"},
	Empty: []string{
		"AssociatedRoles", "DBParameterGroups", "DBSecurityGroups", "DomainMemberships", "EnabledCloudwatchLogsExports", "OptionGroupMemberships", "ProcessorFeatures",
		"ReadReplicaDBClusterIdentifiers", "ReadReplicaDBInstanceIdentifiers", "StatusInfos", "TagList", "VpcSecurityGroups",
	},
	Relations: []collect.Relation{
		{Label: "Is associated with DBSubnetGroup", Type: "AWS::RDS::DBSubnetGroup", ID: "DBSubnetGroup.DBSubnetGroupName"},
		{Label: "Is associated with SecurityGroup", Type: "AWS::EC2::SecurityGroup", ID: "VpcSecurityGroups[].VpcSecurityGroupId"},
		{Label: "Is associated with DBSecurityGroup", Type: "AWS::RDS::DBSecurityGroup", ID: "DBSecurityGroups[].DBSecurityGroupName"},
	},
	Finish: all(supplementTags, manyZones),
	Note:   "The times between which a database can be restored are not kept: they change every few minutes.",
	Gone:   []string{"DBInstanceNotFound"},
}

// manyZones is the zone of a database that runs in several.
func manyZones(r *collect.Resource) {
	if r.At("MultiAZ") == true {
		r.Spec.Zone = "Multiple Availability Zones"
	}
}
