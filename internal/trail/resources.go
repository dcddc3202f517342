package trail

import "slices"

// maxResources bounds what one event is found by; bulk calls name thousands.
const maxResources = 64

// resources fills the event's resources: those its `resources` list states, then those its parameters name.
func resources(ev *Event, b []byte, f *fields) {
	if !f.resources.empty() && !f.resources.str {
		listed(ev, b, f.resources)
	}
	names := parameters[ev.Source]
	if names == nil {
		return
	}
	visit := func(_ int, k, v span) {
		typ, known := names[string(b[k.start:k.end])]
		if known && v.str {
			ev.touch(typ, str(b, v))
		}
	}
	walk(b, f.request, visit)
	if ev.ReadOnly != "true" || ev.Source == "sts.amazonaws.com" { // what a listing returned was not touched; credentials were made
		walk(b, f.response, visit)
	}
}

func (e *Event) touch(typ, name string) {
	r := Resource{typ, name}
	if name != "" && len(e.Resources) < maxResources && !slices.Contains(e.Resources, r) {
		e.Resources = append(e.Resources, r)
	}
}

// listed reads `resources`.
func listed(ev *Event, b []byte, v span) {
	each(b, v, func(r Resource) bool {
		ev.touch(r.Type, r.Name)
		return true
	})
}

// Listed calls yield with each of the resources that a record lists itself, in its order, until yield returns false.
func Listed(raw []byte, yield func(Resource) bool) {
	if list, ok := Member(raw, "resources"); ok && len(list) > 0 {
		each(list, span{start: 0, end: len(list)}, yield)
	}
}

// each reads a list of objects with ARN (or ARNPrefix), accountId and type, in any order.
func each(b []byte, v span, yield func(Resource) bool) {
	s := scanner{b: b[:v.end], i: v.start}
	if s.b[s.i] != '[' {
		return
	}
	s.i++
	for {
		if c, err := s.peek(); err != nil || c == ']' {
			return
		}
		item, err := s.value(2)
		if err != nil {
			return
		}
		var r Resource
		walk(b, item, func(depth int, k, val span) {
			switch key := string(b[k.start:k.end]); {
			case depth != 1:
			case key == "ARN", key == "ARNPrefix", key == "arn":
				set(&r.Name, b, val)
			case key == "type":
				set(&r.Type, b, val)
			}
		})
		if !yield(r) {
			return
		}
		if done, err := s.separator(']'); done || err != nil {
			return
		}
	}
}

// parameters tells, by event source, which request and response parameters name a resource and of which type. The
// list AWS uses is not published; this one covers the services whose names are looked up most.
var parameters = map[string]map[string]string{
	"iam.amazonaws.com": {
		"userName": "AWS::IAM::User", "roleName": "AWS::IAM::Role", "groupName": "AWS::IAM::Group",
		"policyArn": "AWS::IAM::Policy", "policyName": "AWS::IAM::Policy", "instanceProfileName": "AWS::IAM::InstanceProfile",
		"accessKeyId": "AWS::IAM::AccessKey", "serialNumber": "AWS::IAM::MfaDevice", "sAMLProviderArn": "AWS::IAM::SAMLProvider",
		"openIDConnectProviderArn": "AWS::IAM::OIDCProvider", "serverCertificateName": "AWS::IAM::ServerCertificate",
	},
	"sts.amazonaws.com": {"roleArn": "AWS::IAM::Role", "assumedRoleId": "AWS::STS::AssumedRole", "accessKeyId": "AWS::IAM::AccessKey"},
	"s3.amazonaws.com":  {"bucketName": "AWS::S3::Bucket"},
	"s3control.amazonaws.com": {
		"bucketName": "AWS::S3::Bucket", "accessPointName": "AWS::S3::AccessPoint",
	},
	"ec2.amazonaws.com": {
		"instanceId": "AWS::EC2::Instance", "groupId": "AWS::EC2::SecurityGroup", "groupName": "AWS::EC2::SecurityGroup",
		"vpcId": "AWS::EC2::VPC", "subnetId": "AWS::EC2::Subnet", "volumeId": "AWS::EC2::Volume",
		"snapshotId": "AWS::EC2::Snapshot", "imageId": "AWS::EC2::Ami", "keyName": "AWS::EC2::KeyPair",
		"allocationId": "AWS::EC2::EIP", "internetGatewayId": "AWS::EC2::InternetGateway", "natGatewayId": "AWS::EC2::NatGateway",
		"routeTableId": "AWS::EC2::RouteTable", "networkAclId": "AWS::EC2::NetworkAcl",
		"networkInterfaceId": "AWS::EC2::NetworkInterface", "vpcEndpointId": "AWS::EC2::VPCEndpoint",
		"flowLogId": "AWS::EC2::FlowLog", "launchTemplateId": "AWS::EC2::LaunchTemplate", "launchTemplateName": "AWS::EC2::LaunchTemplate",
		"transitGatewayId": "AWS::EC2::TransitGateway", "vpcPeeringConnectionId": "AWS::EC2::VPCPeeringConnection",
		"customerGatewayId": "AWS::EC2::CustomerGateway", "vpnGatewayId": "AWS::EC2::VPNGateway", "vpnConnectionId": "AWS::EC2::VPNConnection",
	},
	"lambda.amazonaws.com": {"functionName": "AWS::Lambda::Function", "functionArn": "AWS::Lambda::Function", "layerName": "AWS::Lambda::LayerVersion"},
	"kms.amazonaws.com":    {"keyId": "AWS::KMS::Key", "aliasName": "AWS::KMS::Alias", "targetKeyId": "AWS::KMS::Key"},
	"cloudtrail.amazonaws.com": {
		"trailName": "AWS::CloudTrail::Trail", "name": "AWS::CloudTrail::Trail", "trailARN": "AWS::CloudTrail::Trail",
		"s3BucketName": "AWS::S3::Bucket", "eventDataStore": "AWS::CloudTrail::EventDataStore",
	},
	"config.amazonaws.com": {
		"configRuleName": "AWS::Config::ConfigRule", "configurationRecorderName": "AWS::Config::ConfigurationRecorder",
		"deliveryChannelName": "AWS::Config::DeliveryChannel", "conformancePackName": "AWS::Config::ConformancePack",
	},
	"secretsmanager.amazonaws.com": {"secretId": "AWS::SecretsManager::Secret", "aRN": "AWS::SecretsManager::Secret", "arn": "AWS::SecretsManager::Secret"},
	"rds.amazonaws.com": {
		"dBInstanceIdentifier": "AWS::RDS::DBInstance", "dBClusterIdentifier": "AWS::RDS::DBCluster",
		"dBSnapshotIdentifier": "AWS::RDS::DBSnapshot", "dBClusterSnapshotIdentifier": "AWS::RDS::DBClusterSnapshot",
		"dBSubnetGroupName": "AWS::RDS::DBSubnetGroup", "dBParameterGroupName": "AWS::RDS::DBParameterGroup",
	},
	"dynamodb.amazonaws.com":       {"tableName": "AWS::DynamoDB::Table", "tableArn": "AWS::DynamoDB::Table"},
	"sns.amazonaws.com":            {"topicArn": "AWS::SNS::Topic"},
	"sqs.amazonaws.com":            {"queueUrl": "AWS::SQS::Queue", "queueName": "AWS::SQS::Queue"},
	"cloudformation.amazonaws.com": {"stackName": "AWS::CloudFormation::Stack", "stackId": "AWS::CloudFormation::Stack"},
	"logs.amazonaws.com":           {"logGroupName": "AWS::Logs::LogGroup", "logStreamName": "AWS::Logs::LogStream"},
	"monitoring.amazonaws.com":     {"alarmName": "AWS::CloudWatch::Alarm"},
	"events.amazonaws.com":         {"eventBusName": "AWS::Events::EventBus"},
	"ecr.amazonaws.com":            {"repositoryName": "AWS::ECR::Repository"},
	"ecs.amazonaws.com":            {"cluster": "AWS::ECS::Cluster", "clusterName": "AWS::ECS::Cluster", "service": "AWS::ECS::Service", "taskDefinition": "AWS::ECS::TaskDefinition"},
	"eks.amazonaws.com":            {"clusterName": "AWS::EKS::Cluster", "nodegroupName": "AWS::EKS::Nodegroup"},
	"elasticloadbalancing.amazonaws.com": {
		"loadBalancerName": "AWS::ElasticLoadBalancing::LoadBalancer", "loadBalancerArn": "AWS::ElasticLoadBalancingV2::LoadBalancer",
		"targetGroupArn": "AWS::ElasticLoadBalancingV2::TargetGroup", "listenerArn": "AWS::ElasticLoadBalancingV2::Listener",
	},
	"autoscaling.amazonaws.com": {"autoScalingGroupName": "AWS::AutoScaling::AutoScalingGroup", "launchConfigurationName": "AWS::AutoScaling::LaunchConfiguration"},
	"ssm.amazonaws.com":         {"instanceId": "AWS::EC2::Instance", "target": "AWS::EC2::Instance", "documentName": "AWS::SSM::Document", "name": "AWS::SSM::Parameter"},
	"guardduty.amazonaws.com":   {"detectorId": "AWS::GuardDuty::Detector"},
	"organizations.amazonaws.com": {
		"policyId": "AWS::Organizations::Policy", "organizationalUnitId": "AWS::Organizations::OrganizationalUnit",
	},
	"acm.amazonaws.com":      {"certificateArn": "AWS::ACM::Certificate"},
	"redshift.amazonaws.com": {"clusterIdentifier": "AWS::Redshift::Cluster"},
	"route53.amazonaws.com":  {"hostedZoneId": "AWS::Route53::HostedZone"},
	"apigateway.amazonaws.com": {
		"restApiId": "AWS::ApiGateway::RestApi", "apiId": "AWS::ApiGatewayV2::Api",
	},
}
