package cloud

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
)

func lambdaClient(cfg aws.Config) *lambda.Client { return lambda.NewFromConfig(cfg) }

var lambdaService = &service{
	names: []string{"lambda"},
	also:  map[string]string{"InvokeFunction": "Invoke"},
	operations: map[string]operation{
		"AddPermission":               op(lambdaClient, (*lambda.Client).AddPermission),
		"DeleteFunction":              op(lambdaClient, (*lambda.Client).DeleteFunction),
		"DeleteFunctionConcurrency":   op(lambdaClient, (*lambda.Client).DeleteFunctionConcurrency),
		"GetFunction":                 op(lambdaClient, (*lambda.Client).GetFunction),
		"GetFunctionConcurrency":      op(lambdaClient, (*lambda.Client).GetFunctionConcurrency),
		"GetFunctionConfiguration":    op(lambdaClient, (*lambda.Client).GetFunctionConfiguration),
		"GetPolicy":                   op(lambdaClient, (*lambda.Client).GetPolicy),
		"Invoke":                      op(lambdaClient, (*lambda.Client).Invoke),
		"ListFunctions":               op(lambdaClient, (*lambda.Client).ListFunctions),
		"PutFunctionConcurrency":      op(lambdaClient, (*lambda.Client).PutFunctionConcurrency),
		"RemovePermission":            op(lambdaClient, (*lambda.Client).RemovePermission),
		"UpdateFunctionConfiguration": op(lambdaClient, (*lambda.Client).UpdateFunctionConfiguration),
	},
}
