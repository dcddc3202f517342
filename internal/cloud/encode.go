package cloud

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/aws/smithy-go/middleware"
)

// MaxOutput bounds the JSON of an answer, and the bytes of a stream in it.
const MaxOutput = 8 << 20

var metadataType = reflect.TypeFor[middleware.Metadata]()

// apiMember tells members of the API from what the SDK adds to its structures.
func apiMember(f reflect.StructField) bool {
	return f.IsExported() && !f.Anonymous && f.Type != metadataType
}

// encode writes an output structure of the SDK as JSON in the API's spelling. What the answer did not have is left out.
func encode(v reflect.Value, spell spelling) (json.RawMessage, error) {
	e := encoder{spell: spell}
	if err := e.value(v, 0); err != nil {
		return nil, err
	}
	return e.out.Bytes(), nil
}

type encoder struct {
	out   bytes.Buffer
	spell spelling
}

func (e *encoder) value(v reflect.Value, depth int) error {
	if e.out.Len() > MaxOutput {
		return fmt.Errorf("the answer is larger than %d bytes: ask for less of it", MaxOutput)
	}
	if depth > 4*maxDepth {
		return fmt.Errorf("the answer is nested deeper than %d levels", 4*maxDepth)
	}
	if done, err := e.special(v); done {
		return err
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return e.value(v.Elem(), depth)
	case reflect.Struct:
		return e.structure(v, depth)
	case reflect.Slice:
		return e.list(v, depth)
	case reflect.Map:
		return e.mapping(v, depth)
	case reflect.Float32, reflect.Float64:
		if f := v.Float(); math.IsNaN(f) || math.IsInf(f, 0) {
			return e.scalar(fmt.Sprint(f)) // JSON has no number for it; the APIs write strings
		}
	}
	return e.scalar(v.Interface())
}

func (e *encoder) special(v reflect.Value) (done bool, err error) {
	switch {
	case v.Type() == timeType:
		return true, e.scalar(v.Interface().(time.Time).UTC().Format(time.RFC3339Nano))
	case v.Type() == bytesType:
		return true, e.bytes(v.Bytes())
	case v.Kind() == reflect.Interface && v.Type().Implements(readerType):
		return true, e.stream(v.Interface().(io.Reader))
	case v.Kind() == reflect.Interface && !v.IsNil():
		return true, e.union(v.Elem())
	}
	return false, nil
}

func (e *encoder) structure(v reflect.Value, depth int) error {
	t, first := v.Type(), true
	e.out.WriteByte('{')
	for i := range t.NumField() {
		f := t.Field(i)
		if !apiMember(f) || absent(v.Field(i)) {
			continue
		}
		if err := e.member(&first, e.spell(t, f.Name), v.Field(i), depth); err != nil {
			return err
		}
	}
	e.out.WriteByte('}')
	return nil
}

// absent: nothing was answered. Enumerations are plain strings in the SDK and have no empty value.
func absent(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface, reflect.Slice, reflect.Map:
		return v.IsNil()
	case reflect.String:
		return v.Len() == 0
	}
	return false
}

func (e *encoder) member(first *bool, name string, v reflect.Value, depth int) error {
	if !*first {
		e.out.WriteByte(',')
	}
	*first = false
	if err := e.scalar(name); err != nil {
		return err
	}
	e.out.WriteByte(':')
	return e.value(v, depth+1)
}

func (e *encoder) list(v reflect.Value, depth int) error {
	e.out.WriteByte('[')
	for i := range v.Len() {
		if i > 0 {
			e.out.WriteByte(',')
		}
		if err := e.value(v.Index(i), depth+1); err != nil {
			return err
		}
	}
	e.out.WriteByte(']')
	return nil
}

func (e *encoder) mapping(v reflect.Value, depth int) error {
	items := make(map[string]reflect.Value, v.Len())
	for it := v.MapRange(); it.Next(); {
		items[it.Key().String()] = it.Value()
	}
	first := true
	e.out.WriteByte('{')
	for _, name := range sorted(items) {
		if err := e.member(&first, name, items[name], depth); err != nil {
			return err
		}
	}
	e.out.WriteByte('}')
	return nil
}

func (e *encoder) stream(r io.Reader) error {
	if c, ok := r.(io.Closer); ok {
		defer c.Close()
	}
	b, err := io.ReadAll(io.LimitReader(r, MaxOutput+1))
	if err != nil {
		return err
	}
	if len(b) > MaxOutput {
		return fmt.Errorf("the body of the answer is larger than %d bytes: ask for less of it", MaxOutput)
	}
	return e.bytes(b)
}

func (e *encoder) bytes(b []byte) error {
	if utf8.Valid(b) {
		return e.scalar(string(b))
	}
	return e.scalar(base64.StdEncoding.EncodeToString(b))
}

func (e *encoder) scalar(v any) error {
	b, err := json.Marshal(v)
	e.out.Write(b)
	return err
}

// union writes the member of a union that is set: the SDK has a type for each, named <Union>Member<Name>.
func (e *encoder) union(v reflect.Value) error {
	t := reflect.Indirect(v).Type()
	_, name, ok := strings.Cut(t.Name(), "Member")
	value := reflect.Indirect(v).FieldByName("Value")
	if !ok || !value.IsValid() {
		return fmt.Errorf("the answer has a value of an unknown type (%s)", t.Name())
	}
	first := true
	e.out.WriteByte('{')
	if err := e.member(&first, e.spell(t, name), value, 0); err != nil {
		return err
	}
	e.out.WriteByte('}')
	return nil
}
