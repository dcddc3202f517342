package guard

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tickmark/tickmark/internal/tree"
)

// Node is a node of a document as a value.
func Node(n tree.Node) Value { return at(n) }

// Text is a string as a value.
func Text(s string) Value { return text(s) }

// Object is a map whose members may stand in different documents. The slices become part of it.
func Object(keys []string, values []Value) Value {
	return Value{made: &made{kind: Map, keys: keys, list: values}}
}

// Compose is a document of which only the root, an Object, is put together; its members are read where they stand.
func Compose(name string, root Value) *Document { return &Document{Name: name, made: root} }

// Merge puts documents together at their top level, as input parameters are put beside data: the members of maps, or
// the elements of lists. A key that two of them have is an error.
func Merge(name string, docs ...*Document) (*Document, error) {
	merged := &Document{Name: name, parts: docs}
	var keys []string
	var values []Value
	kind := Map
	for i, d := range docs {
		root := d.root()
		if k := root.kind(); i == 0 {
			kind = k
		} else if k != kind {
			return nil, fmt.Errorf("%s cannot be merged with %s: one is a list, the other a map", d.Name, docs[0].Name)
		}
		if kind != Map && kind != List {
			return nil, fmt.Errorf("%s is neither a map nor a list, and cannot be merged with other documents", d.Name)
		}
		for key, v := range root.children {
			if kind == Map && slices.Contains(keys, key) {
				return nil, fmt.Errorf("%s has the key %q, which another document has too", d.Name, key)
			}
			keys, values = append(keys, key), append(values, v)
		}
	}
	if merged.made = Object(keys, values); kind == List {
		merged.made = list(values)
	}
	return merged, nil
}

// path writes the way from the root to a node as the original does: /Resources/Bucket/Properties. What stands in a
// document inside the document, such as a string that was opened, has the way to it in front.
func (d *Document) path(n tree.Node) string {
	prefix := ""
	if d.tree == nil {
		prefix = prefixOf(d.made, n, 3)
	}
	path := n.Path()
	if len(path) == 0 {
		return prefix
	}
	return prefix + "/" + strings.Join(path, "/")
}

// prefixOf finds the member that is the root of the node's own document.
func prefixOf(v Value, n tree.Node, depth int) (prefix string) {
	if v.made == nil || depth == 0 {
		return ""
	}
	for key, m := range v.children {
		switch {
		case m.made != nil:
			if inner := prefixOf(m, n, depth-1); inner != "" {
				return "/" + key + inner
			}
		case m.node.Order() == 0 && m.node.SameDoc(n):
			return "/" + key
		}
	}
	return ""
}
