package value

import (
	"encoding/json"
	"io"
	"math"
	"strconv"
	"strings"
)

// toJSON casts to JSON; nil when the type has no JSON form.
func toJSON(from *Type) Caster {
	if !hasJSON(from) {
		return nil
	}
	return func(_ *Context, v Value) (Value, error) {
		b, err := AppendJSON(nil, from, v)
		return string(b), err
	}
}

func hasJSON(t *Type) bool {
	switch t.Kind {
	case Varbinary, FunctionKind, IntervalDay, IntervalYear:
		return false
	case MapKind:
		return len(t.Key().Elems) == 0 && hasJSON(t.Val())
	}
	for _, e := range t.Elems {
		if !hasJSON(e) {
			return false
		}
	}
	return true
}

// AppendJSON appends a value as JSON.
func AppendJSON(b []byte, t *Type, v Value) ([]byte, error) {
	switch x := v.(type) {
	case nil:
		return append(b, "null"...), nil
	case bool:
		return strconv.AppendBool(b, x), nil
	case float64:
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return AppendQuoted(b, Format(t, x)), nil
		}
		return append(b, Format(t, x)...), nil
	case Decimal:
		return append(b, x.String()...), nil
	case string:
		if t.Kind == JSON {
			return append(b, x...), nil
		}
		return AppendQuoted(b, x), nil
	case []Value:
		return appendList(b, t, x)
	case *Map:
		return appendObject(b, t, x)
	case int64:
		if t.IsInteger() {
			return strconv.AppendInt(b, x, 10), nil
		}
	}
	return AppendQuoted(b, Format(t, v)), nil
}

func appendList(b []byte, t *Type, list []Value) ([]byte, error) {
	open, closing := byte('['), byte(']')
	if t.Kind == Row {
		open, closing = '{', '}'
	}
	b = append(b, open)
	var err error
	for i, e := range list {
		if i > 0 {
			b = append(b, ',')
		}
		elem := t.Elems[0]
		if t.Kind == Row {
			elem = t.Elems[i]
			b = append(AppendQuoted(b, t.Names[i]), ':')
		}
		if b, err = AppendJSON(b, elem, e); err != nil {
			return nil, err
		}
	}
	return append(b, closing), nil
}

func appendObject(b []byte, t *Type, m *Map) ([]byte, error) {
	b = append(b, '{')
	var err error
	for i, k := range m.Keys {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(AppendQuoted(b, Format(t.Key(), k)), ':')
		if b, err = AppendJSON(b, t.Val(), m.Vals[i]); err != nil {
			return nil, err
		}
	}
	return append(b, '}'), nil
}

// AppendQuoted appends a JSON string.
func AppendQuoted(b []byte, s string) []byte {
	const hex = "0123456789abcdef"
	b = append(b, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, '\\', 'n')
		case c == '\t':
			b = append(b, '\\', 't')
		case c == '\r':
			b = append(b, '\\', 'r')
		case c < 0x20:
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

// fromJSON casts from JSON; nil when there is no such cast.
func fromJSON(to *Type) Caster {
	if !hasJSON(to) {
		return nil
	}
	return func(c *Context, v Value) (Value, error) {
		text := v.(string)
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		out, err := decodeJSON(c, d, to)
		if err != nil {
			return nil, Errorf("Cannot cast to %s. %s", to, clip(text))
		}
		if _, err := d.Token(); err != io.EOF {
			return nil, Errorf("Cannot cast to %s. %s", to, clip(text))
		}
		return out, nil
	}
}

func decodeJSON(c *Context, d *json.Decoder, to *Type) (Value, error) {
	if to.Kind == JSON {
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return nil, err
		}
		return string(raw), nil
	}
	t, err := d.Token()
	if err != nil {
		return nil, err
	}
	switch x := t.(type) {
	case nil:
		return nil, nil
	case json.Delim:
		return decodeNested(c, d, x, to)
	case string:
		return castScalar(c, VarcharType, to, x)
	case bool:
		return castScalar(c, BooleanType, to, x)
	case json.Number:
		if to.Kind == Varchar {
			return x.String(), nil
		}
		if n, err := x.Int64(); err == nil {
			return castScalar(c, BigIntType, to, n)
		}
		if dec, ok := ParseDecimal(x.String()); ok && to.Kind == DecimalKind {
			return toDecimal(dec, to)
		}
		f, err := x.Float64()
		if err != nil {
			return nil, err
		}
		return castScalar(c, DoubleType, to, f)
	}
	return nil, io.ErrUnexpectedEOF
}

func castScalar(c *Context, from, to *Type, v Value) (Value, error) {
	cast := Cast(from, to)
	if cast == nil || len(to.Elems) > 0 {
		return nil, cannotCast(Format(from, v), to)
	}
	return cast(c, v)
}

func decodeNested(c *Context, d *json.Decoder, open json.Delim, to *Type) (Value, error) {
	switch {
	case open == '[' && to.Kind == Array, open == '[' && to.Kind == Row:
		list := []Value{}
		for i := 0; d.More(); i++ {
			elem := to.Elems[0]
			if to.Kind == Row {
				if i >= len(to.Elems) {
					return nil, io.ErrUnexpectedEOF
				}
				elem = to.Elems[i]
			}
			v, err := decodeJSON(c, d, elem)
			if err != nil {
				return nil, err
			}
			list = append(list, v)
		}
		if to.Kind == Row && len(list) != len(to.Elems) {
			return nil, io.ErrUnexpectedEOF
		}
		_, err := d.Token()
		return list, err
	case open == '{' && to.Kind == MapKind:
		m := &Map{}
		for d.More() {
			k, err := d.Token()
			if err != nil {
				return nil, err
			}
			key, err := castScalar(c, VarcharType, to.Key(), k)
			if err != nil {
				return nil, err
			}
			v, err := decodeJSON(c, d, to.Val())
			if err != nil {
				return nil, err
			}
			m.Keys, m.Vals = append(m.Keys, key), append(m.Vals, v)
		}
		_, err := d.Token()
		return m, err
	case open == '{' && to.Kind == Row:
		return decodeRow(c, d, to)
	}
	return nil, io.ErrUnexpectedEOF
}

func decodeRow(c *Context, d *json.Decoder, to *Type) (Value, error) {
	row := make([]Value, len(to.Elems))
	for d.More() {
		k, err := d.Token()
		if err != nil {
			return nil, err
		}
		i := to.Field(k.(string))
		if i < 0 {
			var skip json.RawMessage
			if err := d.Decode(&skip); err != nil {
				return nil, err
			}
			continue
		}
		if row[i], err = decodeJSON(c, d, to.Elems[i]); err != nil {
			return nil, err
		}
	}
	_, err := d.Token()
	return row, err
}
