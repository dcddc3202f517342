package sample

// analytics builds search domains, machine learning, data movement and big data clusters.
func (g *gen) analytics() {
	name := "search-" + g.hex(6)
	inside, logs := object{}, object{}
	if g.often(8) {
		inside = object{"SubnetIds": list{g.vpc.subnet}, "SecurityGroupIds": list{g.vpc.closed}}
	}
	if g.often(6) {
		logs["ES_APPLICATION_LOGS"] = object{"Enabled": true, "CloudWatchLogsLogGroupArn": g.arn("logs", "log-group:/search/"+name)}
	}
	g.add(resource{
		typ: "AWS::OpenSearch::Domain", id: name, name: name, arn: g.arn("es", "domain/"+name),
		configuration: object{"DomainName": name, "Arn": g.arn("es", "domain/"+name), "EngineVersion": "OpenSearch_2.19", "EncryptionAtRestOptions": object{"Enabled": g.often(7)}, "NodeToNodeEncryptionOptions": object{"Enabled": g.often(7)}, "VPCOptions": inside, "DomainEndpointOptions": object{"EnforceHTTPS": g.often(8), "TLSSecurityPolicy": "Policy-Min-TLS-1-2-PFS-2023-10"}, "ClusterConfig": object{"InstanceCount": 3, "InstanceType": "r6g.large.search", "ZoneAwarenessEnabled": len(inside) > 0, "DedicatedMasterEnabled": false}, "AdvancedSecurityOptions": object{"Enabled": len(logs) > 0}, "ServiceSoftwareOptions": object{"UpdateAvailable": len(logs) == 0}, "LogPublishingOptions": logs},
	})
	old := "logs-" + g.hex(6)
	c := object{"domainName": old, "arn": g.arn("es", "domain/"+old), "domainId": g.account + "/" + old, "elasticsearchVersion": "7.10", "created": true, "deleted": false, "encryptionAtRestOptions": object{"enabled": g.often(6)}, "nodeToNodeEncryptionOptions": object{"enabled": g.often(6)}, "domainEndpointOptions": object{"enforceHTTPS": true, "tlssecurityPolicy": "Policy-Min-TLS-1-0-2019-07"}, "elasticsearchClusterConfig": object{"instanceCount": 2, "instanceType": "m5.large.elasticsearch"}}
	if g.often(5) {
		c["logPublishingOptions"] = object{"INDEX_SLOW_LOGS": object{"enabled": true, "cloudWatchLogsLogGroupArn": g.arn("logs", "log-group:/search/"+old)}}
	}
	if g.often(6) {
		c["vpcoptions"] = object{"vpcid": g.vpc.vpc, "subnetIds": list{g.vpc.subnet}, "securityGroupIds": list{g.vpc.closed}}
	}
	g.add(resource{typ: "AWS::Elasticsearch::Domain", id: g.account + "/" + old, name: old, arn: g.arn("es", "domain/"+old), configuration: c})
	g.learning()
	id := "dms-" + g.hex(6)
	g.add(resource{
		typ: "AWS::DMS::ReplicationInstance", id: id, name: id, arn: g.arn("dms", "rep:"+g.upper(26)), zone: g.region + "a",
		configuration: object{"Id": id, "ReplicationInstanceIdentifier": id, "ReplicationInstanceClass": "dms.t3.medium", "PubliclyAccessible": g.often(3), "MultiAZ": false, "AutoMinorVersionUpgrade": true, "AllocatedStorage": 50, "KmsKeyId": g.key()},
	})
	g.bigData()
}

// bigData builds an EMR cluster with its security configuration, which in half of the stacks has Kerberos.
func (g *gen) bigData() {
	security := "emr-" + g.hex(6)
	document := object{"EncryptionConfiguration": object{"EnableInTransitEncryption": false, "EnableAtRestEncryption": false}}
	if g.often(5) {
		document["AuthenticationConfiguration"] = object{"KerberosConfiguration": object{"Provider": "ClusterDedicatedKdc", "ClusterDedicatedKdcConfiguration": object{"TicketLifetimeInHours": 24}}}
	}
	g.add(resource{typ: "AWS::EMR::SecurityConfiguration", id: security, name: security, noTags: true, configuration: object{"Id": security, "Name": security, "SecurityConfiguration": document}})
	cluster, master := "j-"+g.upper(13), g.instance()
	g.add(resource{
		typ: "AWS::EMR::Cluster", id: cluster, name: "etl", arn: g.arn("elasticmapreduce", "cluster/"+cluster),
		configuration: object{"Id": cluster, "Name": "etl", "Status": object{"State": "WAITING"}, "ReleaseLabel": "emr-7.9.0", "MasterPublicDnsName": master, "Ec2InstanceAttributes": object{"Ec2SubnetId": g.vpc.subnet}, "TerminationProtected": true, "SecurityConfiguration": security},
	})
}

func (g *gen) learning() {
	name := "notebook-" + g.hex(6)
	n := object{"Id": name, "NotebookInstanceName": name, "InstanceType": "ml.t3.medium", "DirectInternetAccess": pick(g, "Enabled", "Disabled"), "RootAccess": pick(g, "Enabled", "Disabled"), "RoleArn": "arn:aws:iam::" + g.account + ":role/app", "SubnetId": g.vpc.subnet, "SecurityGroupIds": list{g.vpc.closed}, "VolumeSizeInGB": 20}
	if g.often(6) {
		n["KmsKeyId"] = g.key()
	}
	g.add(resource{typ: "AWS::SageMaker::NotebookInstance", id: name, name: name, arn: g.arn("sagemaker", "notebook-instance/"+name), configuration: n})
	config := "endpoint-" + g.hex(6)
	e := object{"Id": config, "EndpointConfigName": config, "ProductionVariants": list{object{"VariantName": "all", "ModelName": "m", "InstanceType": "ml.m5.large", "InitialInstanceCount": 1}}}
	if g.often(6) {
		e["KmsKeyId"] = g.key()
	}
	g.add(resource{typ: "AWS::SageMaker::EndpointConfig", id: config, name: config, arn: g.arn("sagemaker", "endpoint-config/"+config), configuration: e})
}
