package guard

import (
	"sync"

	"github.com/tickmark/tickmark/internal/tree"
)

// Document is the data that rules are evaluated on. It may serve any number of files at once.
type Document struct {
	Name  string
	tree  *tree.Doc
	text  string  // the JSON text; "" when lines come from places
	lines []place // by the node's order, for documents that were not JSON
	made  Value   // the root of a document that was put together
	parts []*Document

	once  sync.Once
	types map[string][]Value
}

// place is a line and a column, from 1.
type place struct{ line, col int }

// JSON decodes a JSON document.
func JSON(name, text string) (*Document, error) {
	d, err := tree.ParseString(text)
	if err != nil {
		return nil, err
	}
	return &Document{Name: name, tree: d, text: text}, nil
}

// FromTree takes a document that is decoded already.
func FromTree(name string, d *tree.Doc) *Document { return &Document{Name: name, tree: d} }

func (d *Document) root() Value {
	if d.tree == nil {
		return d.made
	}
	return at(d.tree.Root())
}

// ofType are the members of Resources whose Type it is; ok is false where there are no such members.
func (d *Document) ofType(name string) (found []Value, ok bool) {
	d.once.Do(d.index)
	return d.types[name], d.types != nil
}

func (d *Document) index() {
	members, _ := d.root().member("Resources")
	resources := members.node
	if resources.Kind() != tree.Object || resources.Len() == 0 {
		return
	}
	d.types = map[string][]Value{}
	resources.Members(func(_ string, n tree.Node) bool {
		t, ok := typeOf(n)
		if ok {
			d.types[t] = append(d.types[t], at(n))
		}
		return true
	})
}

var typeVariants = variants("Type")

// typeOf reads Type as a filter would: its other spellings where it is missing.
func typeOf(n tree.Node) (string, bool) {
	t := n.Get("Type")
	for i := 0; t.Kind() == tree.Absent && i < len(typeVariants); i++ {
		t = n.Get(typeVariants[i])
	}
	return t.Str(), t.Kind() == tree.String
}

// where tells the line and column of a node; zeroes when the text is not known.
func (d *Document) where(n tree.Node) (line, col int) {
	for _, p := range d.parts {
		if p.tree != nil && n.SameDoc(p.tree.Root()) {
			return p.where(n)
		}
	}
	switch {
	case n.Kind() == tree.Absent:
	case d.lines != nil && n.Order() < len(d.lines):
		p := d.lines[n.Order()]
		return p.line, p.col
	case d.text != "":
		return position(d.text, n.Offset())
	}
	return 0, 0
}
