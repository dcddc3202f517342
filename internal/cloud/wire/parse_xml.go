package wire

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"

	"github.com/tickmark/tickmark/internal/cloud/models"
)

// parseQuery reads <XResponse><XResult>members</XResult></XResponse>, or without the wrapper, as EC2 writes.
func parseQuery(op *models.Operation, body []byte) (Object, error) {
	x, root, err := openXML(body)
	if err != nil || root == nil {
		return Object{}, err
	}
	if op.ResultWrapper != "" {
		for {
			child, err := x.child()
			if err != nil || child == nil {
				return Object{}, err
			}
			if child.Name.Local == op.ResultWrapper {
				root = child
				break
			}
			if err := x.skip(); err != nil {
				return nil, err
			}
		}
	}
	return x.structure(op.Output.Shape, root, 0)
}

// parseXMLBody reads a document whose root is the structure itself.
func parseXMLBody(s *models.Shape, body []byte) (Object, error) {
	x, root, err := openXML(body)
	if err != nil || root == nil {
		return Object{}, err
	}
	return x.structure(s, root, 0)
}

// xmlReader walks through a document once, driven by shapes.
type xmlReader struct{ d *xml.Decoder }

// openXML goes to the root; it is nil in an empty body.
func openXML(body []byte) (*xmlReader, *xml.StartElement, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, nil, nil
	}
	x := &xmlReader{xml.NewDecoder(bytes.NewReader(body))}
	root, err := x.child()
	if err == nil && root == nil {
		err = errors.New("there is no element")
	}
	if err != nil {
		return nil, nil, fmt.Errorf("the answer is not XML: %w", err)
	}
	return x, root, nil
}

// child goes into the next child of the current element; nil is the element's end.
func (x *xmlReader) child() (*xml.StartElement, error) {
	for {
		t, err := x.d.RawToken()
		if err == io.EOF {
			return nil, io.ErrUnexpectedEOF
		}
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			t.Attr = append([]xml.Attr(nil), t.Attr...)
			return &t, nil
		case xml.EndElement:
			return nil, nil
		}
	}
}

// skip leaves the current element.
func (x *xmlReader) skip() error {
	for depth := 0; depth >= 0; {
		t, err := x.d.RawToken()
		if err != nil {
			return unexpectedEnd(err)
		}
		switch t.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
	}
	return nil
}

func unexpectedEnd(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// text reads the current element to its end; what lies in elements inside it is left out.
func (x *xmlReader) text() (string, error) {
	var b []byte
	for depth := 0; ; {
		t, err := x.d.RawToken()
		if err != nil {
			return "", unexpectedEnd(err)
		}
		switch t := t.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			if depth--; depth < 0 {
				return string(b), nil
			}
		case xml.CharData:
			if depth == 0 {
				b = append(b, t...)
			}
		}
	}
}

func (x *xmlReader) value(m *models.Member, at *xml.StartElement, depth int) (any, error) {
	if depth > 4*maxDepth {
		return nil, tooDeep()
	}
	switch m.Type {
	case "structure":
		return x.structure(m.Shape, at, depth)
	case "list":
		return x.list(m.Element, depth)
	case "map":
		out := Object{}
		for {
			entry, err := x.child()
			if err != nil || entry == nil {
				return out, err
			}
			if err := x.entry(m.Shape, out, depth); err != nil {
				return nil, err
			}
		}
	}
	return x.scalar(m, at)
}

func (x *xmlReader) scalar(m *models.Member, at *xml.StartElement) (any, error) {
	s, err := x.text()
	if err != nil {
		return nil, err
	}
	if s == "" && m.Type != "string" && m.Type != "blob" {
		return nil, nil // an empty element has no number, boolean or time
	}
	v, ok := scalarFromText(m, s)
	if !ok {
		return nil, fmt.Errorf("the answer's %s is not a %s: %s", at.Name.Local, m.Type, clip(s))
	}
	return v, nil
}

func (x *xmlReader) structure(s *models.Shape, at *xml.StartElement, depth int) (Object, error) {
	out := Object{}
	attributes(s, at, out)
	for {
		child, err := x.child()
		if err != nil || child == nil {
			return out, err
		}
		m := s.ByTag(child.Name.Local)
		switch {
		case m == nil || m.XMLAttribute:
			err = x.skip()
		case m.Type == "list" && m.Flat():
			var v any
			if v, err = x.value(m.Element, child, depth+1); err == nil {
				list, _ := out[m.Name].([]any)
				out[m.Name] = append(list, v)
			}
		case m.Type == "map" && m.Flat():
			object, _ := out[m.Name].(Object)
			if object == nil {
				object = Object{}
				out[m.Name] = object
			}
			err = x.entry(m.Shape, object, depth+1)
		default:
			var v any
			if v, err = x.value(m, child, depth+1); err == nil && v != nil {
				out[m.Name] = v
			}
		}
		if err != nil {
			return nil, err
		}
	}
}

func attributes(s *models.Shape, at *xml.StartElement, out Object) {
	for _, a := range at.Attr {
		name := a.Name.Local
		if a.Name.Space != "" {
			name = a.Name.Space + ":" + name
		}
		if m := s.ByTag(name); m != nil && m.XMLAttribute {
			out[m.Name] = a.Value
		}
	}
}

func (x *xmlReader) list(element *models.Member, depth int) (any, error) {
	out := []any{}
	for {
		child, err := x.child()
		if err != nil || child == nil {
			return out, err
		}
		v, err := x.value(element, child, depth+1)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
}

// entry reads <key>k</key><value>v</value> inside the current element.
func (x *xmlReader) entry(s *models.Shape, out Object, depth int) error {
	keyTag, valueTag := orDefault(s.Key.Explicit(), "key"), orDefault(s.Element.Explicit(), "value")
	var key string
	var value any
	for {
		child, err := x.child()
		if err != nil {
			return err
		}
		if child == nil {
			out[key] = value
			return nil
		}
		switch child.Name.Local {
		case keyTag:
			key, err = x.text()
		case valueTag:
			value, err = x.value(s.Element, child, depth+1)
		default:
			err = x.skip()
		}
		if err != nil {
			return err
		}
	}
}
