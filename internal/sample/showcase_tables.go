package sample

// showData builds tables, caches, file systems and what moves or searches their data.
func (g *gen) showData() {
	g.showTable()
	g.showCaches()
	g.showFiles()
	g.showReplication()
	g.showBigData()
	g.showOldSearch()
	g.showQueries()
}

// showTable builds a DynamoDB table with provisioned capacity.
func (g *gen) showTable() {
	name := "orders"
	arn := g.arn("dynamodb", "table/"+name)
	c := object{
		"tableName": name, "tableArn": arn, "tableId": g.uuid(), "tableStatus": "ACTIVE", "creationDateTime": g.past(100), "itemCount": 10, "tableSizeBytes": 1000, "deletionProtectionEnabled": g.sound,
		"billingModeSummary": object{"billingMode": "PROVISIONED"}, "provisionedThroughput": object{"readCapacityUnits": 5, "writeCapacityUnits": 5, "numberOfDecreasesToday": 0},
		"attributeDefinitions": list{object{"attributeName": "id", "attributeType": "S"}}, "keySchema": list{object{"attributeName": "id", "keyType": "HASH"}},
	}
	g.onlySound(c, object{"ssedescription": object{"status": "ENABLED", "ssetype": "KMS", "kmsmasterKeyArn": g.key()}})
	scaled := func(dimension string) object {
		return object{"resourceId": "table/" + name, "scalableDimension": dimension, "minCapacity": 5, "maxCapacity": 100, "targetValue": 70}
	}
	g.add(resource{
		typ: "AWS::DynamoDB::Table", id: name, name: name, arn: arn, configuration: c,
		supplementary: object{
			"ContinuousBackupsDescription": object{"continuousBackupsStatus": "ENABLED", "pointInTimeRecoveryDescription": object{"pointInTimeRecoveryStatus": either(g, "ENABLED", "DISABLED")}},
			"AutoScaling":                  object{"scalableTargets": either(g, list{scaled("dynamodb:table:ReadCapacityUnits"), scaled("dynamodb:table:WriteCapacityUnits")}, list{})},
		},
	})
	g.backedUp("DynamoDB", arn)
}

// showCaches builds an accelerator of tables, and caches of both kinds.
func (g *gen) showCaches() {
	dax := g.arn("dax", "cache/orders")
	g.add(resource{
		typ: "AWS::DAX::Cluster", id: dax, name: "orders", arn: dax,
		configuration: object{
			"ClusterName": "orders", "ClusterArn": dax, "Status": "available", "NodeType": "dax.t3.small", "TotalNodes": 1, "ActiveNodes": 1, "IamRoleArn": g.iam("role/dax"), "SubnetGroup": "default",
			"SSEDescription": object{"Status": either(g, "ENABLED", "DISABLED")}, "ClusterEndpointEncryptionType": either(g, "TLS", "NONE"),
		},
	})
	group := g.arn("elasticache", "replicationgroup:sessions")
	g.add(resource{
		typ: "AWS::ElastiCache::ReplicationGroup", id: "sessions", name: "sessions", arn: group,
		configuration: object{
			"ReplicationGroupId": "sessions", "ARN": group, "Status": "available", "Engine": "redis", "CacheNodeType": "cache.t4g.small", "SnapshotRetentionLimit": either(g, 35, 0), "AtRestEncryptionEnabled": g.sound, "TransitEncryptionEnabled": g.sound,
			"AutomaticFailover": either(g, "enabled", "disabled"), "MultiAZ": either(g, "enabled", "disabled"), "MemberClusters": list{"sessions-001", "sessions-002"}, "AutoMinorVersionUpgrade": g.sound, "AuthTokenEnabled": g.sound,
		},
	})
	cache := g.arn("elasticache", "cluster:single")
	g.add(resource{
		typ: "AWS::ElastiCache::CacheCluster", id: "single", name: "single", arn: cache,
		configuration: object{"CacheClusterId": "single", "ARN": cache, "CacheClusterStatus": "available", "Engine": "redis", "EngineVersion": "7.1", "CacheNodeType": "cache.t4g.small", "NumCacheNodes": 1, "SnapshotRetentionLimit": either(g, 35, 0), "CacheSubnetGroupName": either(g, "private", "default"), "AutoMinorVersionUpgrade": g.sound},
	})
}

// showFiles builds a file system with an access point.
func (g *gen) showFiles() {
	id, point := "fs-"+g.hex(17), "fsap-"+g.hex(17)
	arn := g.arn("elasticfilesystem", "file-system/"+id)
	c := object{"FileSystemId": id, "Arn": arn, "Encrypted": g.sound, "PerformanceMode": "generalPurpose", "ThroughputMode": "bursting", "BackupPolicy": object{"Status": either(g, "ENABLED", "DISABLED")}, "LifecyclePolicies": list{object{"TransitionToIA": "AFTER_30_DAYS"}}}
	g.onlySound(c, object{"KmsKeyId": g.key()})
	g.add(resource{
		typ: "AWS::EFS::FileSystem", id: id, name: id, arn: arn, configuration: c,
		supplementary: object{"MountTargets": list{object{"MountTargetId": "fsmt-" + g.hex(17), "SubnetId": g.vpc.subnet, "VpcId": g.vpc.vpc, "IpAddress": "10.0.1.40"}}},
	})
	g.backedUp("EFS", arn)
	access := object{"AccessPointId": point, "Arn": g.arn("elasticfilesystem", "access-point/"+point), "FileSystemId": id, "RootDirectory": object{"Path": either(g, "/orders", "/")}}
	g.onlySound(access, object{"PosixUser": object{"Uid": "1000", "Gid": "1000", "SecondaryGids": list{}}})
	g.add(resource{typ: "AWS::EFS::AccessPoint", id: point, arn: g.arn("elasticfilesystem", "access-point/"+point), configuration: access})
}

// showReplication builds an instance that copies databases, with its ends, and a message broker.
func (g *gen) showReplication() {
	copier := g.arn("dms", "rep:copier")
	g.add(resource{
		typ: "AWS::DMS::ReplicationInstance", id: copier, name: "copier", arn: copier, zone: g.region + "a",
		configuration: object{
			"Id": copier, "ReplicationInstanceIdentifier": "copier", "ReplicationInstanceClass": "dms.t3.medium", "EngineVersion": "3.6.1", "AllocatedStorage": 50, "MultiAZ": false, "PubliclyAccessible": !g.sound, "AutoMinorVersionUpgrade": g.sound,
			"AvailabilityZone": g.region + "a", "KmsKeyId": g.key(), "ReplicationInstancePrivateIpAddresses": "10.0.1.50", "PreferredMaintenanceWindow": "sun:04:00-sun:05:00",
		},
	})
	for _, engine := range []string{"postgres", "redis"} {
		end := g.arn("dms", "endpoint:"+engine)
		c := object{"Id": end, "EndpointIdentifier": engine, "EndpointType": either(g, "SOURCE", "TARGET"), "EngineName": engine, "KmsKeyId": g.key(), "SslMode": "none"}
		if engine == "redis" {
			c["RedisSettings"] = object{"ServerName": "cache.example.com", "Port": 6379, "AuthType": "auth-token", "SslSecurityProtocol": either(g, "ssl-encryption", "plaintext")}
		} else {
			g.merge(true, c, object{"ServerName": "db.example.com", "Port": 5432, "DatabaseName": "shop", "SslMode": either(g, "verify-full", "none")})
		}
		g.add(resource{typ: "AWS::DMS::Endpoint", id: end, name: engine, arn: end, configuration: c})
	}
	broker := "b-" + g.uuid()
	arn := g.arn("mq", "broker:jobs:"+broker)
	g.add(resource{
		typ: "AWS::AmazonMQ::Broker", id: broker, name: "jobs", arn: arn,
		configuration: object{
			"Id": broker, "Arn": arn, "BrokerName": "jobs", "EngineType": "ACTIVEMQ", "EngineVersion": "5.18", "HostInstanceType": "mq.m5.large", "DeploymentMode": either(g, "ACTIVE_STANDBY_MULTI_AZ", "SINGLE_INSTANCE"), "PubliclyAccessible": !g.sound, "AutoMinorVersionUpgrade": g.sound,
			"Logs": object{"Audit": g.sound, "General": true}, "EncryptionOptions": object{"UseAwsOwnedKey": true}, "SubnetIds": list{g.vpc.subnet}, "SecurityGroups": list{g.vpc.closed}, "StorageType": "EFS", "Users": list{object{"Username": "jobs"}}, "AuthenticationStrategy": "SIMPLE",
		},
	})
}

// showBigData builds an EMR cluster: with Kerberos inside of its network, or without and in the open.
func (g *gen) showBigData() {
	document := object{"EncryptionConfiguration": object{"EnableInTransitEncryption": g.sound, "EnableAtRestEncryption": g.sound}}
	g.onlySound(document, object{"AuthenticationConfiguration": object{"KerberosConfiguration": object{"Provider": "ClusterDedicatedKdc", "ClusterDedicatedKdcConfiguration": object{"TicketLifetimeInHours": 24}}}})
	g.add(resource{typ: "AWS::EMR::SecurityConfiguration", id: "etl", name: "etl", configuration: object{"Id": "etl", "Name": "etl", "SecurityConfiguration": document}})
	id := "j-" + g.upper(13)
	g.add(resource{
		typ: "AWS::EMR::Cluster", id: id, name: "etl", arn: g.arn("elasticmapreduce", "cluster/"+id),
		configuration: object{
			"Id": id, "Name": "etl", "ClusterArn": g.arn("elasticmapreduce", "cluster/"+id), "Status": object{"State": "WAITING"}, "ReleaseLabel": "emr-7.9.0", "TerminationProtected": true, "SecurityConfiguration": "etl",
			"MasterPublicDnsName": either(g, "ip-10-0-1-30.ec2.internal", "ec2-203-0-113-30.compute-1.amazonaws.com"), "Ec2InstanceAttributes": object{"Ec2SubnetId": g.vpc.subnet},
		},
	})
}

// showOldSearch builds an Elasticsearch domain.
func (g *gen) showOldSearch() {
	name := "catalog"
	arn := g.arn("es", "domain/"+name)
	c := object{
		"domainId": g.account + "/" + name, "domainName": name, "arn": arn, "created": true, "deleted": false, "processing": false, "upgradeProcessing": false, "elasticsearchVersion": "7.10", "ebsoptions": object{"ebsenabled": true, "volumeSize": 20, "volumeType": "gp3"},
		"encryptionAtRestOptions": object{"enabled": g.sound}, "nodeToNodeEncryptionOptions": object{"enabled": g.sound}, "domainEndpointOptions": object{"enforceHTTPS": g.sound, "tlssecurityPolicy": "Policy-Min-TLS-1-2-2019-07", "customEndpointEnabled": false},
		"elasticsearchClusterConfig": object{"instanceCount": 1, "instanceType": "m5.large.elasticsearch", "dedicatedMasterEnabled": false, "zoneAwarenessEnabled": false, "warmEnabled": false}, "snapshotOptions": object{"automatedSnapshotStartHour": 3}, "cognitoOptions": object{"enabled": false},
	}
	g.onlySound(c, object{
		"vpcoptions":           object{"vpcid": g.vpc.vpc, "subnetIds": list{g.vpc.subnet}, "securityGroupIds": list{g.vpc.closed}, "availabilityZones": list{g.region + "a"}},
		"logPublishingOptions": object{"ES_APPLICATION_LOGS": object{"enabled": true, "cloudWatchLogsLogGroupArn": g.arn("logs", "log-group:/search/"+name)}},
	})
	g.onlyFaulty(c, object{"endpoint": "search-" + name + "." + g.region + ".es.amazonaws.com"})
	g.add(resource{typ: "AWS::Elasticsearch::Domain", id: g.account + "/" + name, name: name, arn: arn, configuration: c})
}

// showQueries builds a workgroup of Athena with a catalog and a statement.
func (g *gen) showQueries() {
	about := func(o object) object { return g.onlySound(o, object{"Description": "sales of the shop"}) }
	result := object{"OutputLocation": "s3://" + g.bucketName(vault) + "/results/"}
	g.onlySound(result, object{"EncryptionConfiguration": object{"EncryptionOption": "SSE_KMS", "KmsKey": g.key()}})
	g.add(resource{
		typ: "AWS::Athena::WorkGroup", id: "sales", name: "sales", arn: g.arn("athena", "workgroup/sales"),
		configuration: about(object{"Name": "sales", "State": "ENABLED", "CreationTime": g.past(100), "WorkGroupConfiguration": object{
			"EnforceWorkGroupConfiguration": g.sound, "PublishCloudWatchMetricsEnabled": g.sound, "RequesterPaysEnabled": false, "ResultConfiguration": result,
			"EngineVersion": object{"SelectedEngineVersion": either(g, "AUTO", "Athena engine version 3"), "EffectiveEngineVersion": "Athena engine version 3"},
		}}),
	})
	g.add(resource{typ: "AWS::Athena::DataCatalog", id: "sales", name: "sales", arn: g.arn("athena", "datacatalog/sales"), configuration: about(object{"Name": "sales", "Type": "GLUE"})})
	g.add(resource{typ: "AWS::Athena::PreparedStatement", id: "sales|by_day", name: "by_day", configuration: about(object{"StatementName": "by_day", "WorkGroup": "sales"})})
	g.add(resource{
		typ: "AWS::CloudWatch::MetricStream", id: "all", name: "all", arn: g.arn("cloudwatch", "metric-stream/all"),
		configuration: object{"Name": "all", "Arn": g.arn("cloudwatch", "metric-stream/all"), "State": "running", "OutputFormat": "json", "FirehoseArn": g.arn("firehose", "deliverystream/metrics"), "RoleArn": g.iam("role/metrics"), "CreationDate": g.past(60), "LastUpdateDate": g.past(60), "IncludeFilters": list{}, "ExcludeFilters": list{}},
	})
}
