package compliance

import (
	_ "embed"
	"strings"
	"sync"
)

//go:embed resource-types.txt
var resourceTypes string

var knownTypes = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for t := range strings.FieldsSeq(resourceTypes) {
		m[t] = true
	}
	return m
})

// KnownType reports whether AWS Config names a resource type in its API model.
func KnownType(typ string) bool { return knownTypes()[typ] }

// The frequencies of periodic rules and of delivery.
const (
	OneHour         = "One_Hour"
	ThreeHours      = "Three_Hours"
	SixHours        = "Six_Hours"
	TwelveHours     = "Twelve_Hours"
	TwentyFourHours = "TwentyFour_Hours"
)

var hours = map[string]int{OneHour: 1, ThreeHours: 3, SixHours: 6, TwelveHours: 12, TwentyFourHours: 24}
