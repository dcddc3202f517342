package aws

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/collect"
)

// The types of cloudcontrol.tsv are read through the Cloud Control API: ListResources finds them, and GetResource reads
// each, because a list may give only a part of the properties. The properties are those of CloudFormation, which is what
// AWS Config records of these types. A type with a collector of its own is not read this way, whatever the table says.
//
// The table is made of facts of the CloudFormation resource schemas (as of November 2026): it has only types with a list
// and a read handler, of those that rules read or that AWS Config publishes in CloudFormation's shape. Columns: type;
// property with the name; property with the ARN, or a template; property with the tags; region of the items when they are
// read once in an account; region called for them; the type to list before, and the members of ResourceModel that its
// identifier gives (with "=/" only what follows its last slash); members given under a second name; properties left out
// because they hold secrets.
//
//go:embed cloudcontrol.tsv
var cloudControlTable string

// row is a line of the table.
type row struct {
	name, title, arn, tags string
	region, home           string
	parent, members        string
	also, drop             []string
}

func cloudControlRows() map[string]row {
	rows := map[string]row{}
	for line := range strings.Lines(cloudControlTable) {
		c := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if strings.HasPrefix(line, "#") || len(c) != 9 {
			continue
		}
		r := row{
			name: c[0], title: c[1], arn: c[2], tags: c[3], region: c[4], home: c[5],
			also: strings.Fields(c[7]), drop: strings.Fields(c[8]),
		}
		r.parent, r.members, _ = strings.Cut(c[6], " ")
		rows[r.name] = r
	}
	return rows
}

// cloudControl are the types of the table.
func cloudControl() []*collect.Type {
	rows := cloudControlRows()
	var all []*collect.Type
	for _, name := range slices.Sorted(maps.Keys(rows)) {
		all = append(all, rows[name].declare(rows))
	}
	return all
}

const absentType = "TypeNotFoundException" // the type is not offered in the region

// notSetUp are the errors by which services say that they were never set up in the region: there is nothing of them.
var notSetUp = map[string][]string{
	"AWS::AuditManager::Assessment": {"AccessDeniedException: complete AWS Audit Manager setup", "GeneralServiceException: complete AWS Audit Manager setup"},
}

func (r row) declare(rows map[string]row) *collect.Type {
	t := &collect.Type{
		Name: r.name, Region: r.region, Home: r.home, Find: r.steps(rows), ID: "{Identifier}", Title: property(r.title), ARN: r.arn,
		Details: []collect.Detail{{
			API: "cloudcontrol:GetResource", Input: collect.Object{"TypeName": r.name}, From: map[string]string{"Identifier": "Identifier"},
			Absent: []string{"ResourceNotFoundException"}, Instead: true, Key: ".Gone",
			Covers: []string{"configuration", "tags"},
			Put: func(res *collect.Resource, answer collect.Object) {
				if p := properties(collect.At(answer, "ResourceDescription.Properties")); p != nil {
					res.Object["Properties"] = p
				}
			},
		}},
		Shape:  func(res *collect.Resource) any { return r.shape(res) },
		Finish: gone,
	}
	if !strings.Contains(r.arn, "{") {
		t.ARN = property(r.arn)
	}
	if r.tags != "" {
		t.Tags = "Properties." + r.tags
	}
	if d, ok := tagCalls[r.name]; ok {
		t.Details, t.Tags = append(t.Details, d), "Tags"
		t.Shape = then(t.Shape, tagList("Tags"))
	}
	return t
}

// tagCalls read the tags of types whose property for them can be written, but not read.
var tagCalls = map[string]collect.Detail{
	"AWS::AppRunner::Service":               tagsBy("apprunner:ListTagsForResource", "ResourceArn", "Properties.ServiceArn", "Tags", "ResourceNotFoundException"),
	"AWS::AppRunner::VpcConnector":          tagsBy("apprunner:ListTagsForResource", "ResourceArn", "Properties.VpcConnectorArn", "Tags", "ResourceNotFoundException"),
	"AWS::OpenSearchServerless::Collection": tagsBy("opensearchserverless:ListTagsForResource", "resourceArn", "Properties.Arn", "tags", "ResourceNotFoundException"),
}

func property(name string) string {
	if name == "" {
		return ""
	}
	return "{Properties." + name + "}"
}

// steps are the lists of the parents, from the top, and that of the type.
func (r row) steps(rows map[string]row) []collect.Step {
	list := collect.Step{
		API: "cloudcontrol:ListResources", Input: collect.Object{"TypeName": r.name}, Each: "ResourceDescriptions", Keep: unpack,
		Absent: append([]string{absentType}, notSetUp[r.name]...),
	}
	if r.parent == "" {
		return []collect.Step{list}
	}
	above, ok := rows[r.parent]
	if !ok {
		above = row{name: r.parent}
	}
	before := above.steps(rows)
	before[len(before)-1].Keep = func(e *collect.Element) bool {
		e.Object["Model"] = model(e.Text("Identifier"), r.members)
		return unpack(e)
	}
	list.From = map[string]string{"ResourceModel": "Model"}
	// The parent is gone since it was listed.
	list.Absent = append(list.Absent, "ResourceNotFoundException")
	return append(before, list)
}

// unpack reads the properties, which the API gives as JSON text.
func unpack(e *collect.Element) bool {
	e.Object["Properties"] = properties(e.Object["Properties"])
	return true
}

func properties(v any) any {
	text, ok := v.(string)
	if !ok {
		return v
	}
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	var o collect.Object
	if d.Decode(&o) != nil || o == nil {
		return nil
	}
	return o
}

// model is the ResourceModel that selects the resources below a parent. The parts of an identifier stand between "|".
func model(identifier, members string) string {
	o := collect.Object{}
	parts := strings.Split(identifier, "|")
	for i, m := range strings.Split(members, "|") {
		name, last := strings.CutSuffix(m, "=/")
		v := parts[min(i, len(parts)-1)]
		if last {
			v = v[strings.LastIndexByte(v, '/')+1:]
		}
		o[name] = v
	}
	b, _ := json.Marshal(o)
	return string(b)
}

func (r row) shape(res *collect.Resource) any {
	p, ok := res.Object["Properties"].(collect.Object)
	if !ok {
		return collect.Object{}
	}
	for _, path := range r.drop {
		leaveOut(p, path)
	}
	for _, a := range r.also {
		to, from, _ := strings.Cut(a, "=")
		collect.Set(p, to, p[from])
	}
	return p
}

// leaveOut takes a member away, in each element of the lists on the way.
func leaveOut(v any, path string) {
	switch t := v.(type) {
	case []any:
		for _, e := range t {
			leaveOut(e, path)
		}
	case collect.Object:
		name, rest, more := strings.Cut(path, ".")
		if more {
			leaveOut(t[name], rest)
		} else {
			delete(t, name)
		}
	}
}

// gone leaves a resource out that went away after it was listed.
func gone(r *collect.Resource) {
	if r.Object["Gone"] == true {
		r.Spec.ID = ""
	}
}
