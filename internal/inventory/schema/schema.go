// Package schema knows which properties AWS Config publishes for each resource type: path -> kind of value. It is the
// searchable schema, so it leaves out what Config records and does not index (policies as text, some long lists), and
// it knows no type that Config began to record after its date. Tests hold rules and generated items against it.
package schema

import (
	_ "embed"
	"encoding/json"
	"strings"
	"sync"
)

//go:embed resource-properties.json
var text []byte

// Properties are a type's property paths, without array brackets, and the kind of each: string, integer, float,
// boolean, date, ip or cidr_block.
type Properties map[string]string

type document struct {
	Common Properties
	Types  map[string]Properties
}

var published = sync.OnceValue(func() (doc document) {
	if err := json.Unmarshal(text, &doc); err != nil {
		panic(err) // embedded
	}
	return doc
})

// Of gives the properties of a type beside those that all types share; nil when none are published.
func Of(typ string) Properties { return published().Types[typ] }

// Has reports whether the schema knows a path: it is a property, an object with properties, or it goes into the members
// of an object that is published under one member only. Case is ignored: items and schema differ in it.
func (p Properties) Has(path string) bool {
	path = strings.ReplaceAll(path, "[]", "")
	for known := range p {
		if len(known) >= len(path) && strings.EqualFold(known[:len(path)], path) && (len(known) == len(path) || known[len(path)] == '.') {
			return true
		}
	}
	return false
}

// Common are the properties that all types share, and their kinds.
func Common() Properties { return published().Common }
