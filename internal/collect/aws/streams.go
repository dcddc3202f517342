package aws

import "github.com/tickmark/tickmark/internal/collect"

var kinesisStream = &collect.Type{
	Name: "AWS::Kinesis::Stream",
	Find: []collect.Step{
		{API: "kinesis:ListStreams", Each: "StreamNames"},
		{
			API: "kinesis:DescribeStreamSummary", From: map[string]string{"StreamName": "."}, Each: "StreamDescriptionSummary", Only: "StreamName",
			Absent: []string{"ResourceNotFoundException"}, Else: map[string]string{"StreamName": ".", "StreamARN": "arn:{partition}:kinesis:{region}:{account}:stream/{.}"},
		},
	},
	ID: "{StreamName}", Title: "{StreamName}", ARN: "{StreamARN}",
	Created: "StreamCreationTimestamp",
	Tags:    "Tags",
	Details: []collect.Detail{{
		API: "kinesis:ListTagsForStream", Input: object{"Limit": 50}, From: map[string]string{"StreamName": "StreamName"}, Take: "Tags", Key: ".Tags", Covers: []string{"tags", "configuration.tags"},
	}},
	Shape: then(collect.Fields(map[string]string{
		"Arn": "StreamARN", "Name": "StreamName", "RetentionPeriodHours": "RetentionPeriodHours", "ShardCount": "OpenShardCount", "StreamModeDetails": "StreamModeDetails",
		"MaxRecordSizeInKiB": "MaxRecordSizeInKiB",
	}), tagList("Tags"), func(r *collect.Resource, c object) {
		if r.Text("EncryptionType") == "KMS" {
			c["StreamEncryption"] = object{"EncryptionType": "KMS", "KeyId": r.At("KeyId")}
		}
		if metrics := r.Every("EnhancedMonitoring[].ShardLevelMetrics[]"); len(metrics) > 0 {
			c["DesiredShardLevelMetrics"] = metrics
		}
	}),
}

// mskCluster: clusters without servers are of another type.
var mskCluster = &collect.Type{
	Name: "AWS::MSK::Cluster",
	Find: []collect.Step{
		{API: "kafka:ListClustersV2", Input: object{"ClusterTypeFilter": "PROVISIONED"}, Each: "ClusterInfoList"},
		{API: "kafka:DescribeClusterV2", Only: "ClusterArn", Each: "ClusterInfo", When: never, Absent: []string{"NotFoundException"}},
	},
	ID: "{ClusterArn}", Title: "{ClusterName}", ARN: "{ClusterArn}",
	Created: "CreationTime",
	Tags:    "Tags",
	Drop: []string{
		"Tags", "ActiveOperationArn", "ClusterType", "CreationTime", "State", "StateInfo", "Serverless", "Provisioned.ZookeeperConnectString", "Provisioned.ZookeeperConnectStringTls",
		"Provisioned.CustomerActionStatus", "Provisioned.CurrentBrokerSoftwareInfo", "Provisioned.BrokerNodeGroupInfo.ZoneIds",
	},
	Rename: map[string]string{"ClusterArn": "Arn", "Provisioned.BrokerNodeGroupInfo.StorageInfo.EbsStorageInfo": "EBSStorageInfo"},
	Shape: then(collect.Pascal, lift("Provisioned"), func(r *collect.Resource, c object) {
		software := "Provisioned.CurrentBrokerSoftwareInfo."
		collect.Set(c, "KafkaVersion", r.At(software+"KafkaVersion"))
		collect.Set(c, "ConfigurationInfo.Arn", r.At(software+"ConfigurationArn"))
		collect.Set(c, "ConfigurationInfo.Revision", r.At(software+"ConfigurationRevision"))
		if len(r.Spec.Tags) > 0 {
			c["Tags"] = r.Spec.Tags
		}
	}),
	Relations: []collect.Relation{{Label: "Is associated with ", Type: "AWS::EC2::SecurityGroup", ID: "Provisioned.BrokerNodeGroupInfo.SecurityGroups[]"}},
}

var stepfunctionsStateMachine = &collect.Type{
	Name: "AWS::StepFunctions::StateMachine",
	Find: []collect.Step{
		{API: "stepfunctions:ListStateMachines", Each: "stateMachines"},
		{
			API: "stepfunctions:DescribeStateMachine", From: map[string]string{"stateMachineArn": "stateMachineArn"}, Only: "stateMachineArn",
			Absent: []string{"StateMachineDoesNotExist"}, Else: asListed,
		},
	},
	ID: "{stateMachineArn}", Title: "{name}", ARN: "{stateMachineArn}",
	Created: "creationDate",
	Tags:    "Tags",
	Drop:    []string{"Tags", "status", "creationDate", "label", "revisionId", "description", "variableReferences"},
	Rename:  map[string]string{"stateMachineArn": "Arn", "name": "StateMachineName", "type": "StateMachineType", "definition": "DefinitionString"},
	Details: []collect.Detail{tagsBy("stepfunctions:ListTagsForResource", "resourceArn", "stateMachineArn", "tags")},
	Shape:   then(collect.Pascal, tagList("Tags")),
}

var emrSecurityConfiguration = &collect.Type{
	Name: "AWS::EMR::SecurityConfiguration",
	Find: []collect.Step{
		{API: "emr:ListSecurityConfigurations", Each: "SecurityConfigurations"},
		{API: "emr:DescribeSecurityConfiguration", From: map[string]string{"Name": "Name"}, Only: "Name", Absent: []string{"InvalidRequestException"}, Else: asListed},
	},
	ID: "{Name}", Title: "{Name}",
	Created: "CreationDateTime",
	Shape: func(r *collect.Resource) any {
		return object{"Id": r.Text("Name"), "Name": r.Text("Name"), "SecurityConfiguration": collect.JSONText(r.At("SecurityConfiguration"))}
	},
}
