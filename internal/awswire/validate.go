package awswire

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// patterns are a service's compiled regular expressions by shape, each compiled at its first use.
type patterns []func() *regexp.Regexp

func newPatterns(shapes []Shape) patterns {
	p := make(patterns, len(shapes))
	for i := range shapes {
		if s := &shapes[i]; s.Pattern != "" {
			p[i] = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(wholeText(s)) })
		}
	}
	return p
}

// wholeText makes a model's pattern cover the whole value, as AWS services do (they call Java's matches: otherwise
// `[\w+=,.@-]*` would constrain nothing). In patterns without anchors a dot takes line breaks too, since texts of
// several lines are accepted there.
func wholeText(s *Shape) string {
	text := s.Regexp
	if text == "" {
		text = s.Pattern
	}
	if strings.HasPrefix(text, "^") || strings.HasSuffix(text, "$") {
		return "^(?:" + text + ")$"
	}
	return "(?s)^(?:" + text + ")$"
}

// rule is the kind of a constraint.
type rule uint8

const (
	ruleRequired rule = iota
	ruleMinLength
	ruleMaxLength
	ruleMin
	ruleMax
	rulePattern
	ruleEnum
	ruleUnion
)

// violation is one broken constraint: of which member, and how ("Member must ...").
type violation struct {
	path, text string
	// value is the member's value as AWS prints it; sensitive values are not repeated.
	value     string
	sensitive bool
	rule      rule
}

// maxViolations bounds the message of an input that is wrong everywhere.
const maxViolations = 50

type validator struct {
	b    *bound
	path path
	list []violation
}

// validate returns the constraints that the input of an operation breaks.
func (b *bound) validate(shape int32, in reflect.Value) []violation {
	v := &validator{b: b}
	v.value(shape, in)
	return v.list
}

func (v *validator) add(s *Shape, value reflect.Value, r rule, text string) {
	if len(v.list) < maxViolations {
		v.list = append(v.list, violation{path: v.path.String(), text: text, value: printValue(value), rule: r, sensitive: s.is(Sensitive)})
	}
}

// value checks a value that is there.
func (v *validator) value(shape int32, value reflect.Value) {
	s := &v.b.Shapes[shape]
	switch s.Kind {
	case Structure:
		v.structure(s, value)
	case List:
		v.scalar(shape, value)
		elem := &v.b.Shapes[s.Elem]
		for i := range value.Len() {
			if elem.isScalar() {
				if b := v.b.broken(s.Elem, value.Index(i)); b != nil {
					v.elements(s, value, elem, b[0], "Member must satisfy constraint")
					break
				}
				continue
			}
			v.path = append(v.path, step{index: i + 1})
			v.value(s.Elem, value.Index(i))
			v.path = v.path[:len(v.path)-1]
		}
	case Map:
		v.scalar(shape, value)
		v.mapping(s, value)
	default:
		v.scalar(shape, value)
	}
}

func (v *validator) structure(s *Shape, value reflect.Value) {
	set := 0
	for i := range s.Members {
		m := &s.Members[i]
		field := value.Field(i)
		if field.IsNil() && !m.Required {
			continue
		}
		v.path = append(v.path, step{name: m.Name})
		if field.IsNil() {
			v.add(&v.b.Shapes[m.Shape], reflect.Value{}, ruleRequired, "Member must not be null")
		} else {
			set++
			if field.Kind() == reflect.Pointer {
				field = field.Elem()
			}
			v.value(m.Shape, field)
		}
		v.path = v.path[:len(v.path)-1]
	}
	if s.is(Union) && set != 1 {
		v.add(s, value, ruleUnion, fmt.Sprintf("Member must have exactly one of its members set, not %d", set))
	}
}

func (v *validator) mapping(s *Shape, value reflect.Value) {
	key, elem := &v.b.Shapes[s.Key], &v.b.Shapes[s.Elem]
	keys := sortedKeys(value)
	for _, k := range keys {
		if b := v.b.broken(s.Key, k); b != nil {
			v.elements(s, value, key, b[0], "Map keys must satisfy constraint")
			break
		}
	}
	for _, k := range keys {
		item := value.MapIndex(k)
		if !elem.isScalar() {
			v.path = append(v.path, step{name: k.String(), key: true})
			v.value(s.Elem, item)
			v.path = v.path[:len(v.path)-1]
		} else if b := v.b.broken(s.Elem, item); b != nil {
			v.elements(s, value, elem, b[0], "Map value must satisfy constraint")
			break
		}
	}
}

// elements reports, as AWS does, a broken constraint of a list's or map's scalars at the list or map, with all the
// constraints of those scalars.
func (v *validator) elements(s *Shape, value reflect.Value, elem *Shape, b breach, phrase string) {
	sensitive := *s
	sensitive.Traits |= elem.Traits & Sensitive
	v.add(&sensitive, value, b.rule, phrase+": ["+strings.Join(elem.constraints(), ", ")+"]")
}

func (v *validator) scalar(shape int32, value reflect.Value) {
	for _, b := range v.b.broken(shape, value) {
		v.add(&v.b.Shapes[shape], value, b.rule, b.text)
	}
}

// breach is a constraint that one value breaks.
type breach struct {
	rule rule
	text string
}

// broken checks what concerns one value alone.
func (b *bound) broken(shape int32, value reflect.Value) (list []breach) {
	s := &b.Shapes[shape]
	switch s.Kind {
	case List, Map, Blob:
		return s.lengthBreach(value.Len())
	case String:
		text := value.String()
		if s.Traits&(HasMin|HasMax) != 0 {
			list = s.lengthBreach(utf8.RuneCountInString(text))
		}
		if len(s.Enum) > 0 && !slices.Contains(s.Enum, text) {
			list = append(list, breach{ruleEnum, s.enumText()})
		}
		if match := b.patterns[shape]; match != nil && !match().MatchString(text) {
			list = append(list, breach{rulePattern, s.patternText()})
		}
	case Integer, Long:
		return s.valueBreach(value.Int() < s.Min, value.Int() > s.Max)
	case Float, Double:
		return s.valueBreach(!(value.Float() >= float64(s.Min)), !(value.Float() <= float64(s.Max)))
	}
	return list
}

func (s *Shape) lengthBreach(n int) []breach {
	switch {
	case s.is(HasMin) && int64(n) < s.Min:
		return []breach{{ruleMinLength, s.minText()}}
	case s.is(HasMax) && int64(n) > s.Max:
		return []breach{{ruleMaxLength, s.maxText()}}
	}
	return nil
}

func (s *Shape) valueBreach(below, above bool) []breach {
	switch {
	case s.is(HasMin) && below:
		return []breach{{ruleMin, s.minText()}}
	case s.is(HasMax) && above:
		return []breach{{ruleMax, s.maxText()}}
	}
	return nil
}
