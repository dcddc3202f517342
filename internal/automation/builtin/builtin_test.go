package builtin_test

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/automation/builtin"
)

// TestDocuments parses every file, and wants what a reader of a document relies on.
func TestDocuments(t *testing.T) {
	entries, err := fs.ReadDir(os.DirFS("documents"), ".")
	if err != nil || len(entries) == 0 {
		t.Fatalf("no documents: %v", err)
	}
	for _, e := range entries {
		t.Run(e.Name(), func(t *testing.T) {
			name, ok := strings.CutSuffix(e.Name(), ".yaml")
			if !ok {
				t.Fatal("documents are .yaml files")
			}
			content, err := os.ReadFile("documents/" + e.Name())
			if err != nil {
				t.Fatal(err)
			}
			d, err := automation.Parse(content)
			if err != nil {
				t.Fatal(err)
			}
			if d.Description == "" {
				t.Error("it has no description")
			}
			for _, p := range d.Parameters {
				if p.Description == "" {
					t.Errorf("the parameter %s has no description", p.Name)
				}
			}
			offered(t, d.Steps)
			if got, ok := builtin.Lookup(name); !ok || got.Name != name || string(got.Content) != string(content) {
				t.Errorf("Lookup(%s) = %v, %v", name, got.Name, ok)
			}
		})
	}
	if len(builtin.All()) != len(entries) {
		t.Errorf("All has %d documents, the folder %d", len(builtin.All()), len(entries))
	}
	if _, ok := builtin.Lookup("AWS-NoSuchDocument"); ok {
		t.Error("found a document that is not there")
	}
}

func offered(t *testing.T, steps []automation.Step) {
	for _, s := range steps {
		if !slices.Contains(automation.Offered(), s.Action) {
			t.Errorf("line %d: the action %s is not offered", s.Line, s.Action)
		}
		offered(t, s.Loop)
	}
}
