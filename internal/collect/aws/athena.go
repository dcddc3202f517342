package aws

import "github.com/tickmark/tickmark/internal/collect"

var athenaWorkGroup = &collect.Type{
	Name: "AWS::Athena::WorkGroup",
	Find: []collect.Step{
		{API: "athena:ListWorkGroups", Each: "WorkGroups"},
		{API: "athena:GetWorkGroup", From: map[string]string{"WorkGroup": "Name"}, Each: "WorkGroup", Only: "WorkGroup", Absent: []string{"InvalidRequestException"}, Else: asListed},
	},
	ID: "{Name}", Title: "{Name}", ARN: "arn:{partition}:athena:{region}:{account}:workgroup/{Name}",
	Created: "CreationTime",
	Tags:    "Tags",
	Rename:  map[string]string{"Configuration": "WorkGroupConfiguration"},
	Maps:    []string{"Configuration.EngineConfiguration.AdditionalConfigs", "Configuration.EngineConfiguration.SparkProperties", "Configuration.MonitoringConfiguration.CloudWatchLoggingConfiguration.LogTypes"},
	Drop:    []string{"Tags", "IdentityCenterApplicationArn", "Configuration.EngineConfiguration.Classifications"},
	Details: []collect.Detail{tagsBy("athena:ListTagsForResource", "ResourceARN", "arn:{partition}:athena:{region}:{account}:workgroup/{Name}", "Tags")},
	Shape:   then(collect.Pascal, tagList("Tags")),
}

// A catalog's parameters may name connections only: Athena keeps no credentials in them.
var athenaDataCatalog = &collect.Type{
	Name: "AWS::Athena::DataCatalog",
	Find: []collect.Step{
		{API: "athena:ListDataCatalogs", Each: "DataCatalogsSummary"},
		{API: "athena:GetDataCatalog", From: map[string]string{"Name": "CatalogName"}, Each: "DataCatalog", Only: "Name", Absent: []string{"InvalidRequestException"}, Else: map[string]string{"Name": "CatalogName"}},
	},
	ID: "{Name}", Title: "{Name}", ARN: "arn:{partition}:athena:{region}:{account}:datacatalog/{Name}",
	Tags:    "Tags",
	Maps:    []string{"Parameters"},
	Drop:    []string{"Tags"},
	Details: []collect.Detail{tagsBy("athena:ListTagsForResource", "ResourceARN", "arn:{partition}:athena:{region}:{account}:datacatalog/{Name}", "Tags", "InvalidRequestException")},
	Shape:   then(collect.Pascal, tagList("Tags")),
	Note:    "The catalog AwsDataCatalog, which every region has, cannot have tags.",
}
