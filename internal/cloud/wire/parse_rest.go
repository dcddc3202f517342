package wire

import (
	"encoding/base64"
	"net/http"
	"strings"

	"github.com/tickmark/tickmark/internal/cloud/models"
)

func parseREST(op *models.Operation, status int, h http.Header, body []byte) (Object, error) {
	out, err := parseBody(op, body)
	if err != nil {
		return nil, err
	}
	for _, m := range op.Output.Members {
		switch m.Location {
		case "statusCode":
			out[m.Name] = int64(status)
		case "header":
			if v, ok := fromHeader(m, h); ok {
				out[m.Name] = v
			}
		case "headers":
			if found := prefixed(h, m.Explicit()); len(found) > 0 {
				out[m.Name] = found
			}
		}
	}
	return out, nil
}

func parseBody(op *models.Operation, body []byte) (Object, error) {
	isXML := op.Service.Protocol == "rest-xml"
	name := op.Output.Payload
	if name == "" {
		if isXML {
			return parseXMLBody(op.Output.Shape, body)
		}
		if !inBody(op.Output.Shape) {
			return Object{}, nil
		}
		return parseJSON(op.Output, body)
	}
	m := op.Output.Member(name)
	if m == nil || m.Stream() {
		return Object{}, nil
	}
	var v any
	var err error
	switch {
	case m.Type == "blob":
		v = body
	case m.Type == "string":
		v = string(body)
	case len(body) == 0:
		return Object{}, nil
	case isXML:
		v, err = parseXMLBody(m.Shape, body)
	default:
		var tree any
		if tree, err = readJSON(body); err == nil {
			v, err = fromJSON(name, m, tree, 0)
		}
	}
	if err != nil {
		return nil, err
	}
	return Object{name: v}, nil
}

func inBody(s *models.Shape) bool {
	for _, m := range s.Members {
		if m.Location == "" {
			return true
		}
	}
	return false
}

// fromHeader reads a member that is a header. One that cannot be read is left out: S3 gives back what objects were
// stored with, whatever it is.
func fromHeader(m *models.Member, h http.Header) (any, bool) {
	values := h.Values(m.Wire())
	if len(values) == 0 {
		return nil, false
	}
	s := strings.Join(values, ",")
	switch {
	case m.JSONValue:
		b, err := base64.StdEncoding.DecodeString(s)
		if err != nil {
			return nil, false
		}
		v, err := readJSON(b)
		return document(v), err == nil
	case m.Type == "list":
		list := []any{}
		for part := range strings.SplitSeq(s, ",") {
			if v, ok := scalarFromText(m.Element, strings.TrimSpace(part)); ok {
				list = append(list, v)
			}
		}
		return list, true
	}
	return scalarFromText(m, s)
}

// prefixed are the headers that begin with a prefix, by what follows it in lower case.
func prefixed(h http.Header, prefix string) Object {
	out := Object{}
	for name, values := range h {
		if len(name) >= len(prefix) && strings.EqualFold(name[:len(prefix)], prefix) {
			out[strings.ToLower(name[len(prefix):])] = strings.Join(values, ",")
		}
	}
	return out
}
