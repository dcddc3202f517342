package sample_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/sample"
	"github.com/tickmark/tickmark/internal/tree"
)

// ownKeys are the members of account facts whose keys are AWS's.
var ownKeys = map[string]bool{"summaryMap": true, "features": true}

// TestFactsHoldDocumentedFields: docs/format/account-facts.md names every field of an account fact.
func TestFactsHoldDocumentedFields(t *testing.T) {
	doc, err := os.ReadFile("../../docs/format/account-facts.md")
	if err != nil {
		t.Fatal(err)
	}
	word, unknown := map[string]bool{}, map[string]bool{}
	for _, w := range regexp.MustCompile(`\w+`).FindAllString(string(doc), -1) {
		word[w] = true
	}
	var walk func(typ string, n tree.Node)
	walk = func(typ string, n tree.Node) {
		for e := range n.Elements {
			if n.Kind() == tree.Array { // another value is its own element
				walk(typ, e)
			}
		}
		for key, e := range n.Members {
			// the page names the fields of the second access key by those of the first
			if !word[key] && !word[strings.Replace(key, "accessKey2", "accessKey1", 1)] {
				unknown[typ+" "+key] = true
			}
			if !ownKeys[key] {
				walk(typ, e)
			}
		}
	}
	for _, e := range []sample.Estate{sample.Demo(showcaseNow), sample.Showcase(showcaseNow)} {
		for _, it := range e.Items() {
			if strings.HasPrefix(it.Type, "Tickmark::Account::") {
				walk(it.Type, it.Configuration())
			}
		}
	}
	for u := range unknown {
		t.Errorf("no documented field: %s", u)
	}
}
