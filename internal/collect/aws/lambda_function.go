package aws

import (
	"encoding/json"
	"strings"

	"github.com/tickmark/tickmark/internal/collect"
)

var lambdaFunction = &collect.Type{
	Name: "AWS::Lambda::Function",
	Find: []collect.Step{{API: "lambda:ListFunctions", Each: "Functions"}, alone("lambda:GetFunctionConfiguration", "FunctionName", "")},
	Gone: []string{"ResourceNotFoundException"},
	Details: []collect.Detail{
		{
			API: "lambda:GetPolicy", From: map[string]string{"FunctionName": "FunctionArn"}, Absent: []string{"ResourceNotFoundException"},
			Covers: []string{"supplementaryConfiguration.Policy"}, Put: func(r *collect.Resource, answer object) {
				// AWS Config writes the text of the policy as JSON once more
				text, _ := json.Marshal(collect.Text(answer, "Policy"))
				r.Supplement("Policy", string(text))
			},
		},
		{
			API: "lambda:GetFunctionConcurrency", From: map[string]string{"FunctionName": "FunctionArn"}, Absent: []string{"ResourceNotFoundException"},
			Covers: []string{"supplementaryConfiguration.Concurrency"}, Put: func(r *collect.Resource, answer object) {
				if n := answer["ReservedConcurrentExecutions"]; n != nil {
					r.Supplement("Concurrency", object{"reservedConcurrentExecutions": n})
				}
			},
		},
		{
			API: "lambda:ListTags", From: map[string]string{"Resource": "FunctionArn"}, Take: "Tags", Key: ".Tags", Instead: object{},
			Absent: []string{"ResourceNotFoundException"}, Covers: []string{"tags", "supplementaryConfiguration.Tags"},
		},
	},
	ID:    "{FunctionName}",
	Title: "{FunctionName}",
	ARN:   "{FunctionArn}",
	Zone:  "Not Applicable",
	Tags:  "Tags",
	// values of the environment are secrets; the list does not tell what becomes of a function, which its own call does
	Drop: []string{
		"Environment", "Tags", "VpcConfig.VpcId", "State", "StateReason", "StateReasonCode", "LastUpdateStatus", "LastUpdateStatusReason", "LastUpdateStatusReasonCode", "RuntimeVersionConfig",
	},
	Empty: []string{"Layers", "FileSystemConfigs", "VpcConfig.SubnetIds", "VpcConfig.SecurityGroupIds"},
	Relations: []collect.Relation{
		{Label: "Is associated with ", Type: "AWS::IAM::Role", Name: "Role", Cut: "/"},
		{Label: "Is associated with ", Type: "AWS::EC2::SecurityGroup", ID: "VpcConfig.SecurityGroupIds[]"},
		{Label: "Is contained in ", Type: "AWS::EC2::Subnet", ID: "VpcConfig.SubnetIds[]"},
	},
	Finish: func(r *collect.Resource) {
		// without an edge version the list has $LATEST only, whose ARN may carry it
		r.Spec.ARN = strings.TrimSuffix(r.Spec.ARN, ":$LATEST")
		if len(r.Spec.Tags) > 0 {
			r.Supplement("Tags", r.Spec.Tags)
		}
	},
	Note: "environment variables are left out: their values are secrets; so is the state of functions, which lists do not tell",
}
