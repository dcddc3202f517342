package aws

import "github.com/tickmark/tickmark/internal/collect"

// codeBuildProject is written by AWS Config with its source and artifacts as lists. The values of plain environment
// variables may be secrets and are left out; those of the other types are names of parameters and secrets.
var codeBuildProject = &collect.Type{
	Name: "AWS::CodeBuild::Project", Zone: noZone,
	Find: []collect.Step{
		{API: "codebuild:ListProjects", Each: "projects"},
		{API: "codebuild:BatchGetProjects", Batch: &collect.Batch{Member: "names", Path: ".", Size: 100}, Each: "projects", Only: "names[]=:project/"},
	},
	ID: "{arn}", Title: "{name}", ARN: "{arn}", Created: "created", Tags: "tags",
	Drop:  []string{"arn", "created", "lastModified", "badge", "publicProjectAlias", "resourceAccessRole", "projectVisibility", "source.insecureSsl", "secondarySources.insecureSsl"},
	Empty: []string{"secondarySources", "secondarySourceVersions", "secondaryArtifacts", "environment.environmentVariables", "tags"},
	Relations: []collect.Relation{
		{Label: "Is associated with ", Type: "AWS::IAM::Role", Name: "serviceRole", Cut: "/"},
		{Label: "Is contained in ", Type: "AWS::EC2::VPC", ID: "vpcConfig.vpcId"},
		{Label: "Is contained in ", Type: "AWS::EC2::Subnet", ID: "vpcConfig.subnets[]"},
		{Label: "Is associated with ", Type: "AWS::EC2::SecurityGroup", ID: "vpcConfig.securityGroupIds[]"},
	},
	Finish: func(r *collect.Resource) {
		c, _ := r.Spec.Configuration.(object)
		for _, key := range []string{"source", "artifacts"} {
			if v, ok := c[key].(object); ok {
				c[key] = []any{v}
			}
		}
		for _, v := range collect.Every(c, "environment.environmentVariables[]") {
			if o, ok := v.(object); ok && (o["type"] == "PLAINTEXT" || o["type"] == nil) {
				delete(o, "value")
			}
		}
		if vpc, ok := c["vpcConfig"].(object); ok {
			subnets := []any{}
			for _, s := range collect.Every(vpc, "subnets[]") {
				subnets = append(subnets, object{"subnet": s})
			}
			vpc["subnets"] = subnets
		}
	},
	Note: "Values of plain environment variables are left out.",
}

var codeBuildReportGroup = &collect.Type{
	Name: "AWS::CodeBuild::ReportGroup",
	Find: []collect.Step{
		{API: "codebuild:ListReportGroups", Each: "reportGroups"},
		{API: "codebuild:BatchGetReportGroups", Batch: &collect.Batch{Member: "reportGroupArns", Path: ".", Size: 100}, Each: "reportGroups", Only: "reportGroupArns[]"},
	},
	ID: "{arn}", Title: "{name}", ARN: "{arn}", Created: "created", Tags: "tags",
	Shape: then(collect.Pascal, tagList("Tags"), func(r *collect.Resource, c object) { c["Id"] = r.Object["arn"] }),
	Drop:  []string{"created", "lastModified", "status", "tags"},
}
