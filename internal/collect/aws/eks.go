package aws

import "github.com/tickmark/tickmark/internal/collect"

var eksCluster = &collect.Type{
	Name: "AWS::EKS::Cluster",
	Find: []collect.Step{
		{API: "eks:ListClusters", Each: "clusters"},
		{API: "eks:DescribeCluster", From: map[string]string{"name": "."}, Each: "cluster", Only: "name", Absent: []string{"ResourceNotFoundException"}},
	},
	ID:      "{.name}",
	Title:   "{.name}",
	ARN:     "{arn}",
	Zone:    "Regional",
	Created: "createdAt",
	Tags:    "tags",
	Shape: then(collect.Pascal, func(r *collect.Resource, c object) {
		collect.Set(c, "CertificateAuthorityData", r.At("certificateAuthority.data"))
		collect.Set(c, "OpenIdConnectIssuerUrl", r.At("identity.oidc.issuer"))
		collect.Set(c, "EncryptionConfigKeyArn", r.At("encryptionConfig[].provider.keyArn"))
		collect.Set(c, "ClusterSecurityGroupId", r.At("resourcesVpcConfig.clusterSecurityGroupId"))
		delete(c, "Logging")
		types := []any{}
		for _, on := range collect.Every(r.Object, "logging.clusterLogging[]") {
			if collect.At(on, "enabled") == true {
				for _, t := range collect.Texts(on, "types[]") {
					types = append(types, object{"Type": t})
				}
			}
		}
		if len(types) > 0 {
			collect.Set(c, "Logging.ClusterLogging.EnabledTypes", types)
		}
		tagList("Tags")(r, c)
	}),
	Rename: map[string]string{"status": "ClusterStatus"},
	Drop: []string{
		"createdAt", "certificateAuthority", "identity", "platformVersion", "tags", "clientRequestToken", "connectorConfig", "health", "id",
		"resourcesVpcConfig.vpcId", "resourcesVpcConfig.clusterSecurityGroupId",
	},
	Empty: []string{"resourcesVpcConfig.securityGroupIds", "resourcesVpcConfig.subnetIds"},
	Gone:  []string{"ResourceNotFoundException"},
}

var eksNodegroup = &collect.Type{
	Name: "AWS::EKS::Nodegroup",
	Find: []collect.Step{
		{API: "eks:ListClusters", Each: "clusters"},
		{API: "eks:ListNodegroups", From: map[string]string{"clusterName": "."}, Each: "nodegroups", Absent: []string{"ResourceNotFoundException"}},
		{API: "eks:DescribeNodegroup", From: map[string]string{"clusterName": "^", "nodegroupName": "."}, Each: "nodegroup", Absent: []string{"ResourceNotFoundException"}},
	},
	ID:      "{clusterName}/{nodegroupName}",
	Title:   "{nodegroupName}",
	ARN:     "{nodegroupArn}",
	Zone:    "Regional",
	Created: "createdAt",
	Tags:    "tags",
	Shape: then(collect.Pascal, func(r *collect.Resource, c object) {
		c["Id"] = r.Expand("{clusterName}/{nodegroupName}")
	}, tagObject),
	Rename: map[string]string{"nodegroupArn": "Arn", "remoteAccess.ec2SshKey": "Ec2SshKey"},
	Drop:   []string{"createdAt", "modifiedAt", "health", "resources", "status", "tags"},
	Maps:   []string{"labels"},
	Empty:  []string{"subnets", "instanceTypes"},
}
