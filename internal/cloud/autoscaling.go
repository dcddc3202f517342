package cloud

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/autoscaling"
)

func autoscalingClient(cfg aws.Config) *autoscaling.Client { return autoscaling.NewFromConfig(cfg) }

var autoscalingService = &service{
	names: []string{"autoscaling"},
	operations: map[string]operation{
		"DescribeAutoScalingGroups": op(autoscalingClient, (*autoscaling.Client).DescribeAutoScalingGroups),
		"UpdateAutoScalingGroup":    op(autoscalingClient, (*autoscaling.Client).UpdateAutoScalingGroup),
	},
}
