package aws

import (
	"slices"

	"github.com/tickmark/tickmark/internal/collect"
)

// Keys that AWS manages have no tags and cannot be asked for their rotation; of the others only symmetric ones with material
// that KMS made rotate, and the API is asked of those alone.
var kmsKey = &collect.Type{
	Name: "AWS::KMS::Key",
	Bean: true,
	Find: []collect.Step{
		{API: "kms:ListKeys", Each: "Keys"},
		{API: "kms:DescribeKey", From: map[string]string{"KeyId": "KeyId"}, Each: "KeyMetadata", Only: "KeyId", Absent: []string{"NotFoundException"}, Else: map[string]string{"Arn": "KeyArn"}},
	},
	ID: "{KeyId}", ARN: "{Arn}", Zone: "Not Applicable",
	Created: "CreationDate",
	Tags:    "Tags",
	Drop:    []string{"Tags", "KeyArn"},
	Empty:   []string{"EncryptionAlgorithms", "SigningAlgorithms"},
	Details: []collect.Detail{
		{API: "kms:GetKeyPolicy", Input: object{"PolicyName": "default"}, From: map[string]string{"KeyId": "KeyId"}, Take: "Policy", Key: "Policy"},
		{API: "kms:GetKeyRotationStatus", From: map[string]string{"KeyId": "KeyId"}, Take: "KeyRotationEnabled", Key: "KeyRotationStatus", When: rotates},
		{API: "kms:ListResourceTags", From: map[string]string{"KeyId": "KeyId"}, When: customerManaged, Put: keyTags, Covers: []string{"tags", "supplementaryConfiguration.Tags"}},
	},
}

func customerManaged(e *collect.Element) bool { return e.Text("KeyManager") == "CUSTOMER" }

func rotates(e *collect.Element) bool {
	return customerManaged(e) && e.Text("Origin") == "AWS_KMS" && slices.Contains([]string{"", "SYMMETRIC_DEFAULT"}, e.Text("KeySpec"))
}

func keyTags(r *collect.Resource, answer object) {
	tags := answer["Tags"]
	if tags == nil {
		tags = []any{}
	}
	r.Object["Tags"] = tags
	r.Supplement("Tags", lowered(tags))
}
