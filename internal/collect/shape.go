package collect

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/tickmark/tickmark/internal/inventory/schema"
)

// Describe is the shape AWS Config gives most types: the answer of the describe call in camel case, spelled as the
// published schema of the type has it.
func Describe(r *Resource) any { return r.spelled(r.Type.camel()) }

// camel is how a type's names begin where the schema does not know them.
func (t *Type) camel() func(string) string {
	if t.Bean {
		return lowerRun
	}
	return lowerFirst
}

// Pascal is for types that Config records in CloudFormation's shape and whose describe call differs from it only in
// the case of names, and in what Rename says.
func Pascal(r *Resource) any { return r.spelled(upperFirst) }

// Fields makes a configuration of single parts: path in it -> path in the element. What is not there is left out.
func Fields(parts map[string]string) func(r *Resource) any {
	return func(r *Resource) any {
		out := Object{}
		for to, from := range parts {
			Set(out, to, r.value(from))
		}
		return out
	}
}

func (r *Resource) value(path string) any {
	if strings.Contains(path, "{") {
		if s := r.Expand(path); s != "" {
			return s
		}
		return nil
	}
	if strings.Contains(path, "[]") {
		if all := r.Every(path); len(all) > 0 {
			return all
		}
		return nil
	}
	return plainTimes(r.At(path))
}

func (r *Resource) spelled(otherwise func(string) string) any {
	s := speller{r.Type, spellings(r.Type.Name), otherwise}
	return s.object(r.Object, "configuration", "")
}

// Spelled is a part of an answer in the spelling of the published schema below a path such as
// "supplementaryConfiguration.LoggingStatus", otherwise in camel case.
func (r *Resource) Spelled(v any, path string) any {
	return speller{r.Type, spellings(r.Type.Name), r.Type.camel()}.value(v, path, path)
}

type speller struct {
	t         *Type
	names     map[string]spelling
	otherwise func(string) string
}

func (s speller) value(v any, path, at string) any {
	switch t := v.(type) {
	case Object:
		return s.object(t, path, at)
	case []any:
		list := make([]any, len(t))
		for i, e := range t {
			list[i] = s.value(e, path, at)
		}
		return list
	case time.Time:
		return s.moment(t)
	case string:
		if s.names[strings.ToLower(path)].kind == "date" {
			if when, err := time.Parse(time.RFC3339, t); err == nil {
				return s.moment(when)
			}
		}
	}
	return v
}

func (s speller) object(o Object, path, at string) any {
	out := make(Object, len(o))
	for k, v := range o {
		below := strings.TrimPrefix(at+"."+k, ".")
		if k == self || v == nil || s.dropped(below) {
			continue
		}
		name := s.name(k, path, at)
		if s.isMap(below) {
			out[name] = plainTimes(v)
			continue
		}
		out[name] = s.value(v, path+"."+name, below)
	}
	for _, empty := range s.t.Empty {
		if parent, last := split(empty); parent == at {
			if name := s.name(last, path, at); out[name] == nil {
				out[name] = []any{}
			}
		}
	}
	return out
}

func (s speller) name(member, path, at string) string {
	if n, ok := s.t.Rename[strings.TrimPrefix(at+"."+member, ".")]; ok {
		return n
	}
	if n, ok := s.names[strings.ToLower(path+"."+member)]; ok {
		return n.name
	}
	return s.otherwise(member)
}

func (s speller) dropped(at string) bool {
	for _, d := range s.t.Drop {
		if d == at {
			return true
		}
	}
	return false
}

func (s speller) isMap(at string) bool {
	for _, m := range s.t.Maps {
		if m == at {
			return true
		}
	}
	return false
}

func split(path string) (parent, last string) {
	if i := strings.LastIndexByte(path, '.'); i >= 0 {
		return path[:i], path[i+1:]
	}
	return "", path
}

func (s speller) moment(t time.Time) any {
	if s.t.Bean {
		return t.UnixMilli()
	}
	return clock(t)
}

// clock is a time as AWS Config writes it.
func clock(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func plainTimes(v any) any {
	switch t := v.(type) {
	case time.Time:
		return clock(t)
	case Object:
		out := make(Object, len(t))
		for k, e := range t {
			out[k] = plainTimes(e)
		}
		return out
	case []any:
		out := make([]any, len(t))
		for i, e := range t {
			out[i] = plainTimes(e)
		}
		return out
	}
	return v
}

func lowerFirst(s string) string { return first(s, unicode.ToLower) }
func upperFirst(s string) string { return first(s, unicode.ToUpper) }

// lowerRun takes all capitals from the beginning of a name.
func lowerRun(s string) string {
	rest := strings.TrimLeftFunc(s, unicode.IsUpper)
	return strings.ToLower(s[:len(s)-len(rest)]) + rest
}

func first(s string, to func(rune) rune) string {
	c, n := utf8.DecodeRuneInString(s)
	return string(to(c)) + s[n:]
}

// spelling is how the published schema writes the last step of a path, and the kind of its value.
type spelling struct{ name, kind string }

var spelled sync.Map // type -> map[string]spelling

// spellings are by the whole path in lower case.
func spellings(typ string) map[string]spelling {
	if m, ok := spelled.Load(typ); ok {
		return m.(map[string]spelling)
	}
	m := map[string]spelling{}
	props := schema.Of(typ)
	for _, path := range slices.Sorted(maps.Keys(props)) { // of two spellings the first in order, always
		steps := strings.Split(path, ".")
		for i := range steps {
			at := strings.ToLower(strings.Join(steps[:i+1], "."))
			if _, ok := m[at]; ok {
				continue
			}
			m[at] = spelling{steps[i], ""}
			if i == len(steps)-1 {
				m[at] = spelling{steps[i], props[path]}
			}
		}
	}
	spelled.Store(typ, m)
	return m
}
