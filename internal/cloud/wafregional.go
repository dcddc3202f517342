package cloud

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/wafregional"
)

func wafregionalClient(cfg aws.Config) *wafregional.Client { return wafregional.NewFromConfig(cfg) }

var wafregionalService = &service{
	names: []string{"waf-regional", "wafregional"},
	operations: map[string]operation{
		"GetLoggingConfiguration": op(wafregionalClient, (*wafregional.Client).GetLoggingConfiguration),
		"GetWebACL":               op(wafregionalClient, (*wafregional.Client).GetWebACL),
		"PutLoggingConfiguration": op(wafregionalClient, (*wafregional.Client).PutLoggingConfiguration),
	},
}
