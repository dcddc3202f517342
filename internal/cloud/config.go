package cloud

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/configservice"
)

func configClient(cfg aws.Config) *configservice.Client { return configservice.NewFromConfig(cfg) }

var configService = &service{
	names: []string{"config"},
	// The parts of configuration items and recorders are in camel case, those of rules are not.
	spell: camelIn(configCamel),
	operations: map[string]operation{
		"DescribeConfigRules":                 op(configClient, (*configservice.Client).DescribeConfigRules),
		"DescribeConfigurationRecorderStatus": op(configClient, (*configservice.Client).DescribeConfigurationRecorderStatus),
		"DescribeConfigurationRecorders":      op(configClient, (*configservice.Client).DescribeConfigurationRecorders),
		"GetComplianceDetailsByConfigRule":    op(configClient, (*configservice.Client).GetComplianceDetailsByConfigRule),
		"GetResourceConfigHistory":            op(configClient, (*configservice.Client).GetResourceConfigHistory),
		"ListDiscoveredResources":             op(configClient, (*configservice.Client).ListDiscoveredResources),
		"StartConfigRulesEvaluation":          op(configClient, (*configservice.Client).StartConfigRulesEvaluation),
	},
}

const configCamel = `
	ConfigurationItem ConfigurationRecorder ConfigurationRecorderStatus ExclusionByResourceTypes
	GetResourceConfigHistoryInput GetResourceConfigHistoryOutput ListDiscoveredResourcesInput
	ListDiscoveredResourcesOutput RecordingGroup RecordingMode RecordingModeOverride RecordingStrategy
	Relationship ResourceIdentifier ScopeConfiguration`
