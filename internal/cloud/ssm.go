package cloud

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ssm"
)

func ssmClient(cfg aws.Config) *ssm.Client { return ssm.NewFromConfig(cfg) }

var ssmService = &service{
	names: []string{"ssm"},
	also:  map[string]string{"UpdateDefaultDocumentVersion": "UpdateDocumentDefaultVersion"},
	operations: map[string]operation{
		"CreateDocument":               op(ssmClient, (*ssm.Client).CreateDocument),
		"DescribeDocument":             op(ssmClient, (*ssm.Client).DescribeDocument),
		"DescribeDocumentPermission":   op(ssmClient, (*ssm.Client).DescribeDocumentPermission),
		"DescribeInstanceInformation":  op(ssmClient, (*ssm.Client).DescribeInstanceInformation),
		"GetDocument":                  op(ssmClient, (*ssm.Client).GetDocument),
		"GetParameter":                 op(ssmClient, (*ssm.Client).GetParameter),
		"GetServiceSetting":            op(ssmClient, (*ssm.Client).GetServiceSetting),
		"ListDocuments":                op(ssmClient, (*ssm.Client).ListDocuments),
		"ModifyDocumentPermission":     op(ssmClient, (*ssm.Client).ModifyDocumentPermission),
		"UpdateDocument":               op(ssmClient, (*ssm.Client).UpdateDocument),
		"UpdateDocumentDefaultVersion": op(ssmClient, (*ssm.Client).UpdateDocumentDefaultVersion),
		"UpdateServiceSetting":         op(ssmClient, (*ssm.Client).UpdateServiceSetting),
	},
}
