// Package selector says which events a trail or an event data store takes: event selectors, basic and advanced, as
// CloudTrail has them. They are checked when they are put and compiled once; a compiled Set looks at the fields that an
// event has decoded, and reads its record only for what is nowhere else.
//
// Of one advanced selector every field must agree, of several selectors one is enough. Values of an operator are
// alternatives, but of an operator that begins with Not every value must miss; several operators on a field are
// conditions that hold together, in which the positive ones are alternatives to each other.
//
// Known to differ: resources.type takes any name that looks like a type (AWS::Service::Thing), as the list of those that
// CloudTrail records grows every month. The resources of an event are those its record lists. Limits on the number of
// selectors are those of a trail.
package selector

import "github.com/tickmark/tickmark/internal/fault"

// Basic is a basic event selector.
type Basic struct {
	// ReadWrite is All, ReadOnly or WriteOnly.
	ReadWrite string
	// Management takes management events, except those of the excluded sources.
	Management bool
	Exclude    []string `json:",omitempty"`
	// Resources are those whose data events are taken.
	Resources []DataResource `json:",omitempty"`
}

// DataResource selects the data events of resources of a type whose ARNs begin with one of the values.
type DataResource struct {
	Type   string
	Values []string
}

// Advanced is an advanced event selector.
type Advanced struct {
	Name   string `json:",omitempty"`
	Fields []Field
}

// Field is what an advanced selector wants of one field.
type Field struct {
	Field                                 string
	Equals, StartsWith, EndsWith          []string `json:",omitempty"`
	NotEquals, NotStartsWith, NotEndsWith []string `json:",omitempty"`
}

// What a basic selector takes.
const (
	All       = "All"
	ReadOnly  = "ReadOnly"
	WriteOnly = "WriteOnly"
)

// Default is what a new trail takes: all management events.
func Default() []Basic { return []Basic{{ReadWrite: All, Management: true}} }

func invalid(format string, args ...any) error {
	return fault.Invalidf("", format, args...).With("InvalidEventSelectorsException")
}
