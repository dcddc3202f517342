package rule

import (
	"fmt"
	"iter"
	"time"

	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/policy"
	"github.com/tickmark/tickmark/internal/tree"
)

// Place is where a check reads fields: an item, or an element of an array in one. Its readers return the value of a
// declared field; where there is none they return what its absence means, or, for a required field, the zero value
// while the whole verdict becomes INSUFFICIENT_DATA.
type Place struct {
	c    *Context
	item *inventory.Item
	node tree.Node // the element; unused at the top of an item
	of   string    // path of the array the element is in; "" at the top of an item
}

// ID is the resource id of the item.
func (p Place) ID() string { return p.item.ID }

// Type is the resource type of the item.
func (p Place) Type() string { return p.item.Type }

// Account is the account of the item.
func (p Place) Account() string { return p.item.Account }

// Region is the region of the item; "global" for global types.
func (p Place) Region() string { return p.item.Region }

// Name is the name of the item for a reader: the resource's name, or its id when it has none.
func (p Place) Name() string {
	if p.item.Name != "" {
		return p.item.Name
	}
	return p.item.ID
}

// Is reports whether a reference (an ARN, an id or a name) means the item.
func (p Place) Is(ref string) bool {
	return ref != "" && (ref == p.item.ID || ref == p.item.ARN || ref == p.item.Name)
}

// Has reports whether an optional field is there and holds something: not "", [] or {}.
func (p Place) Has(f *Field) bool {
	n, ok := p.read(f)
	if !ok {
		return f.Means != nil && f.Means != "" && f.Means != false && f.Means != 0
	}
	switch n.Kind() {
	case tree.String:
		return n.Str() != ""
	case tree.Array, tree.Object:
		return n.Len() > 0
	}
	return true
}

// Bool is a boolean field.
func (p Place) Bool(f *Field) bool {
	n, ok := p.read(f)
	if !ok {
		v, _ := means[bool](f)
		return v
	}
	v, ok := n.Bool()
	if !ok {
		p.c.miss(p, f, "is not a boolean")
	}
	return v
}

// Int is a whole number field.
func (p Place) Int(f *Field) int64 {
	n, ok := p.read(f)
	if !ok {
		v, _ := means[int](f)
		return int64(v)
	}
	v, ok := n.Int()
	if !ok {
		p.c.miss(p, f, "is not a whole number")
	}
	return v
}

// Float is a number field; the int its absence means is taken as a number.
func (p Place) Float(f *Field) float64 {
	n, ok := p.read(f)
	if !ok {
		v, _ := means[int](f)
		return float64(v)
	}
	v, ok := n.Float()
	if !ok {
		p.c.miss(p, f, "is not a number")
	}
	return v
}

// Str is a text field; a number or boolean is its text. The older form {"value": "x"} of an enumeration is x.
func (p Place) Str(f *Field) string {
	n, ok := p.read(f)
	if !ok {
		v, _ := means[string](f)
		return v
	}
	if n.Kind() == tree.Object && n.Len() == 1 {
		n = n.Get("value")
	}
	switch n.Kind() {
	case tree.String, tree.Number, tree.Bool:
		return n.Str()
	}
	p.c.miss(p, f, "is not a text")
	return ""
}

// Time is a time field; the zero time when its absence means nothing.
func (p Place) Time(f *Field) time.Time {
	n, ok := p.read(f)
	if !ok {
		return time.Time{}
	}
	t, ok := parseTime(n)
	if !ok {
		p.c.miss(p, f, "is not a time")
	}
	return t
}

// Len is the number of elements or members of a field.
func (p Place) Len(f *Field) int {
	n, ok := p.container(f)
	if !ok {
		return 0
	}
	return n.Len()
}

// Each yields the elements of an array field, or the members of an object field with their keys.
func (p Place) Each(f *Field) iter.Seq2[string, Place] {
	return func(yield func(string, Place) bool) {
		n, ok := p.container(f)
		if !ok {
			return
		}
		if n.Kind() == tree.Object {
			for k, e := range n.Members {
				if !yield(k, Place{p.c, p.item, e, f.Path}) {
					return
				}
			}
			return
		}
		for e := range n.Elements {
			if !yield("", Place{p.c, p.item, e, f.Path}) {
				return
			}
		}
	}
}

// Among finds the element of a list in which a field of the element holds a value, by an index.
func (p Place) Among(list, key *Field, value string) (Place, bool) {
	p.c.declared(key, p.item.Type)
	if key.parent != list.Path || p.of != "" {
		panic("rule: " + key.Name() + " is not a field of the elements of " + list.Name())
	}
	if _, ok := p.container(list); !ok {
		return Place{}, false
	}
	n := p.c.view.Element(p.item, list, key, value)
	return Place{p.c, p.item, n, list.Path}, n.Kind() != tree.Absent
}

// Text is the JSON text of a field that may be of any type; "" when it is absent.
func (p Place) Text(f *Field) string {
	n, _ := p.read(f)
	return n.Raw()
}

// Strings yields the elements of an array of texts.
func (p Place) Strings(f *Field) iter.Seq[string] {
	return func(yield func(string) bool) {
		n, ok := p.read(f)
		if !ok {
			return
		}
		for e := range n.Elements {
			if e.Kind() != tree.String && e.Kind() != tree.Number {
				p.c.miss(p, f, "holds an element that is not a text")
				return
			}
			if !yield(e.Str()) {
				return
			}
		}
	}
}

// Tag is the value of one of the item's tags; f is its declared field "tags".
func (p Place) Tag(f *Field, key string) (string, bool) {
	if f.attr != "tags" {
		panic("rule: tags read through " + f.Name())
	}
	if _, ok := p.read(f); !ok {
		return "", false
	}
	return p.item.Tag(key)
}

// TagKeys yields the keys of the item's tags; f is its declared field "tags".
func (p Place) TagKeys(f *Field) iter.Seq[string] {
	return func(yield func(string) bool) {
		if f.attr != "tags" {
			panic("rule: tags read through " + f.Name())
		}
		if _, ok := p.container(f); !ok {
			return
		}
		for key := range p.item.Tags() {
			if !yield(key) {
				return
			}
		}
	}
}

// Policy is a field that holds an IAM policy: an object, or a string with the document plain or URL-encoded. An
// absent optional policy has no statements.
func (p Place) Policy(f *Field) *policy.Document {
	n, ok := p.read(f)
	if !ok {
		return &policy.Document{}
	}
	d, err := policy.FromNode(n)
	if err != nil {
		p.c.miss(p, f, "is not a readable policy document")
		return &policy.Document{}
	}
	return d
}

func means[T any](f *Field) (T, bool) {
	v, ok := f.Means.(T)
	if !ok && f.Means != nil && !f.Required {
		panic(fmt.Sprintf("rule: absence of %s means a %T, but it is read as a %T", f.Name(), f.Means, v))
	}
	return v, ok
}

// container reads a field whose elements or members matter.
func (p Place) container(f *Field) (tree.Node, bool) {
	n, ok := p.read(f)
	if ok && n.Kind() != tree.Array && n.Kind() != tree.Object {
		p.c.miss(p, f, "is not a list or an object")
		return n, false
	}
	return n, ok
}

// unreadableBecause says that a field cannot be read, and why when its collector knows.
func unreadableBecause(it *inventory.Item, f *Field) string {
	if why := it.Uncollected(f.Path); why != "" {
		return "could not be collected (" + why + ")"
	}
	return "cannot be read"
}

// read finds a field. ok is false when it is absent, or cannot be read and the verdict is lost.
func (p Place) read(f *Field) (tree.Node, bool) {
	p.c.declared(f, p.item.Type)
	var n tree.Node
	var s presence
	if f.base == inElement {
		if p.of != f.parent {
			panic("rule: field " + f.Name() + " read at an element of " + p.of)
		}
		n, s = f.follow(p.node)
	} else {
		n, s = f.find(p.item)
	}
	switch {
	case s == found:
		return n, true
	case s == unreadable:
		p.c.miss(p, f, unreadableBecause(p.item, f))
	case f.Required:
		p.c.miss(p, f, "is not there")
	}
	return tree.Node{}, false
}
