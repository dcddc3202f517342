package aws

import "github.com/tickmark/tickmark/internal/collect"

// types are all collectors, in the order of their files.
var types = []*collect.Type{
	ec2Volume,
	backupGatewayVirtualMachine, backupPlan, backupRecoveryPoint, backupReportPlan, backupSelection, backupVault,
	daxCluster,
	dynamodbTable,
	rdsDBCluster, rdsDBClusterParameterGroup, rdsDBClusterSnapshot, rdsDBInstance, rdsDBParameterGroup, rdsDBProxy, rdsDBSecurityGroup, rdsDBSnapshot, rdsDBSubnetGroup,
	rdsEventSubscription, rdsGlobalCluster, rdsOptionGroup,
	redshiftCluster, redshiftClusterParameterGroup, redshiftClusterSecurityGroup, redshiftClusterSnapshot, redshiftClusterSubnetGroup, redshiftEventSubscription,
	redshiftServerlessNamespace, redshiftServerlessWorkgroup,
	s3Bucket,
	ec2Instance,
	ec2SecurityGroup,
	ec2VPC,
	ec2Subnet,
	ec2RouteTable,
	ec2NetworkACL,
	ec2DHCPOptions,
	ec2InternetGateway,
	ec2EgressOnlyInternetGateway,
	ec2NATGateway,
	ec2CarrierGateway,
	ec2NetworkInterface,
	ec2EIP,
	ec2FlowLog,
	ec2VPCEndpoint,
}
