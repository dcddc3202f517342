package rule

import (
	"fmt"
	"strings"
)

// Field declares one field that a check reads: where it is, and what its absence means. Null is absence. Paths
// start at a top-level key of the item (`configuration.`, `supplementaryConfiguration.`, `resourceName`, `ARN`,
// `availabilityZone`, `resourceCreationTime`, `tags`); `[]` stands for the elements of an array or the members of an
// object: "configuration.ipPermissions[].toPort". Keys match with their first letter in either case.
type Field struct {
	// Type is the type of the items that have the field; "" for the rule's subject.
	Type string
	Path string
	// Required: without the field there is no verdict. Otherwise absence means Means, and Because says whose fact
	// that is.
	Required bool
	Means    any
	Because  string

	base   base
	parent string // the array whose elements have this field
	list   *Field // the same as a field
	attr   string // the top-level key
	steps  []step
}

type base uint8

const (
	inConfiguration base = iota
	inSupplement
	inAttribute
	inElement
)

// step is one key of a path, as written and with its first letter in the other case.
type step struct{ key, other string }

// Required declares a field whose absence makes the verdict INSUFFICIENT_DATA.
func Required(path string) *Field { return compile(&Field{Path: path, Required: true}) }

// Absent declares a field whose absence means a value: a bool, string or int, or nil for nothing at all (an empty
// list, no object). Because names the source of that fact.
func Absent(path string, means any, because string) *Field {
	switch means.(type) {
	case nil, bool, string, int:
	default:
		panic(fmt.Sprintf("rule: field %s: absence cannot mean a %T", path, means))
	}
	if because == "" {
		panic("rule: field " + path + ": no source for the meaning of its absence")
	}
	return compile(&Field{Path: path, Means: means, Because: because})
}

// Of is the same field of items of another type than the rule's subject.
func (f *Field) Of(typ string) *Field {
	g := *f
	g.Type = typ
	return &g
}

// Name is the field for a reader: its path, with its type when it is not the subject's.
func (f *Field) Name() string {
	if f.Type == "" {
		return f.Path
	}
	return f.Type + " " + f.Path
}

// Meaning says what absence of the field means.
func (f *Field) Meaning() string {
	switch v := f.Means.(type) {
	case nil:
		return "nothing"
	case string:
		return fmt.Sprintf("%q", v)
	default:
		return fmt.Sprint(v)
	}
}

func compile(f *Field) *Field {
	path := f.Path
	if i := strings.LastIndex(path, "[]"); i >= 0 {
		f.base, f.parent = inElement, path[:i]
		f.list = compile(&Field{Path: f.parent})
		path = strings.TrimPrefix(path[i+2:], ".")
	} else {
		var rest string
		f.attr, rest, _ = strings.Cut(path, ".")
		switch f.attr {
		case "configuration":
			f.base = inConfiguration
		case "supplementaryConfiguration":
			f.base = inSupplement
		case "resourceName", "ARN", "availabilityZone", "resourceCreationTime", "tags":
			f.base = inAttribute
			if rest != "" {
				panic("rule: " + f.attr + " is read as a whole, not at " + rest)
			}
		default:
			panic("rule: field path " + f.Path + " starts at no key of an item")
		}
		path = rest
	}
	if path == "" {
		return f
	}
	for key := range strings.SplitSeq(path, ".") {
		f.steps = append(f.steps, step{key, flip(key)})
	}
	return f
}

func flip(s string) string {
	if s == "" {
		panic("rule: empty step in a field path")
	}
	if c := s[0] | 0x20; c < 'a' || c > 'z' {
		return s
	}
	return string(s[0]^0x20) + s[1:]
}
