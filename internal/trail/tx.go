package trail

import (
	"time"

	"github.com/tickmark/tickmark/internal/arn"
)

// Tx is what the SQL store offers for events inside a transaction. It holds the truth of what exists: the manifest
// of sealed segments, the few events not sealed yet (hot), the head of the order of arrival, and file marks.
type Tx interface {
	// EventHead is the Seq of the last event; 0 when there is none.
	EventHead() (int64, error)
	// MoveEventHead moves the head; Conflict when it does not stand at from.
	MoveEventHead(from, to int64) error

	// PutFileMarks remembers files; those remembered already stay as they are.
	PutFileMarks(marks []FileMark) error
	// FileMarks returns the marks stored for these content hashes.
	FileMarks(sums []string) ([]FileMark, error)

	// PutEventConflicts keeps events whose key is taken; the same bytes are kept once.
	PutEventConflicts(events []Event) error
	// DeleteEventConflicts removes those that happened before a time and tells how many there were.
	DeleteEventConflicts(before time.Time) (int, error)

	// PutHotEvents stores events as rows; Exists when a key is taken.
	PutHotEvents(events []HotEvent) error
	// HotEvents reads hot events in look-up order (time, id, account descending).
	HotEvents(q HotQuery) ([]Event, error)
	// HotEventsSince reads hot events of the scope with a Seq above after, in order of arrival.
	HotEventsSince(scope arn.Scope, after int64, limit int) ([]Event, error)
	// HotEvent returns the hot event with this key, and whether there is one.
	HotEvent(account, id string) (Event, bool, error)
	// HotKeys lists the key, region and time of every hot event.
	HotKeys() ([]Event, error)
	// DeleteHotEvents removes the hot events of one account and region that happened in [from, to) and whose Seq
	// is not above last; it tells how many there were.
	DeleteHotEvents(account, region string, from, to time.Time, last int64) (int, error)

	// PutSegment adds a sealed segment to the manifest: from the commit on, its events exist.
	PutSegment(s Segment) error
	// DeleteSegment takes a segment out of the manifest; Conflict when it is not there.
	DeleteSegment(account, id string) error
	// Segments lists the manifest.
	Segments() ([]Segment, error)
}

// HotEvent is an event to be stored as a row.
type HotEvent struct {
	Event
	// Terms are the hashes it is found by.
	Terms []int64
}

// HotQuery selects hot events.
type HotQuery struct {
	Scope arn.Scope
	// AnyTerm keeps events that have at least one of these terms; empty keeps all.
	AnyTerm []int64
	// Start and End are inclusive; the zero time leaves that end open.
	Start, End time.Time
	// Before keeps events behind this place in look-up order; zero keeps all.
	Before Cursor
	// Limit is the largest number of events returned; 0 returns all.
	Limit int
}

// Segment is the manifest's entry for one sealed file and its index.
type Segment struct {
	ID, Account, Region string
	// Day is the UTC day of every event in it, as YYYY-MM-DD.
	Day string
	// Rows is the number of events.
	Rows int
	// First and Last are the times of the earliest and the latest event.
	First, Last time.Time
	// FirstSeq and LastSeq bound the events' places in the order of arrival.
	FirstSeq, LastSeq int64
	// InOrder says that row n is the event number FirstSeq+n.
	InOrder bool
	// Categories are the categories that occur in it.
	Categories []string
	// Bytes is the size of its files.
	Bytes int64
}
