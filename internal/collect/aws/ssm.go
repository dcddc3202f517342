package aws

import (
	"strings"

	"github.com/tickmark/tickmark/internal/collect"
)

// ssmInventory is what the agent of a managed instance reports, by the names of the inventory's types. The list gives the
// first type alone; a call takes one type, so the others are asked for by instance, all of them: a rule judges which types
// are gathered. What files and registry entries there are is left out.
var ssmInventory = &collect.Type{
	Name: "AWS::SSM::ManagedInstanceInventory", Zone: noZone,
	Find: []collect.Step{{
		API: "ssm:GetInventory", Each: "Entities",
		Keep: func(e *collect.Element) bool {
			e.Object["Filter"] = []any{object{"Key": "AWS:InstanceInformation.InstanceId", "Values": []any{e.Text("Id")}, "Type": "Equal"}}
			return inventoryStatus(e) != "Terminated"
		},
	}},
	Details: inventoryDetails(),
	ID:      "{Id}",
	Shape:   func(*collect.Resource) any { return object{} },
	Finish: func(r *collect.Resource) {
		c, _ := r.Spec.Configuration.(object)
		for _, part := range append(r.Every("Data"), r.Every("Parts[]")...) {
			if types, ok := part.(object); ok {
				for name, v := range types {
					c[name] = object{"SchemaVersion": collect.At(v, "SchemaVersion"), "Content": inventoryContent(name, v)}
				}
			}
		}
		if s := inventoryStatus(r.Element); s != "" {
			r.Supplement("instanceStatus", s)
		}
		if strings.HasPrefix(r.Spec.ID, "i-") {
			r.Relate("Is associated with ", "AWS::EC2::Instance", r.Spec.ID, "")
		}
	},
	Note: "Without the content of the types AWS:File and AWS:WindowsRegistry, and without types of one's own.",
}

// inventoryTypes are those that Systems Manager defines, beside that of the instance itself.
var inventoryTypes = []string{
	"AWS:Application", "AWS:AWSComponent", "AWS:BillingInfo", "AWS:File", "AWS:InstanceDetailedInformation", "AWS:Network", "AWS:Service", "AWS:WindowsRegistry",
	"AWS:WindowsRole", "AWS:WindowsUpdate",
}

func inventoryDetails() []collect.Detail {
	var all []collect.Detail
	for _, name := range inventoryTypes {
		all = append(all, inventoryType(name))
	}
	return all
}

func inventoryStatus(e *collect.Element) string {
	info, _ := e.Object["Data"].(object)
	return collect.Text(info["AWS:InstanceInformation"], "Content[].InstanceStatus")
}

// inventoryType asks for one type of an instance's inventory: a call takes one.
func inventoryType(name string) collect.Detail {
	return collect.Detail{
		API: "ssm:GetInventory", Input: object{"ResultAttributes": []any{object{"TypeName": name}}},
		From: map[string]string{"Filters": "Filter"}, Covers: []string{"configuration." + name},
		Put: func(r *collect.Resource, answer object) {
			parts, _ := r.Object["Parts"].([]any)
			for _, data := range collect.Every(answer, "Entities[].Data") {
				if o, ok := data.(object); ok && o[name] != nil {
					parts = append(parts, object{name: o[name]})
				}
			}
			r.Object["Parts"] = parts
		},
	}
}

// inventoryContent is a list, or by a key for the types that AWS Config writes so.
func inventoryContent(name string, v any) any {
	if name == "AWS:File" || name == "AWS:WindowsRegistry" {
		return []any{}
	}
	rows := list(collect.Every(v, "Content[]"))
	key := map[string]string{"AWS:InstanceInformation": "InstanceId", "AWS:Application": "Name", "AWS:AWSComponent": "Name"}[name]
	if key == "" {
		return rows
	}
	by := object{}
	for _, row := range rows {
		by[collect.Text(row, key)] = row
	}
	return by
}

var (
	ssmAssociationCompliance = compliance("AWS::SSM::AssociationCompliance", "Association")
	ssmPatchCompliance       = compliance("AWS::SSM::PatchCompliance", "Patch")
)

// compliance is the summary of one kind of compliance of an instance.
func compliance(typ, kind string) *collect.Type {
	return &collect.Type{
		Name: typ, Zone: noZone,
		Find: []collect.Step{{
			API: "ssm:ListResourceComplianceSummaries", Each: "ResourceComplianceSummaryItems",
			Input: object{"Filters": []any{object{"Key": "ComplianceType", "Values": []any{kind}, "Type": "EQUAL"}}},
		}},
		ID: typ + "/{ResourceId}",
		Shape: func(r *collect.Resource) any {
			content := object{}
			for to, from := range map[string]string{
				"ComplianceType": "ComplianceType", "Status": "Status", "OverallSeverity": "OverallSeverity", "ExecutionType": "ExecutionSummary.ExecutionType",
				"CompliantCount":    "CompliantSummary.CompliantCount",
				"NonCompliantCount": "NonCompliantSummary.NonCompliantCount",
			} {
				collect.Set(content, to, r.At(from))
			}
			return object{"AWS:ComplianceSummary": object{"SchemaVersion": "1.0", "Content": object{kind: content}}}
		},
		Finish: func(r *collect.Resource) {
			id := r.Text("ResourceId")
			r.Relate("Is associated with ", "AWS::SSM::ManagedInstanceInventory", id, "")
			if strings.HasPrefix(id, "i-") {
				r.Relate("Is associated with ", "AWS::EC2::Instance", id, "")
			}
		},
		Note: "Which execution was the last, and when, is left out: it would make a state of every one.",
	}
}

// ssmDocument is one of the account's own documents, without its content.
var ssmDocument = &collect.Type{
	Name: "AWS::SSM::Document",
	Find: []collect.Step{{API: "ssm:ListDocuments", Input: object{"Filters": []any{object{"Key": "Owner", "Values": []any{"Self"}}}}, Each: "DocumentIdentifiers"}},
	Details: []collect.Detail{{
		API: "ssm:DescribeDocumentPermission", Input: object{"PermissionType": "Share"}, From: map[string]string{"Name": "Name"},
		Covers: []string{"supplementaryConfiguration.Permissions"}, Absent: []string{"InvalidDocument"},
		Put: func(r *collect.Resource, answer object) {
			r.Supplement("Permissions", object{"AccountIds": list(collect.Every(answer, "AccountIds[]"))})
		},
	}},
	ID: "{Name}", Title: "{Name}", ARN: "arn:{partition}:ssm:{region}:{account}:document/{Name}", Tags: "Tags", Created: "CreatedDate",
	Shape: then(collect.Fields(map[string]string{
		"Name": "Name", "DocumentType": "DocumentType", "DocumentFormat": "DocumentFormat", "TargetType": "TargetType", "VersionName": "VersionName", "Requires": "Requires",
	}), tagList("Tags")),
	Note: "Without the content of the document.",
}
