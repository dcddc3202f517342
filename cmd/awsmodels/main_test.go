package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/cloud/endpoints"
	"github.com/tickmark/tickmark/internal/cloud/models"
)

// botocore is a small one: a service with two versions, and a global one.
var botocore = map[string]string{
	"__init__.py":                         "__version__ = '" + version + "'",
	"data/partitions.json":                `{"partitions":[{"id":"aws","regionRegex":"^(us|eu)\\-\\w+\\-\\d+$","outputs":{"dnsSuffix":"amazonaws.com","implicitGlobalRegion":"us-east-1"},"regions":{"us-east-1":{},"eu-west-1":{},"aws-global":{}}}]}`,
	"data/endpoints.json":                 `{"partitions":[{"partition":"aws","services":{"shop":{"endpoints":{"eu-west-1":{},"eu-west-1-fips":{}}},"sky":{"isRegionalized":false}}}]}`,
	"data/shop/2019-01-01/service-2.json": `{`,
	"data/shop/2020-01-01/service-2.json": `{"metadata":{"apiVersion":"2020-01-01","endpointPrefix":"shop","protocol":"smithy-rpc-v2-cbor","protocols":["smithy-rpc-v2-cbor","query","json"],"serviceId":"Shop","targetPrefix":"Shop_1"},
		"operations":{"ListThings":{"name":"ListThings","http":{"method":"POST","requestUri":"/"},"input":{"shape":"In"},"output":{"shape":"Out"},"errors":[{"shape":"Gone"}],"documentation":"long"},
			"Other":{"http":{"method":"POST","requestUri":"/"},"input":{"shape":"Unused"}}},
		"shapes":{"In":{"type":"structure","required":["Zeta"],"members":{"Zeta":{"shape":"Name"},"NextToken":{"shape":"Name"},"Alpha":{"shape":"Stamp","documentation":"x"}}},
			"Out":{"type":"structure","members":{"Things":{"shape":"Things"},"NextToken":{"shape":"Name"}}},"Things":{"type":"list","member":{"shape":"Thing"}},
			"Thing":{"type":"structure","members":{"Inner":{"shape":"Thing"},"Size":{"shape":"Size"}}},"Name":{"type":"string","max":3,"enum":["a"]},"Size":{"type":"integer","box":true},
			"Stamp":{"type":"timestamp","timestampFormat":"iso8601"},"Gone":{"type":"structure","exception":true,"members":{}},"Unused":{"type":"structure","members":{}}}}`,
	"data/shop/2020-01-01/service-2.sdk-extras.json": `{"merge":{"shapes":{"Name":{"type":"string"}}}}`,
	"data/shop/2020-01-01/endpoint-rule-set-1.json": `{"parameters":{"UseFIPS":{"default":false}},"rules":[
		{"conditions":[{"fn":"isSet","argv":[{"ref":"Endpoint"}]}],"error":"no","type":"error"},
		{"conditions":[{"fn":"aws.partition","argv":[{"ref":"Region"}],"assign":"P"}],"type":"tree","rules":[
			{"conditions":[{"fn":"stringEquals","argv":[{"ref":"Region"},"us-east-1"]}],"endpoint":{"url":"https://shop.old.{P#dnsSuffix}","properties":{"authSchemes":[{"name":"sigv4","signingRegion":"eu-west-1"}]}}},
			{"conditions":[],"endpoint":{"url":"https://shop.{Region}.{P#dnsSuffix}","properties":{}}}]}]}`,
	"data/sky/2021-01-01/service-2.json":           `{"metadata":{"apiVersion":"2021-01-01","endpointPrefix":"sky","protocol":"rest-json","signingName":"sky"},"operations":{"Look":{"http":{"method":"GET","requestUri":"/x"}}},"shapes":{}}`,
	"data/sky/2021-01-01/paginators-1.json":        `{"pagination":{}}`,
	"data/sky/2021-01-01/endpoint-rule-set-1.json": `{"parameters":{},"rules":[{"conditions":[],"endpoint":{"url":"https://sky.amazonaws.com","properties":{"authSchemes":[{"name":"sigv4","signingName":"sky","signingRegion":"us-east-1"}]}}}]}`,
}

func lay(t *testing.T, operations string) (from, root string) {
	t.Helper()
	dir := t.TempDir()
	root = filepath.Join(dir, "root")
	for name, text := range botocore {
		put(t, filepath.Join(dir, "botocore", name), text)
	}
	put(t, filepath.Join(root, list), operations)
	put(t, filepath.Join(root, modelsDir, "gone.json"), "{}")
	put(t, filepath.Join(root, endpointFile), "{}")
	return filepath.Join(dir, "botocore", "data"), root
}

func put(t *testing.T, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestRun(t *testing.T) {
	from, root := lay(t, "# what is called\nshop: ListThings\nsky: Look\nshop: ListThings\n")
	defer func(p []string) { served = p }(served)
	served = []string{"aws"}
	var before string
	for range 2 { // the same inputs make the same bytes
		if err := run(from, root); err != nil {
			t.Fatal(err)
		}
		now := content(t, root)
		if before != "" && now != before {
			t.Error("the second run made other files")
		}
		before = now
	}
	if strings.Contains(before, "gone") || strings.Contains(before, "long") || strings.Contains(before, "Unused") || strings.Contains(before, "enum") {
		t.Errorf("too much: %s", before)
	}
	b, err := os.ReadFile(filepath.Join(root, modelsDir, "shop.json"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := models.Read("shop", b)
	if err != nil {
		t.Fatal(err)
	}
	op := s.Operations["ListThings"]
	if s.Protocol != "json" || s.JSONVersion != "1.0" || s.SigningName != "shop" || op.Page == nil || op.Page.Out[0] != "NextToken" || op.Page.Results[0] != "Things" {
		t.Errorf("%+v %+v", s, op.Page)
	}
	if m := op.Input.Members; m[0].Name != "Zeta" || m[0].ShapeName != "string" || m[2].Format() != "iso8601" || op.Output.Member("Things").Element.Member("Inner").Type != "structure" {
		t.Errorf("members %+v", m)
	}
	var table struct{ Services map[string]endpoints.Service }
	b, err = os.ReadFile(filepath.Join(root, endpointFile))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &table); err != nil {
		t.Fatal(err)
	}
	shop, sky := table.Services["shop"]["aws"], table.Services["sky"]["aws"]
	if shop.Usual.Host != "shop.{region}.amazonaws.com" || shop.But["us-east-1"] != (endpoints.Place{Host: "shop.old.amazonaws.com", Region: "eu-west-1"}) || !slices.Equal(shop.Offered, []string{"eu-west-1"}) {
		t.Errorf("%+v", shop)
	}
	if sky.Usual != (endpoints.Place{Host: "sky.amazonaws.com", Region: "us-east-1"}) || sky.Home != "us-east-1" || len(sky.But) != 0 {
		t.Errorf("%+v", sky)
	}
}

func content(t *testing.T, root string) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(root, func(file string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Base(file) == filepath.Base(list) {
			return err
		}
		b, err := os.ReadFile(file)
		all.WriteString(filepath.Base(file) + "\n" + string(b))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all.String()
}

// A mistake in the list is told, and changes nothing.
func TestRunRefuses(t *testing.T) {
	for operations, want := range map[string]string{
		"shop: Nothing":       "shop has no operation Nothing",
		"nowhere: ListThings": `no service "nowhere"`,
		"ListThings":          "want a service",
		"../shop: ListThings": "want a service",
	} {
		from, root := lay(t, operations)
		before := content(t, root)
		if err := run(from, root); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", operations, err)
		}
		if content(t, root) != before {
			t.Errorf("%s: files were changed", operations)
		}
	}
	from, root := lay(t, "sky: Look")
	put(t, filepath.Join(from, "..", "__init__.py"), "__version__ = '1.0.0'")
	if err := run(from, root); err == nil || !strings.Contains(err.Error(), version) {
		t.Errorf("another version: %v", err)
	}
}

func TestPathForm(t *testing.T) {
	for path, want := range map[string]bool{"NextToken": true, "A.B": true, "NextMarker || Contents[-1].Key": true, "A[0]": false, "length(A)": false, "A[*].B": false} {
		if pathForm.MatchString(path) != want {
			t.Errorf("%s: %t", path, !want)
		}
	}
}
