package cloud

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/redshift"
)

func redshiftClient(cfg aws.Config) *redshift.Client { return redshift.NewFromConfig(cfg) }

var redshiftService = &service{
	names: []string{"redshift"},
	operations: map[string]operation{
		"DeleteCluster":                  op(redshiftClient, (*redshift.Client).DeleteCluster),
		"DescribeClusterParameterGroups": op(redshiftClient, (*redshift.Client).DescribeClusterParameterGroups),
		"DescribeClusterParameters":      op(redshiftClient, (*redshift.Client).DescribeClusterParameters),
		"DescribeClusters":               op(redshiftClient, (*redshift.Client).DescribeClusters),
		"DescribeLoggingStatus":          op(redshiftClient, (*redshift.Client).DescribeLoggingStatus),
		"EnableLogging":                  op(redshiftClient, (*redshift.Client).EnableLogging),
		"ModifyCluster":                  op(redshiftClient, (*redshift.Client).ModifyCluster),
		"ModifyClusterMaintenance":       op(redshiftClient, (*redshift.Client).ModifyClusterMaintenance),
		"ModifyClusterParameterGroup":    op(redshiftClient, (*redshift.Client).ModifyClusterParameterGroup),
		"PauseCluster":                   op(redshiftClient, (*redshift.Client).PauseCluster),
		"RebootCluster":                  op(redshiftClient, (*redshift.Client).RebootCluster),
		"ResizeCluster":                  op(redshiftClient, (*redshift.Client).ResizeCluster),
		"ResumeCluster":                  op(redshiftClient, (*redshift.Client).ResumeCluster),
	},
}
