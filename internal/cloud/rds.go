package cloud

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/rds"
)

func rdsClient(cfg aws.Config) *rds.Client { return rds.NewFromConfig(cfg) }

var rdsService = &service{
	names: []string{"rds"},
	operations: map[string]operation{
		"AddTagsToResource":                   op(rdsClient, (*rds.Client).AddTagsToResource),
		"CreateDBClusterSnapshot":             op(rdsClient, (*rds.Client).CreateDBClusterSnapshot),
		"CreateDBSnapshot":                    op(rdsClient, (*rds.Client).CreateDBSnapshot),
		"DeleteDBCluster":                     op(rdsClient, (*rds.Client).DeleteDBCluster),
		"DeleteDBClusterSnapshot":             op(rdsClient, (*rds.Client).DeleteDBClusterSnapshot),
		"DeleteDBInstance":                    op(rdsClient, (*rds.Client).DeleteDBInstance),
		"DeleteDBSnapshot":                    op(rdsClient, (*rds.Client).DeleteDBSnapshot),
		"DescribeDBClusterSnapshotAttributes": op(rdsClient, (*rds.Client).DescribeDBClusterSnapshotAttributes),
		"DescribeDBClusterSnapshots":          op(rdsClient, (*rds.Client).DescribeDBClusterSnapshots),
		"DescribeDBClusters":                  op(rdsClient, (*rds.Client).DescribeDBClusters),
		"DescribeDBInstances":                 op(rdsClient, (*rds.Client).DescribeDBInstances),
		"DescribeDBSnapshotAttributes":        op(rdsClient, (*rds.Client).DescribeDBSnapshotAttributes),
		"DescribeDBSnapshots":                 op(rdsClient, (*rds.Client).DescribeDBSnapshots),
		"ModifyDBCluster":                     op(rdsClient, (*rds.Client).ModifyDBCluster),
		"ModifyDBClusterSnapshotAttribute":    op(rdsClient, (*rds.Client).ModifyDBClusterSnapshotAttribute),
		"ModifyDBInstance":                    op(rdsClient, (*rds.Client).ModifyDBInstance),
		"ModifyDBSnapshotAttribute":           op(rdsClient, (*rds.Client).ModifyDBSnapshotAttribute),
	},
}
