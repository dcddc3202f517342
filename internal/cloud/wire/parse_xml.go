package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/tickmark/tickmark/internal/cloud/models"
)

// parseQuery reads <XResponse><XResult>members</XResult></XResponse>, or without the wrapper, as EC2 writes.
func parseQuery(op *models.Operation, body []byte) (Object, error) {
	x, root, err := openXML(body)
	if err != nil || x == nil {
		return Object{}, err
	}
	if op.ResultWrapper != "" {
		for {
			child, more, err := x.child()
			if err != nil || !more {
				return Object{}, err
			}
			if string(local(child.name)) == op.ResultWrapper {
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
	if err != nil || x == nil {
		return Object{}, err
	}
	return x.structure(s, root, 0)
}

// xmlReader walks through a document once, driven by shapes.
type xmlReader struct{ scanner }

// openXML goes to the root; the reader is nil for an empty body.
func openXML(body []byte) (*xmlReader, token, error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, token{}, nil
	}
	x := &xmlReader{scanner{b: bytes.TrimPrefix(body, []byte("\ufeff"))}}
	root, more, err := x.child()
	if err == nil && !more {
		err = errors.New("there is no element")
	}
	if err != nil {
		return nil, token{}, fmt.Errorf("the answer is not XML: %w", err)
	}
	return x, root, nil
}

// child goes into the next child of the current element; more is false at the element's end.
func (x *xmlReader) child() (t token, more bool, err error) {
	for {
		t, err := x.next()
		switch {
		case err == io.EOF:
			return t, false, io.ErrUnexpectedEOF
		case err != nil:
			return t, false, err
		case t.kind == startTag:
			return t, true, nil
		case t.kind == endTag:
			return t, false, nil
		}
	}
}

// skip leaves the current element.
func (x *xmlReader) skip() error {
	return x.content(func(token) error { return nil })
}

// text reads the current element to its end; what lies in elements inside it is left out.
func (x *xmlReader) text() (string, error) {
	var first string
	var all *strings.Builder // of more than one part: comments and CDATA cut texts
	err := x.content(func(t token) error {
		part, err := t.String()
		switch {
		case first == "" && all == nil:
			first = part
		case all == nil:
			all = &strings.Builder{}
			all.WriteString(first)
			fallthrough
		default:
			all.WriteString(part)
		}
		return err
	})
	if all != nil {
		return all.String(), err
	}
	return first, err
}

// content goes to the end of the current element and gives its own text.
func (x *xmlReader) content(text func(token) error) error {
	for depth := 0; ; {
		t, err := x.next()
		if err != nil {
			return err
		}
		switch {
		case t.kind == startTag:
			depth++
		case t.kind == endTag && depth == 0:
			return nil
		case t.kind == endTag:
			depth--
		case depth == 0:
			if err := text(t); err != nil {
				return err
			}
		}
	}
}

func (x *xmlReader) value(m *models.Member, at token, depth int) (any, error) {
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
			_, more, err := x.child()
			if err != nil || !more {
				return out, err
			}
			if err := x.entry(m.Shape, out, depth); err != nil {
				return nil, err
			}
		}
	}
	return x.scalar(m, at)
}

func (x *xmlReader) scalar(m *models.Member, at token) (any, error) {
	s, err := x.text()
	if err != nil {
		return nil, err
	}
	if s == "" && m.Type != "string" && m.Type != "blob" {
		return nil, nil // an empty element has no number, boolean or time
	}
	v, ok := scalarFromText(m, s)
	if !ok {
		return nil, fmt.Errorf("the answer's %s is not a %s: %s", at.name, m.Type, clip(s))
	}
	return v, nil
}

func (x *xmlReader) structure(s *models.Shape, at token, depth int) (Object, error) {
	out := Object{}
	if err := fromAttributes(s, at, out); err != nil {
		return nil, err
	}
	for {
		child, more, err := x.child()
		if err != nil || !more {
			return out, err
		}
		m := s.ByTag(local(child.name))
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

// fromAttributes takes the members that are attributes; few structures have one.
func fromAttributes(s *models.Shape, at token, out Object) error {
	if !s.Attributes() {
		return nil
	}
	all, err := at.attributes()
	for _, a := range all {
		if m := s.ByTag([]byte(a.name)); m != nil && m.XMLAttribute {
			out[m.Name] = a.value
		}
	}
	return err
}

func (x *xmlReader) list(element *models.Member, depth int) (any, error) {
	out := []any{}
	for {
		child, more, err := x.child()
		if err != nil || !more {
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
		child, more, err := x.child()
		if err != nil {
			return err
		}
		if !more {
			out[key] = value
			return nil
		}
		switch string(local(child.name)) {
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
