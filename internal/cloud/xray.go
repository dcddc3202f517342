package cloud

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/xray"
)

func xrayClient(cfg aws.Config) *xray.Client { return xray.NewFromConfig(cfg) }

var xrayService = &service{
	names: []string{"xray"},
	operations: map[string]operation{
		"GetEncryptionConfig": op(xrayClient, (*xray.Client).GetEncryptionConfig),
		"PutEncryptionConfig": op(xrayClient, (*xray.Client).PutEncryptionConfig),
	},
}
