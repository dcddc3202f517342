package awswire

import (
	"net/http"
	"net/url"
	"reflect"
	"strconv"
)

// decodeREST fills in from the labels of the path, the query string, the headers and the body.
func (b *bound) decodeREST(shape int32, labels map[string]string, req *http.Request, body []byte, in reflect.Value) error {
	s := &b.Shapes[shape]
	query, err := url.ParseQuery(req.URL.RawQuery)
	if err != nil {
		return &badInput{text: "its query string is malformed"}
	}
	hasBody := false
	for i := range s.Members {
		m := &s.Members[i]
		var values []string
		switch m.In {
		case InPath:
			values = []string{labels[m.wire()]}
		case InQuery:
			if b.Shapes[m.Shape].Kind == Map {
				b.decodeQueryMap(s, query, in.Field(i))
				continue
			}
			values = query[m.wire()]
		case InHeader:
			values = req.Header.Values(m.wire())
		case InPayload:
			if err := b.decodePayload(m, body, in.Field(i)); err != nil {
				return err
			}
		case InBody:
			hasBody = true
		}
		if len(values) == 0 {
			continue
		}
		if err := b.setTexts(m.Shape, values, in.Field(i)); err != nil {
			return &badInput{path: path{{name: m.Name}}.String(), text: err.Error()}
		}
	}
	if !hasBody {
		return nil
	}
	return b.decodeJSON(shape, body, in)
}

// setTexts fills a member from texts: a list takes all, a scalar the first.
func (b *bound) setTexts(shape int32, values []string, field reflect.Value) error {
	s := &b.Shapes[shape]
	if s.Kind == List {
		list := reflect.MakeSlice(field.Type(), len(values), len(values))
		for i, text := range values {
			if err := setText(&b.Shapes[s.Elem], text, list.Index(i)); err != nil {
				return err
			}
		}
		field.Set(list)
		return nil
	}
	if field.Kind() == reflect.Pointer {
		field.Set(reflect.New(field.Type().Elem()))
		field = field.Elem()
	}
	return setText(s, values[0], field)
}

// decodeQueryMap gives a map of texts every query parameter that no other member is bound to.
func (b *bound) decodeQueryMap(s *Shape, query url.Values, field reflect.Value) {
	taken := map[string]bool{}
	for i := range s.Members {
		if m := &s.Members[i]; m.In == InQuery {
			taken[m.wire()] = true
		}
	}
	for name, values := range query {
		if taken[name] {
			continue
		}
		if field.IsNil() {
			field.Set(reflect.MakeMap(field.Type()))
		}
		value := reflect.ValueOf(values[0])
		if field.Type().Elem().Kind() == reflect.Slice {
			value = reflect.ValueOf(values)
		}
		field.SetMapIndex(reflect.ValueOf(name), value)
	}
}

// decodePayload gives the whole body to one member: as it is to a text or blob, as JSON to a structure.
func (b *bound) decodePayload(m *Member, body []byte, field reflect.Value) error {
	if len(body) == 0 {
		return nil
	}
	if field.Kind() == reflect.Pointer {
		field.Set(reflect.New(field.Type().Elem()))
		field = field.Elem()
	}
	switch b.Shapes[m.Shape].Kind {
	case Blob:
		field.SetBytes(body)
		return nil
	case String:
		field.SetString(string(body))
		return nil
	}
	return b.decodeJSON(m.Shape, body, field)
}

// encodeREST writes an output: members bound to headers and status there, the others as JSON, unless one is the body.
func (b *bound) encodeREST(shape int32, out reflect.Value, a *answer) error {
	s := &b.Shapes[shape]
	for i := range s.Members {
		m := &s.Members[i]
		field := out.Field(i)
		if field.IsNil() {
			continue
		}
		if field.Kind() == reflect.Pointer {
			field = field.Elem()
		}
		switch m.In {
		case InHeader:
			a.header.Set(m.wire(), text(&b.Shapes[m.Shape], field, httpTime))
		case InStatus:
			a.status = int(field.Int())
		case InPayload:
			return b.encodePayload(m, field, a)
		}
	}
	if a.status == http.StatusNoContent {
		return nil
	}
	var err error
	a.body, err = b.appendJSON(nil, shape, out)
	return err
}

func (b *bound) encodePayload(m *Member, field reflect.Value, a *answer) (err error) {
	switch b.Shapes[m.Shape].Kind {
	case Blob:
		a.body = field.Bytes()
		a.contentType = "application/octet-stream"
	case String:
		a.body = []byte(field.String())
		a.contentType = "text/plain"
	default:
		a.body, err = b.appendJSON(nil, m.Shape, field)
	}
	return err
}

// answer is what goes back.
type answer struct {
	status      int
	header      http.Header
	contentType string
	body        []byte
	// code is the error's code, for the record; empty when all went well.
	code string
}

func (a *answer) write(w http.ResponseWriter, requestID string) {
	h := w.Header()
	for name, values := range a.header {
		h[name] = values
	}
	h["X-Amzn-Requestid"] = []string{requestID}
	h["X-Amz-Request-Id"] = []string{requestID}
	h.Set("Cache-Control", "no-store")
	if a.status == http.StatusNoContent {
		w.WriteHeader(a.status)
		return
	}
	h.Set("Content-Type", a.contentType)
	h.Set("Content-Length", strconv.Itoa(len(a.body)))
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // the client is gone: nobody to tell
}
