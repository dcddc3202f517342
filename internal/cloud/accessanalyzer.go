package cloud

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/accessanalyzer"
)

func accessanalyzerClient(cfg aws.Config) *accessanalyzer.Client {
	return accessanalyzer.NewFromConfig(cfg)
}

var accessanalyzerService = &service{
	names: []string{"accessanalyzer", "access-analyzer"},
	spell: camel,
	operations: map[string]operation{
		"CreateAnalyzer": op(accessanalyzerClient, (*accessanalyzer.Client).CreateAnalyzer),
		"DeleteAnalyzer": op(accessanalyzerClient, (*accessanalyzer.Client).DeleteAnalyzer),
		"GetAnalyzer":    op(accessanalyzerClient, (*accessanalyzer.Client).GetAnalyzer),
		"ListAnalyzers":  op(accessanalyzerClient, (*accessanalyzer.Client).ListAnalyzers),
		"UpdateAnalyzer": op(accessanalyzerClient, (*accessanalyzer.Client).UpdateAnalyzer),
	},
}
