package managed

import (
	"strings"

	"github.com/tickmark/tickmark/internal/rule"
)

// taggedControls are the controls of the tagging standard that no managed rule covers, with the type each wants tags on.
func taggedControls() map[string]string {
	return map[string]string{
		"ACM.3": "AWS::ACM::Certificate", "AppSync.4": "AWS::AppSync::GraphQLApi", "Athena.2": "AWS::Athena::DataCatalog", "Athena.3": "AWS::Athena::WorkGroup",
		"AutoScaling.10": "AWS::AutoScaling::AutoScalingGroup", "Backup.2": "AWS::Backup::RecoveryPoint", "Backup.3": "AWS::Backup::BackupVault",
		"Backup.4": "AWS::Backup::ReportPlan", "Backup.5": "AWS::Backup::BackupPlan", "CloudFormation.2": "AWS::CloudFormation::Stack",
		"CloudFront.14": "AWS::CloudFront::Distribution", "CloudTrail.9": "AWS::CloudTrail::Trail", "Detective.1": "AWS::Detective::Graph",
		"DMS.2": "AWS::DMS::Certificate", "DMS.3": "AWS::DMS::EventSubscription", "DMS.4": "AWS::DMS::ReplicationInstance",
		"DMS.5": "AWS::DMS::ReplicationSubnetGroup", "DynamoDB.5": "AWS::DynamoDB::Table", "EC2.33": "AWS::EC2::TransitGatewayAttachment",
		"EC2.34": "AWS::EC2::TransitGatewayRouteTable", "EC2.35": "AWS::EC2::NetworkInterface", "EC2.36": "AWS::EC2::CustomerGateway", "EC2.37": "AWS::EC2::EIP",
		"EC2.38": "AWS::EC2::Instance", "EC2.39": "AWS::EC2::InternetGateway", "EC2.40": "AWS::EC2::NatGateway", "EC2.41": "AWS::EC2::NetworkAcl",
		"EC2.42": "AWS::EC2::RouteTable", "EC2.43": "AWS::EC2::SecurityGroup", "EC2.44": "AWS::EC2::Subnet", "EC2.45": "AWS::EC2::Volume", "EC2.46": "AWS::EC2::VPC",
		"EC2.47": "AWS::EC2::VPCEndpointService", "EC2.48": "AWS::EC2::FlowLog", "EC2.49": "AWS::EC2::VPCPeeringConnection", "EC2.50": "AWS::EC2::VPNGateway",
		"EC2.52": "AWS::EC2::TransitGateway", "ECR.4": "AWS::ECR::PublicRepository", "ECS.13": "AWS::ECS::Service", "ECS.14": "AWS::ECS::Cluster",
		"ECS.15": "AWS::ECS::TaskDefinition", "EFS.5": "AWS::EFS::AccessPoint", "EKS.6": "AWS::EKS::Cluster", "EKS.7": "AWS::EKS::IdentityProviderConfig",
		"ES.9": "AWS::Elasticsearch::Domain", "EventBridge.2": "AWS::Events::EventBus", "GlobalAccelerator.1": "AWS::GlobalAccelerator::Accelerator",
		"Glue.1": "AWS::Glue::Job", "GuardDuty.2": "AWS::GuardDuty::Filter", "GuardDuty.3": "AWS::GuardDuty::IPSet", "GuardDuty.4": "AWS::GuardDuty::Detector",
		"IAM.23": "AWS::AccessAnalyzer::Analyzer", "IAM.24": "AWS::IAM::Role", "IAM.25": "AWS::IAM::User", "IoT.1": "AWS::IoT::SecurityProfile",
		"IoT.2": "AWS::IoT::MitigationAction", "IoT.3": "AWS::IoT::Dimension", "IoT.4": "AWS::IoT::Authorizer", "IoT.5": "AWS::IoT::RoleAlias",
		"IoT.6": "AWS::IoT::Policy", "Kinesis.2": "AWS::Kinesis::Stream", "Lambda.6": "AWS::Lambda::Function", "MQ.4": "AWS::AmazonMQ::Broker",
		"NetworkFirewall.7": "AWS::NetworkFirewall::Firewall", "NetworkFirewall.8": "AWS::NetworkFirewall::FirewallPolicy", "Opensearch.9": "AWS::OpenSearch::Domain",
		"RDS.28": "AWS::RDS::DBCluster", "RDS.29": "AWS::RDS::DBClusterSnapshot", "RDS.30": "AWS::RDS::DBInstance", "RDS.31": "AWS::RDS::DBSecurityGroup",
		"RDS.32": "AWS::RDS::DBSnapshot", "RDS.33": "AWS::RDS::DBSubnetGroup", "Redshift.11": "AWS::Redshift::Cluster", "Redshift.12": "AWS::Redshift::EventSubscription",
		"Redshift.13": "AWS::Redshift::ClusterSnapshot", "Redshift.14": "AWS::Redshift::ClusterSubnetGroup", "SecretsManager.5": "AWS::SecretsManager::Secret",
		"SES.1": "AWS::SES::ContactList", "SES.2": "AWS::SES::ConfigurationSet", "SNS.3": "AWS::SNS::Topic", "SQS.2": "AWS::SQS::Queue",
		"StepFunctions.2": "AWS::StepFunctions::Activity",
	}
}

// controlTagRules are the controls of the family of tagged.go.
func controlTagRules() []rule.Rule {
	var rules []rule.Rule
	for id, typ := range taggedControls() {
		r := tagged(Entry{Identifier: id, Types: []string{typ}})
		_, name, _ := strings.Cut(strings.ToLower(typ), "::") // tagged-ec2-instance, as Security Hub calls its own rules
		r.Name, r.Trigger, r.Types = "tagged-"+strings.ReplaceAll(name, "::", "-"), rule.Change, []string{typ}
		rules = append(rules, r)
	}
	return rules
}
