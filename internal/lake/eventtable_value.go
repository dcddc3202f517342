package lake

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trino/value"
)

// read takes a column's value out of a record.
func (r *reading) read(raw []byte) value.Value {
	switch r.path[0] {
	case eventJSON:
		return string(raw)
	case eventJSONChecksum:
		sum := sha256.Sum256(raw)
		return hex.EncodeToString(sum[:])
	}
	v, ok := trail.Member(raw, r.path...)
	if !ok {
		return nil
	}
	return jsonValue(v, r.t)
}

// jsonValue is a JSON text as a value of a type; NULL when it is null, or none of that type. What is no text where text
// is wanted is its JSON: so the maps have it.
func jsonValue(text []byte, t *value.Type) value.Value {
	if len(text) == 0 || text[0] == 'n' {
		return nil
	}
	switch t.Kind {
	case value.Varchar:
		if text[0] == '{' || text[0] == '[' {
			return string(text)
		}
		return trail.MemberText(text)
	case value.Boolean:
		switch trail.MemberText(text) {
		case "true":
			return true
		case "false":
			return false
		}
	case value.Timestamp:
		if at, err := time.Parse(time.RFC3339, trail.MemberText(text)); err == nil {
			return at.UnixMilli()
		}
	case value.MapKind:
		return jsonMap(text)
	case value.Row:
		return jsonRow(text, t)
	case value.Array:
		if text[0] == '[' {
			list := []value.Value{}
			trail.Elements(text, func(e []byte) bool {
				list = append(list, jsonValue(e, t.Elem()))
				return true
			})
			return list
		}
	}
	return nil
}

func jsonMap(text []byte) value.Value {
	if text[0] != '{' {
		return nil
	}
	m := &value.Map{}
	trail.Members(text, func(name string, v []byte) bool {
		if _, twice := m.Get(value.VarcharType, name); !twice {
			m.Keys, m.Vals = append(m.Keys, name), append(m.Vals, jsonValue(v, value.VarcharType))
		}
		return true
	})
	return m
}

func jsonRow(text []byte, t *value.Type) value.Value {
	if text[0] != '{' {
		return nil
	}
	row := make([]value.Value, len(t.Elems))
	trail.Members(text, func(name string, v []byte) bool {
		for i, n := range t.Names {
			if n == name && row[i] == nil {
				row[i] = jsonValue(v, t.Elems[i])
			}
		}
		return true
	})
	return row
}
