package cloud

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
)

func elbv2Client(cfg aws.Config) *elasticloadbalancingv2.Client {
	return elasticloadbalancingv2.NewFromConfig(cfg)
}

var elbv2Service = &service{
	names: []string{"elbv2", "elasticloadbalancing", "elasticloadbalancingv2"},
	operations: map[string]operation{
		"DescribeListeners":              op(elbv2Client, (*elasticloadbalancingv2.Client).DescribeListeners),
		"DescribeLoadBalancerAttributes": op(elbv2Client, (*elasticloadbalancingv2.Client).DescribeLoadBalancerAttributes),
		"DescribeLoadBalancers":          op(elbv2Client, (*elasticloadbalancingv2.Client).DescribeLoadBalancers),
		"DescribeTargetGroups":           op(elbv2Client, (*elasticloadbalancingv2.Client).DescribeTargetGroups),
		"ModifyListener":                 op(elbv2Client, (*elasticloadbalancingv2.Client).ModifyListener),
		"ModifyLoadBalancerAttributes":   op(elbv2Client, (*elasticloadbalancingv2.Client).ModifyLoadBalancerAttributes),
	},
}
