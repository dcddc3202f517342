package aws

import "github.com/tickmark/tickmark/internal/collect"

var redshiftCluster = &collect.Type{
	Name: "AWS::Redshift::Cluster",
	Find: []collect.Step{{API: "redshift:DescribeClusters", Each: "Clusters", Only: "ClusterIdentifier"}},
	ID:   "{ClusterIdentifier}", Title: "{ClusterIdentifier}", ARN: "arn:{partition}:redshift:{region}:{account}:cluster:{ClusterIdentifier}", Zone: "{AvailabilityZone}",
	Created: "ClusterCreateTime",
	Tags:    "Tags",
	Drop: []string{
		"PendingModifiedValues.MasterUserPassword", "ExpectedNextSnapshotScheduleTime", "ExpectedNextSnapshotScheduleTimeStatus",
		"supplementaryConfiguration.LoggingStatus.LastSuccessfulDeliveryTime",
	},
	Empty: []string{
		"ClusterNodes", "ClusterParameterGroups", "ClusterParameterGroups.ClusterParameterStatusList", "ClusterSecurityGroups", "DeferredMaintenanceWindows", "IamRoles",
		"PendingActions", "Tags", "VpcSecurityGroups",
	},
	Details: []collect.Detail{{API: "redshift:DescribeLoggingStatus", From: map[string]string{"ClusterIdentifier": "ClusterIdentifier"}, Key: "LoggingStatus"}},
	Relations: []collect.Relation{
		{Label: "Is associated with ClusterParameterGroup", Type: "AWS::Redshift::ClusterParameterGroup", ID: "ClusterParameterGroups[].ParameterGroupName"},
		{Label: "Is associated with ClusterSubnetGroup", Type: "AWS::Redshift::ClusterSubnetGroup", ID: "ClusterSubnetGroupName"},
		{Label: "Is associated with SecurityGroup", Type: "AWS::EC2::SecurityGroup", ID: "VpcSecurityGroups[].VpcSecurityGroupId"},
		{Label: "Is associated with Vpc", Type: "AWS::EC2::VPC", ID: "VpcId"},
	},
	Finish: namedRelations("AWS::Redshift::ClusterParameterGroup", "AWS::Redshift::ClusterSubnetGroup"),
	Note:   "The times of the next snapshot and of the last delivery of logs are not kept: they change by themselves.",
	Gone:   []string{"ClusterNotFound"},
}

// namedRelations are edges to types whose id is their name: AWS Config writes both.
func namedRelations(types ...string) func(r *collect.Resource) {
	return func(r *collect.Resource) {
		for i := range r.Spec.Relationships {
			for _, t := range types {
				if edge := &r.Spec.Relationships[i]; edge.Type == t {
					edge.Name = edge.ID
				}
			}
		}
	}
}

var redshiftClusterParameterGroup = &collect.Type{
	Name: "AWS::Redshift::ClusterParameterGroup",
	Find: []collect.Step{{API: "redshift:DescribeClusterParameterGroups", Each: "ParameterGroups", Only: "ParameterGroupName"}},
	ID:   "{ParameterGroupName}", Title: "{ParameterGroupName}", ARN: "arn:{partition}:redshift:{region}:{account}:parametergroup:{ParameterGroupName}", Zone: "Not Applicable",
	Tags:    "Tags",
	Empty:   []string{"Tags"},
	Details: []collect.Detail{{API: "redshift:DescribeClusterParameters", From: map[string]string{"ParameterGroupName": "ParameterGroupName"}, Take: "Parameters[]", Key: "Parameters"}},
	Gone:    []string{"ClusterParameterGroupNotFound"},
}

var redshiftClusterSubnetGroup = &collect.Type{
	Name: "AWS::Redshift::ClusterSubnetGroup",
	Find: []collect.Step{{API: "redshift:DescribeClusterSubnetGroups", Each: "ClusterSubnetGroups", Only: "ClusterSubnetGroupName"}},
	ID:   "{ClusterSubnetGroupName}", Title: "{ClusterSubnetGroupName}", Zone: "Multiple Availability Zones",
	ARN:   "arn:{partition}:redshift:{region}:{account}:subnetgroup:{ClusterSubnetGroupName}",
	Tags:  "Tags",
	Empty: []string{"Subnets", "Tags"},
	Drop:  []string{"Subnets.SubnetAvailabilityZone.SupportedPlatforms"},
	Relations: []collect.Relation{
		{Label: "Is associated with Subnet", Type: "AWS::EC2::Subnet", ID: "Subnets[].SubnetIdentifier"},
		{Label: "Is associated with Vpc", Type: "AWS::EC2::VPC", ID: "VpcId"},
	},
	Gone: []string{"ClusterSubnetGroupNotFoundFault"},
}

var redshiftClusterSnapshot = &collect.Type{
	Name: "AWS::Redshift::ClusterSnapshot",
	Find: []collect.Step{{API: "redshift:DescribeClusterSnapshots", Each: "Snapshots", Only: "SnapshotIdentifier"}},
	ID:   "{SnapshotIdentifier}", Title: "{SnapshotIdentifier}", Zone: "{AvailabilityZone}",
	ARN:     "arn:{partition}:redshift:{region}:{account}:snapshot:{ClusterIdentifier}/{SnapshotIdentifier}",
	Created: "SnapshotCreateTime",
	Tags:    "Tags",
	Empty:   []string{"AccountsWithRestoreAccess", "RestorableNodeTypes", "Tags"},
	Drop:    []string{"ManualSnapshotRemainingDays"},
	Relations: []collect.Relation{
		{Label: "Is associated with Cluster", Type: "AWS::Redshift::Cluster", ID: "ClusterIdentifier"},
		{Label: "Is associated with Vpc", Type: "AWS::EC2::VPC", ID: "VpcId"},
	},
	Finish: namedRelations("AWS::Redshift::Cluster"),
	Note:   "The days that are left of a snapshot's retention are not kept: they change by themselves.",
	Gone:   []string{"ClusterSnapshotNotFound"},
}

var redshiftClusterSecurityGroup = &collect.Type{
	Name: "AWS::Redshift::ClusterSecurityGroup",
	Find: []collect.Step{{
		// An account without EC2-Classic has none, and the API says so by an error.
		API: "redshift:DescribeClusterSecurityGroups", Each: "ClusterSecurityGroups", Only: "ClusterSecurityGroupName", Absent: []string{"InvalidParameterValue"},
	}},
	ID: "{ClusterSecurityGroupName}", Title: "{ClusterSecurityGroupName}", Zone: "Not Applicable",
	ARN:   "arn:{partition}:redshift:{region}:{account}:securitygroup:{ClusterSecurityGroupName}",
	Tags:  "Tags",
	Empty: []string{"EC2SecurityGroups", "IPRanges", "Tags"},
	Gone:  []string{"ClusterSecurityGroupNotFound"},
}

var redshiftEventSubscription = &collect.Type{
	Name: "AWS::Redshift::EventSubscription",
	Find: []collect.Step{{API: "redshift:DescribeEventSubscriptions", Each: "EventSubscriptionsList", Only: "SubscriptionName"}},
	ID:   "{CustSubscriptionId}", Title: "{CustSubscriptionId}", Zone: "Not Applicable",
	ARN:     "arn:{partition}:redshift:{region}:{account}:eventsubscription:{CustSubscriptionId}",
	Created: "SubscriptionCreationTime",
	Tags:    "Tags",
	Empty:   []string{"EventCategoriesList", "SourceIdsList", "Tags"},
	Gone:    []string{"SubscriptionNotFound"},
}

var redshiftServerlessNamespace = &collect.Type{
	Name: "AWS::RedshiftServerless::Namespace",
	Find: []collect.Step{{API: "redshift-serverless:ListNamespaces", Each: "namespaces"}},
	ID:   "{namespaceName}", Title: "{namespaceName}", ARN: "{namespaceArn}",
	Created: "creationDate",
	Tags:    "Tags",
	Details: []collect.Detail{tagsBy("redshift-serverless:ListTagsForResource", "resourceArn", "namespaceArn", "tags")},
	Drop:    []string{"creationDate"},
	Shape:   collect.Pascal,
}

var redshiftServerlessWorkgroup = &collect.Type{
	Name: "AWS::RedshiftServerless::Workgroup",
	Find: []collect.Step{{API: "redshift-serverless:ListWorkgroups", Each: "workgroups"}},
	ID:   "{workgroupName}", Title: "{workgroupName}", ARN: "{workgroupArn}",
	Created: "creationDate",
	Tags:    "Tags",
	Details: []collect.Detail{tagsBy("redshift-serverless:ListTagsForResource", "resourceArn", "workgroupArn", "tags")},
	Drop:    []string{"creationDate"},
	Shape:   collect.Pascal,
	Relations: []collect.Relation{
		{Label: "Is associated with ", Type: "AWS::EC2::SecurityGroup", ID: "securityGroupIds[]"},
		{Label: "Is associated with ", Type: "AWS::EC2::Subnet", ID: "subnetIds[]"},
	},
}
