package cloud

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancing"
)

func elbClient(cfg aws.Config) *elasticloadbalancing.Client {
	return elasticloadbalancing.NewFromConfig(cfg)
}

var elbService = &service{
	names: []string{"elb", "elasticloadbalancing"},
	operations: map[string]operation{
		"DescribeLoadBalancerAttributes": op(elbClient, (*elasticloadbalancing.Client).DescribeLoadBalancerAttributes),
		"DescribeLoadBalancers":          op(elbClient, (*elasticloadbalancing.Client).DescribeLoadBalancers),
		"ModifyLoadBalancerAttributes":   op(elbClient, (*elasticloadbalancing.Client).ModifyLoadBalancerAttributes),
	},
}
