package wire

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/cloud/models"
)

var (
	holes     = regexp.MustCompile(`\{[^{}]+\}`)
	hostLabel = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$`)
)

func buildREST(r *Request, op *models.Operation, in Object) error {
	uri, query, _ := strings.Cut(op.URI, "?")
	if query != "" {
		q, err := url.ParseQuery(query)
		if err != nil {
			return err
		}
		r.Query = q
	}
	labels := map[string]string{}
	if op.Input == nil {
		r.Path = uri
		return nil
	}
	for _, m := range op.Input.Members {
		v, ok := in[m.Name]
		if !ok {
			continue
		}
		if err := place(r, labels, m, v); err != nil {
			return err
		}
	}
	path, err := fillPath(op, uri, labels)
	if err != nil {
		return err
	}
	r.Path = path
	return restBody(r, op, in)
}

// place puts a member where the model says, when that is not the body.
func place(r *Request, labels map[string]string, m *models.Member, v any) error {
	switch m.Location {
	case "uri":
		labels[m.Wire()] = restText(m, v, "iso8601")
	case "querystring":
		switch v := v.(type) {
		case []any:
			for _, item := range v {
				r.Query.Add(m.Wire(), restText(m.Element, item, "iso8601"))
			}
		case Object:
			for _, k := range slices.Sorted(maps.Keys(v)) {
				if list, ok := v[k].([]any); ok {
					for _, item := range list {
						r.Query.Add(k, restText(m.Element.Element, item, "iso8601"))
					}
					continue
				}
				r.Query.Set(k, restText(m.Element, v[k], "iso8601"))
			}
		default:
			r.Query.Set(m.Wire(), restText(m, v, "iso8601"))
		}
	case "header":
		return header(r.Header, m, v)
	case "headers":
		prefix := m.Explicit()
		object, _ := v.(Object)
		for _, k := range slices.Sorted(maps.Keys(object)) {
			if err := setHeader(r.Header, prefix+k, restText(m.Element, object[k], "rfc822")); err != nil {
				return err
			}
		}
	}
	return nil
}

func header(h http.Header, m *models.Member, v any) error {
	if m.JSONValue {
		b, err := json.Marshal(v)
		if err != nil {
			return err
		}
		return setHeader(h, m.Wire(), base64Text(b))
	}
	list, ok := v.([]any)
	if !ok {
		return setHeader(h, m.Wire(), restText(m, v, "rfc822"))
	}
	var parts []string
	for _, item := range list {
		parts = append(parts, restText(m.Element, item, "rfc822"))
	}
	return setHeader(h, m.Wire(), strings.Join(parts, ","))
}

func setHeader(h http.Header, name, value string) error {
	if strings.ContainsAny(name, "\r\n: ") || strings.ContainsAny(value, "\r\n\x00") {
		return fmt.Errorf("the header %q cannot have the value %q", clip(name), clip(value))
	}
	h.Set(name, value)
	return nil
}

// restText writes a scalar of a header, a query or a path.
func restText(m *models.Member, v any, format string) string {
	switch v := v.(type) {
	case time.Time:
		if f := m.Format(); f != "" {
			format = f
		}
		return formatTime(v, format)
	case []byte:
		return base64Text(v)
	}
	return text(v)
}

// fillPath puts the labels into the path. A label is never empty: that would be the path of another operation.
func fillPath(op *models.Operation, uri string, labels map[string]string) (string, error) {
	var wrong error
	path := holes.ReplaceAllStringFunc(uri, func(hole string) string {
		name, greedy := strings.CutSuffix(hole[1:len(hole)-1], "+")
		v := labels[name]
		if v == "" {
			wrong = fmt.Errorf("%s:%s: %s must not be empty", op.Service.Name, op.Name, name)
		}
		return escape(v, greedy)
	})
	return path, wrong
}

// escape leaves unreserved characters, and slashes in labels that may have them.
func escape(s string, slashes bool) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-_.~", c) >= 0 || slashes && c == '/' {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
	return b.String()
}

func restBody(r *Request, op *models.Operation, in Object) error {
	if name := op.Input.Payload; name != "" {
		return payload(r, op, op.Input.Member(name), in[name])
	}
	body := Object{}
	has := false
	for _, m := range op.Input.Members {
		if m.Location != "" {
			continue
		}
		has = true
		if v, ok := in[m.Name]; ok {
			body[m.Name] = v
		}
	}
	switch {
	case !has:
		return nil
	case op.Service.Protocol == "rest-xml":
		if len(body) == 0 {
			return nil
		}
		return xmlBody(r, op.Input, body)
	}
	return jsonContent(r, op.Input, body)
}

// payload is a body that is one member of the input.
func payload(r *Request, op *models.Operation, m *models.Member, v any) (err error) {
	switch v := v.(type) {
	case nil:
		if op.Service.Protocol == "rest-json" && m.Type == "structure" {
			return jsonContent(r, m, Object{})
		}
		return nil
	case []byte:
		r.Body = v
	case string:
		r.Body = []byte(v)
	default:
		if op.Service.Protocol == "rest-xml" {
			return xmlBody(r, m, v)
		}
		return jsonContent(r, m, v)
	}
	if r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", "application/octet-stream")
	}
	return nil
}

func jsonContent(r *Request, m *models.Member, v any) (err error) {
	if r.Header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Body, err = jsonBody(m, v)
	return err
}
