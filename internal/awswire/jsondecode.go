package awswire

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"time"
)

// jsonDecoder fills a Go value of a shape from JSON: members are found by their wire names, unknown ones are skipped,
// null is the same as absent.
type jsonDecoder struct {
	jsonReader
	b    *bound
	path path
}

// decodeJSON fills in (a structure) from a JSON object; an empty body is an empty object.
func (b *bound) decodeJSON(shape int32, body []byte, in reflect.Value) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	d := &jsonDecoder{jsonReader: jsonReader{data: body}, b: b}
	err := d.value(shape, in)
	if err == nil {
		err = d.end()
	}
	return err
}

// within names the member that an error belongs to, innermost first.
func (d *jsonDecoder) within(s step, decode func() error) error {
	d.path = append(d.path, s)
	err := decode()
	var bad *badInput
	if err != nil && errors.As(err, &bad) && bad.path == "" {
		bad.path = d.path.String()
	}
	d.path = d.path[:len(d.path)-1]
	return err
}

// value fills v, which is settable and has the Go type of the shape.
func (d *jsonDecoder) value(shape int32, v reflect.Value) error {
	s := &d.b.Shapes[shape]
	switch s.Kind {
	case Structure:
		return d.structure(s, v)
	case List:
		return d.slice(s, v)
	case Map:
		return d.mapping(s, v)
	case Document:
		d.next()
		from := d.pos
		if err := d.skip(); err != nil {
			return err
		}
		v.SetBytes(bytes.Clone(d.data[from:d.pos]))
		return nil
	}
	return d.scalar(s, v)
}

func (d *jsonDecoder) structure(s *Shape, v reflect.Value) error {
	return d.object(func(name string) error {
		i := s.member(name)
		if i < 0 {
			return d.skip()
		}
		field := v.Field(i)
		return d.within(step{name: s.Members[i].Name}, func() error {
			if null, err := d.null(); null || err != nil {
				return err
			}
			if field.Kind() == reflect.Pointer {
				field.Set(reflect.New(field.Type().Elem()))
				field = field.Elem()
			}
			return d.value(s.Members[i].Shape, field)
		})
	})
}

// member finds a body member by its wire name; -1 when there is none.
func (s *Shape) member(wire string) int {
	for i := range s.Members {
		if m := &s.Members[i]; m.In == InBody && m.wire() == wire {
			return i
		}
	}
	return -1
}

func (d *jsonDecoder) slice(s *Shape, v reflect.Value) error {
	v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	return d.list(func() error {
		n := v.Len()
		return d.within(step{index: n + 1}, func() error {
			if null, err := d.null(); null || err != nil {
				if err == nil {
					err = d.errorf("null is no element of a list")
				}
				return err
			}
			v.Grow(1)
			v.SetLen(n + 1)
			v.Index(n).SetZero()
			return d.value(s.Elem, v.Index(n))
		})
	})
}

func (d *jsonDecoder) mapping(s *Shape, v reflect.Value) error {
	v.Set(reflect.MakeMap(v.Type()))
	return d.object(func(key string) error {
		return d.within(step{name: key, key: true}, func() error {
			if null, err := d.null(); null || err != nil {
				return err
			}
			item := reflect.New(v.Type().Elem()).Elem()
			if err := d.value(s.Elem, item); err != nil {
				return err
			}
			v.SetMapIndex(reflect.ValueOf(key), item)
			return nil
		})
	})
}

func (d *jsonDecoder) scalar(s *Shape, v reflect.Value) error {
	switch s.Kind {
	case Boolean:
		x, err := d.boolean()
		v.SetBool(x)
		return err
	case Integer, Long:
		text, err := d.number()
		if err != nil {
			return err
		}
		return d.fromText(s, text, v)
	case Float, Double, Timestamp:
		if d.kind() == "number" {
			text, err := d.number()
			if err != nil {
				return err
			}
			return d.fromText(s, text, v)
		}
	}
	text, err := d.text()
	if err != nil {
		return err
	}
	if s.Kind == String {
		v.SetString(text)
		return nil
	}
	return d.fromText(s, text, v)
}

func (d *jsonDecoder) fromText(s *Shape, text string, v reflect.Value) error {
	if err := setText(s, text, v); err != nil {
		return d.errorf("%v", err)
	}
	return nil
}

// setText fills a scalar from its text, as it stands in a path, query, header, form or JSON number.
func setText(s *Shape, text string, v reflect.Value) error {
	switch s.Kind {
	case String:
		v.SetString(text)
	case Integer, Long:
		n, err := parseInt(text, s.Kind)
		if err != nil {
			return err
		}
		v.SetInt(n)
	case Float, Double:
		f, err := parseFloat(text)
		if err != nil {
			return err
		}
		v.SetFloat(f)
	case Boolean:
		if text != "true" && text != "false" {
			return fmt.Errorf("%q is not a boolean: use true or false", text)
		}
		v.SetBool(text == "true")
	case Timestamp:
		t, err := parseTime(text)
		if err != nil {
			return err
		}
		*v.Addr().Interface().(*time.Time) = t
	case Blob:
		data, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			return errors.New("the text is not base64")
		}
		v.SetBytes(data)
	default:
		return fmt.Errorf("a %s cannot be written as text", s.Name)
	}
	return nil
}

// parseInt accepts any spelling of a whole number that fits.
func parseInt(text string, kind Kind) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		f, ferr := strconv.ParseFloat(text, 64)
		if ferr != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
			return 0, fmt.Errorf("%q is not a whole number", text)
		}
		n = int64(f)
	}
	if kind == Integer && (n < math.MinInt32 || n > math.MaxInt32) {
		return 0, fmt.Errorf("%s does not fit 32 bits", text)
	}
	return n, nil
}

// parseFloat reads a number or one of the three words for what JSON cannot write.
func parseFloat(text string) (float64, error) {
	switch text {
	case "NaN":
		return math.NaN(), nil
	case "Infinity":
		return math.Inf(1), nil
	case "-Infinity":
		return math.Inf(-1), nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return 0, fmt.Errorf("%q is not a number", text)
	}
	return f, nil
}
