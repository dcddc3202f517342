package inventory

import (
	"context"
	"crypto/sha256"
	"iter"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
)

// Store runs functions in transactions.
type Store interface {
	// Read runs fn on a snapshot.
	Read(ctx context.Context, fn func(Tx) error) error
	// Write runs fn in a durable transaction; fn must touch nothing but the Tx, for it may run again.
	Write(ctx context.Context, fn func(Tx) error) error
}

// Tx is what a store offers for items inside a transaction. Every method takes a scope or names an account, and
// shows nothing of another account. Pages are ordered by Key; a page shorter than the limit is the last.
type Tx interface {
	// PutItem stores an item. One that has the account, region, type, id, capture time and state id of a stored item
	// is that item: nothing is written. A late item takes its place in the history. When the resource's current
	// state changes, a place in the change feed is written with it.
	PutItem(it *Item) (Put, error)

	// Item is the current state of a resource, which may say that it is gone; NotFound when it was never seen.
	Item(k Key) (*Item, error)
	// Items are the current states in the scope after a key.
	Items(s arn.Scope, f Filter, after Key, limit int) ([]*Item, error)
	// ItemByARN is the resource with the ARN; NotFound when the scope holds none.
	ItemByARN(s arn.Scope, arn string) (*Item, error)
	// ItemsNamed are the present resources of a type in the scope that have the name.
	ItemsNamed(s arn.Scope, typ, name string) ([]*Item, error)
	// ItemCounts counts the present resources by account, region and type; without types, of all.
	ItemCounts(s arn.Scope, types ...string) ([]Count, error)

	// ItemAsOf is the state a resource was in; NotFound when it was not known then.
	ItemAsOf(k Key, at AsOf) (*Item, error)
	// ItemsAsOf are the states that resources in the scope were in, after a key.
	ItemsAsOf(s arn.Scope, f Filter, at AsOf, after Key, limit int) ([]*Item, error)
	// ItemHistory are the states of one resource.
	ItemHistory(k Key, q History) ([]Version, error)

	// OldItems are past states of an account and region that ended at a moment or before it, behind one of them. A
	// state that evidence rests on is not among them: it is kept as long as the evidence.
	OldItems(account, region string, ended time.Time, after Past, limit int) ([]Past, error)
	// ForgetItems removes past states for good, but for those that evidence rests on.
	ForgetItems(states []Past) error

	// ItemRelations are the edges that a resource's current item names; none when it is gone.
	ItemRelations(k Key) ([]Relation, error)
	// ItemRelationsTo are the edges that lead to a resource from present items of its account: by its id, or by
	// its name (which may be empty) where an edge has no id.
	ItemRelationsTo(k Key, name string) ([]Relation, error)

	// ItemFeeds are the change feeds in the scope with the number of their last change.
	ItemFeeds(s arn.Scope) ([]Feed, error)
	// ItemChanges are the changes of current states after a number of an account's and region's feed.
	ItemChanges(account, region string, after int64, limit int) ([]Change, error)
	// PutCollected notes how a reading of a type in a place ended. Its At never goes back: a reading that was not complete
	// leaves the one before.
	PutCollected(c Collected) error
	// Collected are the latest readings in the scope, of all types when none is named.
	Collected(s arn.Scope, types ...string) ([]Collected, error)

	// FeedCursor is how far a reader has come in a feed; 0 when it has not begun.
	FeedCursor(reader, account, region string) (int64, error)
	// SetFeedCursor notes how far a reader has come.
	SetFeedCursor(reader, account, region string, seq int64) error
}

// Outcome tells what became of an item that was put.
type Outcome uint8

// The outcomes. A conflict has the identity of a stored item and other content; the first is kept.
const (
	Stored Outcome = iota
	Duplicate
	Conflict
)

var outcomeNames = [...]string{"stored", "duplicate", "conflict"}

func (o Outcome) String() string { return outcomeNames[o] }

// Put is the answer to PutItem.
type Put struct {
	Outcome Outcome
	// Current: the item has become the resource's current state. Seq is then its number in the change feed.
	Current bool
	Seq     int64
}

// Filter narrows a listing.
type Filter struct {
	// Types are the resource types wanted; empty means all.
	Types []string
	// Gone includes resources that were deleted or are not recorded.
	Gone bool
}

// Admits reports whether an item passes the filter's Gone; stores select by type themselves.
func (f Filter) Admits(it *Item) bool { return f.Gone || it.Present() }

// AsOf is a moment of the past: what the world was like at At, judged by the items recorded up to KnownAt. A zero
// KnownAt means all items recorded by now.
type AsOf struct{ At, KnownAt time.Time }

// History selects versions of one resource by capture time: From <= captured <= To, zero bounds being open.
type History struct {
	From, To time.Time
	// Forward lists the oldest first; the newest come first otherwise.
	Forward bool
	// After continues behind a version; nil begins.
	After *Version
	// Limit of versions; 0 means all.
	Limit int
}

// Version is one state with the time at which the next one was captured, zero for the current state. It is valid
// from its capture time until that moment.
type Version struct {
	*Item
	Until time.Time
}

// Past addresses one past state of a resource.
type Past struct {
	Key
	Captured time.Time
	StateID  int64
}

// Count is how many present resources of a type an account has in a region.
type Count struct {
	Account, Region, Type string
	Items                 int64
}

// Relation is an edge with the resource from which it starts.
type Relation struct {
	From Key
	Relationship
}

// Feed is the change feed of one account and region.
type Feed struct {
	Account, Region string
	// Last is the number of the latest change.
	Last int64
}

// ChangeKind tells what happened to a resource's current state.
type ChangeKind string

// The kinds of change.
const (
	Create ChangeKind = "CREATE"
	Update ChangeKind = "UPDATE"
	Delete ChangeKind = "DELETE"
)

// Change is one entry of a feed. Numbers of one feed grow by one without gaps.
type Change struct {
	Seq int64
	Key
	Kind     ChangeKind
	Captured time.Time
	StateID  int64
	// Recorded is when the change was written.
	Recorded time.Time
}

// ChangeOf tells the kind of the change that replaces one current state by another. before says whether there was
// a former state that was present.
func ChangeOf(before bool, it *Item) ChangeKind {
	switch {
	case !it.Present():
		return Delete
	case before:
		return Update
	}
	return Create
}

// Restore decodes an item as a store kept it.
func Restore(raw []byte, recorded time.Time, hash []byte) (*Item, error) {
	it, err := Decode(raw)
	if err != nil {
		return nil, err
	}
	it.Recorded = recorded
	if len(hash) == sha256.Size {
		it.hashOnce.Do(func() { copy(it.hash[:], hash) })
	}
	return it, nil
}

// pageSize is how many items All holds at once.
const pageSize = 500

// All yields the current states in the scope page by page, never holding more than one page.
func All(tx Tx, s arn.Scope, f Filter) iter.Seq2[*Item, error] {
	return pages(Key{}, func(after Key) ([]*Item, error) { return tx.Items(s, f, after, pageSize) })
}

// AllAsOf yields the states in the scope at a past moment, page by page.
func AllAsOf(tx Tx, s arn.Scope, f Filter, at AsOf) iter.Seq2[*Item, error] {
	return allAsOf(tx, s, f, at, Key{})
}

func allAsOf(tx Tx, s arn.Scope, f Filter, at AsOf, after Key) iter.Seq2[*Item, error] {
	return pages(after, func(after Key) ([]*Item, error) { return tx.ItemsAsOf(s, f, at, after, pageSize) })
}

func pages(after Key, page func(after Key) ([]*Item, error)) iter.Seq2[*Item, error] {
	return func(yield func(*Item, error) bool) {
		for after := after; ; {
			items, err := page(after)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, it := range items {
				if !yield(it, nil) {
					return
				}
				after = it.Key
			}
			if len(items) < pageSize {
				return
			}
		}
	}
}
