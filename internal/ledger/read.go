package ledger

import (
	"fmt"

	"github.com/tickmark/tickmark/internal/fault"
)

// Query selects entries of one account's log. Empty fields select everything.
type Query struct {
	// Account owns the log; it must be given.
	Account string
	// Assessment, ControlSet and Control narrow in this order: a control without an assessment selects nothing.
	Assessment, ControlSet, Control string
	Source                          string
	// Day selects one day; FromDay and ToDay, both included, a range.
	Day, FromDay, ToDay string
	// IDs selects these only.
	IDs []string
	// Before limits to leaves below this index, such as the size of a checkpoint; 0 means all.
	Before int64
	// After begins behind this leaf index; From the first page it is nil.
	After *int64
	// Limit is the size of a page; 0 means all.
	Limit int
}

// FolderCount counts the entries of a control and day with equal source, type of verdict and exception.
type FolderCount struct {
	ControlSet, Control, Day, Source string
	Verdict                          Verdict
	Excepted                         bool
	// Entries is the number of occurrences, Weight what they stand for.
	Entries, Weight int64
}

// Get reads an entry by id.
func Get(tx Tx, account, id string) (Entry, error) {
	e, err := tx.EntryByID(account, id)
	if fault.KindOf(err) == fault.NotFound {
		err = fault.Missing("evidence", id)
	}
	return e, err
}

// ReadBody reads a body and checks it against its hash.
func ReadBody(tx Tx, account string, h Hash) (Body, error) {
	enc, err := object(tx, account, KindBody, h, BodyHash)
	if err != nil {
		return Body{}, err
	}
	return DecodeBody(enc)
}

// ReadProduced reads how an item was produced and checks it against its hash.
func ReadProduced(tx Tx, account string, h Hash) (Produced, error) {
	enc, err := object(tx, account, KindProduced, h, ProducedHash)
	if err != nil {
		return Produced{}, err
	}
	return DecodeProduced(enc)
}

// ReadMembers reads the bodies' hashes of the members and checks them against their root.
func ReadMembers(tx Tx, account string, m Members) ([]Hash, error) {
	enc, err := tx.Object(account, KindMembers, m.Root)
	if err != nil {
		return nil, err
	}
	set, err := decodeMembers(enc)
	if err != nil {
		return nil, err
	}
	if got := (Members{Count: int64(len(set)), Root: set.root()}); got != m {
		return nil, fmt.Errorf("members %s of ledger %q were changed", m.Root, account)
	}
	return set, nil
}

func object(tx Tx, account string, kind Kind, h Hash, hash func([]byte) Hash) ([]byte, error) {
	enc, err := tx.Object(account, kind, h)
	if err != nil {
		return nil, err
	}
	if hash(enc) != h {
		return nil, fmt.Errorf("%s %s of ledger %q was changed", kind, h, account)
	}
	return enc, nil
}
