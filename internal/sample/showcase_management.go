package sample

import "github.com/tickmark/tickmark/internal/inventory"

// showManagement builds what Systems Manager knows of an instance, a document, a portfolio, a file server and a file
// system.
func (g *gen) showManagement() {
	instance := "i-" + g.hex(17)
	for _, kind := range []string{"Association", "Patch"} {
		typ := "AWS::SSM::" + kind + "Compliance"
		summary := object{"ComplianceType": kind, "Status": either(g, "COMPLIANT", "NON_COMPLIANT"), "OverallSeverity": "UNSPECIFIED", "ExecutionType": "Command"}
		g.add(resource{
			typ: typ, id: typ + "/" + instance, zone: "Not Applicable", noTags: true,
			configuration: object{"AWS:ComplianceSummary": object{"SchemaVersion": "1.0", "Content": object{kind: summary}}},
			relations:     []inventory.Relationship{rel("Is associated with ", "AWS::EC2::Instance", instance)},
		})
	}
	g.add(resource{
		typ: "AWS::SSM::Document", id: "Restart", name: "Restart", arn: g.arn("ssm", "document/Restart"),
		configuration: object{"Name": "Restart", "DocumentType": "Automation", "DocumentFormat": "YAML", "TargetType": "/AWS::EC2::Instance"},
		supplementary: object{"Permissions": object{"AccountIds": either(g, list{}, list{"all"})}},
	})
	portfolio := "port-" + g.hex(13)
	g.add(resource{
		typ: "AWS::ServiceCatalog::Portfolio", id: portfolio, name: "approved", arn: g.arn("catalog", "portfolio/"+portfolio),
		configuration: object{"providerName": "platform", "tagOptions": list{}},
		supplementary: object{
			"constraints": list{}, "principals": list{object{"principalARN": g.iam("role/support"), "principalType": "IAM"}},
			"portfolioAccess": object{"accountIds": either(g, list{}, list{"218007301253"})},
		},
	})
	server := "s-" + g.hex(17)
	g.add(resource{
		typ: "AWS::Transfer::Server", id: server, name: server, arn: g.arn("transfer", "server/"+server),
		configuration: object{
			"ServerId": server, "Arn": g.arn("transfer", "server/"+server), "Domain": "S3", "EndpointType": "VPC", "IdentityProviderType": "SERVICE_MANAGED", "State": "ONLINE", "UserCount": 3,
			"Protocols": either(g, list{"SFTP"}, list{"SFTP", "FTP"}), "SecurityPolicyName": "TransferSecurityPolicy-2024-01",
		},
	})
	g.showFileServer()
}

func (g *gen) showFileServer() {
	files := "fs-" + g.hex(17)
	arn := g.arn("fsx", "file-system/"+files)
	g.add(resource{
		typ: "AWS::FSx::FileSystem", id: files, name: files, arn: arn,
		configuration: object{
			"FileSystemId": files, "ResourceARN": arn, "OwnerId": g.account, "FileSystemType": "OPENZFS", "Lifecycle": "AVAILABLE", "StorageCapacity": 64, "StorageType": "SSD", "VpcId": g.vpc.vpc, "SubnetIds": g.private(),
			"KmsKeyId": g.key(), "OpenZFSConfiguration": object{"DeploymentType": "MULTI_AZ_1", "AutomaticBackupRetentionDays": either(g, 30, 0), "CopyTagsToBackups": g.sound, "CopyTagsToVolumes": g.sound},
		},
	})
	g.backedUp("FSx", arn)
}
