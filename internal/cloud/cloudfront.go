package cloud

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
)

func cloudfrontClient(cfg aws.Config) *cloudfront.Client { return cloudfront.NewFromConfig(cfg) }

var cloudfrontService = &service{
	names: []string{"cloudfront"},
	operations: map[string]operation{
		"GetDistribution":       op(cloudfrontClient, (*cloudfront.Client).GetDistribution),
		"GetDistributionConfig": op(cloudfrontClient, (*cloudfront.Client).GetDistributionConfig),
		"ListDistributions":     op(cloudfrontClient, (*cloudfront.Client).ListDistributions),
		"UpdateDistribution":    op(cloudfrontClient, (*cloudfront.Client).UpdateDistribution),
	},
}
