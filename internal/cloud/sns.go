package cloud

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
)

func snsClient(cfg aws.Config) *sns.Client { return sns.NewFromConfig(cfg) }

var snsService = &service{
	names: []string{"sns"},
	operations: map[string]operation{
		"GetTopicAttributes": op(snsClient, (*sns.Client).GetTopicAttributes),
		"ListTopics":         op(snsClient, (*sns.Client).ListTopics),
		"Publish":            op(snsClient, (*sns.Client).Publish),
		"SetTopicAttributes": op(snsClient, (*sns.Client).SetTopicAttributes),
	},
}
