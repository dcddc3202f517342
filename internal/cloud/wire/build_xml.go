package wire

import (
	"bytes"
	"encoding/xml"
	"maps"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/cloud/models"
)

func xmlBody(r *Request, m *models.Member, v any) error {
	w := &xmlWriter{}
	name := m.Explicit()
	if name == "" {
		name = m.Name
	}
	w.value(name, m, v)
	if r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", "application/xml")
	}
	r.Body = w.out.Bytes()
	return nil
}

type xmlWriter struct{ out bytes.Buffer }

func (w *xmlWriter) open(name string, ns *models.XMLName, attributes ...string) {
	w.out.WriteString("<" + name)
	if ns != nil {
		attribute := "xmlns"
		if ns.Prefix != "" {
			attribute += ":" + ns.Prefix
		}
		w.attribute(attribute, ns.URI)
	}
	for i := 0; i+1 < len(attributes); i += 2 {
		w.attribute(attributes[i], attributes[i+1])
	}
	w.out.WriteByte('>')
}

func (w *xmlWriter) attribute(name, value string) {
	w.out.WriteString(" " + name + `="`)
	_ = xml.EscapeText(&w.out, []byte(value))
	w.out.WriteByte('"')
}

func (w *xmlWriter) close(name string) { w.out.WriteString("</" + name + ">") }

func (w *xmlWriter) text(name string, ns *models.XMLName, s string) {
	w.open(name, ns)
	_ = xml.EscapeText(&w.out, []byte(s))
	w.close(name)
}

func (w *xmlWriter) value(name string, m *models.Member, v any) {
	switch v := v.(type) {
	case Object:
		if m.Type == "map" {
			w.mapping(name, m, v)
			return
		}
		w.structure(name, m, v)
	case []any:
		w.list(name, m, v)
	case time.Time:
		format := m.Format()
		if format == "" {
			format = "iso8601"
		}
		w.text(name, m.NS(), formatTime(v, format))
	case []byte:
		w.text(name, m.NS(), base64Text(v))
	default:
		w.text(name, m.NS(), text(v))
	}
}

func (w *xmlWriter) structure(name string, m *models.Member, v Object) {
	var attributes []string
	for _, member := range m.Members {
		if item, ok := v[member.Name]; ok && member.XMLAttribute {
			attributes = append(attributes, member.Wire(), text(item))
		}
	}
	w.open(name, m.NS(), attributes...)
	for _, member := range m.Members {
		if item, ok := v[member.Name]; ok && !member.XMLAttribute && member.Location == "" {
			w.value(member.Wire(), member, item)
		}
	}
	w.close(name)
}

func (w *xmlWriter) list(name string, m *models.Member, v []any) {
	if m.Flat() {
		for _, item := range v {
			w.value(name, m.Element, item)
		}
		return
	}
	w.open(name, m.NS())
	for _, item := range v {
		w.value(orDefault(m.Element.Explicit(), "member"), m.Element, item)
	}
	w.close(name)
}

func (w *xmlWriter) mapping(name string, m *models.Member, v Object) {
	entry := name
	if !m.Flat() {
		w.open(name, m.NS())
		defer w.close(name)
		entry = "entry"
	}
	for _, k := range slices.Sorted(maps.Keys(v)) {
		w.open(entry, nil)
		w.text(orDefault(m.Key.Explicit(), "key"), nil, k)
		w.value(orDefault(m.Element.Explicit(), "value"), m.Element, v[k])
		w.close(entry)
	}
}
