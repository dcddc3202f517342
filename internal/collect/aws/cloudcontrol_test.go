package aws_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/collect"
	"github.com/tickmark/tickmark/internal/collect/aws"
	"github.com/tickmark/tickmark/internal/collect/collecttest"
)

// TestCloudControl plays the records of testdata/cloudcontrol: resources found and read, below one parent and two, gone
// between the calls, and refused.
func TestCloudControl(t *testing.T) {
	files, err := os.ReadDir("testdata/cloudcontrol")
	if err != nil {
		t.Fatal(err)
	}
	played := 0
	for _, name := range aws.CloudControlNames() {
		record := recordName(name)
		if !slices.ContainsFunc(files, func(f os.DirEntry) bool { return f.Name() == record+".json" }) {
			continue
		}
		played++
		t.Run(record, func(t *testing.T) { collecttest.Run(t, aws.CloudControl(name), "cloudcontrol/"+record) })
	}
	if played != len(files) {
		t.Errorf("%d records belong to no type", len(files)-played)
	}
}

// TestCloudControlTable: the rows are whole, and the parents are types.
func TestCloudControlTable(t *testing.T) {
	names := aws.CloudControlNames()
	raw, err := os.ReadFile("cloudcontrol.tsv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(string(raw), "\n"), "\n")[1:]
	if len(lines) != len(names) || !slices.IsSorted(lines) {
		t.Errorf("%d rows make %d types, or they are not sorted", len(lines), len(names))
	}
	for _, line := range lines {
		c := strings.Split(line, "\t")
		if parent, members, ok := strings.Cut(c[6], " "); ok && (!strings.HasPrefix(parent, "AWS::") || members == "") {
			t.Errorf("%s has a parent that is none: %q", c[0], c[6])
		}
	}
}

// elsewhere does not offer any type.
type elsewhere struct{ collect.Caller }

func (elsewhere) Pages(_ context.Context, _ collect.Place, api string, _ collect.Object, _ func(collect.Object) error) error {
	return &automation.APIError{Service: "cloudcontrol", API: api, Code: "TypeNotFoundException"}
}

// TestCloudControlNotOffered: a type that the region does not offer is no failure: there is nothing of it.
func TestCloudControlNotOffered(t *testing.T) {
	for _, name := range aws.CloudControlNames() {
		r := collect.Reading{
			Caller: elsewhere{}, Type: aws.CloudControl(name), Place: collect.Place{Account: "123456789012", Region: "eu-north-1"},
			Emit: func(*collect.Resource) error { t.Errorf("%s: a resource was found", name); return nil },
		}
		if err := r.Run(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// unreadByCloudControl are fields that rules read and no property holds.
var unreadByCloudControl = map[string]string{
	"configuration.tags": "tags have another name in the properties of the type; the rules read those of the item too",
}

// TestCloudControlFields: what rules read of a type begins with a property that GetResource tells. The list of properties
// was made from the CloudFormation schemas with the table.
func TestCloudControlFields(t *testing.T) {
	raw, err := os.ReadFile("testdata/cloudcontrol-properties.tsv")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string][]string{}
	for line := range strings.Lines(string(raw)) {
		name, list, _ := strings.Cut(strings.TrimSpace(line), "\t")
		known[name] = strings.Fields(list)
	}
	wanted := fieldsByType()
	for _, name := range aws.CloudControlNames() {
		for path, rule := range wanted[name] {
			property, ok := strings.CutPrefix(path, "configuration.")
			if !ok && path != "configuration" && strings.HasPrefix(path, "supplementary") {
				t.Errorf("%s: %s reads %s, which Cloud Control does not have", name, rule, path)
			}
			if !ok {
				continue
			}
			property, _, _ = strings.Cut(strings.ReplaceAll(property, "[]", ""), ".")
			if unreadByCloudControl["configuration."+property] != "" {
				continue
			}
			if !slices.ContainsFunc(known[name], func(p string) bool { return sameButFirst(p, property) }) {
				t.Errorf("%s: %s reads %s, which is no property that GetResource tells", name, rule, path)
			}
		}
	}
}
