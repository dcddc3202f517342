package cloud

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

func dynamodbClient(cfg aws.Config) *dynamodb.Client { return dynamodb.NewFromConfig(cfg) }

var dynamodbService = &service{
	names: []string{"dynamodb"},
	operations: map[string]operation{
		"DeleteTable":               op(dynamodbClient, (*dynamodb.Client).DeleteTable),
		"DescribeContinuousBackups": op(dynamodbClient, (*dynamodb.Client).DescribeContinuousBackups),
		"DescribeTable":             op(dynamodbClient, (*dynamodb.Client).DescribeTable),
		"DescribeTimeToLive":        op(dynamodbClient, (*dynamodb.Client).DescribeTimeToLive),
		"ListTables":                op(dynamodbClient, (*dynamodb.Client).ListTables),
		"UpdateContinuousBackups":   op(dynamodbClient, (*dynamodb.Client).UpdateContinuousBackups),
		"UpdateTable":               op(dynamodbClient, (*dynamodb.Client).UpdateTable),
		"UpdateTimeToLive":          op(dynamodbClient, (*dynamodb.Client).UpdateTimeToLive),
	},
}
