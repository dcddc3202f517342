package automation

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"go.yaml.in/yaml/v4"
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
	if json.Valid(body) {
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		return (&jsonReader{d: d, body: body}).value(0)
	}
	d := yaml.NewDecoder(bytes.NewReader(body))
	var doc, more yaml.Node
	if err := d.Decode(&doc); errors.Is(err, io.EOF) {
		return nil, invalid(0, "the document is empty")
	} else if err != nil {
		return nil, invalid(0, "the document is neither YAML nor JSON: %v", err)
	}
	if err := d.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, invalid(0, "the text holds more than one YAML document, or something after it that cannot be read")
	}
	if len(doc.Content) != 1 {
		return nil, invalid(0, "the document is empty")
	}
	c := converter{active: map[*yaml.Node]bool{}}
	return c.convert(doc.Content[0], 0)
}

// converter turns YAML nodes into ours and counts them: an alias costs what it stands for.
type converter struct {
	nodes  int
	active map[*yaml.Node]bool // anchors being followed
}

func (c *converter) count(line, depth int) error {
	if c.nodes++; c.nodes > maxNodes {
		return invalid(line, "the document has more than %d values once its YAML aliases are followed", maxNodes)
	}
	if depth > maxDepth {
		return invalid(line, "the document is nested more than %d levels deep", maxDepth)
	}
	return nil
}

func (c *converter) convert(y *yaml.Node, depth int) (*node, error) {
	if err := c.count(y.Line, depth); err != nil {
		return nil, err
	}
	n := &node{line: y.Line}
	switch y.Kind {
	case yaml.AliasNode:
		if y.Alias == nil || c.active[y.Alias] {
			return nil, invalid(y.Line, "the YAML alias *%s contains itself", y.Value)
		}
		c.active[y.Alias] = true
		defer delete(c.active, y.Alias)
		return c.convert(y.Alias, depth+1)
	case yaml.ScalarNode:
		n.value = scalar(y)
		return n, nil
	case yaml.SequenceNode:
		l := make([]*node, len(y.Content))
		var err error
		for i, e := range y.Content {
			if l[i], err = c.convert(e, depth+1); err != nil {
				return nil, err
			}
		}
		n.value = l
		return n, nil
	case yaml.MappingNode:
		return n, c.members(n, y, depth)
	}
	return nil, invalid(y.Line, "there is something that is neither a scalar, a list nor a mapping")
}

func (c *converter) members(n *node, y *yaml.Node, depth int) error {
	n.isMap = true
	for i := 0; i+1 < len(y.Content); i += 2 {
		k, err := c.convert(y.Content[i], depth+1)
		if err != nil {
			return err
		}
		if y.Content[i].Kind == yaml.ScalarNode {
			k.value = y.Content[i].Value // a key is a name, whatever it looks like
		}
		v, err := c.convert(y.Content[i+1], depth+1)
		if err != nil {
			return err
		}
		n.keys, n.vals = append(n.keys, k), append(n.vals, v)
	}
	return n.checkKeys()
}

// scalar keeps numbers as written; what JSON cannot say (0x1F, .inf, dates) stays text.
func scalar(y *yaml.Node) any {
	switch y.Tag {
	case "!!null":
		return nil
	case "!!bool":
		return strings.EqualFold(y.Value, "true")
	case "!!int", "!!float":
		if json.Valid([]byte(y.Value)) {
			return json.Number(y.Value)
		}
	}
	return y.Value
}

func (n *node) checkKeys() error {
	seen := make(map[string]bool, len(n.keys))
	for _, k := range n.keys {
		name, ok := k.text()
		switch {
		case !ok:
			return invalid(k.line, "a key of a mapping is %s; keys are names", k.what())
		case name == "<<":
			return invalid(k.line, "the YAML merge key << is not allowed; write the members out")
		case seen[name]:
			return invalid(k.line, "the key %q is there twice", name)
		}
		seen[name] = true
	}
	return nil
}

// jsonReader reads a JSON document, keeping line numbers.
type jsonReader struct {
	converter
	d    *json.Decoder
	body []byte
	line int // of off
	off  int64
}

func (r *jsonReader) here() int {
	at := r.d.InputOffset()
	r.line += bytes.Count(r.body[r.off:at], []byte("\n"))
	r.off = at
	return r.line + 1
}

func (r *jsonReader) value(depth int) (*node, error) {
	tok, err := r.d.Token()
	if err != nil {
		return nil, invalid(r.here(), "the document is not JSON: %v", err)
	}
	n := &node{line: r.here()}
	if err := r.count(n.line, depth); err != nil {
		return nil, err
	}
	open, ok := tok.(json.Delim)
	if !ok {
		n.value = tok
		return n, nil
	}
	l := []*node{}
	for r.d.More() {
		if open == '{' {
			k, err := r.value(depth + 1)
			if err != nil {
				return nil, err
			}
			n.keys = append(n.keys, k)
		}
		v, err := r.value(depth + 1)
		if err != nil {
			return nil, err
		}
		l = append(l, v)
	}
	if _, err := r.d.Token(); err != nil {
		return nil, invalid(r.here(), "the document is not JSON: %v", err)
	}
	if open == '{' {
		n.isMap, n.vals = true, l
		return n, n.checkKeys()
	}
	n.value = l
	return n, nil
}
