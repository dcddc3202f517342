package awswire

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"
	"unicode/utf8"
)

// appendJSON writes a value of a shape. Members that are nil are left out; lists and maps that are empty but not nil
// are written.
func (b *bound) appendJSON(buf []byte, shape int32, v reflect.Value) ([]byte, error) {
	s := &b.Shapes[shape]
	var err error
	switch s.Kind {
	case Structure:
		return b.appendStructure(buf, s, v)
	case List:
		buf = append(buf, '[')
		for i := range v.Len() {
			if i > 0 {
				buf = append(buf, ',')
			}
			if buf, err = b.appendJSON(buf, s.Elem, v.Index(i)); err != nil {
				return nil, err
			}
		}
		return append(buf, ']'), nil
	case Map:
		buf = append(buf, '{')
		for i, key := range sortedKeys(v) {
			if i > 0 {
				buf = append(buf, ',')
			}
			buf = append(appendQuoted(buf, key.String()), ':')
			if buf, err = b.appendJSON(buf, s.Elem, v.MapIndex(key)); err != nil {
				return nil, err
			}
		}
		return append(buf, '}'), nil
	case Document:
		if !json.Valid(v.Bytes()) {
			return nil, fmt.Errorf("%s: not a JSON text", s.Name)
		}
		return append(buf, v.Bytes()...), nil
	}
	return appendScalar(buf, s, v), nil
}

func (b *bound) appendStructure(buf []byte, s *Shape, v reflect.Value) ([]byte, error) {
	buf = append(buf, '{')
	first := true
	for i := range s.Members {
		m := &s.Members[i]
		field := v.Field(i)
		if m.In != InBody || field.IsNil() {
			continue
		}
		if field.Kind() == reflect.Pointer {
			field = field.Elem()
		}
		if !first {
			buf = append(buf, ',')
		}
		first = false
		buf = append(appendQuoted(buf, m.wire()), ':')
		var err error
		if buf, err = b.appendJSON(buf, m.Shape, field); err != nil {
			return nil, err
		}
	}
	return append(buf, '}'), nil
}

func appendScalar(buf []byte, s *Shape, v reflect.Value) []byte {
	switch s.Kind {
	case Integer, Long:
		return strconv.AppendInt(buf, v.Int(), 10)
	case Boolean:
		return strconv.AppendBool(buf, v.Bool())
	case Float, Double:
		f := v.Float()
		if math.IsNaN(f) || math.IsInf(f, 0) {
			return appendQuoted(buf, text(s, v, epochTime))
		}
		return strconv.AppendFloat(buf, f, 'g', -1, 64)
	case Timestamp:
		if !s.is(ISO8601) {
			return appendEpoch(buf, timeOf(v))
		}
	}
	return appendQuoted(buf, text(s, v, epochTime))
}

// timeForm is how a place writes timestamps whose shape does not say.
type timeForm uint8

const (
	epochTime timeForm = iota
	isoTime
	httpTime
)

// text is a scalar as text, for JSON strings, headers and XML.
func text(s *Shape, v reflect.Value, form timeForm) string {
	switch s.Kind {
	case String:
		return v.String()
	case Integer, Long:
		return strconv.FormatInt(v.Int(), 10)
	case Boolean:
		return strconv.FormatBool(v.Bool())
	case Float, Double:
		switch f := v.Float(); {
		case math.IsInf(f, 1):
			return "Infinity"
		case math.IsInf(f, -1):
			return "-Infinity"
		default:
			return strconv.FormatFloat(f, 'g', -1, 64)
		}
	case Timestamp:
		switch {
		case s.is(ISO8601) || form == isoTime:
			return formatISO(timeOf(v))
		case form == httpTime:
			return formatHTTP(timeOf(v))
		}
		return string(appendEpoch(nil, timeOf(v)))
	case Blob:
		return base64.StdEncoding.EncodeToString(v.Bytes())
	}
	return ""
}

func timeOf(v reflect.Value) time.Time { return v.Interface().(time.Time) }

const hexDigits = "0123456789abcdef"

// appendQuoted writes a JSON string; what is not UTF-8 becomes U+FFFD.
func appendQuoted(buf []byte, s string) []byte {
	buf = append(buf, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		size := 1
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			if r != utf8.RuneError || n > 1 {
				i += n
				continue
			}
		}
		buf = append(buf, s[from:i]...)
		switch {
		case c == '"' || c == '\\':
			buf = append(buf, '\\', c)
		case c == '\n':
			buf = append(buf, '\\', 'n')
		case c == '\r':
			buf = append(buf, '\\', 'r')
		case c == '\t':
			buf = append(buf, '\\', 't')
		case c >= utf8.RuneSelf:
			buf = append(buf, "\uFFFD"...)
		default:
			buf = append(buf, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
		i += size
		from = i
	}
	return append(append(buf, s[from:]...), '"')
}
