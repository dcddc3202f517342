package wire

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/cloud/models"
	"github.com/tickmark/tickmark/internal/fault"
)

// Check holds an input against its model and returns it with the model's kinds: strings that hold a number or a boolean
// become one where the model wants one, times are read, null is as if it were not there. Paths in errors begin with root.
func Check(root string, m *models.Member, tree any) (Object, error) {
	return check(checker{}, root, m, tree)
}

// CheckPart is Check for a part of a tree, in which required members may be missing.
func CheckPart(root string, m *models.Member, tree any) (Object, error) {
	return check(checker{partial: true}, root, m, tree)
}

func check(c checker, root string, m *models.Member, tree any) (Object, error) {
	if tree == nil {
		tree = Object{}
	}
	if m == nil {
		if o, ok := tree.(Object); !ok || len(o) > 0 {
			return nil, fault.Invalidf(root, "%s must be empty: the operation takes nothing.", root)
		}
		return Object{}, nil
	}
	v, err := c.value(root, m, tree, 0)
	if err != nil {
		return nil, err
	}
	return v.(Object), nil
}

type checker struct{ partial bool }

func (c checker) value(path string, m *models.Member, tree any, depth int) (any, error) {
	if depth > maxDepth {
		return nil, fault.Invalidf(path, "%s lies deeper than %d levels.", path, maxDepth)
	}
	if m.Document || m.JSONValue {
		return tree, nil
	}
	switch m.Type {
	case "structure":
		return c.structure(path, m.Shape, tree, depth)
	case "list":
		return c.list(path, m.Element, tree, depth)
	case "map":
		return c.mapping(path, m.Element, tree, depth)
	}
	return scalar(path, m, tree)
}

func (c checker) structure(path string, s *models.Shape, tree any, depth int) (any, error) {
	object, ok := tree.(Object)
	if !ok {
		return nil, wrong(path, "an object", tree)
	}
	if s.EventStream {
		return nil, fault.Invalidf(path, "%s cannot be given here: event streams are not supported.", path)
	}
	out, given := Object{}, map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		m := member(s, name)
		if m == nil {
			return nil, fault.Invalidf(path+"."+name, "%s has no member %q; it has %s.", path, clip(name), members(s))
		}
		if other, twice := given[m.Name]; twice {
			return nil, fault.Invalidf(path+"."+name, "%s names the same member twice: %s and %s.", path, other, name)
		}
		given[m.Name] = name
		if object[name] == nil {
			continue // as if it were not there
		}
		v, err := c.value(path+"."+name, m, object[name], depth+1)
		if err != nil {
			return nil, err
		}
		out[m.Name] = v
	}
	if s.Union && len(out) != 1 {
		return nil, wrong(path, "an object with exactly one member", tree)
	}
	return out, c.required(path, s, out)
}

func (c checker) required(path string, s *models.Shape, out Object) error {
	if c.partial {
		return nil
	}
	for _, name := range s.Required {
		if m := s.Member(name); m != nil && m.Token {
			continue // filled in
		}
		if _, ok := out[name]; !ok {
			return fault.Invalidf(path, "%s must have the member %s.", path, name)
		}
	}
	return nil
}

// member finds a structure's member, by its exact name or else whatever its case: documents spell restApiId and RestApiId.
func member(s *models.Shape, name string) *models.Member {
	if m := s.Member(name); m != nil {
		return m
	}
	for _, m := range s.Members {
		if strings.EqualFold(m.Name, name) {
			return m
		}
	}
	return nil
}

// members lists what a structure has, for a message.
func members(s *models.Shape) string {
	if len(s.Members) == 0 {
		return "none"
	}
	var names []string
	for _, m := range s.Members {
		names = append(names, m.Name)
	}
	if s.Union {
		return "one of " + strings.Join(names, ", ")
	}
	return strings.Join(names, ", ")
}

func (c checker) list(path string, element *models.Member, tree any, depth int) (any, error) {
	if s, ok := tree.([]string); ok {
		tree = anyList(s)
	}
	items, ok := tree.([]any)
	if !ok {
		return nil, wrong(path, "a list", tree)
	}
	out := make([]any, len(items))
	for i, item := range items {
		at := fmt.Sprintf("%s[%d]", path, i)
		if item == nil {
			return nil, wrong(at, "a value", item)
		}
		v, err := c.value(at, element, item, depth+1)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

func anyList(s []string) []any {
	out := make([]any, len(s))
	for i, v := range s {
		out[i] = v
	}
	return out
}

func (c checker) mapping(path string, element *models.Member, tree any, depth int) (any, error) {
	object, ok := tree.(Object)
	if !ok {
		return nil, wrong(path, "an object", tree)
	}
	out := Object{}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if object[name] == nil {
			continue
		}
		v, err := c.value(path+"."+name, element, object[name], depth+1)
		if err != nil {
			return nil, err
		}
		out[name] = v
	}
	return out, nil
}

func scalar(path string, m *models.Member, tree any) (any, error) {
	switch m.Type {
	case "string":
		if s, ok := tree.(string); ok {
			return s, nil
		}
		return nil, wrong(path, "a string", tree)
	case "blob":
		switch b := tree.(type) {
		case []byte:
			return b, nil
		case string:
			return []byte(b), nil
		}
		return nil, wrong(path, "a string", tree)
	case "boolean":
		b, err := strconv.ParseBool(strings.ToLower(text(tree)))
		if numeric(tree) || err != nil {
			return nil, wrong(path, "true or false", tree)
		}
		return b, nil
	case "integer", "long":
		bits := map[string]int{"integer": 32, "long": 64}[m.Type]
		n, err := strconv.ParseInt(text(tree), 10, bits)
		if err != nil {
			return nil, wrong(path, "a whole number of "+strconv.Itoa(bits)+" bits", tree)
		}
		return n, nil
	case "float", "double":
		n, err := strconv.ParseFloat(text(tree), 64)
		if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			return nil, wrong(path, "a number", tree)
		}
		return n, nil
	case "timestamp":
		return moment(path, tree)
	}
	return nil, fault.Invalidf(path, "%s cannot be given here: values of its type (%s) are not supported.", path, m.Type)
}

// moment reads a time as boto3 does: RFC 3339, a day, or seconds since 1970.
func moment(path string, tree any) (time.Time, error) {
	if t, ok := tree.(time.Time); ok {
		return t.UTC(), nil
	}
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

// text is a scalar as it is written, "" for anything else.
func text(tree any) string {
	switch t := tree.(type) {
	case string:
		return t
	case json.Number:
		return t.String()
	case bool:
		return strconv.FormatBool(t)
	case int:
		return strconv.Itoa(t)
	case int32:
		return strconv.FormatInt(int64(t), 10)
	case int64:
		return strconv.FormatInt(t, 10)
	case float64:
		return strconv.FormatFloat(t, 'f', -1, 64)
	}
	return ""
}

func numeric(tree any) bool {
	switch tree.(type) {
	case json.Number, int, int32, int64, float64:
		return true
	}
	return false
}

func wrong(path, want string, tree any) error {
	got := "an object"
	switch t := tree.(type) {
	case nil:
		got = "null"
	case []any, []string:
		got = "a list"
	case string:
		got = "the string " + strconv.Quote(clip(t))
	default:
		if s := text(t); s != "" {
			got = clip(s)
		}
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
