package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/cloud/models"
)

func parseJSON(m *models.Member, body []byte) (Object, error) {
	tree, err := readJSON(body)
	if err != nil || tree == nil {
		return Object{}, err
	}
	v, err := fromJSON("", m, tree, 0)
	if err != nil {
		return nil, err
	}
	if out, ok := v.(Object); ok {
		return out, nil
	}
	return Object{}, nil
}

func readJSON(body []byte) (tree any, err error) {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil, nil
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&tree); err != nil {
		return nil, fmt.Errorf("the answer is not JSON: %w", err)
	}
	return tree, nil
}

// fromJSON turns what encoding/json read into the model's kinds and names.
func fromJSON(path string, m *models.Member, tree any, depth int) (any, error) {
	if depth > 4*maxDepth {
		return nil, tooDeep()
	}
	switch {
	case tree == nil:
		return nil, nil
	case m.Document:
		return document(tree), nil
	}
	switch m.Type {
	case "structure":
		object, ok := tree.(Object)
		if !ok {
			return nil, unexpected(path, m, tree)
		}
		return structureFromJSON(path, m.Shape, object, depth)
	case "list":
		items, ok := tree.([]any)
		if !ok {
			return nil, unexpected(path, m, tree)
		}
		out := make([]any, len(items))
		for i, item := range items {
			v, err := fromJSON(path+"["+strconv.Itoa(i)+"]", m.Element, item, depth+1)
			if err != nil {
				return nil, err
			}
			out[i] = v
		}
		return out, nil
	case "map":
		object, ok := tree.(Object)
		if !ok {
			return nil, unexpected(path, m, tree)
		}
		for k, item := range object {
			v, err := fromJSON(path+"."+k, m.Element, item, depth+1)
			if err != nil {
				return nil, err
			}
			object[k] = v
		}
		return object, nil
	}
	v, ok := scalarFromJSON(m, tree)
	if !ok {
		return nil, unexpected(path, m, tree)
	}
	return v, nil
}

func structureFromJSON(path string, s *models.Shape, object Object, depth int) (any, error) {
	out := make(Object, len(object))
	for key, item := range object {
		m := s.ByWire(key)
		if m == nil || item == nil {
			continue
		}
		v, err := fromJSON(path+"."+m.Name, m, item, depth+1)
		if err != nil {
			return nil, err
		}
		out[m.Name] = v
	}
	return out, nil
}

func scalarFromJSON(m *models.Member, tree any) (v any, ok bool) {
	switch t := tree.(type) {
	case json.Number:
		return scalarFromText(m, t.String())
	case bool:
		if m.Type == "boolean" {
			return t, true
		}
		if m.Type == "string" {
			return strconv.FormatBool(t), true
		}
	case string:
		return scalarFromText(m, t)
	}
	return nil, false
}

// scalarFromText reads a scalar of the model's type.
func scalarFromText(m *models.Member, s string) (v any, ok bool) {
	var err error
	switch m.Type {
	case "string":
		return s, true
	case "boolean":
		v, err = strconv.ParseBool(strings.TrimSpace(s))
	case "integer", "long":
		s = strings.TrimSpace(s)
		if v, err = strconv.ParseInt(s, 10, 64); err != nil {
			var f float64
			if f, err = strconv.ParseFloat(s, 64); err == nil && f == float64(int64(f)) {
				v = int64(f)
			} else {
				v = f
			}
		}
	case "float", "double":
		v, err = strconv.ParseFloat(strings.TrimSpace(s), 64)
	case "timestamp":
		v, err = parseTime(s)
	case "blob":
		v, err = base64.StdEncoding.DecodeString(strings.TrimSpace(s))
	default:
		return nil, false
	}
	return v, err == nil
}

// document gives the numbers of free JSON a kind.
func document(tree any) any {
	switch t := tree.(type) {
	case json.Number:
		if n, err := t.Int64(); err == nil {
			return n
		}
		f, _ := t.Float64()
		return f
	case Object:
		for k, v := range t {
			t[k] = document(v)
		}
	case []any:
		for i, v := range t {
			t[i] = document(v)
		}
	}
	return tree
}

func unexpected(path string, m *models.Member, tree any) error {
	return fmt.Errorf("the answer's %s is not a %s: %s", strings.TrimPrefix(path, "."), m.Type, clip(fmt.Sprint(tree)))
}

func tooDeep() error { return fmt.Errorf("the answer is nested deeper than %d levels", 4*maxDepth) }
