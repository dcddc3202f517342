package cloud

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/apigateway"
)

func apigatewayClient(cfg aws.Config) *apigateway.Client { return apigateway.NewFromConfig(cfg) }

var apigatewayService = &service{
	names: []string{"apigateway"},
	spell: camel,
	operations: map[string]operation{
		"DeleteStage":   op(apigatewayClient, (*apigateway.Client).DeleteStage),
		"GetRestApi":    op(apigatewayClient, (*apigateway.Client).GetRestApi),
		"GetRestApis":   op(apigatewayClient, (*apigateway.Client).GetRestApis),
		"GetStage":      op(apigatewayClient, (*apigateway.Client).GetStage),
		"GetStages":     op(apigatewayClient, (*apigateway.Client).GetStages),
		"UpdateRestApi": op(apigatewayClient, (*apigateway.Client).UpdateRestApi),
		"UpdateStage":   op(apigatewayClient, (*apigateway.Client).UpdateStage),
	},
}
