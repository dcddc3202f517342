package guard

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/tickmark/tickmark/internal/tree"
)

// Limits on YAML documents; JSON has those of package tree.
const (
	maxYAML  = 64 << 20
	maxNodes = 5_000_000
)

// Read decodes a document that is JSON or YAML.
func Read(name, text string) (*Document, error) {
	text = strings.TrimPrefix(text, "\ufeff")
	trimmed := strings.TrimLeft(text, " \t\r\n")
	if trimmed != "" && (trimmed[0] == '{' || trimmed[0] == '[') {
		d, err := JSON(name, text)
		if err == nil || json.Valid([]byte(text)) {
			return d, err
		}
		if y, yamlErr := YAML(name, text); yamlErr == nil {
			return y, nil
		}
		var syntax *tree.SyntaxError
		if errors.As(err, &syntax) {
			line, col := position(text, syntax.Offset)
			return nil, fmt.Errorf("line %d, column %d: %s", line, col, syntax.Reason)
		}
		return nil, err
	}
	return YAML(name, text)
}

// YAML decodes a YAML document by the rules of the original: plain scalars are numbers, booleans, null or strings;
// short tags of CloudFormation become maps of one key; aliases are refused.
func YAML(name, text string) (*Document, error) {
	if len(text) > maxYAML {
		return nil, fmt.Errorf("the document has %d bytes; at most %d are taken", len(text), maxYAML)
	}
	dec := yaml.NewDecoder(strings.NewReader(text))
	var doc, more yaml.Node
	if err := dec.Decode(&doc); err != nil {
		if errors.Is(err, io.EOF) {
			return nil, errors.New("the document is empty")
		}
		return nil, fmt.Errorf("the document is neither JSON nor YAML: %w", err)
	}
	if err := dec.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, errors.New("the text holds more than one YAML document; give each a file of its own")
	}
	if len(doc.Content) != 1 {
		return nil, errors.New("the document is empty")
	}
	return fromNode(name, doc.Content[0])
}

func fromNode(name string, n *yaml.Node) (*Document, error) {
	c := converter{}
	if err := c.value(n, 0); err != nil {
		return nil, err
	}
	d, err := tree.ParseString(c.out.String())
	if err != nil {
		return nil, err
	}
	return &Document{Name: name, tree: d, lines: c.lines}, nil
}

// converter writes a YAML document as JSON and keeps the place of each value, in document order.
type converter struct {
	out   strings.Builder
	lines []place
}

func (c *converter) at(n *yaml.Node) { c.lines = append(c.lines, place{n.Line, n.Column}) }

func (c *converter) value(n *yaml.Node, depth int) error {
	if depth > tree.MaxDepth || len(c.lines) > maxNodes {
		return fmt.Errorf("line %d: the document is nested too deeply or has too many values", n.Line)
	}
	if key, ok := shortTag(n.Tag); ok {
		c.at(n)
		c.out.WriteByte('{')
		writeString(&c.out, key)
		c.out.WriteByte(':')
		plain := *n
		plain.Tag = ""
		if n.Kind == yaml.ScalarNode {
			plain.Style = yaml.DoubleQuotedStyle
		}
		if err := c.value(&plain, depth+1); err != nil {
			return err
		}
		c.out.WriteByte('}')
		return nil
	}
	switch n.Kind {
	case yaml.MappingNode:
		return c.mapping(n, depth)
	case yaml.SequenceNode:
		return c.sequence(n, depth)
	case yaml.ScalarNode:
		c.at(n)
		c.scalar(n)
		return nil
	}
	return fmt.Errorf("line %d: YAML anchors and aliases are not taken; write the value out", n.Line)
}

func (c *converter) mapping(n *yaml.Node, depth int) error {
	c.at(n)
	c.out.WriteByte('{')
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Kind != yaml.ScalarNode || !stringKey(k) {
			return fmt.Errorf("line %d: the key of a map must be a string", k.Line)
		}
		if i > 0 {
			c.out.WriteByte(',')
		}
		writeString(&c.out, k.Value)
		c.out.WriteByte(':')
		if err := c.value(n.Content[i+1], depth+1); err != nil {
			return err
		}
	}
	c.out.WriteByte('}')
	return nil
}

func (c *converter) sequence(n *yaml.Node, depth int) error {
	c.at(n)
	c.out.WriteByte('[')
	for i, e := range n.Content {
		if i > 0 {
			c.out.WriteByte(',')
		}
		if err := c.value(e, depth+1); err != nil {
			return err
		}
	}
	c.out.WriteByte(']')
	return nil
}

// plainScalar reports whether a scalar was written without quotes and is not declared a string.
func plainScalar(n *yaml.Node) bool {
	quoted := n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0
	return !quoted && (n.Style&yaml.TaggedStyle == 0 || n.Tag != "!!str")
}

// stringKey: numbers, booleans and null are no keys.
func stringKey(n *yaml.Node) bool {
	if !plainScalar(n) {
		return true
	}
	_, is := plainJSON(n.Value)
	return !is
}

func (c *converter) scalar(n *yaml.Node) {
	if plainScalar(n) {
		if token, ok := plainJSON(n.Value); ok {
			c.out.WriteString(token)
			return
		}
	}
	writeString(&c.out, n.Value)
}

// plainJSON is the JSON of a plain scalar that is no string: an int, then a float, then a boolean, then null.
func plainJSON(s string) (string, bool) {
	if i, ok := parseWhole(strings.TrimPrefix(s, "+")); ok {
		return strconv.FormatInt(i, 10), true
	}
	switch s {
	case "true", "yes", "on", "y":
		return "true", true
	case "false", "no", "off", "n":
		return "false", true
	case "", "~":
		return "null", true
	}
	if strings.EqualFold(s, "null") {
		return "null", true
	}
	if c := s[0]; c != '.' && c != '-' && c != '+' && (c < '0' || c > '9') || strings.ContainsAny(s, "xX_pP") {
		return "", false
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return "", false
	}
	token := strconv.FormatFloat(f, 'g', -1, 64)
	if !strings.ContainsAny(token, ".e") {
		token += ".0"
	}
	return token, true
}

// shortTag is the long form of CloudFormation's short tags.
func shortTag(tag string) (key string, ok bool) {
	name, ok := strings.CutPrefix(tag, "!")
	if !ok || name == "" || name[0] == '!' {
		return "", false
	}
	if name == "Ref" || name == "Condition" {
		return name, true
	}
	return "Fn::" + name, strings.Contains(" And Base64 Cidr Equals FindInMap ForEach GetAtt GetAZs GetStackOutput If ImportValue Join Length Not Or Select Split Sub ToJsonString Transform ", " "+name+" ")
}
