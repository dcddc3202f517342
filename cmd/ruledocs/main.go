// Command ruledocs writes docs/rules/managed (one page for each managed rule) and the indexes by service, pack and
// framework beside it, from the rules' own declarations, their cases, the published packs and the standard frameworks;
// and docs/frameworks-coverage.md, how much of each standard framework collects evidence by itself.
// The output is a function of its input alone.
package main

import (
	"bytes"
	"embed"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"text/template"
)

//go:embed templates
var files embed.FS

func main() {
	out := flag.String("out", filepath.Join("docs", "rules"), "folder of the pages")
	flag.Parse()
	if err := run(*out); err != nil {
		fmt.Fprintln(os.Stderr, "ruledocs:", err)
		os.Exit(1)
	}
}

func run(out string) error {
	lib, err := load()
	if err != nil {
		return err
	}
	pages, err := render(lib)
	if err != nil {
		return err
	}
	return write(out, pages)
}

// render gives the text of every page by its slash path below the output folder.
func render(lib *library) (map[string][]byte, error) {
	t, err := template.New("").Funcs(template.FuncMap{"join": strings.Join, "cell": cell}).ParseFS(files, "templates/*.md")
	if err != nil {
		return nil, err
	}
	pages := map[string][]byte{}
	page := func(path, name string, data any) error {
		var b bytes.Buffer
		if err := t.ExecuteTemplate(&b, name, data); err != nil {
			return err
		}
		pages[path] = append(bytes.TrimRight(b.Bytes(), "\n"), '\n')
		return nil
	}
	for _, name := range []string{"services.md", "controls.md"} {
		if err := page(name, name, lib); err != nil {
			return nil, err
		}
	}
	for path, index := range map[string]any{
		"packs.md":      map[string]any{"By": "conformance pack", "Groups": lib.Packs},
		"frameworks.md": map[string]any{"By": "framework", "Groups": lib.Frameworks},
	} {
		if err := page(path, "groups.md", index); err != nil {
			return nil, err
		}
	}
	if err := page("../frameworks-coverage.md", "coverage.md", coverageOf()); err != nil {
		return nil, err
	}
	for _, r := range lib.Rules {
		if err := page("managed/"+r.Name+".md", "rule.md", r); err != nil {
			return nil, err
		}
	}
	return pages, nil
}

// cell makes a text fit into a table.
func cell(s string) string { return strings.ReplaceAll(strings.ReplaceAll(s, "|", `\|`), "\n", " ") }

// write puts the pages in place and removes pages of rules that are no longer there.
func write(out string, pages map[string][]byte) error {
	old, err := filepath.Glob(filepath.Join(out, "managed", "*.md"))
	if err != nil {
		return err
	}
	for _, file := range old {
		if _, ok := pages["managed/"+filepath.Base(file)]; !ok {
			if err := os.Remove(file); err != nil {
				return err
			}
		}
	}
	if err := os.MkdirAll(filepath.Join(out, "managed"), 0o755); err != nil {
		return err
	}
	for path, text := range pages {
		file := filepath.Join(out, filepath.FromSlash(path))
		if was, err := os.ReadFile(file); err == nil && bytes.Equal(was, text) {
			continue
		}
		if err := os.WriteFile(file, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
