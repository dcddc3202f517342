package cloud

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
)

func cloudformationClient(cfg aws.Config) *cloudformation.Client {
	return cloudformation.NewFromConfig(cfg)
}

var cloudformationService = &service{
	names: []string{"cloudformation"},
	operations: map[string]operation{
		"DescribeStackEvents":         op(cloudformationClient, (*cloudformation.Client).DescribeStackEvents),
		"DescribeStackResources":      op(cloudformationClient, (*cloudformation.Client).DescribeStackResources),
		"DescribeStacks":              op(cloudformationClient, (*cloudformation.Client).DescribeStacks),
		"GetTemplate":                 op(cloudformationClient, (*cloudformation.Client).GetTemplate),
		"ListStackResources":          op(cloudformationClient, (*cloudformation.Client).ListStackResources),
		"SetStackPolicy":              op(cloudformationClient, (*cloudformation.Client).SetStackPolicy),
		"UpdateStack":                 op(cloudformationClient, (*cloudformation.Client).UpdateStack),
		"UpdateTerminationProtection": op(cloudformationClient, (*cloudformation.Client).UpdateTerminationProtection),
	},
}
