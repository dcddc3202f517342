package aws

import (
	"fmt"

	"github.com/tickmark/tickmark/internal/collect"
)

var cloudFormationStack = &collect.Type{
	Name: "AWS::CloudFormation::Stack",
	Find: []collect.Step{{API: "cloudformation:DescribeStacks", Each: "Stacks", Only: "StackName", Keep: not("StackStatus", "DELETE_COMPLETE")}},
	Details: []collect.Detail{{
		API: "cloudformation:ListStackResources", From: map[string]string{"StackName": "StackId"}, Take: "StackResourceSummaries", Key: "StackResourceSummaries", Instead: []any{},
	}},
	ID:      "{StackId}",
	Title:   "{StackName}",
	ARN:     "{StackId}",
	Zone:    "Regional",
	Created: "CreationTime",
	Tags:    "Tags",
	Empty:   []string{"Parameters", "NotificationARNs", "Capabilities", "Outputs", "Tags"},
	Drop:    []string{"LastOperations", "DetailedStatus"},
	Shape:   then(collect.Describe, spoken("creationTime", "lastUpdatedTime"), texts("disableRollback", "enableTerminationProtection")),
	Finish: func(r *collect.Resource) {
		if protected := r.At("EnableTerminationProtection"); protected != nil {
			r.Supplement("EnableTerminationProtection", fmt.Sprint(protected))
		}
	},
	Gone: []string{"ValidationError"},
	Note: "relationships to the stack's resources, and what the last drift detection answered in detail, are left out",
}
