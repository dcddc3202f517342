package pack

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
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

// The bounds that keep hostile documents small.
const (
	maxNodes = 100_000 // after aliases were followed; the largest published template has 5,000
	maxDepth = 64
)

// decode reads a YAML or JSON document.
func decode(body []byte) (*node, error) {
	if json.Valid(body) {
		return decodeJSON(body)
	}
	d := yaml.NewDecoder(bytes.NewReader(body))
	var doc, more yaml.Node
	if err := d.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, invalid(0, "the template is empty")
		}
		return nil, invalid(0, "the template is neither YAML nor JSON: %v", err)
	}
	if err := d.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, invalid(0, "the template holds more than one YAML document, or text after it that cannot be read")
	}
	if len(doc.Content) != 1 {
		return nil, invalid(0, "the template is empty")
	}
	c := converter{active: map[*yaml.Node]bool{}}
	return c.convert(doc.Content[0], 0)
}

// converter turns YAML nodes into template nodes, counting them: an alias costs what it stands for.
type converter struct {
	nodes  int
	active map[*yaml.Node]bool // anchors being followed
}

func (c *converter) count(line, depth int) error {
	if c.nodes++; c.nodes > maxNodes {
		return invalid(line, "the template has more than %d values once its YAML aliases are followed", maxNodes)
	}
	if depth > maxDepth {
		return invalid(line, "the template is nested more than %d levels deep", maxDepth)
	}
	return nil
}

func (c *converter) convert(y *yaml.Node, depth int) (*node, error) {
	if err := c.count(y.Line, depth); err != nil {
		return nil, err
	}
	if y.Kind == yaml.AliasNode {
		if y.Alias == nil || c.active[y.Alias] {
			return nil, invalid(y.Line, "the YAML alias *%s contains itself", y.Value)
		}
		c.active[y.Alias] = true
		defer delete(c.active, y.Alias)
		return c.convert(y.Alias, depth+1)
	}
	n, err := c.plain(y, depth)
	if err != nil {
		return nil, err
	}
	name, err := function(y)
	if err != nil || name == "" {
		return n, err
	}
	return &node{kind: mapping, line: y.Line, keys: []*node{{kind: scalar, line: y.Line, text: name}}, vals: []*node{n}}, nil
}

func (c *converter) plain(y *yaml.Node, depth int) (*node, error) {
	n := &node{line: y.Line}
	switch y.Kind {
	case yaml.ScalarNode:
		n.kind, n.text = scalar, y.Value
		switch y.Tag {
		case "!!null":
			n.kind = null
		case "!!bool":
			n.text, n.bare = strings.ToLower(y.Value), true
		case "!!int", "!!float":
			n.bare = true
		}
		return n, nil
	case yaml.SequenceNode:
		n.kind = list
		for _, e := range y.Content {
			v, err := c.convert(e, depth+1)
			if err != nil {
				return nil, err
			}
			n.vals = append(n.vals, v)
		}
		return n, nil
	case yaml.MappingNode:
		n.kind = mapping
		for i := 0; i+1 < len(y.Content); i += 2 {
			k, err := c.convert(y.Content[i], depth+1)
			if err != nil {
				return nil, err
			}
			v, err := c.convert(y.Content[i+1], depth+1)
			if err != nil {
				return nil, err
			}
			n.keys, n.vals = append(n.keys, k), append(n.vals, v)
		}
		return n, n.checkKeys()
	}
	return nil, invalid(y.Line, "the template holds something that is neither a scalar, a list nor a mapping")
}

// checkKeys refuses keys that are no text, twice there, or YAML's merge key.
func (n *node) checkKeys() error {
	seen := make(map[string]bool, len(n.keys))
	for _, k := range n.keys {
		switch {
		case k.kind != scalar:
			return invalid(k.line, "a key of a mapping is %v; keys are names", k.kind)
		case k.text == "<<":
			return invalid(k.line, "the YAML merge key << is not allowed in templates; write the members out")
		case seen[k.text]:
			return invalid(k.line, "the key %q is there twice", k.text)
		}
		seen[k.text] = true
	}
	return nil
}

// function is the long name of a short tag; "" for a node without one.
func function(y *yaml.Node) (string, error) {
	if !strings.HasPrefix(y.Tag, "!") || strings.HasPrefix(y.Tag, "!!") {
		return "", nil
	}
	switch name := y.Tag[1:]; name {
	case "Ref", "Condition":
		return name, nil
	case "":
		return "", nil
	default:
		return "Fn::" + name, nil
	}
}

// decodeJSON reads a JSON document, keeping line numbers.
func decodeJSON(body []byte) (*node, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	r := jsonReader{d: d, body: body}
	return r.value(0)
}

type jsonReader struct {
	converter
	d    *json.Decoder
	body []byte
	line int // of offset
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
		return nil, invalid(r.here(), "the template is not JSON: %v", err)
	}
	n := &node{line: r.here()}
	if err := r.count(n.line, depth); err != nil {
		return nil, err
	}
	switch v := tok.(type) {
	case nil:
		n.kind = null
	case string:
		n.kind, n.text = scalar, v
	case bool:
		n.kind, n.text, n.bare = scalar, strconv.FormatBool(v), true
	case json.Number:
		n.kind, n.text, n.bare = scalar, v.String(), true
	case json.Delim:
		return n, r.members(n, v, depth)
	}
	return n, nil
}

func (r *jsonReader) members(n *node, open json.Delim, depth int) error {
	n.kind = list
	if open == '{' {
		n.kind = mapping
	}
	for r.d.More() {
		if open == '{' {
			k, err := r.value(depth + 1)
			if err != nil {
				return err
			}
			n.keys = append(n.keys, k)
		}
		v, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		n.vals = append(n.vals, v)
	}
	if _, err := r.d.Token(); err != nil {
		return invalid(r.here(), "the template is not JSON: %v", err)
	}
	return n.checkKeys()
}
