package aws

import "github.com/tickmark/tickmark/internal/collect"

var amazonmqBroker = &collect.Type{
	Name: "AWS::AmazonMQ::Broker",
	Find: []collect.Step{
		{API: "mq:ListBrokers", Each: "BrokerSummaries"},
		{API: "mq:DescribeBroker", From: map[string]string{"BrokerId": "BrokerId"}, Only: "BrokerId", Absent: []string{"NotFoundException"}, Else: asListed},
	},
	ID: "{BrokerId}", Title: "{BrokerName}", ARN: "{BrokerArn}",
	Created: "Created",
	Tags:    "Tags",
	Drop: []string{
		"Tags", "ActionsRequired", "BrokerState", "BrokerInstances", "Configurations", "Created", "PendingAuthenticationStrategy", "PendingEngineVersion", "PendingHostInstanceType",
		"PendingLdapServerMetadata", "PendingSecurityGroups", "PendingDataReplicationMetadata", "PendingDataReplicationMode", "DataReplicationMetadata", "Logs.AuditLogGroup", "Logs.GeneralLogGroup",
	},
	Rename: map[string]string{"BrokerId": "Id", "BrokerArn": "Arn"},
	Shape: then(collect.Pascal, tagList("Tags"), func(r *collect.Resource, c object) {
		collect.Set(c, "Configuration.Id", r.At("Configurations.Current.Id"))
		collect.Set(c, "Configuration.Revision", r.At("Configurations.Current.Revision"))
		collect.Set(c, "ConfigurationId", r.At("Configurations.Current.Id"))
		collect.Set(c, "ConfigurationRevision", r.At("Configurations.Current.Revision"))
		if ips := r.Every("BrokerInstances[].IpAddress"); len(ips) > 0 {
			c["IpAddresses"] = ips
		}
	}),
	Relations: []collect.Relation{{Label: "Is associated with ", Type: "AWS::EC2::SecurityGroup", ID: "SecurityGroups[]"}},
	Note:      "Addresses of protocols' endpoints are not kept.",
}
