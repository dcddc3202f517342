package aws

import "github.com/tickmark/tickmark/internal/collect"

// Only snapshots made by hand or by AWS Backup can be shared: RDS is not asked about those it makes by itself.
var rdsDBSnapshot = &collect.Type{
	Name: "AWS::RDS::DBSnapshot",
	Find: []collect.Step{{API: "rds:DescribeDBSnapshots", Each: "DBSnapshots", Only: "DBSnapshotIdentifier"}},
	ID:   "{DBSnapshotIdentifier}", Title: "{DBSnapshotIdentifier}", ARN: "{DBSnapshotArn}", Zone: "{AvailabilityZone}",
	Created: "SnapshotCreateTime",
	Tags:    "TagList",
	Empty:   []string{"ProcessorFeatures", "TagList"},
	Details: []collect.Detail{{
		API: "rds:DescribeDBSnapshotAttributes", From: map[string]string{"DBSnapshotIdentifier": "DBSnapshotIdentifier"}, When: shareable,
		Take: "DBSnapshotAttributesResult.DBSnapshotAttributes", Key: "DBSnapshotAttributes",
	}},
	Relations: []collect.Relation{{Label: "Is associated with Vpc", Type: "AWS::EC2::VPC", ID: "VpcId"}},
	Finish:    all(supplementTags, unshared("DBSnapshotAttributes")),
	Gone:      []string{"DBSnapshotNotFound"},
}

var rdsDBClusterSnapshot = &collect.Type{
	Name: "AWS::RDS::DBClusterSnapshot",
	Bean: true,
	Find: []collect.Step{{API: "rds:DescribeDBClusterSnapshots", Each: "DBClusterSnapshots", Only: "DBClusterSnapshotIdentifier"}},
	ID:   "{DBClusterSnapshotIdentifier}", Title: "{DBClusterSnapshotIdentifier}", ARN: "{DBClusterSnapshotArn}", Zone: "Multiple Availability Zones",
	Created: "SnapshotCreateTime",
	Tags:    "TagList",
	Empty:   []string{"AvailabilityZones", "TagList"},
	Details: []collect.Detail{{
		API: "rds:DescribeDBClusterSnapshotAttributes", From: map[string]string{"DBClusterSnapshotIdentifier": "DBClusterSnapshotIdentifier"}, When: shareable,
		Take: "DBClusterSnapshotAttributesResult.DBClusterSnapshotAttributes", Key: "DBClusterSnapshotAttributes",
	}},
	Relations: []collect.Relation{
		{Label: "Is associated with ", Type: "AWS::EC2::VPC", ID: "VpcId"},
		{Label: "Is associated with ", Type: "AWS::RDS::DBCluster", Name: "DBClusterIdentifier"},
	},
	Finish: all(supplementTags, unshared("DBClusterSnapshotAttributes")),
	Gone:   []string{"DBClusterSnapshotNotFoundFault"},
}

func shareable(e *collect.Element) bool { return e.Text("SnapshotType") != "automated" }

// unshared puts what RDS answers of a snapshot that is not shared, where it was not asked; a list of values that RDS leaves
// out is empty.
func unshared(key string) func(r *collect.Resource) {
	return func(r *collect.Resource) {
		if !shareable(r.Element) {
			r.Supplement(key, []any{object{"attributeName": "restore", "attributeValues": []any{}}})
		}
		for _, a := range collect.Every(r.Spec.Supplementary[key], "[]") {
			if o, ok := a.(object); ok && o["attributeValues"] == nil {
				o["attributeValues"] = []any{}
			}
		}
	}
}
