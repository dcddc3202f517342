package sample

import "github.com/tickmark/tickmark/internal/inventory"

// showWarehouse builds a Redshift cluster with its parameter group, a search domain, a stream and a Kafka cluster.
func (g *gen) showWarehouse() {
	group := "reports"
	g.add(resource{
		typ: "AWS::Redshift::ClusterParameterGroup", id: group, name: group, arn: g.arn("redshift", "parametergroup:"+group), zone: "Not Applicable",
		configuration: object{"parameterGroupName": group, "parameterGroupFamily": "redshift-1.0", "description": "synthetic"},
		supplementary: object{"Parameters": list{
			g.warehouseParameter("enable_user_activity_logging", either(g, "true", "false")),
			g.warehouseParameter("require_ssl", either(g, "true", "false")),
		}},
	})
	name := "warehouse"
	c := object{
		"clusterIdentifier": name, "clusterNamespaceArn": g.arn("redshift", "namespace:"+g.uuid()), "nodeType": "ra3.large", "numberOfNodes": 2, "clusterStatus": "available", "clusterAvailabilityStatus": "Available",
		"masterUsername": either(g, "keeper", "awsuser"), "dBName": either(g, "figures", "dev"), "endpoint": object{"address": name + "." + g.region + ".redshift.amazonaws.com", "port": 5439},
		"clusterCreateTime": g.past(100), "clusterVersion": "1.0", "clusterRevisionNumber": "81771", "allowVersionUpgrade": g.sound, "maintenanceTrackName": "current", "preferredMaintenanceWindow": "tue:10:00-tue:10:30",
		"automatedSnapshotRetentionPeriod": either(g, 7, 0), "manualSnapshotRetentionPeriod": -1, "encrypted": g.sound, "enhancedVpcRouting": g.sound, "publiclyAccessible": !g.sound,
		"vpcId": g.vpc.vpc, "clusterSubnetGroupName": "private", "availabilityZone": g.region + "a", "availabilityZoneRelocationStatus": "disabled", "multiAZ": either(g, "Enabled", "Disabled"), "vpcSecurityGroups": list{object{"vpcSecurityGroupId": g.vpc.closed, "status": "active"}},
		"clusterParameterGroups": list{object{"parameterGroupName": group, "parameterApplyStatus": "in-sync", "clusterParameterStatusList": list{}}},
		"clusterSecurityGroups":  list{}, "clusterNodes": list{object{"nodeRole": "LEADER"}}, "iamRoles": list{object{"iamRoleArn": g.iam("role/warehouse"), "applyStatus": "in-sync"}},
	}
	g.add(resource{
		typ: "AWS::Redshift::Cluster", id: name, name: name, arn: g.arn("redshift", "cluster:"+name), zone: g.region + "a", configuration: g.onlySound(c, object{"kmsKeyId": g.key()}),
		supplementary: object{"LoggingStatus": g.onlySound(object{"loggingEnabled": g.sound}, object{"bucketName": g.bucketName(logs), "s3KeyPrefix": "warehouse/", "lastSuccessfulDeliveryTime": g.past(0)})},
		relations:     []inventory.Relationship{rel("Is associated with ClusterParameterGroup", "AWS::Redshift::ClusterParameterGroup", group)},
	})
	g.showSearch()
	g.showStreams()
}

func (g *gen) warehouseParameter(name, value string) object {
	return object{"parameterName": name, "parameterValue": value, "source": "user", "dataType": "boolean", "allowedValues": "true,false", "applyType": "static", "isModifiable": true}
}

func (g *gen) showSearch() {
	name := "products"
	arn := g.arn("es", "domain/"+name)
	logs := object{}
	for _, kind := range []string{"AUDIT_LOGS", "ES_APPLICATION_LOGS", "INDEX_SLOW_LOGS", "SEARCH_SLOW_LOGS"} {
		g.onlySound(logs, object{kind: object{"Enabled": true, "CloudWatchLogsLogGroupArn": g.arn("logs", "log-group:/search/"+name)}})
	}
	c := object{
		"Id": g.account + "/" + name, "DomainName": name, "Arn": arn, "DomainArn": arn, "EngineVersion": "OpenSearch_2.19",
		"ClusterConfig": g.onlySound(object{
			"InstanceType": "r7g.large.search", "InstanceCount": either(g, 3, 1), "ZoneAwarenessEnabled": g.sound, "DedicatedMasterEnabled": g.sound, "WarmEnabled": false, "MultiAZWithStandbyEnabled": false,
		}, object{"DedicatedMasterCount": 3, "DedicatedMasterType": "m7g.large.search", "ZoneAwarenessConfig": object{"AvailabilityZoneCount": 3}}),
		"EBSOptions":                  object{"EBSEnabled": true, "VolumeSize": 100, "VolumeType": "gp3", "Iops": 3000, "Throughput": 125},
		"EncryptionAtRestOptions":     g.onlySound(object{"Enabled": g.sound}, object{"KmsKeyId": g.key()}),
		"NodeToNodeEncryptionOptions": object{"Enabled": g.sound},
		"DomainEndpointOptions":       object{"EnforceHTTPS": g.sound, "TLSSecurityPolicy": either(g, "Policy-Min-TLS-1-2-PFS-2023-10", "Policy-Min-TLS-1-0-2019-07"), "CustomEndpointEnabled": false},
		"AdvancedSecurityOptions":     object{"Enabled": g.sound, "InternalUserDatabaseEnabled": false, "AnonymousAuthEnabled": false},
		"VPCOptions":                  g.onlySound(object{}, object{"SubnetIds": g.private(), "SecurityGroupIds": list{g.vpc.closed}}),
		"CognitoOptions":              object{"Enabled": false}, "SnapshotOptions": object{"AutomatedSnapshotStartHour": 0}, "LogPublishingOptions": logs,
		"ServiceSoftwareOptions": object{"CurrentVersion": "OpenSearch_2_19_R20260301", "NewVersion": either(g, "", "OpenSearch_2_19_R20260901"), "UpdateAvailable": !g.sound, "UpdateStatus": either(g, "COMPLETED", "ELIGIBLE"), "Cancellable": false, "OptionalDeployment": true},
		"SoftwareUpdateOptions":  object{"AutoSoftwareUpdateEnabled": g.sound},
	}
	g.add(resource{typ: "AWS::OpenSearch::Domain", id: name, name: name, arn: arn, configuration: c})
}

// showStreams builds a stream and a Kafka cluster.
func (g *gen) showStreams() {
	name := "clicks"
	arn := g.arn("kinesis", "stream/"+name)
	g.add(resource{
		typ: "AWS::Kinesis::Stream", id: name, name: name, arn: arn,
		configuration: g.onlySound(object{"Name": name, "Arn": arn, "RetentionPeriodHours": either(g, 168, 24), "ShardCount": 2}, object{"StreamEncryption": object{"EncryptionType": "KMS", "KeyId": g.key()}}),
	})
	kafka := g.arn("kafka", "cluster/events/"+g.uuid()+"-2")
	c := object{
		"ClusterName": "events", "Arn": kafka, "KafkaVersion": "3.8.x", "CurrentVersion": "K" + g.upper(13), "NumberOfBrokerNodes": 3, "EnhancedMonitoring": either(g, "PER_TOPIC_PER_PARTITION", "DEFAULT"),
		"BrokerNodeGroupInfo": object{
			"BrokerAZDistribution": "DEFAULT", "ClientSubnets": g.private(), "SecurityGroups": list{g.vpc.closed}, "InstanceType": "kafka.m7g.large",
			"StorageInfo": object{"EBSStorageInfo": object{"VolumeSize": 100}}, "ConnectivityInfo": object{"PublicAccess": object{"Type": either(g, "DISABLED", "SERVICE_PROVIDED_EIPS")}},
		},
		"ClientAuthentication": object{"Sasl": object{"Iam": object{"Enabled": g.sound}, "Scram": object{"Enabled": false}}, "Unauthenticated": object{"Enabled": !g.sound}},
		"EncryptionInfo": object{
			"EncryptionAtRest":    object{"DataVolumeKMSKeyId": g.key()},
			"EncryptionInTransit": object{"InCluster": g.sound, "ClientBroker": either(g, "TLS", "TLS_PLAINTEXT")},
		},
		"LoggingInfo": object{"BrokerLogs": object{
			"CloudWatchLogs": g.onlySound(object{"Enabled": g.sound}, object{"LogGroup": "/kafka/events"}), "Firehose": object{"Enabled": false}, "S3": object{"Enabled": false},
		}},
	}
	g.add(resource{typ: "AWS::MSK::Cluster", id: kafka, name: "events", arn: kafka, configuration: c})
}
