// Package markup reads the YAML and JSON documents that people write, keeping the line of each value so that a fault can
// name it. Aliases are followed and counted, so a small hostile text stays small; merge keys, keys that are there twice
// and keys that are no names are refused.
package markup

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// Kind is what a node is.
type Kind uint8

// The kinds. A number is as it was written.
const (
	Null Kind = iota
	String
	Bool
	Number
	List
	Map
)

var kindNames = [...]string{"null", "a text", "a boolean", "a number", "a list", "a mapping"}

func (k Kind) String() string { return kindNames[k] }

// Node is one value of a document.
type Node struct {
	Kind Kind
	// Line and Column are where it begins, counted from 1, in characters.
	Line, Column int
	// Text of a scalar: true or false of a boolean.
	Text string
	// Tag is a YAML tag of the document's own, such as "!Ref"; "" without one.
	Tag string
	// Keys of a mapping, beside its Values; of a list there are Values only.
	Keys, Values []*Node
}

// Error is a fault in a document at a line; 0 when it is not known.
type Error struct {
	Line    int
	Message string
}

func (e *Error) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("line %d: %s", e.Line, e.Message)
	}
	return e.Message
}

func wrong(line int, format string, args ...any) error {
	return &Error{line, fmt.Sprintf(format, args...)}
}

// Limits keep hostile documents small: values once aliases were followed, and levels of nesting.
type Limits struct{ Nodes, Depth int }

// Parse reads one document; noun is what faults call it. Every fault is an *Error.
func Parse(body []byte, noun string, limits Limits) (*Node, error) {
	r := reader{noun: noun, limits: limits, active: map[*yaml.Node]bool{}}
	if json.Valid(body) {
		d := json.NewDecoder(bytes.NewReader(body))
		d.UseNumber()
		return (&jsonReader{reader: r, d: d, body: body}).value(0)
	}
	d := yaml.NewDecoder(bytes.NewReader(body))
	var doc, more yaml.Node
	if err := d.Decode(&doc); errors.Is(err, io.EOF) {
		return nil, wrong(0, "the %s is empty", noun)
	} else if err != nil {
		return nil, wrong(0, "the %s is neither YAML nor JSON: %v", noun, err)
	}
	if err := d.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, wrong(0, "the %s holds more than one YAML document, or text after it that cannot be read", noun)
	}
	if len(doc.Content) != 1 {
		return nil, wrong(0, "the %s is empty", noun)
	}
	return r.convert(doc.Content[0], 0)
}

// reader turns values into nodes and counts them: an alias costs what it stands for.
type reader struct {
	noun   string
	limits Limits
	nodes  int
	active map[*yaml.Node]bool // anchors being followed
}

func (r *reader) count(line, depth int) error {
	if r.nodes++; r.nodes > r.limits.Nodes {
		return wrong(line, "the %s has more than %d values once its YAML aliases are followed", r.noun, r.limits.Nodes)
	}
	if depth > r.limits.Depth {
		return wrong(line, "the %s is nested more than %d levels deep", r.noun, r.limits.Depth)
	}
	return nil
}

func (r *reader) convert(y *yaml.Node, depth int) (*Node, error) {
	if err := r.count(y.Line, depth); err != nil {
		return nil, err
	}
	n := &Node{Line: y.Line, Column: y.Column}
	if strings.HasPrefix(y.Tag, "!") && !strings.HasPrefix(y.Tag, "!!") {
		n.Tag = y.Tag
	}
	switch y.Kind {
	case yaml.AliasNode:
		if y.Alias == nil || r.active[y.Alias] {
			return nil, wrong(y.Line, "the YAML alias *%s contains itself", y.Value)
		}
		r.active[y.Alias] = true
		defer delete(r.active, y.Alias)
		return r.convert(y.Alias, depth+1)
	case yaml.ScalarNode:
		n.Kind, n.Text = scalar(y)
		return n, nil
	case yaml.SequenceNode:
		n.Kind, n.Values = List, make([]*Node, len(y.Content))
		for i, e := range y.Content {
			var err error
			if n.Values[i], err = r.convert(e, depth+1); err != nil {
				return nil, err
			}
		}
		return n, nil
	case yaml.MappingNode:
		return n, r.members(n, y, depth)
	}
	return nil, wrong(y.Line, "the %s holds something that is neither a scalar, a list nor a mapping", r.noun)
}

func (r *reader) members(n *Node, y *yaml.Node, depth int) error {
	n.Kind = Map
	for i := 0; i+1 < len(y.Content); i += 2 {
		k, err := r.convert(y.Content[i], depth+1)
		if err != nil {
			return err
		}
		if y.Content[i].Kind == yaml.ScalarNode {
			k.Kind, k.Text = String, y.Content[i].Value // a key is a name, whatever it looks like
		}
		v, err := r.convert(y.Content[i+1], depth+1)
		if err != nil {
			return err
		}
		n.Keys, n.Values = append(n.Keys, k), append(n.Values, v)
	}
	return n.checkKeys()
}

// scalar keeps a number as written; what JSON cannot say (0x1F, .inf, dates) is text.
func scalar(y *yaml.Node) (Kind, string) {
	switch y.Tag {
	case "!!null":
		return Null, y.Value
	case "!!bool":
		return Bool, strings.ToLower(y.Value)
	case "!!int", "!!float":
		if json.Valid([]byte(y.Value)) {
			return Number, y.Value
		}
	}
	return String, y.Value
}

func (n *Node) checkKeys() error {
	seen := make(map[string]bool, len(n.Keys))
	for _, k := range n.Keys {
		switch {
		case k.Kind != String:
			return wrong(k.Line, "a key of a mapping is %v; keys are names", k.Kind)
		case k.Text == "<<":
			return wrong(k.Line, "the YAML merge key << is not allowed; write the members out")
		case seen[k.Text]:
			return wrong(k.Line, "the key %q is there twice", k.Text)
		}
		seen[k.Text] = true
	}
	return nil
}

// jsonReader reads a JSON document, keeping line numbers.
type jsonReader struct {
	reader
	d    *json.Decoder
	body []byte
	off  int64 // how far line and column are counted, from 0
	line int
	col  int
}

// here is the line and column of the next token.
func (r *jsonReader) here() (line, column int) {
	at := r.d.InputOffset()
	for at < int64(len(r.body)) && bytes.IndexByte([]byte(" \t\r\n,:"), r.body[at]) >= 0 {
		at++
	}
	passed := r.body[r.off:at]
	if i := bytes.LastIndexByte(passed, '\n'); i >= 0 {
		r.line += bytes.Count(passed, []byte("\n"))
		r.col, passed = 0, passed[i+1:]
	}
	r.off, r.col = at, r.col+utf8.RuneCount(passed)
	return r.line + 1, r.col + 1
}

func (r *jsonReader) value(depth int) (*Node, error) {
	n := &Node{}
	n.Line, n.Column = r.here()
	tok, err := r.d.Token()
	if err != nil {
		return nil, wrong(n.Line, "the %s is not JSON: %v", r.noun, err)
	}
	if err := r.count(n.Line, depth); err != nil {
		return nil, err
	}
	switch v := tok.(type) {
	case string:
		n.Kind, n.Text = String, v
	case bool:
		n.Kind, n.Text = Bool, strconv.FormatBool(v)
	case json.Number:
		n.Kind, n.Text = Number, v.String()
	case json.Delim:
		return n, r.members(n, v, depth)
	}
	return n, nil
}

func (r *jsonReader) members(n *Node, open json.Delim, depth int) error {
	n.Kind = List
	if open == '{' {
		n.Kind = Map
	}
	for r.d.More() {
		if open == '{' {
			k, err := r.value(depth + 1)
			if err != nil {
				return err
			}
			n.Keys = append(n.Keys, k)
		}
		v, err := r.value(depth + 1)
		if err != nil {
			return err
		}
		n.Values = append(n.Values, v)
	}
	line, _ := r.here()
	if _, err := r.d.Token(); err != nil {
		return wrong(line, "the %s is not JSON: %v", r.noun, err)
	}
	return n.checkKeys()
}
