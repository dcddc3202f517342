package query

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/tree"
)

// document is an item as statements see it. Parts are made when they are first asked for; secrets are masked.
type document struct {
	it     *inventory.Item
	parts  map[string]tree.Node
	masked *inventory.Item
}

func newDocument(it *inventory.Item) *document { return &document{it: it} }

// common is a common property; empty when the item does not tell it.
func (d *document) common(name string) string {
	it := d.it
	switch name {
	case "accountId":
		return it.Account
	case "awsRegion":
		return it.Region
	case "resourceType":
		return it.Type
	case "resourceId":
		return it.ID
	case "resourceName":
		return it.Name
	case "arn":
		return it.ARN
	case "availabilityZone":
		return it.Zone
	case "version":
		return it.Version
	case "configurationItemStatus":
		return string(it.Status)
	case "configurationItemCaptureTime":
		return stampText(it.Captured)
	case "resourceCreationTime":
		return stampText(it.Created)
	case "configurationStateId":
		return strconv.FormatInt(it.StateID, 10)
	}
	return it.Field(name).Str()
}

func stampText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

// part is one of the roots as a tree.
func (d *document) part(root string) (tree.Node, error) {
	if n, ok := d.parts[root]; ok {
		return n, nil
	}
	n, err := d.build(root)
	if err != nil {
		return n, err
	}
	if d.parts == nil {
		d.parts = map[string]tree.Node{}
	}
	d.parts[root] = n
	return n, nil
}

func (d *document) build(root string) (tree.Node, error) {
	switch root {
	case "tags":
		return d.tags()
	case "relationships":
		return d.relationships()
	}
	if d.masked == nil {
		it, err := inventory.Shown(d.it)
		if err != nil {
			return tree.Node{}, err
		}
		d.masked = it
	}
	if root == "configuration" {
		return d.masked.Configuration(), nil
	}
	return d.supplementary()
}

func planted(v any) (tree.Node, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return tree.Node{}, err
	}
	doc, err := tree.Parse(b)
	if err != nil {
		return tree.Node{}, err
	}
	return doc.Root(), nil
}

func (d *document) tags() (tree.Node, error) {
	type tag struct {
		Tag   string `json:"tag"`
		Key   string `json:"key"`
		Value string `json:"value"`
	}
	list := []tag{}
	for k, v := range d.it.Tags() {
		list = append(list, tag{k + "=" + v, k, v})
	}
	return planted(list)
}

func (d *document) relationships() (tree.Node, error) {
	type edge struct {
		Name         string `json:"relationshipName"`
		Type         string `json:"resourceType"`
		ID           string `json:"resourceId,omitempty"`
		ResourceName string `json:"resourceName,omitempty"`
	}
	list := []edge{}
	for r := range d.it.Relationships() {
		list = append(list, edge{r.Label, r.Type, r.ID, r.Name})
	}
	return planted(list)
}

// supplementary has its members opened, as Config's answers have them.
func (d *document) supplementary() (tree.Node, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for k, v := range d.masked.Supplementaries() {
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		key, err := json.Marshal(k)
		if err != nil {
			return tree.Node{}, err
		}
		b.Write(key)
		b.WriteByte(':')
		b.WriteString(v.Raw())
	}
	b.WriteByte('}')
	doc, err := tree.Parse(b.Bytes())
	if err != nil {
		return tree.Node{}, err
	}
	return doc.Root(), nil
}

// leaf is a value that a path leads to: text, a number, true or false.
type leaf struct {
	kind tree.Kind
	text string // of text; of others as JSON writes them
}

// json is the leaf as JSON.
func (l leaf) json() []byte {
	if l.kind != tree.String {
		return []byte(l.text)
	}
	b, _ := json.Marshal(l.text) // text always marshals
	return b
}

// each yields what a path leads to, until yield wants no more. A part that cannot be read yields nothing.
func (d *document) each(p *Path, yield func(leaf) bool) {
	if len(p.Segments) == 1 && !p.subtree() {
		if s := d.common(p.Name); s != "" {
			yield(leaf{tree.String, s})
		}
		return
	}
	n, err := d.part(p.Segments[0])
	if err != nil {
		return
	}
	walk(n, p.Segments[1:], yield)
}

func walk(n tree.Node, path []string, yield func(leaf) bool) bool {
	switch n.Kind() {
	case tree.Array:
		for e := range n.Elements {
			if !walk(e, path, yield) {
				return false
			}
		}
	case tree.Object:
		if len(path) == 0 { // an enum that is written as an object
			v := n.Get("value")
			return scalar(v) == tree.Absent || yield(leafOf(v))
		}
		next, rest := follow(n, path)
		return walk(next, rest, yield)
	case tree.Absent, tree.Null:
	default:
		if len(path) == 0 || len(path) == 1 && path[0] == "value" {
			return yield(leafOf(n))
		}
	}
	return true
}

// follow is a member of an object and the path behind it. A key may itself have dots.
func follow(n tree.Node, path []string) (tree.Node, []string) {
	for i := 1; i <= len(path); i++ {
		if m := n.Fold(strings.Join(path[:i], ".")); m.Kind() != tree.Absent {
			return m, path[i:]
		}
	}
	return tree.Node{}, nil
}

// scalar is the kind of a plain value; Absent for any other.
func scalar(n tree.Node) tree.Kind {
	switch k := n.Kind(); k {
	case tree.String, tree.Number, tree.Bool:
		return k
	}
	return tree.Absent
}

func leafOf(n tree.Node) leaf {
	if n.Kind() == tree.String {
		return leaf{tree.String, n.Str()}
	}
	return leaf{n.Kind(), n.Raw()}
}
