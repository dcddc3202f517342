package aws_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/cloud/models"
	"github.com/tickmark/tickmark/internal/collect/aws"
	"github.com/tickmark/tickmark/internal/collect/collecttest"
)

// TestOperations: what a type calls can be called.
func TestOperations(t *testing.T) {
	for _, typ := range aws.Types() {
		for _, api := range typ.APIs() {
			if operation(api) == nil {
				t.Errorf("%s calls %s, which is not in internal/cloud/operations.txt", typ.Name, api)
			}
		}
	}
}

// TestRecordsAreOfTheAPI holds recorded calls and answers against the API's models: a record that has what AWS never says
// would prove a collector that finds nothing.
func TestRecordsAreOfTheAPI(t *testing.T) {
	for file, rec := range records(t) {
		for _, call := range rec.Calls {
			op := operation(call.API)
			if op == nil {
				t.Errorf("%s: %s cannot be called", file, call.API)
				continue
			}
			differ := func(at, why string) { t.Errorf("%s: %s %s: %s", file, call.API, at, why) }
			if op.Input != nil {
				conform(op.Input, call.In, "in", differ)
			}
			for _, answer := range append(call.Pages, call.Out) {
				if answer != nil && op.Output != nil {
					conform(op.Output, answer, "out", differ)
				}
			}
		}
	}
}

func operation(api string) *models.Operation {
	service, name, _ := strings.Cut(api, ":")
	if m := models.Load(service); m != nil {
		return m.Operations[name]
	}
	return nil
}

// conform tells where a value is not of a model's shape.
func conform(m *models.Member, v any, at string, differ func(at, why string)) {
	if v == nil || m.Document {
		return
	}
	wrong := func() { differ(at, fmt.Sprintf("%v is no %s", v, m.Type)) }
	switch o := v.(type) {
	case map[string]any:
		for k, e := range o {
			switch {
			case m.Type == "map":
				conform(m.Element, e, at+"."+k, differ)
			case m.Type != "structure":
				wrong()
			case m.Member(k) == nil:
				differ(at, "the API has no member "+k)
			default:
				conform(m.Member(k), e, at+"."+k, differ)
			}
		}
	case []any:
		if m.Type != "list" {
			wrong()
			return
		}
		for _, e := range o {
			conform(m.Element, e, at+"[]", differ)
		}
	case string:
		if m.Type != "string" && m.Type != "timestamp" && m.Type != "blob" {
			wrong()
		}
	case bool:
		if m.Type != "boolean" {
			wrong()
		}
	case float64:
		switch m.Type {
		case "integer", "long", "float", "double":
		default:
			wrong()
		}
	}
}

// records are all records by their files.
func records(t *testing.T) map[string]collecttest.Record {
	t.Helper()
	files, _ := filepath.Glob("testdata/*.json")
	deeper, _ := filepath.Glob("testdata/*/*.json")
	all := map[string]collecttest.Record{}
	for _, file := range append(files, deeper...) {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var rec collecttest.Record
		if err := json.Unmarshal(raw, &rec); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		all[file] = rec
	}
	return all
}
