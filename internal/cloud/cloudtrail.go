package cloud

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
)

func cloudtrailClient(cfg aws.Config) *cloudtrail.Client { return cloudtrail.NewFromConfig(cfg) }

var cloudtrailService = &service{
	names: []string{"cloudtrail"},
	spell: camelIn("DescribeTrailsOutput"),
	operations: map[string]operation{
		"CreateTrail":       op(cloudtrailClient, (*cloudtrail.Client).CreateTrail),
		"DescribeTrails":    op(cloudtrailClient, (*cloudtrail.Client).DescribeTrails),
		"GetEventSelectors": op(cloudtrailClient, (*cloudtrail.Client).GetEventSelectors),
		"GetTrail":          op(cloudtrailClient, (*cloudtrail.Client).GetTrail),
		"GetTrailStatus":    op(cloudtrailClient, (*cloudtrail.Client).GetTrailStatus),
		"PutEventSelectors": op(cloudtrailClient, (*cloudtrail.Client).PutEventSelectors),
		"StartLogging":      op(cloudtrailClient, (*cloudtrail.Client).StartLogging),
		"UpdateTrail":       op(cloudtrailClient, (*cloudtrail.Client).UpdateTrail),
	},
}
