package internal_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every kind of document that is kept stands in docs/format/documents.md, and nothing else does.
func TestDocumentsAreListed(t *testing.T) {
	page, err := os.ReadFile("../docs/format/documents.md")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z-]+)").FindAllStringSubmatch(string(page), -1) {
		listed[m[1]] = true
	}
	collection := regexp.MustCompile(`docs\.Collection\[.*\]\{Kind: (?:"([a-z-]+)|(\S+),)`)
	constant := regexp.MustCompile(`Organization(?:Rule|Pack)Kind += "([a-z-]+)"`)
	kept := map[string]bool{}
	err = filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "storetest") {
			return err
		}
		text, err := os.ReadFile(path)
		for _, m := range collection.FindAllStringSubmatch(string(text), -1) {
			if m[1] != "" {
				kept[m[1]] = true
			}
		}
		for _, m := range constant.FindAllStringSubmatch(string(text), -1) {
			kept[m[1]], kept[m[1]+"-member"] = true, true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(kept) < 50 {
		t.Fatalf("only %d kinds were found: the test no longer reads the code", len(kept))
	}
	for k := range kept {
		if !listed[k] {
			t.Errorf("documents of kind %s are kept, and docs/format/documents.md does not list them", k)
		}
	}
	for k := range listed {
		if !kept[k] {
			t.Errorf("docs/format/documents.md lists the kind %s, of which nothing is kept", k)
		}
	}
}
