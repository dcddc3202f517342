// Command awsmodels makes the slim models of internal/cloud from botocore's.
//
//	go run ./cmd/awsmodels [--from DIR]
//
// DIR is the data directory of an installed botocore (site-packages/botocore/data), of the version that
// internal/cloud/models/SOURCES.md names; without it, that of the virtual environment which 'make cloud' makes.
// internal/cloud/operations.txt lists what can be called; to call another operation, add it there and run this. The same
// inputs make the same bytes.
package main

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

const (
	version      = "1.44.5" // of botocore
	list         = "internal/cloud/operations.txt"
	modelsDir    = "internal/cloud/models/data"
	endpointFile = "internal/cloud/endpoints/endpoints.json"
)

func main() {
	from := flag.String("from", "", "data directory of botocore "+version)
	flag.Parse()
	if found, _ := filepath.Glob(".venv-moto/lib/python3*/site-packages/botocore/data"); *from == "" && len(found) > 0 {
		*from = found[0]
	}
	if *from == "" {
		fmt.Fprintln(os.Stderr, "awsmodels: there is no botocore in .venv-moto, which 'make cloud' makes; name its data directory by --from")
		os.Exit(2)
	}
	if err := run(*from, "."); err != nil {
		fmt.Fprintln(os.Stderr, "awsmodels:", err)
		os.Exit(1)
	}
}

// run reads the list and botocore's files, and replaces what was generated before.
func run(from, root string) error {
	if err := checkVersion(from); err != nil {
		return err
	}
	b, err := os.ReadFile(filepath.Join(root, list))
	if err != nil {
		return err
	}
	wanted, err := parseList(b)
	if err != nil {
		return err
	}
	files := map[string][]byte{}
	var facts []serviceFacts
	for _, name := range sorted(wanted) {
		source, err := open(from, name)
		if err != nil {
			return err
		}
		slim, err := source.slim(wanted[name])
		if err != nil {
			return err
		}
		files[name+".json"] = slim
		facts = append(facts, serviceFacts{name: name, source: source})
	}
	table, err := endpointTable(from, facts)
	if err != nil {
		return err
	}
	if err := replace(filepath.Join(root, modelsDir), files); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(root, endpointFile), table, 0o644)
}

// checkVersion keeps people with different versions of botocore from undoing each other's work.
func checkVersion(from string) error {
	b, err := os.ReadFile(filepath.Join(from, "..", "__init__.py"))
	if err != nil {
		return err
	}
	if !bytes.Contains(b, []byte("__version__ = '"+version+"'")) {
		return fmt.Errorf("%s is not the data of botocore %s", from, version)
	}
	return nil
}

// parseList reads "service: Operation Operation" lines; a service may have several.
func parseList(b []byte) (map[string][]string, error) {
	wanted := map[string][]string{}
	lines := bufio.NewScanner(bytes.NewReader(b))
	for n := 1; lines.Scan(); n++ {
		line, _, _ := strings.Cut(lines.Text(), "#")
		if strings.TrimSpace(line) == "" {
			continue
		}
		name, operations, ok := strings.Cut(line, ":")
		if !ok || strings.ContainsAny(strings.TrimSpace(name), " /.") {
			return nil, fmt.Errorf("%s:%d: want a service, a colon and operations", list, n)
		}
		name = strings.TrimSpace(name)
		wanted[name] = append(wanted[name], strings.Fields(operations)...)
	}
	for name := range wanted {
		slices.Sort(wanted[name])
		wanted[name] = slices.Compact(wanted[name])
	}
	return wanted, lines.Err()
}

// replace writes the files of a directory and takes away the others.
func replace(dir string, files map[string][]byte) error {
	old, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		return err
	}
	for _, f := range old {
		if files[filepath.Base(f)] == nil {
			if err := os.Remove(f); err != nil {
				return err
			}
		}
	}
	for _, name := range sorted(files) {
		if err := os.WriteFile(filepath.Join(dir, name), files[name], 0o644); err != nil {
			return err
		}
	}
	return nil
}

func sorted[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
