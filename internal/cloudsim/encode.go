package cloudsim

import (
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/cloud/models"
)

// encode writes an answer in the form of the operation's protocol. Members that the model lacks are an error, so that a
// simulated answer cannot have what AWS never answers.
func encode(w http.ResponseWriter, op *models.Operation, out Object) error {
	if op.Output == nil {
		w.WriteHeader(http.StatusOK)
		return nil
	}
	if err := known(op.Output, out, op.Service.Name+":"+op.Name); err != nil {
		return err
	}
	h := w.Header()
	h.Set("X-Amzn-Requestid", requestID)
	var body []byte
	switch op.Service.Protocol {
	case "json":
		h.Set("Content-Type", "application/x-amz-json-"+op.Service.JSONVersion)
		body, _ = json.Marshal(jsonTree(op.Output, out)) // plain values
	case "rest-json":
		h.Set("Content-Type", "application/json")
		body, _ = json.Marshal(jsonTree(op.Output, headers(h, op.Output, out)))
	case "rest-xml":
		h.Set("Content-Type", "text/xml")
		body = restXML(op, headers(h, op.Output, out))
	case "query":
		h.Set("Content-Type", "text/xml")
		inner := xmlText(nil, op.Output.Members, out)
		if op.ResultWrapper != "" {
			inner = "<" + op.ResultWrapper + ">" + inner + "</" + op.ResultWrapper + ">"
		}
		body = []byte("<" + op.Name + "Response>" + inner + "<ResponseMetadata><RequestId>" + requestID + "</RequestId></ResponseMetadata></" + op.Name + "Response>")
	default:
		h.Set("Content-Type", "text/xml")
		body = []byte("<" + op.Name + "Response>" + xmlText(nil, op.Output.Members, out) + "<requestId>" + requestID + "</requestId></" + op.Name + "Response>")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
	return nil
}

// known finds a member that the model has not.
func known(m *models.Member, v any, path string) error {
	switch v := v.(type) {
	case Object:
		for k, x := range v {
			below := m.Element
			if m.Type == "structure" {
				if below = m.Member(k); below == nil {
					return fmt.Errorf("%s has no member %s", path, k)
				}
			}
			if m.Document || below == nil {
				return nil
			}
			if err := known(below, x, path+"."+k); err != nil {
				return err
			}
		}
	case []any:
		for _, x := range v {
			if err := known(m.Element, x, path+"[]"); err != nil {
				return err
			}
		}
	}
	return nil
}

// headers moves the members out that stand in headers.
func headers(h http.Header, m *models.Member, out Object) Object {
	rest := Object{}
	for k, v := range out {
		if x := m.Member(k); x.Location == "header" {
			h.Set(x.Wire(), fmt.Sprint(v))
		} else if x.Location == "" {
			rest[k] = v
		}
	}
	return rest
}

func jsonTree(m *models.Member, v any) any {
	switch v := v.(type) {
	case Object:
		if m.Document {
			return v
		}
		if body := m.Payload; body != "" && m.Member(body) != nil {
			return jsonTree(m.Member(body), v[body])
		}
		out := make(Object, len(v))
		for k, x := range v {
			if m.Type != "structure" {
				out[k] = jsonTree(m.Element, x)
			} else if below := m.Member(k); below != nil {
				out[below.Wire()] = jsonTree(below, x)
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, x := range v {
			out[i] = jsonTree(m.Element, x)
		}
		return out
	case time.Time:
		if f := m.Format(); f == "iso8601" {
			return v.UTC().Format(time.RFC3339)
		}
		return v.Unix()
	case []byte:
		return base64.StdEncoding.EncodeToString(v)
	}
	return v
}

func restXML(op *models.Operation, out Object) []byte {
	m, name := op.Output, op.Output.Wire()
	if body := m.Payload; body != "" {
		m = m.Member(body)
		if m.Type == "blob" || m.Type == "string" {
			return []byte(fmt.Sprint(out[body]))
		}
		inner, _ := out[body].(Object)
		out, name = inner, m.Wire()
	}
	if name == "" {
		name = op.Name + "Result"
	}
	return []byte(xml.Header + "<" + name + ">" + xmlText(nil, m.Members, out) + "</" + name + ">")
}

// xmlText writes the members of a structure in the model's order.
func xmlText(b []byte, members []*models.Member, v Object) string {
	for _, m := range members {
		if x, ok := v[m.Name]; ok {
			b = xmlValue(b, m, m.Wire(), x)
		}
	}
	return string(b)
}

func xmlValue(b []byte, m *models.Member, name string, v any) []byte {
	wrap := func(name, inner string) { b = append(b, "<"+name+">"+inner+"</"+name+">"...) }
	switch v := v.(type) {
	case Object:
		if m.Type == "structure" {
			wrap(name, xmlText(nil, m.Members, v))
			return b
		}
		key, value := or(m.Key.Explicit(), "key"), or(m.Element.Explicit(), "value")
		var entries []byte
		for _, k := range slices.Sorted(maps.Keys(v)) {
			entry := "<" + key + ">" + escaped(k) + "</" + key + ">" + string(xmlValue(nil, m.Element, value, v[k]))
			if m.Flat() {
				wrap(name, entry)
				continue
			}
			entries = append(entries, "<entry>"+entry+"</entry>"...)
		}
		if !m.Flat() {
			wrap(name, string(entries))
		}
	case []any:
		if m.Flat() {
			for _, x := range v {
				b = xmlValue(b, m.Element, or(m.Element.Explicit(), name), x)
			}
			return b
		}
		var items []byte
		for _, x := range v {
			items = xmlValue(items, m.Element, or(m.Element.Explicit(), "member"), x)
		}
		wrap(name, string(items))
	case time.Time:
		wrap(name, v.UTC().Format("2006-01-02T15:04:05.000Z"))
	case []byte:
		wrap(name, base64.StdEncoding.EncodeToString(v))
	case float64:
		wrap(name, strconv.FormatFloat(v, 'f', -1, 64))
	default:
		wrap(name, escaped(fmt.Sprint(v)))
	}
	return b
}

func escaped(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder takes everything
	return b.String()
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}
