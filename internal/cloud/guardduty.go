package cloud

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/guardduty"
)

func guarddutyClient(cfg aws.Config) *guardduty.Client { return guardduty.NewFromConfig(cfg) }

var guarddutyService = &service{
	names: []string{"guardduty"},
	operations: map[string]operation{
		"CreateDetector": op(guarddutyClient, (*guardduty.Client).CreateDetector),
		"GetDetector":    op(guarddutyClient, (*guardduty.Client).GetDetector),
		"ListDetectors":  op(guarddutyClient, (*guardduty.Client).ListDetectors),
		"UpdateDetector": op(guarddutyClient, (*guardduty.Client).UpdateDetector),
	},
}
