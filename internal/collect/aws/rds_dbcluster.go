package aws

import "github.com/tickmark/tickmark/internal/collect"

var rdsDBCluster = &collect.Type{
	Name: "AWS::RDS::DBCluster",
	Bean: true,
	Find: []collect.Step{{API: "rds:DescribeDBClusters", Each: "DBClusters", Only: "Filters:db-cluster-resource-id"}},
	ID:   "{DbClusterResourceId}", Title: "{DBClusterIdentifier}", ARN: "{DBClusterArn}", Zone: "Multiple Availability Zones",
	Created: "ClusterCreateTime",
	Tags:    "TagList",
	Drop:    []string{"PendingModifiedValues.MasterUserPassword", "LatestRestorableTime", "EarliestRestorableTime"},
	Empty: []string{
		"AssociatedRoles", "AvailabilityZones", "CustomEndpoints", "DBClusterMembers", "DBClusterOptionGroupMemberships", "DomainMemberships", "EnabledCloudwatchLogsExports",
		"ReadReplicaIdentifiers", "TagList", "VpcSecurityGroups",
	},
	Relations: []collect.Relation{
		{Label: "Is associated with ", Type: "AWS::RDS::DBSubnetGroup", Name: "DBSubnetGroup"},
		{Label: "Is associated with ", Type: "AWS::EC2::SecurityGroup", ID: "VpcSecurityGroups[].VpcSecurityGroupId"},
		{Label: "Contains ", Type: "AWS::RDS::DBInstance", Name: "DBClusterMembers[].DBInstanceIdentifier"},
	},
	Finish: all(supplementTags, clusterWriters),
	Note:   "The times between which a database can be restored are not kept: they change every few minutes.",
	Gone:   []string{"DBClusterNotFoundFault"},
}

// clusterWriters: AWS Config has the flag of a member under two names.
func clusterWriters(r *collect.Resource) {
	for _, m := range collect.Every(r.Spec.Configuration, "dbclusterMembers[]") {
		if member, ok := m.(object); ok {
			member["clusterWriter"] = member["isClusterWriter"]
		}
	}
}
