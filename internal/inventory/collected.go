package inventory

import "time"

// Collected tells how the latest reading of a resource type in a place ended. Of types that are read once in an account
// the region is arn.Global, wherever their resources are.
type Collected struct {
	Account, Region, Type string
	// At is when the latest complete list began: everything of the type that was there is recorded, none when there was
	// none. Zero when no list has been complete.
	At time.Time
	// Run is the run that read last; Whole tells that its list was complete.
	Run   string
	Whole bool
	// Items, Calls and Spent are what that reading found and took.
	Items, Calls int64
	Spent        time.Duration
}
