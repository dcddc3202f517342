// Package internal_test keeps the import direction of docs/design/0001-architecture.md.
package internal_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/tickmark/tickmark/internal/"

// layer of a package by the first part of its path, or by the first two where they differ.
var layers = map[string]int{
	"arn": 0, "fault": 0, "stamp": 0, "tree": 0, "docs": 0,
	"child": 0, "markup": 0, "xlsx": 0, "durable": 0, "rounds": 0,
	"function": 1, "function/local": 2,
	"policy": 1, "inventory": 1, "trail": 1, "finding": 1, "rule": 1, "compliance": 1, "delivery": 1, "recording": 1, "invocation": 1, "pack": 1, "catalog": 1, "assess": 1, "automation": 1, "exception": 1, "remediate": 1,
	"logfile": 1, "selector": 1, "trails": 1, "activity": 1, "feed": 1, "insight": 1, "eventbus": 1, "trino": 1, "lake": 1, "forensic": 1, "sigma": 1,
	"collect": 1, "sweep": 1, "connect": 1, "scan": 1,
	"authoring": 1, "oscal": 1, "finder": 1, "anchor": 1, "backup": 1, "migrate": 1,
	"ledger": 1, "report": 1, "authz": 1, "organization": 1, "notify": 1, "object": 1, "job": 1, "sample": 1, "query": 1, "rollout": 1, "guard": 1, "cel": 1, "permit": 1,
	"store": 2, "segment": 2, "awswire": 2, "awsapi": 2, "service": 2, "console": 2, "blob": 2, "cloud": 2,
	"server": 3, "cloudsim": 3, "testenv": 4,
}

// sideways lists the adapters that may import another one: services speak the wire.
var sideways = map[string][]string{
	"awsapi":  {"awswire"},
	"service": {"awswire", "awsapi"},
	"segment": {},
}

// TestImportDirection: ground <- domain <- adapters <- server; adapters do not import each other.
func TestImportDirection(t *testing.T) {
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		from := top(path.Dir(filepath.ToSlash(file)))
		if _, ok := layers[from]; !ok {
			t.Errorf("%s: package %q has no layer; give it one here and a row in docs/design/0001-architecture.md", file, from)
			return nil
		}
		for _, imp := range f.Imports {
			p, _ := strconv.Unquote(imp.Path.Value)
			if to, ok := strings.CutPrefix(p, module); ok {
				check(t, file, from, top(to))
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// top is the first part of a package's path, or its first two where a layer names them.
func top(p string) string {
	first, rest, _ := strings.Cut(p, "/")
	second, _, _ := strings.Cut(rest, "/")
	if _, ok := layers[first+"/"+second]; ok {
		return first + "/" + second
	}
	return first
}

func check(t *testing.T, file, from, to string) {
	a, b := layers[from], layers[to]
	switch {
	case from == to:
	case a < b:
		t.Errorf("%s imports %s: %s is nearer to the ground; ask for an interface instead", file, to, from)
	case a == 0 && b == 0 && to != "arn" && to != "fault":
		t.Errorf("%s imports %s: ground packages import only arn and fault", file, to)
	case a == 2 && b == 2 && !slices.Contains(sideways[from], to):
		t.Errorf("%s imports %s: adapters do not know each other; the server joins them", file, to)
	}
}
