package wire

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/tickmark/tickmark/internal/cloud/models"
)

func buildJSON(r *Request, op *models.Operation, in Object) (err error) {
	s := op.Service
	r.Header.Set("X-Amz-Target", s.TargetPrefix+"."+op.Name)
	r.Header.Set("Content-Type", "application/x-amz-json-"+s.JSONVersion)
	if s.QueryCompatible {
		r.Header.Set("X-Amzn-Query-Mode", "true")
	}
	if op.Input == nil {
		r.Body = []byte("{}")
		return nil
	}
	r.Body, err = jsonBody(op.Input, in)
	return err
}

func jsonBody(m *models.Member, v any) ([]byte, error) {
	tree, err := jsonTree(m, v)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(tree); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// jsonTree turns a value into what encoding/json writes as the API wants it.
func jsonTree(m *models.Member, v any) (any, error) {
	if m.Document {
		return v, nil
	}
	switch v := v.(type) {
	case Object:
		out := make(Object, len(v))
		for name, item := range v {
			at, key := m.Element, name
			if m.Type == "structure" {
				at = m.Member(name)
				if at == nil || at.Location != "" {
					continue
				}
				key = at.Wire()
			}
			tree, err := jsonTree(at, item)
			if err != nil {
				return nil, err
			}
			out[key] = tree
		}
		return out, nil
	case []any:
		out := make([]any, len(v))
		for i, item := range v {
			tree, err := jsonTree(m.Element, item)
			if err != nil {
				return nil, err
			}
			out[i] = tree
		}
		return out, nil
	case time.Time:
		if m.Format() == "" || m.Format() == "unixTimestamp" {
			return json.RawMessage(epoch(v)), nil
		}
		return formatTime(v, m.Format()), nil
	case []byte:
		return base64Text(v), nil
	}
	if m.JSONValue {
		b, err := json.Marshal(v)
		return string(b), err
	}
	return v, nil
}
