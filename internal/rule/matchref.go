package rule

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/tree"
)

// longValue is the length beyond which a value is named by its digest.
const longValue = 200

// matchRef names the items that hold a value in a field.
func matchRef(path, value string) string {
	if len(value) > longValue {
		sum := sha256.Sum256([]byte(value))
		value = "sha256:" + hex.EncodeToString(sum[:16])
	}
	return path + "=" + value
}

// unclearRef names the items of which it cannot be told what a field holds.
func unclearRef(path string) string { return path + "?" }

// MatchRefs are the references by which an item comes into matches over a field: one for each value it holds, or one
// that says that this cannot be told.
func (f *Field) MatchRefs(it *inventory.Item) []string {
	var refs []string
	s := f.each(it, func(n tree.Node) {
		for e := range n.Elements {
			refs = append(refs, matchRef(f.Path, e.Str()))
		}
	})
	if f.unclear(s) {
		refs = append(refs, unclearRef(f.Path))
	}
	return refs
}

// unclear reports whether an outcome leaves open what the field holds.
func (f *Field) unclear(s presence) bool { return s == unreadable || s == absent && f.Required }
