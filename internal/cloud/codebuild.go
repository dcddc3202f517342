package cloud

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/codebuild"
)

func codebuildClient(cfg aws.Config) *codebuild.Client { return codebuild.NewFromConfig(cfg) }

var codebuildService = &service{
	names: []string{"codebuild"},
	spell: camel,
	operations: map[string]operation{
		"BatchGetProjects":        op(codebuildClient, (*codebuild.Client).BatchGetProjects),
		"ListProjects":            op(codebuildClient, (*codebuild.Client).ListProjects),
		"UpdateProject":           op(codebuildClient, (*codebuild.Client).UpdateProject),
		"UpdateProjectVisibility": op(codebuildClient, (*codebuild.Client).UpdateProjectVisibility),
	},
}
