package sample_test

import (
	"bytes"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/sample"
)

// forms are the forms a value has at a path of a type: list, object or scalar. The published properties do not tell;
// published items do.
type forms map[string]map[string]bool

func (f forms) add(typ, path string, v any) {
	form := "scalar"
	switch v := v.(type) {
	case nil:
		return
	case map[string]any:
		form = "object"
		for key, e := range v {
			f.add(typ, path+"."+folded(key), e)
		}
	case []any:
		form = "list"
		for _, e := range v {
			if o, ok := e.(map[string]any); ok {
				for key, e := range o {
					f.add(typ, path+"."+folded(key), e)
				}
			}
		}
	}
	if f[typ+" "+path] == nil {
		f[typ+" "+path] = map[string]bool{}
	}
	f[typ+" "+path][form] = true
}

// items adds every configuration item somewhere in a document, as it was written by AWS.
func (f forms) items(v any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			f.items(e)
		}
	case string:
		if strings.HasPrefix(v, "{") && strings.Contains(v, "resourceType") {
			var inner any
			if json.Unmarshal([]byte(v), &inner) == nil {
				f.items(inner)
			}
		}
	case map[string]any:
		if typ, ok := v["resourceType"].(string); ok {
			f.add(typ, "configuration", v["configuration"])
			f.add(typ, "supplementaryConfiguration", v["supplementaryConfiguration"])
		}
		for _, e := range v {
			f.items(e)
		}
	}
}

func publishedForms(t *testing.T) forms {
	t.Helper()
	files, err := filepath.Glob("../inventory/testdata/*.jsonl")
	if err != nil || len(files) < 3 {
		t.Fatalf("published items: %v %v", files, err)
	}
	f := forms{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(text) {
			var doc any
			if err := json.Unmarshal(line, &doc); err != nil {
				t.Fatalf("%s: %v", file, err)
			}
			f.items(doc)
		}
	}
	return f
}

// opened are policies: AWS Config records them as URL-encoded text, and the examples of the rule development kit have
// them as JSON for their readers.
var opened = []string{
	"AWS::IAM::Policy configuration.policyVersionList.document",
	"AWS::IAM::Role configuration.assumeRolePolicyDocument",
	"AWS::IAM::User configuration.userPolicyList.policyDocument",
}

// TestItemsHavePublishedForms: what is a list in published items is none less in generated ones, and so on.
func TestItemsHavePublishedForms(t *testing.T) {
	published, generated := publishedForms(t), forms{}
	for _, e := range []sample.Estate{sample.Demo(showcaseNow), sample.Showcase(showcaseNow)} {
		for _, it := range e.Items() {
			generated.items(plain(t, it))
		}
	}
	compared := 0
	for _, at := range slices.Sorted(maps.Keys(generated)) {
		if published[at] == nil || slices.Contains(opened, at) {
			continue
		}
		compared++
		for form := range generated[at] {
			if !published[at][form] {
				t.Errorf("%s is a %s, in published items %v", at, form, slices.Sorted(maps.Keys(published[at])))
			}
		}
	}
	t.Logf("%d paths compared", compared)
	if compared < 500 {
		t.Errorf("only %d paths are in published items too", compared)
	}
}

func plain(t *testing.T, it *inventory.Item) (v any) {
	t.Helper()
	if err := json.Unmarshal(it.Raw(), &v); err != nil {
		t.Fatal(err)
	}
	return v
}
