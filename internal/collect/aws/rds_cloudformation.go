package aws

import "github.com/tickmark/tickmark/internal/collect"

// The types of RDS that AWS Config records in CloudFormation's shape.

// rdsGlobalCluster is answered in every region that has a cluster of it, and recorded there.
var rdsGlobalCluster = &collect.Type{
	Name: "AWS::RDS::GlobalCluster",
	Find: []collect.Step{{API: "rds:DescribeGlobalClusters", Each: "GlobalClusters", Only: "GlobalClusterIdentifier"}},
	ID:   "{GlobalClusterIdentifier}", Title: "{GlobalClusterIdentifier}", ARN: "{GlobalClusterArn}",
	Tags: "TagList",
	Shape: collect.Fields(map[string]string{
		"GlobalClusterIdentifier": "GlobalClusterIdentifier", "Engine": "Engine", "EngineVersion": "EngineVersion", "EngineLifecycleSupport": "EngineLifecycleSupport",
		"DatabaseName": "DatabaseName", "StorageEncrypted": "StorageEncrypted", "DeletionProtection": "DeletionProtection", "GlobalEndpoint.Address": "Endpoint", "Tags": "TagList",
	}),
	Gone: []string{"GlobalClusterNotFoundFault"},
}

var rdsOptionGroup = &collect.Type{
	Name: "AWS::RDS::OptionGroup",
	Find: []collect.Step{{API: "rds:DescribeOptionGroups", Each: "OptionGroupsList", Only: "OptionGroupName"}},
	ID:   "{OptionGroupName}", Title: "{OptionGroupName}", ARN: "{OptionGroupArn}",
	Tags:    "Tags",
	Details: []collect.Detail{tagsBy("rds:ListTagsForResource", "ResourceName", "OptionGroupArn", "TagList")},
	Shape: func(r *collect.Resource) any {
		out := object{"OptionConfigurations": optionConfigurations(r)}
		for to, from := range map[string]string{
			"OptionGroupName": "OptionGroupName", "OptionGroupDescription": "OptionGroupDescription", "EngineName": "EngineName", "MajorEngineVersion": "MajorEngineVersion", "Tags": "Tags",
		} {
			collect.Set(out, to, r.At(from))
		}
		return out
	},
	Gone: []string{"OptionGroupNotFoundFault"},
}

func optionConfigurations(r *collect.Resource) []any {
	all := []any{}
	for _, o := range r.Every("Options[]") {
		out := object{}
		for _, k := range []string{"OptionName", "OptionVersion", "Port"} {
			collect.Set(out, k, at(o, k))
		}
		settings := []any{}
		for _, s := range collect.Every(o, "OptionSettings[]") {
			if collect.Text(s, "Value") != "" && !secretSetting(collect.Text(s, "Name")) {
				settings = append(settings, object{"Name": at(s, "Name"), "Value": at(s, "Value")})
			}
		}
		out["OptionSettings"] = settings
		if groups := collect.Every(o, "VpcSecurityGroupMemberships[]"); len(groups) > 0 {
			out["VpcSecurityGroupMemberships"] = groups
		}
		if groups := collect.Every(o, "DBSecurityGroupMemberships[].DBSecurityGroupName"); len(groups) > 0 {
			out["DBSecurityGroupMemberships"] = groups
		}
		all = append(all, out)
	}
	return all
}

// secretSetting are settings of options that hold passwords.
func secretSetting(name string) bool {
	return name == "AGENT_REGISTRATION_PASSWORD" || name == "MEMCACHED_PASSWORD"
}

var rdsDBProxy = &collect.Type{
	Name: "AWS::RDS::DBProxy",
	Find: []collect.Step{{API: "rds:DescribeDBProxies", Each: "DBProxies", Only: "DBProxyName"}},
	ID:   "{DBProxyName}", Title: "{DBProxyName}", ARN: "{DBProxyArn}",
	Created: "CreatedDate",
	Tags:    "Tags",
	Details: []collect.Detail{tagsBy("rds:ListTagsForResource", "ResourceName", "DBProxyArn", "TagList")},
	Drop:    []string{"Status", "CreatedDate", "UpdatedDate"},
	Shape:   collect.Pascal,
	Relations: []collect.Relation{
		{Label: "Is associated with ", Type: "AWS::EC2::SecurityGroup", ID: "VpcSecurityGroupIds[]"},
		{Label: "Is associated with ", Type: "AWS::EC2::VPC", ID: "VpcId"},
	},
	Gone: []string{"DBProxyNotFoundFault"},
}
