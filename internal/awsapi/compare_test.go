package awsapi_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/tickmark/tickmark/internal/awswire"
)

// compare reads an answer as a client does and compares it with what the handler returned.
func (g *gen) compare(op *awswire.Operation, out reflect.Value, resp *http.Response, body []byte) error {
	if g.s.Protocol == awswire.Query {
		return g.compareXML(op, out, body)
	}
	if resp.StatusCode == http.StatusNoContent {
		return nil
	}
	want, err := json.Marshal(g.tree(op.Output, out))
	if err != nil {
		return err
	}
	w, err := decoded(want)
	if err != nil {
		return err
	}
	h, err := decoded(body)
	if err != nil {
		return err
	}
	if !reflect.DeepEqual(w, h) {
		return fmt.Errorf("returned %s\nanswered %s", want, body)
	}
	return nil
}

func decoded(text []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(text))
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, fmt.Errorf("%w in %s", err, text)
	}
	return v, nil
}

// element is any XML element.
type element struct {
	XMLName xml.Name
	Text    string    `xml:",chardata"`
	Kids    []element `xml:",any"`
}

func (e *element) kid(name string) *element {
	for i := range e.Kids {
		if e.Kids[i].XMLName.Local == name {
			return &e.Kids[i]
		}
	}
	return nil
}

func (g *gen) compareXML(op *awswire.Operation, out reflect.Value, body []byte) error {
	var root element
	if err := xml.Unmarshal(body, &root); err != nil {
		return fmt.Errorf("%w in %s", err, body)
	}
	meta := root.kid("ResponseMetadata")
	if root.XMLName.Local != op.Name+"Response" || root.XMLName.Space != g.s.XMLNamespace || meta == nil || meta.kid("RequestId") == nil {
		return fmt.Errorf("the frame of %s", body)
	}
	if op.Result == "" {
		return nil
	}
	result := root.kid(op.Result)
	if result == nil {
		return fmt.Errorf("no %s in %s", op.Result, body)
	}
	if err := g.sameXML(op.Output, out, result); err != nil {
		return fmt.Errorf("%w in %s", err, body)
	}
	return nil
}

func (g *gen) sameXML(shape int32, v reflect.Value, e *element) error {
	s := &g.s.Shapes[shape]
	switch s.Kind {
	case awswire.Structure:
		for i := range s.Members {
			m, field := &s.Members[i], v.Field(i)
			kid := e.kid(wireName(m))
			if (kid == nil) != field.IsNil() {
				return fmt.Errorf("member %s", m.Name)
			}
			if kid == nil {
				continue
			}
			if field.Kind() == reflect.Pointer {
				field = field.Elem()
			}
			if err := g.sameXML(m.Shape, field, kid); err != nil {
				return err
			}
		}
		return nil
	case awswire.List:
		if len(e.Kids) != v.Len() {
			return fmt.Errorf("%d elements of %s", len(e.Kids), s.Name)
		}
		for i := range e.Kids {
			if err := g.sameXML(s.Elem, v.Index(i), &e.Kids[i]); err != nil {
				return err
			}
		}
		return nil
	case awswire.Map:
		if len(e.Kids) != v.Len() {
			return fmt.Errorf("%d entries of %s", len(e.Kids), s.Name)
		}
		for i := range e.Kids {
			value := v.MapIndex(reflect.ValueOf(e.Kids[i].kid("key").Text))
			if !value.IsValid() {
				return fmt.Errorf("key %q of %s", e.Kids[i].kid("key").Text, s.Name)
			}
			if err := g.sameXML(s.Elem, value, e.Kids[i].kid("value")); err != nil {
				return err
			}
		}
		return nil
	}
	if want := strings.ReplaceAll(g.plain(s, v), "\r", "\n"); want != e.Text {
		return fmt.Errorf("%s is %q, not %q", s.Name, e.Text, want)
	}
	return nil
}
