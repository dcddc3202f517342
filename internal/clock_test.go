package internal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
)

// ownClock lists the packages that may look at the real clock or draw randomness, with the reason.
var ownClock = map[string]string{
	"stamp":  "the source itself",
	"sample": "seeded generators only",
	"store":  "how long a commit gathers and how long a lease lasts are not domain time",
}

// TestNoHiddenClock: time and chance come in through stamp, so that everything else can be run again exactly.
func TestNoHiddenClock(t *testing.T) {
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return err
		}
		if _, ok := ownClock[top(filepath.ToSlash(file))]; ok || strings.HasSuffix(filepath.Dir(file), "test") {
			return nil // packages named ...test serve tests only
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			return err
		}
		for _, imp := range f.Imports {
			if imp.Path.Value == `"math/rand"` || imp.Path.Value == `"math/rand/v2"` {
				t.Errorf("%s draws random numbers; take them from stamp", file)
			}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok && x.Name == "time" && s.Sel.Name == "Now" {
					t.Errorf("%s reads the clock; take a stamp.Source or a time", file)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
