package query

import (
	"bytes"
	"encoding/json"

	"github.com/tickmark/tickmark/internal/tree"
)

// shape is the form of a result: the properties wanted of an object, in their order; whole takes all of it.
type shape struct {
	names []string
	kids  map[string]*shape
	whole bool
}

func (s *shape) add(path []string) {
	for _, name := range path {
		if s.kids == nil {
			s.kids = map[string]*shape{}
		}
		if s.kids[name] == nil {
			s.kids[name] = &shape{}
			s.names = append(s.names, name)
		}
		s = s.kids[name]
	}
	s.whole = true
}

// object writes members of an object; each member is written by a function that reports whether there was one.
func object(b *bytes.Buffer, names []string, write func(name string) bool) {
	b.WriteByte('{')
	first := true
	for _, name := range names {
		mark := b.Len()
		if !first {
			b.WriteByte(',')
		}
		if !write(name) {
			b.Truncate(mark)
			continue
		}
		first = false
	}
	b.WriteByte('}')
}

func writeKey(b *bytes.Buffer, key string) {
	k, _ := json.Marshal(key) // text always marshals
	b.Write(k)
	b.WriteByte(':')
}

// row writes a resource.
func (s *shape) row(d *document) (string, error) {
	var b bytes.Buffer
	var failed error
	object(&b, s.names, func(name string) bool {
		writeKey(&b, name)
		if !(&Path{Segments: []string{name}}).subtree() {
			text := d.common(name)
			b.Write(leaf{tree.String, text}.json())
			return text != ""
		}
		n, err := d.part(name)
		if err != nil {
			failed = err
			return false
		}
		return s.kids[name].project(&b, n)
	})
	return b.String(), failed
}

// project writes what is wanted of a value; false when it has nothing of it.
func (s *shape) project(b *bytes.Buffer, n tree.Node) bool {
	switch {
	case n.Kind() == tree.Absent:
		return false
	case s.whole:
		b.WriteString(n.Raw())
		return true
	}
	switch n.Kind() {
	case tree.Array:
		s.elements(b, n)
		return true
	case tree.Object:
		found := false
		object(b, s.names, func(name string) bool {
			key, kid := name, s.kids[name]
			m := n.Fold(key)
			for m.Kind() == tree.Absent && len(kid.names) == 1 && !kid.whole { // a key may itself have dots
				key, kid = key+"."+kid.names[0], kid.kids[kid.names[0]]
				m = n.Fold(key)
			}
			writeKey(b, key)
			ok := kid.project(b, m)
			found = found || ok
			return ok
		})
		return found
	}
	if v := s.kids["value"]; v != nil && v.whole && n.Exists() {
		writeValue(b, n)
		return true
	}
	return false
}

func writeValue(b *bytes.Buffer, n tree.Node) {
	b.WriteString(`{"value":`)
	b.WriteString(n.Raw())
	b.WriteByte('}')
}

// elements keeps an array's nesting: an element that has nothing of what is wanted is an empty object.
func (s *shape) elements(b *bytes.Buffer, n tree.Node) {
	b.WriteByte('[')
	first := true
	for e := range n.Elements {
		if !first {
			b.WriteByte(',')
		}
		first = false
		mark := b.Len()
		if !s.project(b, e) {
			b.Truncate(mark)
			b.WriteString("{}")
		}
	}
	b.WriteByte(']')
}

// cells writes a group: the value of each path, already JSON; what has none is left out.
func (s *shape) cells(b *bytes.Buffer, prefix string, values map[string]string) bool {
	found := false
	object(b, s.names, func(name string) bool {
		kid, full := s.kids[name], prefix+name
		writeKey(b, name)
		if kid.whole {
			b.WriteString(values[full])
			found = found || values[full] != ""
			return values[full] != ""
		}
		ok := kid.cells(b, full+".", values)
		found = found || ok
		return ok
	})
	return found
}
