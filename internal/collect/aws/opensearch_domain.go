package aws

import "github.com/tickmark/tickmark/internal/collect"

// Domains of Elasticsearch and of OpenSearch are one service with two APIs: each type asks for those of its own engine.
var opensearchDomain = &collect.Type{
	Name: "AWS::OpenSearch::Domain",
	Find: []collect.Step{
		{API: "opensearch:ListDomainNames", Input: object{"EngineType": "OpenSearch"}, Each: "DomainNames"},
		{
			API: "opensearch:DescribeDomains", Batch: &collect.Batch{Member: "DomainNames", Path: "DomainName", Size: 5, Match: "DomainName", By: "DomainName"}, Each: "DomainStatusList",
			Keep: existing,
		},
	},
	ID: "{DomainName}", Title: "{DomainName}", ARN: "{ARN}", Zone: "Regional",
	Tags: "Tags",
	Drop: []string{
		"Created", "Deleted", "Processing", "UpgradeProcessing", "AutoTuneOptions", "ChangeProgressDetails", "DomainProcessingStatus", "ModifyingProperties", "AccessPolicies",
		"VPCOptions.VPCId", "VPCOptions.AvailabilityZones", "Tags", "DomainEndpointV2HostedZoneId", "EndpointV2", "ServiceSoftwareOptions.Description",
	},
	Maps:    []string{"AdvancedOptions", "Endpoints"},
	Rename:  map[string]string{"ARN": "Arn", "DomainId": "Id", "Endpoint": "DomainEndpoint", "Endpoints": "DomainEndpoints"},
	Details: []collect.Detail{tagsBy("opensearch:ListTags", "ARN", "ARN", "TagList")},
	Shape: then(collect.Pascal, tagList("Tags"), func(r *collect.Resource, c object) {
		collect.Set(c, "AccessPolicies", collect.JSONText(r.At("AccessPolicies")))
		collect.Set(c, "DomainArn", r.At("ARN"))
	}),
}

var elasticsearchDomain = &collect.Type{
	Name: "AWS::Elasticsearch::Domain",
	Bean: true,
	Find: []collect.Step{
		{API: "es:ListDomainNames", Input: object{"EngineType": "Elasticsearch"}, Each: "DomainNames"},
		{
			API: "es:DescribeElasticsearchDomains", Batch: &collect.Batch{Member: "DomainNames", Path: "DomainName", Size: 5, Match: "DomainName", By: "DomainName"}, Each: "DomainStatusList",
			Keep: existing,
		},
	},
	ID: "{DomainId}", Title: "{DomainName}", ARN: "{ARN}", Zone: "Multiple Availability Zones",
	Tags:    "Tags",
	Drop:    []string{"Tags", "LogPublishingOptions", "ChangeProgressDetails", "DomainProcessingStatus", "ModifyingProperties"},
	Maps:    []string{"AdvancedOptions", "Endpoints"},
	Details: []collect.Detail{tagsBy("es:ListTags", "ARN", "ARN", "TagList")},
	Shape: then(collect.Describe, func(r *collect.Resource, c object) {
		logs, _ := r.At("LogPublishingOptions").(object)
		for name, v := range logs {
			collect.Set(c, "logPublishingOptions."+name, lowered(v))
		}
	}),
	Relations: []collect.Relation{
		{Label: "Is associated with ", Type: "AWS::EC2::SecurityGroup", ID: "VPCOptions.SecurityGroupIds[]"},
		{Label: "Is associated with ", Type: "AWS::EC2::Subnet", ID: "VPCOptions.SubnetIds[]"},
		{Label: "Is associated with ", Type: "AWS::KMS::Key", ID: "EncryptionAtRestOptions.KmsKeyId", Cut: "/"},
		{Label: "Is associated with ", Type: "AWS::EC2::VPC", ID: "VPCOptions.VPCId"},
	},
	Finish: supplementTags,
}

// existing leaves out domains that are being deleted.
func existing(e *collect.Element) bool { return e.At("Deleted") != true }
