package pack

import (
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/fault"
)

// TestPublished parses and resolves every published template and compares it with counts taken from the files by
// other means.
func TestPublished(t *testing.T) {
	table, err := os.ReadFile("testdata/counts.tsv")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(table)), "\n")[1:]
	if len(lines) != len(Names()) || len(lines) != 122 {
		t.Fatalf("%d templates, %d in the table", len(Names()), len(lines))
	}
	for _, line := range lines {
		f := strings.Split(line, "\t")
		t.Run(f[0], func(t *testing.T) { publishedPack(t, f) })
	}
}

func publishedPack(t *testing.T, f []string) {
	body, err := Published(f[0])
	if err != nil {
		t.Fatal(err)
	}
	tmpl, err := Parse(body)
	if err != nil {
		t.Fatal(err)
	}
	given := map[string]string{}
	for _, p := range tmpl.Parameters {
		if !p.HasDefault {
			given[p.Name] = "example-value"
		}
	}
	if _, err := tmpl.Resolve(given, Place{"111111111111", "eu-west-1"}); err != nil {
		t.Errorf("with its defaults: %v", err)
	}
	for _, p := range tmpl.Parameters {
		if p.Default == "false" {
			given[p.Name] = "true" // every optional rule, as the table counts them
		}
	}
	p, err := tmpl.Resolve(given, Place{"111111111111", "eu-west-1"})
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, r := range p.Rules {
		if r.Owner == "AWS" {
			ids[r.Identifier] = true
		} else if f[0] != "custom-conformance-pack.yaml" {
			t.Errorf("rule %s is of owner %s", r.Name, r.Owner)
		}
		var params map[string]string
		if r.Parameters != "" {
			if err := json.Unmarshal([]byte(r.Parameters), &params); err != nil {
				t.Errorf("rule %s: parameters %s: %v", r.Name, r.Parameters, err)
			}
		}
	}
	declared := tmpl.Managed()
	for id := range ids {
		if !slices.Contains(declared, id) {
			t.Errorf("%s is deployed and not declared", id)
		}
	}
	if len(declared) < len(ids) {
		t.Errorf("%d managed rules declared, %d deployed", len(declared), len(ids))
	}
	got := []string{f[0], strconv.Itoa(len(p.Rules)), strconv.Itoa(len(ids)), strconv.Itoa(len(p.Remediations)), strconv.Itoa(len(tmpl.Parameters))}
	if strings.Join(got, " ") != strings.Join(f, " ") {
		t.Errorf("got  %v\nwant %v", got, f)
	}
}

func TestPublishedNames(t *testing.T) {
	a, err := Published("operational-best-practices-for-amazon-s3")
	if err != nil {
		t.Fatal(err)
	}
	b, err := Published("Operational-Best-Practices-for-Amazon-S3.yaml")
	if err != nil || string(a) != string(b) {
		t.Errorf("two spellings of a name give two texts (%v)", err)
	}
	if _, err := Published("../SOURCES.md"); fault.KindOf(err) != fault.NotFound {
		t.Errorf("a path gives %v", err)
	}
}
