package pack

import (
	"errors"
	"strings"

	"github.com/tickmark/tickmark/internal/markup"
)

// kind is what a node of a template is.
type kind uint8

const (
	null kind = iota
	scalar
	list
	mapping
)

var kindNames = [...]string{"null", "a scalar", "a list", "a mapping"}

func (k kind) String() string { return kindNames[k] }

// node is one value of a template. The short tags of YAML (`!Ref x`) have become their long form ({"Ref": x}), and
// aliases have been replaced by what they stand for.
type node struct {
	kind kind
	line int
	text string  // of a scalar
	bare bool    // a number or boolean rather than a string
	keys []*node // of a mapping, beside its values
	vals []*node // of a mapping or list
}

// get is a member of a mapping; nil when there is none.
func (n *node) get(key string) *node {
	if n == nil || n.kind != mapping {
		return nil
	}
	for i, k := range n.keys {
		if k.text == key {
			return n.vals[i]
		}
	}
	return nil
}

// call tells whether the node is a function: a mapping with the function's name as its only key.
func (n *node) call() (name string, arg *node, ok bool) {
	if n.kind != mapping || len(n.keys) != 1 {
		return "", nil, false
	}
	name = n.keys[0].text
	ok = name == "Ref" || name == "Condition" || strings.HasPrefix(name, "Fn::")
	return name, n.vals[0], ok
}

// bounds keep hostile documents small; the largest published template has 5,000 values.
var bounds = markup.Limits{Nodes: 100_000, Depth: 64}

// decode reads a YAML or JSON document.
func decode(body []byte) (*node, error) {
	m, err := markup.Parse(body, "template", bounds)
	if at := (*markup.Error)(nil); errors.As(err, &at) {
		return nil, invalid(at.Line, "%s", at.Message)
	}
	if err != nil {
		return nil, err
	}
	return nodeOf(m), nil
}

// nodeOf makes a template's node, with functions for short tags.
func nodeOf(m *markup.Node) *node {
	n := &node{line: m.Line, text: m.Text}
	switch m.Kind {
	case markup.Null:
	case markup.List:
		n.kind = list
	case markup.Map:
		n.kind = mapping
	default:
		n.kind, n.bare = scalar, m.Kind != markup.String
	}
	for _, k := range m.Keys {
		n.keys = append(n.keys, nodeOf(k))
	}
	for _, v := range m.Values {
		n.vals = append(n.vals, nodeOf(v))
	}
	if name := function(m.Tag); name != "" {
		return &node{kind: mapping, line: m.Line, keys: []*node{{kind: scalar, line: m.Line, text: name}}, vals: []*node{n}}
	}
	return n
}

// function is the long name of a short tag; "" for a node without one.
func function(tag string) string {
	switch name := strings.TrimPrefix(tag, "!"); name {
	case "", "Ref", "Condition":
		return name
	default:
		return "Fn::" + name
	}
}
