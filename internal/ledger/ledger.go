// Package ledger keeps evidence so that nobody, the operator included, can change, remove or reorder it without
// that being seen. A body says what was found, once for equal findings; an occurrence says for which assessment,
// control and day it was found. Each occurrence is a leaf of a Merkle log of its owning account; signed
// checkpoints of the log, once they have left the operator's hands, fix everything below them. The claim is
// tamper evidence, nothing more. Formats: docs/format/ledger.md.
package ledger

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// Hash is the SHA-256 of an object, written as lower-case hex. Hashes of the Merkle tree are tlog.Hash, written
// in base64, as the C2SP formats want them.
type Hash [32]byte

// String is the hash in hex.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// IsZero reports whether the hash is absent.
func (h Hash) IsZero() bool { return h == Hash{} }

// MarshalText writes hex, or nothing for the zero hash.
func (h Hash) MarshalText() ([]byte, error) {
	if h.IsZero() {
		return nil, nil
	}
	return []byte(h.String()), nil
}

// UnmarshalText reads hex.
func (h *Hash) UnmarshalText(text []byte) error {
	p, err := ParseHash(string(text))
	*h = p
	return err
}

// ParseHash reads a hash in lower-case hex; the empty string is the zero hash.
func ParseHash(s string) (Hash, error) {
	var h Hash
	if s == "" {
		return h, nil
	}
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(h) || hex.EncodeToString(b) != s {
		return Hash{}, fmt.Errorf("%q is not a SHA-256 in lower-case hex", s)
	}
	copy(h[:], b)
	return h, nil
}

// Tx is what the ledger needs of a store inside a transaction.
type Tx interface {
	Now() time.Time

	// PutObject keeps content under its hash; content that is there already is left as it is.
	PutObject(account string, kind Kind, h Hash, content []byte) error
	// Object reads content; NotFound when there is none.
	Object(account string, kind Kind, h Hash) ([]byte, error)

	// InsertEntry stores an entry that is not there yet.
	InsertEntry(e Entry, occurrence []byte) error
	// EntryByID reads an entry by its owner and id; NotFound when there is none.
	EntryByID(account, id string) (Entry, error)
	// Entries reads entries in the order of their leaves.
	Entries(q Query) ([]Entry, error)
	// Folders counts entries by control, day, source and verdict.
	Folders(q Query) ([]FolderCount, error)
	// NextSequence takes the next number, beginning with 1, of an assessment's occurrences.
	NextSequence(account, assessment string) (int64, error)

	// Head reads a log's head; the zero head when the log is empty.
	Head(account string) (Head, error)
	// MoveHead replaces the head that was read before; Conflict when it is another one meanwhile.
	MoveHead(account string, from, to Head) error
	// PutHashes stores tree hashes from a storage index on.
	PutHashes(account string, first int64, hashes []tlog.Hash) error
	// TreeHashes reads tree hashes by storage index.
	TreeHashes(account string, indexes []int64) ([]tlog.Hash, error)

	// InsertCheckpoint keeps a signed checkpoint.
	InsertCheckpoint(account string, c Checkpoint, signedAt time.Time) error
	// LastCheckpoint reads the newest one; NotFound when there is none.
	LastCheckpoint(account string) (Checkpoint, error)
	// Checkpoints reads every kept checkpoint of a log, the smallest first.
	Checkpoints(account string) ([]Checkpoint, error)
}

// Store runs functions inside transactions.
type Store interface {
	Read(ctx context.Context, fn func(Tx) error) error
	Write(ctx context.Context, fn func(Tx) error) error
}

// Kind tells what a stored object is.
type Kind string

// The kinds of objects.
const (
	KindBody     Kind = "body"
	KindProduced Kind = "produced"
	KindMembers  Kind = "members"
	// KindKeyChange is a statement by which a key follows another; the deployment's own.
	KindKeyChange Kind = "keychange"
)

// Deployment is the account under which the deployment's own log is kept: its leaves are the checkpoints of the
// account logs.
const Deployment = ""
