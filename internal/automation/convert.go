package automation

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
)

// Convert turns a value into one of the types of documents, as the user guide lists the conversions: texts to lists,
// numbers and booleans, scalars to texts, a list of one to its element; JSON text to lists and maps.
func Convert(v any, typ string) (any, error) {
	switch typ {
	case "", "String":
		if l, ok := v.([]any); ok && len(l) == 1 {
			return toText(l[0]), nil
		}
		return toText(v), nil
	case "Integer":
		if i, ok := toInt(single(v)); ok {
			return json.Number(strconv.Itoa(i)), nil
		}
	case "Boolean":
		switch strings.ToLower(toText(single(v))) {
		case "true":
			return true, nil
		case "false":
			return false, nil
		}
	case "StringList":
		return toList(v), nil
	case "StringMap", "Map":
		if m, ok := fromJSON(single(v)).(map[string]any); ok {
			return m, nil
		}
	case "MapList":
		return toMaps(v)
	default:
		return nil, fault.New(fault.Invalid, "there is no type %q", typ)
	}
	return nil, fault.New(fault.Invalid, "%s is no %s", shorten(toText(v)), typ)
}

func toList(v any) any {
	if s, ok := v.(string); ok {
		if l, ok := fromJSON(s).([]any); ok {
			v = l
		}
	}
	l, ok := v.([]any)
	if !ok {
		l = []any{v}
	}
	out := make([]any, len(l))
	for i, e := range l {
		out[i] = toText(e)
	}
	return out
}

func toMaps(v any) (any, error) {
	v = fromJSON(v)
	if m, ok := v.(map[string]any); ok {
		return []any{m}, nil
	}
	l, ok := v.([]any)
	if !ok {
		return nil, fault.New(fault.Invalid, "%s is no MapList", shorten(toText(v)))
	}
	out := make([]any, len(l))
	for i, e := range l {
		m, ok := fromJSON(e).(map[string]any)
		if !ok {
			return nil, fault.New(fault.Invalid, "item %d is no map", i+1)
		}
		out[i] = m
	}
	return out, nil
}

func single(v any) any {
	if l, ok := v.([]any); ok && len(l) == 1 {
		return l[0]
	}
	return v
}

// fromJSON reads text that is JSON; anything else comes back unchanged.
func fromJSON(v any) any {
	s, ok := v.(string)
	if !ok {
		return v
	}
	if out, err := decodeJSON([]byte(s)); err == nil {
		return out
	}
	return v
}

func decodeJSON(b []byte) (any, error) {
	var out any
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	if err := d.Decode(&out); err != nil {
		return nil, err
	}
	if d.More() {
		return nil, fault.New(fault.Invalid, "text after the JSON value")
	}
	return out, nil
}

// toText is a value inside a text: scalars as they are, lists and maps as JSON.
func toText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case json.Number:
		return v.String()
	}
	return string(encode(v))
}

// encode writes JSON without the escapes of HTML.
func encode(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return []byte("null")
	}
	return bytes.TrimRight(b.Bytes(), "\n")
}

func toInt(v any) (int, bool) {
	s := toText(v)
	if i, err := strconv.Atoi(strings.TrimSpace(s)); err == nil {
		return i, true
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil && f == float64(int(f)) {
		return int(f), true
	}
	return 0, false
}

func shorten(s string) string {
	if len(s) > 100 {
		return strconv.Quote(s[:100]) + "..."
	}
	return strconv.Quote(s)
}
