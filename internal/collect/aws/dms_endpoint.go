package aws

import "github.com/tickmark/tickmark/internal/collect"

// dmsEndpoint's settings are spelled as the API and CloudFormation both have them, but for the case of some names, which
// the published schema gives. Passwords, keys and settings written as text, which may hold some, are left out.
var dmsEndpoint = &collect.Type{
	Name: "AWS::DMS::Endpoint",
	Find: []collect.Step{{API: "dms:DescribeEndpoints", Each: "Endpoints", Only: "Filters:endpoint-arn", Absent: []string{"ResourceNotFoundFault"}}},
	ID:   "{EndpointArn}", Title: "{EndpointIdentifier}", ARN: "{EndpointArn}",
	Tags: "Tags",
	Drop: []string{
		"Tags", "EngineDisplayName", "Status", "EndpointArn", "ExternalTableDefinition", "IsReadOnly", "ExtraConnectionAttributes",
		"MongoDbSettings.Password", "RedshiftSettings.Password", "PostgreSQLSettings.Password", "MySQLSettings.Password", "OracleSettings.Password", "OracleSettings.AsmPassword",
		"OracleSettings.SecurityDbEncryption", "SybaseSettings.Password", "MicrosoftSQLServerSettings.Password", "IBMDb2Settings.Password", "DocDbSettings.Password",
		"KafkaSettings.SaslPassword", "KafkaSettings.SslClientKeyPassword", "RedisSettings.AuthPassword", "GcpMySQLSettings.Password",
	},
	Details: []collect.Detail{tagsBy("dms:ListTagsForResource", "ResourceArn", "EndpointArn", "TagList")},
	Shape:   then(collect.Pascal, tagList("Tags"), func(r *collect.Resource, c object) { c["Id"] = r.Text("EndpointArn") }),
	Note:    "Extra connection attributes are left out: they may hold secrets.",
}
