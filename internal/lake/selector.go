package lake

import (
	"slices"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/trail"
)

// Selector is an advanced event selector.
type Selector struct {
	Name   string `json:",omitempty"`
	Fields []Field
}

// Field is what a selector wants of one field.
type Field struct {
	Field                                 string
	Equals, StartsWith, EndsWith          []string `json:",omitempty"`
	NotEquals, NotStartsWith, NotEndsWith []string `json:",omitempty"`
}

// usualSelectors are those of a data store for which none are given: all management events.
var usualSelectors = []Selector{{Name: "Default management events", Fields: []Field{{Field: "eventCategory", Equals: []string{trail.Management}}}}}

// columns are the fields that the event store keeps apart from the records.
var columns = map[string]trail.Column{
	"eventCategory": trail.ColumnCategory, "eventName": trail.ColumnName, "eventSource": trail.ColumnSource, "eventType": trail.ColumnType,
	"readOnly": trail.ColumnReadOnly, "userIdentity.arn": trail.ColumnPrincipal, "errorCode": trail.ColumnErrorCode,
}

// category is what a selector wants of eventCategory.
func category(s Selector) string {
	for _, f := range s.Fields {
		if f.Field == "eventCategory" && len(f.Equals) == 1 {
			return f.Equals[0]
		}
	}
	return ""
}

// kindOf is what kind of events a data store is for: those of trails may be mixed, all others stand alone.
func kindOf(list []Selector) string {
	switch c := category(list[0]); c {
	case trail.Data, trail.NetworkActivity, trail.Management:
		return "CloudTrail events"
	default:
		return c + " events"
	}
}

func checkSelectors(list []Selector) error {
	for _, s := range list {
		switch c := category(s); {
		case c == "":
			return selectorFault("The selector %q does not say eventCategory Equals one value.", s.Name)
		case c == "ConfigurationItem" || c == "Evidence":
			return selectorFault("Event data stores of %s events are not supported: query configuration items with SelectResourceConfig, evidence with Audit Manager.", c)
		case kindOf([]Selector{s}) != kindOf(list):
			return selectorFault("%s and %s cannot be in one event data store.", kindOf(list), kindOf([]Selector{s}))
		}
		for _, f := range s.Fields {
			if _, ok := columns[f.Field]; !ok {
				return selectorFault("The field %q is not supported.", f.Field)
			}
		}
	}
	return nil
}

func selectorFault(format string, args ...any) error {
	return fault.Invalidf("AdvancedEventSelectors", format, args...).With("InvalidEventSelectorsException")
}

// compile makes a filter of selectors, and tells which columns it reads.
func compile(list []Selector) (func(*trail.Event) bool, []trail.Column) {
	var needs []trail.Column
	for _, s := range list {
		for _, f := range s.Fields {
			needs = append(needs, columns[f.Field])
		}
	}
	return func(e *trail.Event) bool {
		return slices.ContainsFunc(list, func(s Selector) bool {
			return !slices.ContainsFunc(s.Fields, func(f Field) bool {
				v := e.Text(columns[f.Field])
				return len(f.Equals) > 0 && !slices.Contains(f.Equals, v) || slices.Contains(f.NotEquals, v)
			})
		})
	}, needs
}
