package oscal

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/tickmark/tickmark/internal/arn"
)

// show writes a catalog as an outline: groups, controls with their properties, parameters and texts.
func show(c *Catalog) string {
	var b strings.Builder
	indent := func(depth int) { b.WriteString(strings.Repeat("  ", depth)) }
	prose := c.Prose()
	params := func(depth int, list []Param) {
		for _, p := range list {
			indent(depth)
			b.WriteString("param " + p.ID + ": " + p.said() + "\n")
		}
	}
	var parts func(depth int, list []Part)
	parts = func(depth int, list []Part) {
		for _, p := range list {
			indent(depth)
			b.WriteString(p.Name + ": " + prose(p.Prose) + "\n")
			parts(depth+1, p.Parts)
		}
	}
	var controls func(depth int, list []Control)
	controls = func(depth int, list []Control) {
		for _, k := range list {
			indent(depth)
			b.WriteString("control " + k.ID + " " + k.Title)
			if k.Shell {
				b.WriteString(" (shell)")
			}
			for _, p := range k.Props {
				b.WriteString(" " + p.Name + "=" + p.Value)
			}
			b.WriteString("\n")
			params(depth+1, k.Params)
			parts(depth+1, k.Parts)
			controls(depth+1, k.Controls)
		}
	}
	var groups func(depth int, list []Group)
	groups = func(depth int, list []Group) {
		for _, g := range list {
			indent(depth)
			b.WriteString("group " + g.ID + " " + g.Title + "\n")
			params(depth+1, g.Params)
			controls(depth+1, g.Controls)
			groups(depth+1, g.Groups)
		}
	}
	params(0, c.Params)
	controls(0, c.Controls)
	groups(0, c.Groups)
	return b.String()
}

// TestResolve resolves profile.yaml of each story over the catalogs of testdata/catalogs; the story's want is the outline
// that it comes to, its warnings, or its error.
func TestResolve(t *testing.T) {
	stories, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(stories) == 0 {
		t.Fatal("no stories", err)
	}
	catalogs := os.DirFS("testdata/catalogs")
	for _, name := range stories {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			a, err := txtar.ParseFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files, want := fstest.MapFS{}, map[string]string{}
			for _, f := range a.Files {
				files[f.Name] = &fstest.MapFile{Data: f.Data}
				want[f.Name] = string(f.Data)
			}
			c, warnings, err := Resolve("profile.yaml", func(name string) ([]byte, error) {
				if b, err := fs.ReadFile(files, name); err == nil {
					return b, nil
				}
				return fs.ReadFile(catalogs, name)
			})
			if err != nil {
				if err.Error()+"\n" != want["error"] {
					t.Errorf("%v\nwant\n%s", err, want["error"])
				}
				return
			}
			if got := show(c); got != want["want"] {
				t.Errorf("it comes to\n%s\nwant\n%s", got, want["want"])
			}
			if got := strings.Join(warnings, "\n"); strings.TrimSpace(got) != strings.TrimSpace(want["warnings"]) {
				t.Errorf("warnings\n%s\nwant\n%s", got, want["warnings"])
			}
		})
	}
}

func TestGlob(t *testing.T) {
	for _, c := range []struct {
		pattern, s string
		want       bool
	}{
		{"ac-1", "ac-1", true},
		{"ac-1", "ac-10", false},
		{"ac-*", "ac-10", true},
		{"*", "", true},
		{"a?-1", "ac-1", true},
		{"*.1", "ac-2.1", true},
		{"*.1", "ac-2.11", false},
		{"a*c*", "abcd", true},
		{"a*d*c", "abcd", false},
		{"", "a", false},
		{strings.Repeat("*a", 50), strings.Repeat("a", 49), false},
	} {
		if got := arn.Match(c.pattern, c.s); got != c.want {
			t.Errorf("glob(%q, %q) = %v", c.pattern, c.s, got)
		}
	}
}

func FuzzResolve(f *testing.F) {
	stories, _ := filepath.Glob("testdata/*.txtar")
	for _, name := range stories {
		a, err := txtar.ParseFile(name)
		if err != nil {
			f.Fatal(err)
		}
		for _, file := range a.Files {
			if file.Name == "profile.yaml" {
				f.Add(file.Data)
			}
		}
	}
	catalogs := os.DirFS("testdata/catalogs")
	f.Fuzz(func(t *testing.T, body []byte) {
		c, _, err := Resolve("profile.yaml", func(name string) ([]byte, error) {
			if name == "profile.yaml" {
				return body, nil
			}
			return fs.ReadFile(catalogs, name)
		})
		if err != nil {
			return
		}
		prose := c.Prose()
		c.Walk(func(_ []*Group, k *Control) { prose(k.Title) })
	})
}
