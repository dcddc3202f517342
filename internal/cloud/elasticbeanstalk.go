package cloud

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticbeanstalk"
)

func elasticbeanstalkClient(cfg aws.Config) *elasticbeanstalk.Client {
	return elasticbeanstalk.NewFromConfig(cfg)
}

var elasticbeanstalkService = &service{
	names: []string{"elasticbeanstalk"},
	operations: map[string]operation{
		"DescribeConfigurationSettings": op(elasticbeanstalkClient, (*elasticbeanstalk.Client).DescribeConfigurationSettings),
		"DescribeEnvironments":          op(elasticbeanstalkClient, (*elasticbeanstalk.Client).DescribeEnvironments),
		"UpdateEnvironment":             op(elasticbeanstalkClient, (*elasticbeanstalk.Client).UpdateEnvironment),
	},
}
