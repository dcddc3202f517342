package rule

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/tickmark/tickmark/internal/inventory"
)

// ReadKind tells how something was read.
type ReadKind string

// The kinds of read.
const (
	ReadItem    ReadKind = "item"    // one item, found by a reference
	ReadAbsent  ReadKind = "absent"  // a reference that led to nothing
	ReadListing ReadKind = "listing" // all items of a type
	ReadMatches ReadKind = "matches" // the items of a type that hold a value in a field
)

// Read is one thing a check read beside its subject. Together they are the reverse index of re-evaluation: a change
// of an item concerns every verdict that read it, listed its type, or looked for it and did not find it.
type Read struct {
	Kind  ReadKind
	Type  string
	Reach Reach
	// Ref is the reference that was followed, or `path=value` for matches.
	Ref string
	// Key is the item found; set for ReadItem.
	Key inventory.Key
	// Matched are the items found by a match, and the one of which that could not be told. Awaited are the references
	// by which a change of another item could come into it: see MatchRefs.
	Matched []inventory.Key
	Awaited []string
	// State is a digest of what was found: it changes when the outcome could.
	State string
}

// ReadSet is all that an evaluation read.
type ReadSet struct {
	Subject inventory.Key
	Reads   []Read
	// Clock says that the verdict depends on the time too: an equal Hash does not mean an equal verdict.
	Clock bool

	item *inventory.Item // the subject
}

// Hash is a digest of what was read, equal for equal reads. The time is not part of it.
func (s ReadSet) Hash() string {
	h := sha256.New()
	write := func(parts ...string) {
		for _, p := range parts {
			h.Write([]byte(p))
			h.Write([]byte{0})
		}
	}
	write(s.Subject.Account, s.Subject.Region, s.Subject.Type, s.Subject.ID, state(s.item))
	for _, r := range s.Reads {
		write(string(r.Kind), r.Type, r.Reach.String(), r.Ref, r.Key.Account, r.Key.Region, r.Key.Type, r.Key.ID, r.State)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// state names the state of an item by a digest of its text; an item that was only looked at as an account is empty.
func state(it *inventory.Item) string {
	if it == nil || len(it.Raw()) == 0 {
		return ""
	}
	h := it.Hash()
	return string(h[:])
}
