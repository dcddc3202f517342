package lake

import (
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/selector"
	"github.com/tickmark/tickmark/internal/trail"
)

// usualSelectors are those of a data store for which none are given: all management events.
var usualSelectors = []selector.Advanced{{Name: "Default management events", Fields: []selector.Field{{Field: "eventCategory", Equals: []string{trail.Management}}}}}

// compile checks selectors and compiles them.
func compile(list []selector.Advanced) (*selector.Set, error) {
	set, err := selector.Compile(list, selector.Store)
	if err == nil && (set.Takes(selector.ConfigurationItem) || set.Takes(selector.Evidence)) {
		err = selectorFault("Event data stores of %s events are not supported: query configuration items with SelectResourceConfig. For evidence each account registered with Audit Manager has one already.", set.Categories()[0])
	}
	return set, err
}

// trailEvents is the kind of a data store for what trails deliver.
const trailEvents = "CloudTrail events"

// kindOf is what kind of events selectors are for: those of trails may be mixed, all others stand alone.
func kindOf(list []selector.Advanced) (string, error) {
	set, err := compile(list)
	if err != nil {
		return "", err
	}
	switch c := set.Categories()[0]; c {
	case trail.Data, trail.NetworkActivity, trail.Management:
		return trailEvents, nil
	default:
		return c + " events", nil
	}
}

func selectorFault(format string, args ...any) error {
	return fault.Invalidf("AdvancedEventSelectors", format, args...).With("InvalidEventSelectorsException")
}
