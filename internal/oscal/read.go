package oscal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/tickmark/tickmark/internal/markup"
)

// MaxBytes is how long a document may be; NIST's catalog of SP 800-53 has 10 MB.
const MaxBytes = 48 << 20

var limits = markup.Limits{Nodes: 3_000_000, Depth: 100}

// Error is a fault in a document.
type Error struct {
	File    string
	Line    int
	Message string
}

func (e *Error) Error() string {
	if e.Line > 0 {
		return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Message)
	}
	return e.File + ": " + e.Message
}

func wrong(file, format string, args ...any) error {
	return &Error{File: file, Message: fmt.Sprintf(format, args...)}
}

// Document is a catalog or a profile.
type Document struct {
	Catalog *Catalog
	Profile *Profile
}

// Read reads a catalog or a profile in JSON or YAML.
func Read(name string, body []byte) (*Document, error) {
	if len(body) > MaxBytes {
		return nil, wrong(name, "the document has %d bytes; a document has at most %d", len(body), MaxBytes)
	}
	if start := bytes.TrimLeft(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")), " \t\r\n"); bytes.HasPrefix(start, []byte("<")) {
		return nil, wrong(name, "the document is XML, which is not read; take the publisher's JSON, or convert it: oscal-cli convert --to=json %s", name)
	}
	root, err := markup.Parse(bytes.TrimPrefix(body, []byte("\xef\xbb\xbf")), "document", limits)
	if err != nil {
		var at *markup.Error
		if errors.As(err, &at) {
			return nil, &Error{name, at.Line, at.Message}
		}
		return nil, wrong(name, "%v", err)
	}
	if root.Kind != markup.Map || len(root.Keys) == 0 {
		return nil, wrong(name, "the document is %v; it must be a mapping with catalog or profile", root.Kind)
	}
	for i, k := range root.Keys {
		doc := &Document{}
		var into any
		switch k.Text {
		case "catalog":
			doc.Catalog = &Catalog{}
			into = doc.Catalog
		case "profile":
			doc.Profile = &Profile{}
			into = doc.Profile
		case "$schema":
			continue
		default:
			return nil, &Error{name, k.Line, fmt.Sprintf("the document holds %q; an OSCAL catalog or profile is read", k.Text)}
		}
		if err := decode(root.Values[i], into); err != nil {
			return nil, wrong(name, "%v", err)
		}
		return doc, doc.check(name)
	}
	return nil, wrong(name, "the document holds neither a catalog nor a profile")
}

// decode puts a node into a value of Go, by way of JSON.
func decode(n *markup.Node, into any) error {
	var b bytes.Buffer
	write(&b, n)
	err := json.Unmarshal(b.Bytes(), into)
	var typ *json.UnmarshalTypeError
	if errors.As(err, &typ) {
		return fmt.Errorf("%s is %s where OSCAL has another type", typ.Field, typ.Value)
	}
	return err
}

func write(b *bytes.Buffer, n *markup.Node) {
	switch n.Kind {
	case markup.Null:
		b.WriteString("null")
	case markup.Bool, markup.Number:
		b.WriteString(n.Text)
	case markup.String:
		text(b, n.Text)
	case markup.List:
		for i, v := range n.Values {
			b.WriteByte("[,"[min(i, 1)])
			write(b, v)
		}
		if len(n.Values) == 0 {
			b.WriteByte('[')
		}
		b.WriteByte(']')
	case markup.Map:
		for i, v := range n.Values {
			b.WriteByte("{,"[min(i, 1)])
			text(b, n.Keys[i].Text)
			b.WriteByte(':')
			write(b, v)
		}
		if len(n.Values) == 0 {
			b.WriteByte('{')
		}
		b.WriteByte('}')
	}
}

func text(b *bytes.Buffer, s string) {
	t, err := json.Marshal(s)
	if err != nil { // a text can be written always
		panic(err)
	}
	b.Write(t)
}

// check looks for what resolving rests on.
func (d *Document) check(name string) error {
	if p := d.Profile; p != nil {
		if len(p.Imports) == 0 {
			return wrong(name, "the profile imports nothing; imports must name at least one catalog or profile")
		}
		for i, im := range p.Imports {
			if im.Href == "" {
				return wrong(name, "imports[%d] has no href", i)
			}
		}
		return p.checkMerge(name)
	}
	var err error
	d.Catalog.Walk(func(_ []*Group, k *Control) {
		if k.ID == "" && err == nil {
			err = wrong(name, "the control %q has no id", k.Title)
		}
	})
	return err
}

func (p *Profile) checkMerge(name string) error {
	m := p.Merge
	if m == nil {
		return nil
	}
	ways := 0
	for _, given := range []bool{m.Flat != nil, m.AsIs, m.Custom != nil} {
		if given {
			ways++
		}
	}
	if ways > 1 {
		return wrong(name, "merge has more than one of flat, as-is and custom")
	}
	if m.Combine != nil {
		switch m.Combine.Method {
		case "", "keep", "use-first", "merge":
		default:
			return wrong(name, "merge.combine.method is %q; it must be keep, use-first or merge", m.Combine.Method)
		}
	}
	return nil
}
