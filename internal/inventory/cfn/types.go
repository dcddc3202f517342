package cfn

// later is the value of what is known only when the resource is made, of which rules ask no more than that it is
// there.
const later = "(known when the resource is made)"

// inherited are the properties by which a DB instance takes its storage from something else.
var inherited = []string{
	"DBClusterIdentifier", "DBSnapshotIdentifier", "DBClusterSnapshotIdentifier", "SourceDBInstanceIdentifier", "SourceDBInstanceAutomatedBackupsArn",
	"SourceDbiResourceId", "SourceDBClusterIdentifier",
}

var restored = []string{"SnapshotIdentifier", "SnapshotClusterIdentifier"}

// shapes are the describe-shaped types that AWS Config judges before they are made. The values for absent properties
// are those of the AWS CloudFormation resource reference and of the service's create call.
var shapes = map[string]shape{
	"AWS::ApiGateway::Stage": {name: "StageName", fields: []field{
		{from: "StageName", to: "stageName"},
		{from: "RestApiId", to: "restApiId"},
		{from: "DeploymentId", to: "deploymentId"},
		{from: "Description", to: "description"},
		{from: "ClientCertificateId", to: "clientCertificateId"},
		{from: "TracingEnabled", to: "tracingEnabled", kind: flag, absent: false},
		{from: "CacheClusterEnabled", to: "cacheClusterEnabled", kind: flag, absent: false},
		{from: "CacheClusterSize", to: "cacheClusterSize"},
		{from: "AccessLogSetting.DestinationArn", to: "accessLogSettings.destinationArn"},
		{from: "AccessLogSetting.Format", to: "accessLogSettings.format"},
		{from: "Variables", to: "variables"},
	}},
	"AWS::AutoScaling::AutoScalingGroup": {name: "AutoScalingGroupName", fields: []field{
		{from: "AutoScalingGroupName", to: "autoScalingGroupName"},
		{from: "HealthCheckType", to: "healthCheckType", absent: "EC2"},
		{from: "HealthCheckGracePeriod", to: "healthCheckGracePeriod", kind: number, absent: 0},
		{from: "LoadBalancerNames", to: "loadBalancerNames"},
		{from: "TargetGroupARNs", to: "targetGroupARNs"},
		{from: "AvailabilityZones", to: "availabilityZones"},
		{from: "LaunchConfigurationName", to: "launchConfigurationName"},
		{from: "MinSize", to: "minSize", kind: number},
		{from: "MaxSize", to: "maxSize", kind: number},
		{from: "DesiredCapacity", to: "desiredCapacity", kind: number},
		{from: "CapacityRebalance", to: "capacityRebalance", kind: flag},
	}, more: trafficSources},
	"AWS::EC2::EIP": {fields: []field{
		{from: "PublicIp", to: "publicIp", absent: later},
		{from: "InstanceId", to: "instanceId"},
		{from: "Domain", to: "domain", absent: "vpc"},
		{from: "PublicIpv4Pool", to: "publicIpv4Pool", absent: "amazon"},
	}},
	"AWS::EC2::Instance": {fields: []field{
		{from: "InstanceType", to: "instanceType", unless: []string{"LaunchTemplate"}},
		{from: "ImageId", to: "imageId"},
		{from: "KeyName", to: "keyName"},
		{from: "SubnetId", to: "subnetId"},
		{from: "EbsOptimized", to: "ebsOptimized", kind: flag, absent: false, unless: []string{"LaunchTemplate"}},
		{from: "Tenancy", to: "placement.tenancy"},
	}, more: networkInterfaces},
	"AWS::EC2::Subnet": {fields: []field{
		{from: "VpcId", to: "vpcId"},
		{from: "CidrBlock", to: "cidrBlock"},
		{from: "AvailabilityZone", to: "availabilityZone"},
		{from: "MapPublicIpOnLaunch", to: "mapPublicIpOnLaunch", kind: flag, absent: false},
		{from: "AssignIpv6AddressOnCreation", to: "assignIpv6AddressOnCreation", kind: flag, absent: false},
	}},
	"AWS::Elasticsearch::Domain": {name: "DomainName", arn: "es:{region}:{account}:domain/{name}", fields: []field{
		{from: "DomainName", to: "domainName"},
		{from: "ElasticsearchVersion", to: "elasticsearchVersion", absent: "1.5"},
		{from: "NodeToNodeEncryptionOptions.Enabled", to: "nodeToNodeEncryptionOptions.enabled", kind: flag, absent: false},
		{from: "EncryptionAtRestOptions.Enabled", to: "encryptionAtRestOptions.enabled", kind: flag, absent: false},
		{from: "EncryptionAtRestOptions.KmsKeyId", to: "encryptionAtRestOptions.kmsKeyId"},
	}},
	"AWS::Lambda::Function": {name: "FunctionName", arn: "lambda:{region}:{account}:function:{name}", fields: []field{
		{from: "FunctionName", to: "functionName"},
		{from: "PackageType", to: "packageType"},
		{from: "Runtime", to: "runtime"},
		{from: "Handler", to: "handler"},
		{from: "Role", to: "role"},
		{from: "MemorySize", to: "memorySize", kind: number, absent: 128},
		{from: "Timeout", to: "timeout", kind: number, absent: 3},
		{from: "VpcConfig.SubnetIds", to: "vpcConfig.subnetIds"},
		{from: "VpcConfig.SecurityGroupIds", to: "vpcConfig.securityGroupIds"},
	}, more: function},
	"AWS::RDS::DBInstance": {name: "DBInstanceIdentifier", arn: "rds:{region}:{account}:db:{name}", fields: []field{
		{from: "DBInstanceIdentifier", to: "dBInstanceIdentifier"},
		{from: "DBInstanceClass", to: "dBInstanceClass"},
		{from: "Engine", to: "engine"},
		{from: "EngineVersion", to: "engineVersion"},
		{from: "DBClusterIdentifier", to: "dBClusterIdentifier"},
		{from: "AutoMinorVersionUpgrade", to: "autoMinorVersionUpgrade", kind: flag, absent: true},
		{from: "MonitoringInterval", to: "monitoringInterval", kind: number, absent: 0, unless: []string{"DBClusterIdentifier"}},
		{from: "MultiAZ", to: "multiAZ", kind: flag, absent: false},
		// Without it, whether the instance is public follows from its subnets and their routes.
		{from: "PubliclyAccessible", to: "publiclyAccessible", kind: flag},
		{from: "StorageEncrypted", to: "storageEncrypted", kind: flag, absent: false, unless: inherited},
		{from: "KmsKeyId", to: "kmsKeyId"},
	}},
	"AWS::Redshift::Cluster": {name: "ClusterIdentifier", fields: []field{
		{from: "ClusterIdentifier", to: "clusterIdentifier"},
		{from: "NodeType", to: "nodeType"},
		{from: "PubliclyAccessible", to: "publiclyAccessible", kind: flag, absent: false},
		{from: "AllowVersionUpgrade", to: "allowVersionUpgrade", kind: flag, absent: true},
		{from: "AutomatedSnapshotRetentionPeriod", to: "automatedSnapshotRetentionPeriod", kind: number, absent: 1, unless: restored},
		// Redshift chooses a window, at a time of its own.
		{from: "PreferredMaintenanceWindow", to: "preferredMaintenanceWindow", absent: later, unless: restored},
		{from: "KmsKeyId", to: "kmsKeyId"},
	}},
	"AWS::S3::Bucket": {name: "BucketName", arn: "s3:::{name}", fields: []field{
		{from: "BucketName", to: "name", absent: later},
		{from: "LoggingConfiguration.DestinationBucketName", to: "+BucketLoggingConfiguration.destinationBucketName"},
		{from: "LoggingConfiguration.LogFilePrefix", to: "+BucketLoggingConfiguration.logFilePrefix"},
	}, more: ownLogs},
	"AWS::SNS::Topic": {name: "TopicName", arn: "sns:{region}:{account}:{name}", fields: []field{
		{from: "DisplayName", to: "DisplayName"},
		{from: "KmsMasterKeyId", to: "KmsMasterKeyId"},
		{from: "FifoTopic", to: "FifoTopic", kind: flag},
		{from: "ContentBasedDeduplication", to: "ContentBasedDeduplication", kind: flag},
	}, more: func(b *builder) { b.set("TopicArn", b.arn) }},
}
