package aws

import "github.com/tickmark/tickmark/internal/collect"

var rdsDBSecurityGroup = &collect.Type{
	Name: "AWS::RDS::DBSecurityGroup",
	Find: []collect.Step{{API: "rds:DescribeDBSecurityGroups", Each: "DBSecurityGroups", Only: "DBSecurityGroupName"}},
	ID:   "{DBSecurityGroupName}", Title: "{DBSecurityGroupName}", ARN: "{DBSecurityGroupArn}", Zone: "Not Applicable",
	Tags:    "Tags",
	Drop:    []string{"Tags"},
	Empty:   []string{"EC2SecurityGroups", "IPRanges"},
	Details: []collect.Detail{tagsBy("rds:ListTagsForResource", "ResourceName", "DBSecurityGroupArn", "TagList")},
	Finish:  supplementTags,
	Gone:    []string{"DBSecurityGroupNotFound"},
}

var rdsDBSubnetGroup = &collect.Type{
	Name: "AWS::RDS::DBSubnetGroup",
	Find: []collect.Step{{API: "rds:DescribeDBSubnetGroups", Each: "DBSubnetGroups", Only: "DBSubnetGroupName"}},
	ID:   "{DBSubnetGroupName}", Title: "{DBSubnetGroupName}", ARN: "{DBSubnetGroupArn}", Zone: "Multiple Availability Zones",
	Tags:    "Tags",
	Drop:    []string{"Tags"},
	Empty:   []string{"Subnets"},
	Details: []collect.Detail{tagsBy("rds:ListTagsForResource", "ResourceName", "DBSubnetGroupArn", "TagList")},
	Relations: []collect.Relation{
		{Label: "Is associated with Subnet", Type: "AWS::EC2::Subnet", ID: "Subnets[].SubnetIdentifier"},
		{Label: "Is associated with Vpc", Type: "AWS::EC2::VPC", ID: "VpcId"},
	},
	Finish: supplementTags,
	Gone:   []string{"DBSubnetGroupNotFoundFault"},
}

var rdsEventSubscription = &collect.Type{
	Name: "AWS::RDS::EventSubscription",
	Find: []collect.Step{{API: "rds:DescribeEventSubscriptions", Each: "EventSubscriptionsList", Only: "SubscriptionName"}},
	ID:   "{CustSubscriptionId}", Title: "{CustSubscriptionId}", ARN: "{EventSubscriptionArn}", Zone: "Not Applicable",
	Created: "SubscriptionCreationTime",
	Tags:    "Tags",
	Drop:    []string{"Tags"},
	Empty:   []string{"EventCategoriesList", "SourceIdsList"},
	Details: []collect.Detail{tagsBy("rds:ListTagsForResource", "ResourceName", "EventSubscriptionArn", "TagList")},
	Finish:  supplementTags,
	Gone:    []string{"SubscriptionNotFound"},
}

// AWS Config does not record parameter groups; rules need their parameters. What describes a parameter is left out: it is
// the same for all groups, and long.
var rdsDBParameterGroup = &collect.Type{
	Name: "AWS::RDS::DBParameterGroup",
	Find: []collect.Step{{API: "rds:DescribeDBParameterGroups", Each: "DBParameterGroups", Only: "DBParameterGroupName"}},
	ID:   "{DBParameterGroupName}", Title: "{DBParameterGroupName}", ARN: "{DBParameterGroupArn}",
	Details: []collect.Detail{{API: "rds:DescribeDBParameters", From: map[string]string{"DBParameterGroupName": "DBParameterGroupName"}, Key: "Parameters", Put: parameters}},
	Gone:    []string{"DBParameterGroupNotFound"},
	Note:    "Tags and the descriptions of parameters are not read.",
}

var rdsDBClusterParameterGroup = &collect.Type{
	Name: "AWS::RDS::DBClusterParameterGroup",
	Find: []collect.Step{{API: "rds:DescribeDBClusterParameterGroups", Each: "DBClusterParameterGroups", Only: "DBClusterParameterGroupName"}},
	ID:   "{DBClusterParameterGroupName}", Title: "{DBClusterParameterGroupName}", ARN: "{DBClusterParameterGroupArn}",
	Details: []collect.Detail{{
		API: "rds:DescribeDBClusterParameters", From: map[string]string{"DBClusterParameterGroupName": "DBClusterParameterGroupName"}, Key: "Parameters", Put: parameters,
	}},
	Gone: []string{"DBParameterGroupNotFound"},
	Note: "Tags and the descriptions of parameters are not read.",
}

// parameters puts the parameters of a group, in short.
func parameters(r *collect.Resource, answer object) {
	all := []any{}
	for _, p := range collect.Every(answer, "Parameters[]") {
		short := object{}
		for _, k := range []string{"ParameterName", "ParameterValue", "Source", "ApplyType", "ApplyMethod", "DataType", "IsModifiable"} {
			collect.Set(short, k, at(p, k))
		}
		all = append(all, lowered(short))
	}
	r.Supplement("Parameters", all)
}
