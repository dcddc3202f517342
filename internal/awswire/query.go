package awswire

import (
	"fmt"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Bounds of a form, so that a small body cannot become a large tree.
const (
	maxParams     = 10000
	maxParamDepth = 32
)

// node is a part of a query form: its parameters split at the dots.
type node struct {
	text string
	kids map[string]*node
}

func parseForm(values url.Values) (*node, error) {
	if len(values) > maxParams {
		return nil, &badInput{text: fmt.Sprintf("it has more than %d parameters", maxParams)}
	}
	root := &node{}
	for key, texts := range values {
		if strings.Count(key, ".") >= maxParamDepth {
			return nil, &badInput{text: fmt.Sprintf("a parameter nests deeper than %d levels", maxParamDepth)}
		}
		n := root
		for part := range strings.SplitSeq(key, ".") {
			kid := n.kids[part]
			if kid == nil {
				if n.kids == nil {
					n.kids = map[string]*node{}
				}
				kid = &node{}
				n.kids[part] = kid
			}
			n = kid
		}
		n.text = texts[0]
	}
	return root, nil
}

// decodeForm fills in (a structure) from the parameters of a query request.
func (b *bound) decodeForm(shape int32, values url.Values, in reflect.Value) error {
	root, err := parseForm(values)
	if err != nil {
		return err
	}
	return b.formValue(shape, root, in, nil)
}

func (b *bound) formValue(shape int32, n *node, v reflect.Value, at path) error {
	s := &b.Shapes[shape]
	switch s.Kind {
	case Structure:
		for i := range s.Members {
			m := &s.Members[i]
			kid, field := n.kids[m.wire()], v.Field(i)
			if kid == nil {
				continue
			}
			if field.Kind() == reflect.Pointer {
				field.Set(reflect.New(field.Type().Elem()))
				field = field.Elem()
			}
			if err := b.formValue(m.Shape, kid, field, append(at, step{name: m.Name})); err != nil {
				return err
			}
		}
		return nil
	case List:
		return b.formList(s, n, v, at)
	case Map:
		return b.formMap(s, n, v, at)
	}
	if err := setText(s, n.text, v); err != nil {
		return &badInput{path: at.String(), text: err.Error()}
	}
	return nil
}

// numbered returns a node's children in the order of their numbers, which may have gaps.
func (n *node) numbered(at path) ([]*node, error) {
	if n == nil {
		return nil, nil
	}
	numbers := make([]int, 0, len(n.kids))
	for key := range n.kids {
		i, err := strconv.Atoi(key)
		if err != nil || i < 0 || strconv.Itoa(i) != key {
			return nil, &badInput{path: at.String(), text: fmt.Sprintf("%q stands where the number of an element should", key)}
		}
		numbers = append(numbers, i)
	}
	slices.Sort(numbers)
	list := make([]*node, len(numbers))
	for i, number := range numbers {
		list[i] = n.kids[strconv.Itoa(number)]
	}
	return list, nil
}

func (b *bound) formList(s *Shape, n *node, v reflect.Value, at path) error {
	if !s.is(Flattened) {
		n = n.kids[s.elemName("member")]
	}
	items, err := n.numbered(at)
	if err != nil {
		return err
	}
	v.Set(reflect.MakeSlice(v.Type(), len(items), len(items)))
	for i, item := range items {
		if err := b.formValue(s.Elem, item, v.Index(i), append(at, step{index: i + 1})); err != nil {
			return err
		}
	}
	return nil
}

func (b *bound) formMap(s *Shape, n *node, v reflect.Value, at path) error {
	if !s.is(Flattened) {
		n = n.kids["entry"]
	}
	entries, err := n.numbered(at)
	if err != nil {
		return err
	}
	v.Set(reflect.MakeMap(v.Type()))
	for _, entry := range entries {
		key, value := entry.kids[s.keyName()], entry.kids[s.elemName("value")]
		if key == nil {
			return &badInput{path: at.String(), text: "an entry has no " + s.keyName()}
		}
		if value == nil {
			value = &node{}
		}
		item := reflect.New(v.Type().Elem()).Elem()
		if err := b.formValue(s.Elem, value, item, append(at, step{name: key.text, key: true})); err != nil {
			return err
		}
		v.SetMapIndex(reflect.ValueOf(key.text), item)
	}
	return nil
}

func (s *Shape) elemName(usual string) string {
	if s.ElemName != "" {
		return s.ElemName
	}
	return usual
}

func (s *Shape) keyName() string {
	if s.KeyName != "" {
		return s.KeyName
	}
	return "key"
}
