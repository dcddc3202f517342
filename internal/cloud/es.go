package cloud

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticsearchservice"
)

func esClient(cfg aws.Config) *elasticsearchservice.Client {
	return elasticsearchservice.NewFromConfig(cfg)
}

var esService = &service{
	names: []string{"es"},
	operations: map[string]operation{
		"DeleteElasticsearchDomain":         op(esClient, (*elasticsearchservice.Client).DeleteElasticsearchDomain),
		"DescribeElasticsearchDomain":       op(esClient, (*elasticsearchservice.Client).DescribeElasticsearchDomain),
		"DescribeElasticsearchDomainConfig": op(esClient, (*elasticsearchservice.Client).DescribeElasticsearchDomainConfig),
		"DescribeElasticsearchDomains":      op(esClient, (*elasticsearchservice.Client).DescribeElasticsearchDomains),
		"ListDomainNames":                   op(esClient, (*elasticsearchservice.Client).ListDomainNames),
		"UpdateElasticsearchDomainConfig":   op(esClient, (*elasticsearchservice.Client).UpdateElasticsearchDomainConfig),
	},
}
