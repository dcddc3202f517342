package awswire

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"reflect"
)

// encodeQuery writes an output as the query protocol's XML.
func (b *bound) encodeQuery(op *Operation, out reflect.Value, requestID string) []byte {
	var w bytes.Buffer
	fmt.Fprintf(&w, "<%sResponse xmlns=\"%s\">", op.Name, b.XMLNamespace)
	if op.Result != "" {
		w.WriteString("<" + op.Result + ">")
		b.writeMembers(&w, &b.Shapes[op.Output], out)
		w.WriteString("</" + op.Result + ">")
	}
	fmt.Fprintf(&w, "<ResponseMetadata><RequestId>%s</RequestId></ResponseMetadata></%sResponse>", requestID, op.Name)
	return w.Bytes()
}

func (b *bound) writeMembers(w *bytes.Buffer, s *Shape, v reflect.Value) {
	for i := range s.Members {
		field := v.Field(i)
		if field.IsNil() {
			continue
		}
		if field.Kind() == reflect.Pointer {
			field = field.Elem()
		}
		b.writeElement(w, s.Members[i].wire(), s.Members[i].Shape, field)
	}
}

func (b *bound) writeElement(w *bytes.Buffer, name string, shape int32, v reflect.Value) {
	s := &b.Shapes[shape]
	switch {
	case s.Kind == List && s.is(Flattened):
		for i := range v.Len() {
			b.writeElement(w, name, s.Elem, v.Index(i))
		}
		return
	case s.Kind == Map && s.is(Flattened):
		b.writeEntries(w, name, s, v)
		return
	}
	w.WriteString("<" + name + ">")
	switch s.Kind {
	case Structure:
		b.writeMembers(w, s, v)
	case List:
		for i := range v.Len() {
			b.writeElement(w, s.elemName("member"), s.Elem, v.Index(i))
		}
	case Map:
		b.writeEntries(w, "entry", s, v)
	default:
		escape(w, text(s, v, isoTime))
	}
	w.WriteString("</" + name + ">")
}

func (b *bound) writeEntries(w *bytes.Buffer, name string, s *Shape, v reflect.Value) {
	for _, key := range sortedKeys(v) {
		w.WriteString("<" + name + ">")
		b.writeElement(w, s.keyName(), s.Key, key)
		b.writeElement(w, s.elemName("value"), s.Elem, v.MapIndex(key))
		w.WriteString("</" + name + ">")
	}
}

// escape writes character data; what XML cannot carry becomes U+FFFD.
func escape(w *bytes.Buffer, text string) {
	_ = xml.EscapeText(w, []byte(text)) // a bytes.Buffer does not fail
}
