package awswire

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// The texts of constraints and values, in the words AWS uses.

func (s *Shape) isScalar() bool {
	switch s.Kind {
	case Structure, List, Map, Document:
		return false
	}
	return true
}

func (s *Shape) measure() string {
	switch s.Kind {
	case Integer, Long, Float, Double:
		return "value"
	}
	return "length"
}

func (s *Shape) minText() string {
	return fmt.Sprintf("Member must have %s greater than or equal to %d", s.measure(), s.Min)
}

func (s *Shape) maxText() string {
	return fmt.Sprintf("Member must have %s less than or equal to %d", s.measure(), s.Max)
}

func (s *Shape) enumText() string {
	return "Member must satisfy enum value set: [" + strings.Join(s.Enum, ", ") + "]"
}

func (s *Shape) patternText() string {
	return "Member must satisfy regular expression pattern: " + s.Pattern
}

// constraints are all texts of a scalar's shape.
func (s *Shape) constraints() (list []string) {
	if s.is(HasMax) {
		list = append(list, s.maxText())
	}
	if s.is(HasMin) {
		list = append(list, s.minText())
	}
	if s.Pattern != "" {
		list = append(list, s.patternText())
	}
	if len(s.Enum) > 0 {
		list = append(list, s.enumText())
	}
	return list
}

// path leads to a member of an input.
type path []step

// step is a member's name, a list's index from 1, or a map's key.
type step struct {
	name  string
	key   bool
	index int
}

// String spells a path as AWS messages do: tags.1.member.key.
func (p path) String() string {
	var b strings.Builder
	for i, s := range p {
		if i > 0 {
			b.WriteByte('.')
		}
		switch {
		case s.index > 0:
			b.WriteString(strconv.Itoa(s.index) + ".member")
		case s.key:
			b.WriteString(s.name + ".member")
		default:
			b.WriteString(strings.ToLower(s.name[:1]) + s.name[1:])
		}
	}
	return b.String()
}

// maxEcho bounds how much of a value a message repeats.
const maxEcho = 1024

// printValue spells a value as AWS messages do; the zero reflect.Value is null.
func printValue(v reflect.Value) string {
	if !v.IsValid() {
		return "null"
	}
	var b strings.Builder
	appendValue(&b, v)
	text := b.String()
	if len(text) > maxEcho {
		text = strings.ToValidUTF8(text[:maxEcho], "") + "..."
	}
	return "'" + text + "'"
}

func appendValue(b *strings.Builder, v reflect.Value) {
	if b.Len() > maxEcho {
		return
	}
	switch v.Kind() {
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			fmt.Fprintf(b, "%d bytes", v.Len())
			return
		}
		b.WriteByte('[')
		for i := range v.Len() {
			if i > 0 {
				b.WriteString(", ")
			}
			appendValue(b, v.Index(i))
		}
		b.WriteByte(']')
	case reflect.Map:
		b.WriteByte('{')
		for i, k := range sortedKeys(v) {
			if i > 0 {
				b.WriteString(", ")
			}
			b.WriteString(k.String() + "=")
			appendValue(b, v.MapIndex(k))
		}
		b.WriteByte('}')
	case reflect.Struct:
		b.WriteString(v.Type().Name())
	default:
		fmt.Fprint(b, v.Interface())
	}
}

func sortedKeys(m reflect.Value) []reflect.Value {
	keys := m.MapKeys()
	slices.SortFunc(keys, func(a, b reflect.Value) int { return strings.Compare(a.String(), b.String()) })
	return keys
}

// message joins violations as AWS does.
func message(list []violation) string {
	var b strings.Builder
	plural := "s"
	if len(list) == 1 {
		plural = ""
	}
	fmt.Fprintf(&b, "%d validation error%s detected: ", len(list), plural)
	for i, v := range list {
		if i > 0 {
			b.WriteString("; ")
		}
		if v.sensitive {
			b.WriteString("Value")
		} else {
			b.WriteString("Value " + v.value)
		}
		fmt.Fprintf(&b, " at '%s' failed to satisfy constraint: %s", v.path, v.text)
	}
	return b.String()
}
