package sample_test

import (
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/inventory/schema"
	"github.com/tickmark/tickmark/internal/sample"
	"github.com/tickmark/tickmark/internal/tree"
)

// known tells what an item of a type may hold: the published properties, and what docs/rules/beyond-config.md adds.
// Keys match with their first letter in either case, as rules match them.
type known struct {
	kinds    map[string]string // property path -> kind
	inside   map[string]bool   // paths of objects that have properties
	prefixes []string          // paths below which anything may stand
}

func folded(path string) string {
	parts := strings.Split(path, ".")
	for i, p := range parts {
		if p != "" {
			parts[i] = strings.ToLower(p[:1]) + p[1:]
		}
	}
	return strings.Join(parts, ".")
}

// beyondConfig is the table of what items hold beyond the published properties: type -> paths.
func beyondConfig(t *testing.T) map[string][]string {
	t.Helper()
	text, err := os.ReadFile("../rule/managed/beyond-config.tsv")
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		f := strings.Split(line, "\t")
		rows[f[0]] = append(rows[f[0]], folded(f[1]))
	}
	return rows
}

func knownOf(typ string, beyond map[string][]string) *known {
	k := &known{kinds: map[string]string{}, inside: map[string]bool{}}
	for path, kind := range schema.Of(typ) {
		path = folded(path)
		k.kinds[path] = kind
		for i, c := range path {
			if c == '.' {
				k.inside[path[:i]] = true
			}
		}
	}
	k.prefixes = append(slices.Concat(beyond[typ], beyond["*"]), unpublished[typ]...)
	return k
}

// walk reports every path below a node that the type does not have.
func (k *known) walk(path string, n tree.Node, report func(path string)) {
	if slices.Contains(k.prefixes, path) {
		return
	}
	switch n.Kind() {
	case tree.Object:
		if k.kinds[path] != "" && !k.inside[path] && n.Len() > 0 {
			report(path + " {}")
			return
		}
		for key, e := range n.Members {
			k.walk(path+"."+folded(key), e, report)
		}
		if n.Len() == 0 && path != "configuration" && path != "supplementaryConfiguration" {
			k.leaf(path, n, report)
		}
	case tree.Array:
		for e := range n.Elements {
			k.walk(path, e, report)
		}
		if n.Len() == 0 {
			k.leaf(path, n, report)
		}
	default:
		k.leaf(path, n, report)
	}
}

// leaf reports a value at a path that is no property, or a property of another kind. Texts in place of an object with
// the one member value are how enumerations are recorded.
func (k *known) leaf(path string, n tree.Node, report func(string)) {
	kind := k.kinds[path]
	if kind == "" {
		kind = k.kinds[path+".value"]
	}
	empty := n.Kind() == tree.Null || n.Len() == 0 && (n.Kind() == tree.Array || n.Kind() == tree.Object)
	switch {
	case kind == "" && k.inside[path] && empty:
	case kind == "":
		report(path)
	case n.Kind() == tree.Bool && kind != "boolean", n.Kind() == tree.String && (kind == "boolean" || kind == "integer"):
		report(path + " (" + kind + ")")
	case n.Kind() == tree.Number && kind != "integer" && kind != "float" && kind != "string" && kind != "date":
		report(path + " (" + kind + ")")
	}
}

// unpublished are paths that real items have and the searchable schema leaves out, and that no rule reads: published
// sample items show them.
var unpublished = map[string][]string{
	"AWS::S3::Bucket": {"configuration.owner", "supplementaryConfiguration.bucketTaggingConfiguration"},
}

// TestItemsHoldPublishedProperties: a rule proves nothing on an item that has its fields where no real item has them.
func TestItemsHoldPublishedProperties(t *testing.T) {
	beyond, types := beyondConfig(t), map[string]*known{}
	unknown := map[string]bool{}
	for _, e := range []sample.Estate{sample.Demo(showcaseNow), sample.Showcase(showcaseNow)} {
		for _, it := range e.Items() {
			if strings.HasPrefix(it.Type, "Tickmark::Account::") {
				continue
			}
			k := types[it.Type]
			if k == nil {
				k = knownOf(it.Type, beyond)
				types[it.Type] = k
			}
			k.item(it, func(path string) { unknown[it.Type+" "+path] = true })
		}
	}
	for _, u := range slices.Sorted(maps.Keys(unknown)) {
		t.Errorf("no published property: %s", u)
	}
}

func (k *known) item(it *inventory.Item, report func(string)) {
	k.walk("configuration", it.Configuration(), report)
	k.walk("supplementaryConfiguration", it.Field("supplementaryConfiguration"), report)
}
