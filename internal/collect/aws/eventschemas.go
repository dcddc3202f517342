package aws

import "github.com/tickmark/tickmark/internal/collect"

// eventSchemasRegistryPolicy is the policy of a registry that has one. AWS's own registries have none that can be read.
var eventSchemasRegistryPolicy = &collect.Type{
	Name: "AWS::EventSchemas::RegistryPolicy",
	Find: []collect.Step{
		{API: "schemas:ListRegistries", Input: object{"Scope": "LOCAL"}, Each: "Registries"},
		{API: "schemas:GetResourcePolicy", From: map[string]string{"RegistryName": "RegistryName"}, Merge: true, Absent: []string{"NotFoundException"}},
	},
	ID: "{RegistryName}", Title: "{RegistryName}",
	Shape: func(r *collect.Resource) any {
		c := object{"RegistryName": r.Object["RegistryName"]}
		collect.Set(c, "RevisionId", r.At("RevisionId"))
		collect.Set(c, "Policy", collect.JSONText(r.At("Policy")))
		return c
	},
}
