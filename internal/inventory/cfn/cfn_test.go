package cfn_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/inventory/cfn"
	"github.com/tickmark/tickmark/internal/rule"
	"github.com/tickmark/tickmark/internal/rule/managed"
)

var at = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

type group struct {
	Rule, Type string
	Cases      []struct {
		Verdict    string
		Parameters json.RawMessage
		Properties json.RawMessage
	}
}

func key(typ string) inventory.Key {
	return inventory.Key{Account: "111122223333", Region: "us-east-1", Type: typ, ID: "planned"}
}

func item(t *testing.T, typ, properties string) *inventory.Item {
	t.Helper()
	p, err := cfn.Parse(properties)
	if err != nil {
		t.Fatal(err)
	}
	it, err := cfn.Item(key(typ), p, at)
	if err != nil {
		t.Fatal(err)
	}
	return it
}

// TestProactiveRules: every rule that may judge what is not made yet passes and fails on properties as templates have
// them, for the types that are brought into another shape, and never passes on what it cannot tell.
func TestProactiveRules(t *testing.T) {
	body, err := os.ReadFile("testdata/cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var groups []group
	if err := json.Unmarshal(body, &groups); err != nil {
		t.Fatal(err)
	}
	var judged, types []string
	for _, g := range groups {
		r := managed.Lookup(g.Rule)
		if r == nil || !r.Judges(g.Type) {
			t.Fatalf("no rule %s of %s", g.Rule, g.Type)
		}
		judged, types = append(judged, g.Rule), append(types, g.Type)
		var seen []string
		for _, c := range g.Cases {
			params, err := r.ParseParams(string(c.Parameters))
			if err != nil {
				t.Fatal(err)
			}
			res, _, err := rule.Evaluate(r, params, item(t, g.Type, string(c.Properties)), rule.NewIndex(&rule.Estate{Region: "us-east-1"}), at)
			if err != nil || res.Verdict.String() != c.Verdict {
				t.Errorf("%s %s\n%s\ngives %s (%s) %v, want %s", g.Rule, c.Parameters, c.Properties, res.Verdict, res.Reason, err, c.Verdict)
			}
			seen = append(seen, c.Verdict)
		}
		for _, v := range []string{"COMPLIANT", "NON_COMPLIANT"} {
			if !slices.Contains(seen, v) {
				t.Errorf("%s has no case that is %s", g.Rule, v)
			}
		}
	}
	slices.Sort(judged)
	if !slices.Equal(judged, managed.ProactiveRules()) {
		t.Errorf("cases for %v\nproactive rules are %v", judged, managed.ProactiveRules())
	}
	slices.Sort(types)
	if types = slices.Compact(types); !slices.Equal(types, cfn.Types()) {
		t.Errorf("types judged %v\ntypes with a table %v", types, cfn.Types())
	}
}

func TestItem(t *testing.T) {
	it := item(t, "AWS::Lambda::Function", `{"FunctionName":"resize","Tags":[{"Key":"team","Value":"a"},{"Key":"n","Value":1}]}`)
	if it.Name != "resize" || it.ARN != "arn:aws:lambda:us-east-1:111122223333:function:resize" || it.ID != "planned" {
		t.Errorf("item is %q %q %q", it.Name, it.ARN, it.ID)
	}
	if v, ok := it.Tag("team"); !ok || v != "a" {
		t.Errorf("tag is %q", v)
	}
	it = item(t, "AWS::Logs::LogGroup", `{"RetentionInDays":7,"Tags":{"team":"b"}}`)
	if v, _ := it.Tag("team"); v != "b" || !strings.Contains(string(it.Raw()), `"RetentionInDays":7`) || !it.Present() {
		t.Errorf("a type of CloudFormation's own shape became %s", it.Raw())
	}
}

func TestRefused(t *testing.T) {
	for text, says := range map[string]string{
		``:      "not a JSON object",
		`null`:  "not a JSON object",
		`[]`:    "not a JSON object",
		`{"a":`: "not a JSON object",
		`{} {}`: "something behind",
		`{"a":"` + strings.Repeat("x", cfn.MaxProperties) + `"}`: "51200",
	} {
		if _, err := cfn.Parse(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%.20s gives %v, want %q", text, err, says)
		}
	}
	p, err := cfn.Parse(`{"MapPublicIPOnLaunch": true}`)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Check("AWS::EC2::Subnet"); err == nil || !strings.Contains(err.Error(), `spelled "MapPublicIpOnLaunch"`) {
		t.Errorf("a property in other capitals: %v", err)
	}
	if err := p.Check("AWS::EC2::VPC"); err != nil {
		t.Error(err)
	}
}

// FuzzItem: whatever parses becomes an item of every type.
func FuzzItem(f *testing.F) {
	f.Add(`{"TrafficSources":[{"Type":1}],"NetworkInterfaces":[null,1],"Tags":[1,{"Key":[]}],"VpcConfig":{"Ref":"x"}}`)
	f.Add(`{"LoggingConfiguration":[],"Code":"x","Tags":{"a":{}}}`)
	f.Fuzz(func(t *testing.T, text string) {
		p, err := cfn.Parse(text)
		if err != nil {
			return
		}
		for _, typ := range append(cfn.Types(), "AWS::Logs::LogGroup") {
			_ = p.Check(typ)
			it, err := cfn.Item(key(typ), p, at)
			if err != nil {
				t.Fatalf("%s: %v", typ, err)
			}
			_ = it.Configuration()
		}
	})
}
