package cfn

import (
	"encoding/json"
	"strings"
)

// shape is how a type is recorded: where each property goes.
type shape struct {
	// name is the property that names the resource, and arn its ARN behind the partition.
	name, arn string
	fields    []field
	// more does what no row of the table can say.
	more func(*builder)
}

// field is one row of a table: a property, at a path of keys, and where the item has it.
type field struct {
	from, to string
	kind     kind
	// absent is the value of a property that is not there; nil: then it cannot be told.
	absent any
	// unless names properties of a resource that takes the value from elsewhere.
	unless []string
}

type kind uint8

const (
	as     kind = iota // as it is
	flag               // true and false, also as text
	number             // a whole number, also as text
)

// supplement begins the paths of what is in supplementaryConfiguration.
const supplement = "+"

type builder struct {
	Properties
	name, arn                    string
	configuration, supplementary map[string]any
}

// move brings one property to its place. A value that CloudFormation would not take for the kind stays as it is: the
// rules that read it say so.
func (b *builder) move(f field) {
	v := b.at(f.from)
	if v == nil {
		for _, other := range f.unless {
			if b.at(other) != nil {
				return
			}
		}
		v = f.absent
	}
	if v == nil {
		return
	}
	b.set(f.to, f.kind.of(v))
}

func (k kind) of(v any) any {
	s, ok := v.(string)
	switch {
	case !ok:
	case k == flag && strings.EqualFold(s, "true"):
		return true
	case k == flag && strings.EqualFold(s, "false"):
		return false
	case k == number && json.Valid([]byte(s)) && strings.Trim(s, "0123456789") == "":
		return json.Number(s)
	}
	return v
}

// at is the property at a path; nil when it is not there, or AWS::NoValue.
func (b *builder) at(path string) any {
	var v any = map[string]any(b.Properties)
	for key := range strings.SplitSeq(path, ".") {
		m, _ := v.(map[string]any)
		if unresolved(m) {
			return m // what cannot be told within is not absent
		}
		v = m[key]
	}
	if m, ok := v.(map[string]any); ok && m["Ref"] == "AWS::NoValue" {
		return nil
	}
	return v
}

// unresolved reports whether a mapping is a function of the template language whose value is not known.
func unresolved(m map[string]any) bool {
	if len(m) != 1 {
		return false
	}
	for k := range m {
		return k == "Ref" || strings.HasPrefix(k, "Fn::")
	}
	return false
}

// set writes a value into the configuration, or behind supplement into the supplementary one.
func (b *builder) set(path string, v any) {
	m := b.configuration
	if rest, ok := strings.CutPrefix(path, supplement); ok {
		m, path = b.supplementary, rest
	}
	keys := strings.Split(path, ".")
	for _, key := range keys[:len(keys)-1] {
		inner, ok := m[key].(map[string]any)
		if !ok {
			inner = map[string]any{}
			m[key] = inner
		}
		m = inner
	}
	m[keys[len(keys)-1]] = v
}
