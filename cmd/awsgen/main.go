// Command awsgen writes the packages internal/awsapi/* from the service models in models/*.json and the list of
// operations whose shapes are wanted, internal/awsapi/served.txt. Operation and error tables are written for every
// operation, shape tables and Go types only for what the listed operations reach. The output is a function of its
// input alone.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	models := flag.String("models", "models", "folder of the service models")
	out := flag.String("out", filepath.Join("internal", "awsapi"), "folder of served.txt and of the packages written")
	flag.Parse()
	if err := run(*models, *out); err != nil {
		fmt.Fprintln(os.Stderr, "awsgen:", err)
		os.Exit(1)
	}
}

func run(models, out string) error {
	files, err := generateAll(models, filepath.Join(out, "served.txt"))
	if err != nil {
		return err
	}
	for name, text := range files {
		path := filepath.Join(out, filepath.FromSlash(name))
		if old, err := os.ReadFile(path); err == nil && bytes.Equal(old, text) {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// generateAll returns the text of every generated file by its slash path below the output folder.
func generateAll(models, servedFile string) (map[string][]byte, error) {
	list, err := os.ReadFile(servedFile)
	if err != nil {
		return nil, err
	}
	served, err := parseServed(string(list))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", servedFile, err)
	}
	paths, err := filepath.Glob(filepath.Join(models, "*.json"))
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	var gens []*generator
	for _, path := range paths {
		m, err := readModel(path)
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(filepath.Base(path), ".json")
		if err := m.keepJSON(served[name+" document"]); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", servedFile, name, err)
		}
		if err := m.openEnums(served[name+" open"]); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", servedFile, name, err)
		}
		delete(served, name+" document")
		delete(served, name+" open")
		if err := m.lengthen(served[name+" length"]); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", servedFile, name, err)
		}
		delete(served, name+" length")
		g, err := newGenerator(name, m, served[name])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		delete(served, name)
		gens = append(gens, g)
		if err := g.write(files); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	for name := range served {
		return nil, fmt.Errorf("%s: no model of service %q in %s", servedFile, name, models)
	}
	return files, writeLists(gens, files)
}

// parseServed reads lines "service Operation"; "service *" means all; # begins a comment. Three directives change a
// shape, and are kept under the key "service directive": "service document Shape" keeps it as the JSON it was sent as,
// "service open Shape" lets an enumeration or a string with a pattern take other values, "service length Shape N" allows longer strings.
func parseServed(text string) (map[string][]string, error) {
	served := map[string][]string{}
	for i, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		words := strings.Fields(line)
		switch len(words) {
		case 0:
		case 2:
			served[words[0]] = append(served[words[0]], words[1])
		case 3:
			if words[1] != "document" && words[1] != "open" {
				return nil, fmt.Errorf("line %d: want \"service document Shape\" or \"service open Shape\", have %q", i+1, line)
			}
			key := words[0] + " " + words[1]
			served[key] = append(served[key], words[2])
		case 4:
			if words[1] != "length" {
				return nil, fmt.Errorf("line %d: want \"service length Shape N\", have %q", i+1, line)
			}
			key := words[0] + " length"
			served[key] = append(served[key], words[2]+" "+words[3])
		default:
			return nil, fmt.Errorf("line %d: want \"service Operation\", have %q", i+1, line)
		}
	}
	return served, nil
}
