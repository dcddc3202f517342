package cloud

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/wafv2"
)

func wafv2Client(cfg aws.Config) *wafv2.Client { return wafv2.NewFromConfig(cfg) }

var wafv2Service = &service{
	names: []string{"wafv2"},
	operations: map[string]operation{
		"GetLoggingConfiguration":   op(wafv2Client, (*wafv2.Client).GetLoggingConfiguration),
		"GetWebACL":                 op(wafv2Client, (*wafv2.Client).GetWebACL),
		"ListLoggingConfigurations": op(wafv2Client, (*wafv2.Client).ListLoggingConfigurations),
		"ListWebACLs":               op(wafv2Client, (*wafv2.Client).ListWebACLs),
		"PutLoggingConfiguration":   op(wafv2Client, (*wafv2.Client).PutLoggingConfiguration),
	},
}
