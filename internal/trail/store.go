package trail

import (
	"context"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
)

// Store keeps events. An event is stored once: its key is (Account, ID). What Append has answered is durable and
// visible to every later call; nothing of a batch that failed ever becomes visible.
type Store interface {
	// Append stores the events of the batch that are new and, in the same transaction, its file marks.
	Append(ctx context.Context, b Batch) (Appended, error)
	// Marks returns the marks that were stored for these content hashes.
	Marks(ctx context.Context, sums []string) (map[string]FileMark, error)
	// Lookup returns a page of events, newest first.
	Lookup(ctx context.Context, q Query) (Page, error)
	// Scan calls yield for each event that matches, in no promised order, until it returns false. The event is
	// only valid during the call; without q.Raw its bytes and resources are empty.
	Scan(ctx context.Context, q ScanQuery, yield func(*Event) bool) error
	// Since returns up to limit events of the scope that arrived after the place `after` (0 is the beginning), in
	// order of arrival, and the place to go on from. Keep that place in a transaction with what was done about the
	// events and every event is seen exactly once, also after a crash. No events and an unmoved place: none are new.
	Since(ctx context.Context, scope arn.Scope, after int64, limit int) (events []Event, next int64, err error)
	// Head is the place of the event that arrived last; 0 when there is none.
	Head(ctx context.Context) (int64, error)
	// Await returns when the head is behind a place, or with ctx's error.
	Await(ctx context.Context, after int64) error
	// Blocks calls yield with the events that match, in no promised order, until it fails; its error is returned. It
	// is called by one goroutine at a time, not always the same, or by up to q.Parallel of them, each under its own
	// number Block.Worker; then the others may call it a last time after it failed. What counts is the moment of the
	// call: events that come later are not seen.
	Blocks(ctx context.Context, q BlockQuery, yield func(*Block) error) error
}

// Batch is what one Append stores.
type Batch struct {
	Events []Event
	Files  []FileMark
}

// FileMark remembers a file all of whose records were understood and stored, so that it need not be read again.
type FileMark struct {
	// Sum is the lower-case hex SHA-256 of the file's bytes.
	Sum string
	// Name is where it was first met.
	Name string
	// Records is the number of records in it.
	Records int
}

// Appended tells what became of a batch.
type Appended struct {
	Stored, Duplicates int
	// Conflicts are events whose key is taken by an event with other bytes. The first one stays; the other is kept
	// apart and found by no query.
	Conflicts []Conflict
}

// Conflict is an event that came with the key of another.
type Conflict struct {
	Account, ID string
	// Origin names the file that brought the event that was not stored.
	Origin string
}

// Query is one look-up. At most one attribute can be asked for, as in LookupEvents.
type Query struct {
	Scope     arn.Scope
	Attribute Attribute
	Value     string
	// Category keeps one category of event; "" keeps all.
	Category string
	// Start and End are inclusive; the zero time leaves that end open.
	Start, End time.Time
	// Limit is the page's size, at least 1.
	Limit int
	// After is the Next of the page before; zero for the first page.
	After Cursor
}

// Page is one page of a look-up.
type Page struct {
	Events []Event
	// Next is where the next page begins; zero when there is none. A page may turn out empty.
	Next Cursor
}

// Cursor is a place in the order of look-ups: time, then id, then account, all descending. It stays right while
// new events arrive.
type Cursor struct {
	Time        time.Time
	ID, Account string
}

// IsZero reports whether c is the place before every event.
func (c Cursor) IsZero() bool { return c.ID == "" && c.Time.IsZero() }

// CursorOf is the event's place.
func CursorOf(e *Event) Cursor { return Cursor{e.Time, e.ID, e.Account} }

// Compare orders places ascending; look-ups go the other way.
func (c Cursor) Compare(d Cursor) int {
	if n := c.Time.Compare(d.Time); n != 0 {
		return n
	}
	if n := strings.Compare(c.ID, d.ID); n != 0 {
		return n
	}
	return strings.Compare(c.Account, d.Account)
}

// Matches reports whether the event answers the query, the page apart.
func (q *Query) Matches(e *Event) bool {
	return q.Scope.Sees(e.Account, e.Region) && within(e.Time, q.Start, q.End) &&
		(q.Category == "" || q.Category == e.Category) && e.Has(q.Attribute, q.Value)
}

func within(t, start, end time.Time) bool {
	return (start.IsZero() || !t.Before(start)) && (end.IsZero() || !t.After(end))
}

// Match is one value of one attribute.
type Match struct {
	Attribute Attribute
	Value     string
}

// ScanQuery selects events for a scan.
type ScanQuery struct {
	Scope arn.Scope
	// AnyOf keeps events that match at least one; empty keeps all.
	AnyOf []Match
	// From and To are inclusive; the zero time leaves that end open.
	From, To time.Time
	// Raw asks for the record's bytes and for Resources, which cost more than everything else together.
	Raw bool
}

// Matches reports whether the event is selected.
func (q *ScanQuery) Matches(e *Event) bool {
	if !q.Scope.Sees(e.Account, e.Region) || !within(e.Time, q.From, q.To) {
		return false
	}
	for _, m := range q.AnyOf {
		if e.Has(m.Attribute, m.Value) {
			return true
		}
	}
	return len(q.AnyOf) == 0
}
