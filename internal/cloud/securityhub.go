package cloud

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/securityhub"
)

func securityhubClient(cfg aws.Config) *securityhub.Client { return securityhub.NewFromConfig(cfg) }

var securityhubService = &service{
	names: []string{"securityhub"},
	operations: map[string]operation{
		"DescribeHub":         op(securityhubClient, (*securityhub.Client).DescribeHub),
		"EnableSecurityHub":   op(securityhubClient, (*securityhub.Client).EnableSecurityHub),
		"GetEnabledStandards": op(securityhubClient, (*securityhub.Client).GetEnabledStandards),
	},
}
