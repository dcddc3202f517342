package cloud

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
)

func logsClient(cfg aws.Config) *cloudwatchlogs.Client { return cloudwatchlogs.NewFromConfig(cfg) }

var logsService = &service{
	names: []string{"logs"},
	spell: camel,
	operations: map[string]operation{
		"AssociateKmsKey":     op(logsClient, (*cloudwatchlogs.Client).AssociateKmsKey),
		"CreateLogGroup":      op(logsClient, (*cloudwatchlogs.Client).CreateLogGroup),
		"DescribeLogGroups":   op(logsClient, (*cloudwatchlogs.Client).DescribeLogGroups),
		"DisassociateKmsKey":  op(logsClient, (*cloudwatchlogs.Client).DisassociateKmsKey),
		"ListTagsForResource": op(logsClient, (*cloudwatchlogs.Client).ListTagsForResource),
		"PutRetentionPolicy":  op(logsClient, (*cloudwatchlogs.Client).PutRetentionPolicy),
	},
}
