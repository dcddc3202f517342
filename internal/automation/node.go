package automation

import (
	"encoding/json"
	"errors"

	"github.com/tickmark/tickmark/internal/markup"
)

// node is one value of a document with the line it stands on. Its value is nil, a string, a bool, a json.Number, a
// []*node, or nil beside keys and vals of a mapping.
type node struct {
	line  int
	value any
	keys  []*node
	vals  []*node
	isMap bool
}

func (n *node) text() (string, bool) {
	if n == nil {
		return "", false
	}
	s, ok := n.value.(string)
	return s, ok
}

func (n *node) list() ([]*node, bool) {
	if n == nil {
		return nil, false
	}
	l, ok := n.value.([]*node)
	return l, ok
}

// get is a member of a mapping; nil when there is none.
func (n *node) get(key string) *node {
	if n == nil {
		return nil
	}
	for i, k := range n.keys {
		if k.value == key {
			return n.vals[i]
		}
	}
	return nil
}

// plain is the value without positions, as encoding/json would have decoded it.
func (n *node) plain() any {
	if n.isMap {
		m := make(map[string]any, len(n.keys))
		for i, k := range n.keys {
			m[k.value.(string)] = n.vals[i].plain()
		}
		return m
	}
	if l, ok := n.list(); ok {
		out := make([]any, len(l))
		for i, e := range l {
			out[i] = e.plain()
		}
		return out
	}
	return n.value
}

// what names the kind of value for messages.
func (n *node) what() string {
	if n == nil {
		return "nothing"
	}
	switch n.value.(type) {
	case string:
		return "a text"
	case bool:
		return "a boolean"
	case json.Number:
		return "a number"
	case []*node:
		return "a list"
	}
	if n.isMap {
		return "a mapping"
	}
	return "null"
}

// decode reads a YAML or JSON document.
func decode(body []byte) (*node, error) {
	if len(body) > MaxDocument {
		return nil, invalid(0, "the document has %d bytes; at most %d are allowed", len(body), MaxDocument)
	}
	m, err := markup.Parse(body, "document", bounds)
	if at := (*markup.Error)(nil); errors.As(err, &at) {
		return nil, invalid(at.Line, "%s", at.Message)
	}
	if err != nil {
		return nil, err
	}
	return nodeOf(m), nil
}

func nodeOf(m *markup.Node) *node {
	n := &node{line: m.Line}
	switch m.Kind {
	case markup.String:
		n.value = m.Text
	case markup.Bool:
		n.value = m.Text == "true"
	case markup.Number:
		n.value = json.Number(m.Text)
	case markup.List:
		n.value = nodesOf(m.Values)
	case markup.Map:
		n.isMap, n.keys, n.vals = true, nodesOf(m.Keys), nodesOf(m.Values)
	}
	return n
}

func nodesOf(list []*markup.Node) []*node {
	out := make([]*node, len(list))
	for i, m := range list {
		out[i] = nodeOf(m)
	}
	return out
}
