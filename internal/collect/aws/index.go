package aws

import "github.com/tickmark/tickmark/internal/collect"

// types are all collectors, in the order of their files.
var types = []*collect.Type{
	ec2Volume,
	rdsDBCluster, rdsDBClusterParameterGroup, rdsDBClusterSnapshot, rdsDBInstance, rdsDBParameterGroup, rdsDBProxy, rdsDBSecurityGroup, rdsDBSnapshot, rdsDBSubnetGroup,
	rdsEventSubscription, rdsGlobalCluster, rdsOptionGroup,
	s3Bucket,
}
