// Package tree decodes a JSON document once into a compact, read-only tree: a flat slice of nodes that point
// into the source. Reading a field allocates nothing; strings are views of the source unless they hold escapes.
// The source must not be changed while the tree is in use.
package tree

import (
	"strconv"
	"strings"
	"unsafe"
)

// Kind is a JSON type; Absent is the kind of a node that is not there.
type Kind uint8

// The kinds of node.
const (
	Absent Kind = iota
	Null
	Bool
	Number
	String
	Array
	Object
)

var kindNames = [...]string{"absent", "null", "boolean", "number", "string", "array", "object"}

func (k Kind) String() string { return kindNames[k] }

type node struct {
	kind       Kind
	escaped    bool // the string value holds escapes
	keyEscaped bool
	keyStart   uint32 // the member's key, without quotes; keyStart == 0 when the node is not a member
	keyEnd     uint32
	start, end uint32 // the value's bytes; strings without their quotes
	next       uint32 // index of the node after this subtree
	count      uint32 // members or elements
}

// Doc is one decoded document. A Doc may be reused with Reset to save allocations.
type Doc struct {
	src   string
	nodes []node
}

// Node is a place in a document. The zero Node is absent, and every reading of it is empty.
type Node struct {
	d *Doc
	i uint32
}

// Root is the document's value.
func (d *Doc) Root() Node {
	if len(d.nodes) == 0 {
		return Node{}
	}
	return Node{d, 0}
}

func (n Node) at() *node { return &n.d.nodes[n.i] }

// Kind tells the node's JSON type.
func (n Node) Kind() Kind {
	if n.d == nil {
		return Absent
	}
	return n.at().kind
}

// Exists reports whether the node is there and not null: AWS writes null and leaves out alike.
func (n Node) Exists() bool { return n.Kind() > Null }

// Get follows member names from an object; absent when any is missing.
func (n Node) Get(path ...string) Node {
	for _, key := range path {
		n = n.member(key)
		if n.d == nil {
			return n
		}
	}
	return n
}

// Fold follows member names like Get, but a member that differs in the case of its first letter serves when the
// exact one is missing: configuration items write some keys both ways.
func (n Node) Fold(path ...string) Node {
	for _, key := range path {
		m := n.member(key)
		if m.d == nil {
			if m = n.member(flipFirst(key)); m.d == nil {
				return m
			}
		}
		n = m
	}
	return n
}

func flipFirst(s string) string {
	if s == "" || s[0]|0x20 < 'a' || s[0]|0x20 > 'z' {
		return s
	}
	return string(s[0]^0x20) + s[1:]
}

func (n Node) member(key string) Node {
	if n.d == nil {
		return Node{}
	}
	o := n.at()
	if o.kind != Object {
		return Node{}
	}
	for i := n.i + 1; i < o.next; i = n.d.nodes[i].next {
		m := &n.d.nodes[i]
		if m.keyEscaped {
			if unescape(n.d.src[m.keyStart:m.keyEnd]) == key {
				return Node{n.d, i}
			}
		} else if n.d.src[m.keyStart:m.keyEnd] == key {
			return Node{n.d, i}
		}
	}
	return Node{}
}

// Len is the number of members or elements.
func (n Node) Len() int {
	if k := n.Kind(); k != Array && k != Object {
		return 0
	}
	return int(n.at().count)
}

// Members calls yield for each member of an object in document order.
func (n Node) Members(yield func(key string, v Node) bool) {
	if n.Kind() != Object {
		return
	}
	for i := n.i + 1; i < n.at().next; i = n.d.nodes[i].next {
		if !yield(Node{n.d, i}.Key(), Node{n.d, i}) {
			return
		}
	}
}

// Elements calls yield for each element of an array. A single value that is not an array is its own only
// element, because AWS documents write one-element lists both ways; absent and null have none.
func (n Node) Elements(yield func(v Node) bool) {
	switch n.Kind() {
	case Absent, Null:
	case Array:
		for i := n.i + 1; i < n.at().next; i = n.d.nodes[i].next {
			if !yield(Node{n.d, i}) {
				return
			}
		}
	default:
		yield(n)
	}
}

// Key is the member name under which the node stands in its object; "" for elements and the root.
func (n Node) Key() string {
	if n.d == nil || n.at().keyStart == 0 {
		return ""
	}
	k := n.d.src[n.at().keyStart:n.at().keyEnd]
	if n.at().keyEscaped {
		return unescape(k)
	}
	return k
}

// Str is the string's value, or the source text of a number or boolean; "" for the rest.
func (n Node) Str() string {
	switch n.Kind() {
	case String:
		s := n.d.src[n.at().start:n.at().end]
		if n.at().escaped {
			return unescape(s)
		}
		return s
	case Number, Bool:
		return n.d.src[n.at().start:n.at().end]
	}
	return ""
}

// Bool reads true, "true", "True" as true and false, "false", "False" as false; ok tells whether it was either.
func (n Node) Bool() (v, ok bool) {
	if k := n.Kind(); k != Bool && k != String {
		return false, false
	}
	switch n.Str() {
	case "true", "True":
		return true, true
	case "false", "False":
		return false, true
	}
	return false, false
}

// Int reads a whole number, or a string that holds one.
func (n Node) Int() (int64, bool) {
	if k := n.Kind(); k != Number && k != String {
		return 0, false
	}
	s := n.Str()
	if v, err := strconv.ParseInt(s, 10, 64); err == nil {
		return v, true
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || f != float64(int64(f)) {
		return 0, false
	}
	return int64(f), true
}

// Float reads a number, or a string that holds one.
func (n Node) Float() (float64, bool) {
	if k := n.Kind(); k != Number && k != String {
		return 0, false
	}
	f, err := strconv.ParseFloat(n.Str(), 64)
	return f, err == nil
}

// Raw is the node's own JSON text, byte for byte as in the source.
func (n Node) Raw() string {
	if n.d == nil {
		return ""
	}
	m := n.at()
	if m.kind == String {
		return n.d.src[m.start-1 : m.end+1]
	}
	return n.d.src[m.start:m.end]
}

// Embedded parses a string that itself holds JSON, plain or URL-encoded, as policies are written. A node that is
// not a string is returned as it is.
func (n Node) Embedded() (Node, error) {
	if n.Kind() != String {
		return n, nil
	}
	s := n.Str()
	if strings.HasPrefix(strings.TrimSpace(s), "%") {
		if u, err := unescapeURL(s); err == nil {
			s = u
		}
	}
	d, err := ParseString(s)
	if err != nil {
		return Node{}, err
	}
	return d.Root(), nil
}

func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
