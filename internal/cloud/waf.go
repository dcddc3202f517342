package cloud

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/waf"
)

func wafClient(cfg aws.Config) *waf.Client { return waf.NewFromConfig(cfg) }

var wafService = &service{
	names: []string{"waf"},
	operations: map[string]operation{
		"GetLoggingConfiguration": op(wafClient, (*waf.Client).GetLoggingConfiguration),
		"GetWebACL":               op(wafClient, (*waf.Client).GetWebACL),
		"PutLoggingConfiguration": op(wafClient, (*waf.Client).PutLoggingConfiguration),
	},
}
