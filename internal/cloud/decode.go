package cloud

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
)

// The bounds of a call's inputs.
const (
	MaxInputs = 4 << 20 // bytes; the greatest document an API of the table takes is far smaller
	maxDepth  = 40
)

var (
	timeType   = reflect.TypeFor[time.Time]()
	readerType = reflect.TypeFor[io.Reader]()
	bytesType  = reflect.TypeFor[[]byte]()
)

// decode reads a JSON object into an input structure of the SDK. Its errors name the member by its path.
func decode(inputs json.RawMessage, v reflect.Value, spell spelling) error {
	if len(inputs) > MaxInputs {
		return fault.Invalidf("Inputs", "The inputs have %d bytes; at most %d can be sent.", len(inputs), MaxInputs)
	}
	if len(bytes.TrimSpace(inputs)) == 0 {
		return nil
	}
	d := json.NewDecoder(bytes.NewReader(inputs))
	d.UseNumber()
	var tree any
	if err := d.Decode(&tree); err != nil {
		return fault.Invalidf("Inputs", "The inputs are not JSON: %v.", err)
	}
	if _, err := d.Token(); err != io.EOF {
		return fault.Invalidf("Inputs", "The inputs must be one JSON object and nothing after it.")
	}
	return decoder{spell}.value("Inputs", tree, v, 0)
}

type decoder struct{ spell spelling }

func (d decoder) value(path string, tree any, v reflect.Value, depth int) error {
	if depth > maxDepth {
		return fault.Invalidf(path, "%s lies deeper than %d levels.", path, maxDepth)
	}
	if tree == nil {
		return nil // as if it were not there
	}
	if done, err := d.special(path, tree, v, depth); done {
		return err
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		return d.value(path, tree, v.Elem(), depth)
	case reflect.Struct:
		return d.structure(path, tree, v, depth)
	case reflect.Slice:
		return d.list(path, tree, v, depth)
	case reflect.Map:
		return d.mapping(path, tree, v, depth)
	}
	return scalar(path, tree, v)
}

// special are the types that JSON has no kind for; done says that v was one of them.
func (d decoder) special(path string, tree any, v reflect.Value, depth int) (done bool, err error) {
	switch t := v.Type(); {
	case t == timeType:
		at, err := moment(path, tree)
		v.Set(reflect.ValueOf(at))
		return true, err
	case t == bytesType, t == readerType:
		s, ok := tree.(string)
		if !ok {
			return true, wrong(path, "a string", tree)
		}
		if t == bytesType {
			v.SetBytes([]byte(s))
		} else {
			v.Set(reflect.ValueOf(strings.NewReader(s)))
		}
		return true, nil
	case t.Kind() == reflect.Interface:
		return true, d.union(path, tree, v, depth)
	}
	return false, nil
}

func (d decoder) structure(path string, tree any, v reflect.Value, depth int) error {
	object, ok := tree.(map[string]any)
	if !ok {
		return wrong(path, "an object", tree)
	}
	given := map[string]string{}
	for _, name := range sorted(object) {
		f, ok := field(v.Type(), name)
		if !ok {
			return fault.Invalidf(path+"."+name, "%s has no member %q; it has %s.", path, name, d.members(v.Type()))
		}
		if other, twice := given[f.Name]; twice {
			return fault.Invalidf(path+"."+name, "%s names the same member twice: %s and %s.", path, other, name)
		}
		given[f.Name] = name
		if err := d.value(path+"."+name, object[name], v.FieldByIndex(f.Index), depth+1); err != nil {
			return err
		}
	}
	return nil
}

// field finds a structure's member, by its exact name or else whatever its case: documents spell restApiId and RestApiId.
func field(t reflect.Type, name string) (found reflect.StructField, ok bool) {
	for i := range t.NumField() {
		f := t.Field(i)
		if !apiMember(f) {
			continue
		}
		if f.Name == name {
			return f, true
		}
		if !ok && strings.EqualFold(f.Name, name) {
			found, ok = f, true
		}
	}
	return found, ok
}

// members lists what a structure has, for a message.
func (d decoder) members(t reflect.Type) string {
	var names []string
	for i := range t.NumField() {
		if f := t.Field(i); apiMember(f) {
			names = append(names, d.spell(t, f.Name))
		}
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

func (d decoder) list(path string, tree any, v reflect.Value, depth int) error {
	items, ok := tree.([]any)
	if !ok {
		return wrong(path, "a list", tree)
	}
	v.Set(reflect.MakeSlice(v.Type(), len(items), len(items)))
	for i, item := range items {
		at := fmt.Sprintf("%s[%d]", path, i)
		if item == nil {
			return wrong(at, "a value", item)
		}
		if err := d.value(at, item, v.Index(i), depth+1); err != nil {
			return err
		}
	}
	return nil
}

func (d decoder) mapping(path string, tree any, v reflect.Value, depth int) error {
	object, ok := tree.(map[string]any)
	if !ok {
		return wrong(path, "an object", tree)
	}
	v.Set(reflect.MakeMapWithSize(v.Type(), len(object)))
	for _, name := range sorted(object) {
		item := reflect.New(v.Type().Elem()).Elem()
		if err := d.value(path+"."+name, object[name], item, depth+1); err != nil {
			return err
		}
		v.SetMapIndex(reflect.ValueOf(name).Convert(v.Type().Key()), item)
	}
	return nil
}

func scalar(path string, tree any, v reflect.Value) error {
	switch v.Kind() {
	case reflect.String:
		s, ok := tree.(string)
		if !ok {
			return wrong(path, "a string", tree)
		}
		v.SetString(s)
		return nil
	case reflect.Bool:
		b, err := strconv.ParseBool(strings.ToLower(text(tree)))
		if _, number := tree.(json.Number); number || err != nil {
			return wrong(path, "true or false", tree)
		}
		v.SetBool(b)
		return nil
	case reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(text(tree), 10, v.Type().Bits())
		if err != nil {
			return wrong(path, "a whole number of "+strconv.Itoa(v.Type().Bits())+" bits", tree)
		}
		v.SetInt(n)
		return nil
	case reflect.Float32, reflect.Float64:
		n, err := strconv.ParseFloat(text(tree), v.Type().Bits())
		if err != nil {
			return wrong(path, "a number", tree)
		}
		v.SetFloat(n)
		return nil
	}
	return fault.Invalidf(path, "%s cannot be given here: values of its type (%s) are not supported.", path, v.Type())
}

// moment reads a time as boto3 does: RFC 3339, a day, or seconds since 1970.
func moment(path string, tree any) (time.Time, error) {
	s := text(tree)
	for _, layout := range []string{time.RFC3339Nano, "2006-01-02T15:04:05", time.DateTime, time.DateOnly} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	n, err := strconv.ParseFloat(s, 64)
	if err != nil || !(n > -1e11 && n < 1e11) {
		return time.Time{}, wrong(path, "a time such as 2026-01-31T12:00:00Z", tree)
	}
	return time.UnixMilli(int64(n * 1000)).UTC(), nil
}

// text is a JSON scalar as it is written, "" for anything else.
func text(tree any) string {
	switch t := tree.(type) {
	case string:
		return t
	case json.Number:
		return t.String()
	case bool:
		return strconv.FormatBool(t)
	}
	return ""
}

func wrong(path, want string, tree any) error {
	got := "an object"
	switch t := tree.(type) {
	case nil:
		got = "null"
	case []any:
		got = "a list"
	case string:
		got = "the string " + strconv.Quote(clip(t))
	case json.Number, bool:
		got = clip(text(t))
	}
	return fault.Invalidf(path, "%s must be %s, not %s.", path, want, got)
}

// clip keeps what a message quotes short.
func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "..."
	}
	return s
}

func sorted[V any](m map[string]V) []string {
	names := make([]string, 0, len(m))
	for n := range m {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}
