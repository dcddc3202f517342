package authoring_test

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/authoring"
)

// members are the JSON members of a type, those of embedded ones too.
func members(t reflect.Type) []string {
	var out []string
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous:
			out = append(out, members(f.Type)...)
		case f.IsExported():
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

type schema struct {
	AdditionalProperties any            `json:"additionalProperties"`
	Raw                  map[string]any `json:"properties"`
}

// The schema has the members that are read, and no others.
func TestSchema(t *testing.T) {
	var whole struct {
		schema
		Defs map[string]schema `json:"$defs"`
	}
	if err := json.Unmarshal(authoring.Schema, &whole); err != nil {
		t.Fatal(err)
	}
	of := func(names ...string) []string {
		var out []string
		for _, n := range names {
			out = append(out, slices.Collect(maps.Keys(whole.Defs[n].Raw))...)
		}
		slices.Sort(out)
		return slices.Compact(out)
	}
	sets := whole.Defs["framework"].Raw["controlSets"].(map[string]any)["items"].(map[string]any)["properties"].(map[string]any)
	for _, c := range []struct {
		name string
		got  []string
		want reflect.Type
	}{
		{"file", slices.Sorted(maps.Keys(whole.Raw)), reflect.TypeFor[authoring.File]()},
		{"framework", of("framework"), reflect.TypeFor[authoring.Framework]()},
		{"control set", slices.Sorted(maps.Keys(sets)), reflect.TypeFor[authoring.ControlSet]()},
		{"entry", of("standard", "use", "control"), reflect.TypeFor[authoring.Entry]()},
		{"control", of("control"), reflect.TypeFor[authoring.Control]()},
		{"source", of("source"), reflect.TypeFor[authoring.Source]()},
	} {
		if want := members(c.want); !slices.Equal(c.got, want) {
			t.Errorf("%s: the schema has %q, the type %q", c.name, c.got, want)
		}
	}
	for name, d := range whole.Defs {
		if d.Raw != nil && (d.AdditionalProperties != false) {
			t.Errorf("%s: the schema lets other members through", name)
		}
	}
}

// The examples, and the one of the format's page, are read without a problem, and nothing in them collects nothing.
func TestExamples(t *testing.T) {
	files, err := filepath.Glob("../../examples/frameworks/*")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no examples", err)
	}
	texts := map[string][]byte{}
	for _, name := range files {
		if texts[name], err = os.ReadFile(name); err != nil {
			t.Fatal(err)
		}
	}
	page, err := os.ReadFile("../../docs/format/framework.md")
	if err != nil {
		t.Fatal(err)
	}
	var shown []string
	for line := range strings.Lines(string(page)) {
		if code, ok := strings.CutPrefix(line, "    "); ok {
			shown = append(shown, code)
		}
	}
	texts["framework.md"] = []byte(strings.Join(shown, ""))
	for name, text := range texts {
		f, problems := authoring.Read(name, text)
		if len(problems) == 0 {
			problems = authoring.Lint(f, nil)
		}
		if len(problems) > 0 {
			t.Error(problems)
		}
	}
}
