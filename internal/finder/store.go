package finder

import (
	"context"

	"github.com/tickmark/tickmark/internal/ledger"
)

// Head is how far an account's log stands in columns.
type Head struct {
	// Version is that of the columns; those of another one are thrown away.
	Version int64
	// Leaves is how many leaves of the log were taken.
	Leaves int64
	// Occurrences, Subjects and Sets are how many there are of each.
	Occurrences, Subjects, Sets int64
}

// Side tells what the rows of a block are.
type Side string

// The two kinds of blocks: of occurrences, and of the resources in bodies.
const (
	Occurrences Side = "occurrence"
	Subjects    Side = "subject"
)

// BlockInfo is a block without its columns.
type BlockInfo struct {
	Side Side
	// First is the number of its first row, Rows how many there are.
	First, Rows int64
	// Zone is what a reader may leave the block out by.
	Zone []byte
}

// Place is where the resources of a body are: so many rows from the first on.
type Place struct{ First, Rows int64 }

// Tx is what the finder needs of a store inside a transaction. Every method names the account that owns the log.
type Tx interface {
	ledger.Tx

	// FinderHead reads how far the columns are; the zero head when there are none.
	FinderHead(account string) (Head, error)
	// MoveFinderHead replaces the head that was read before; Conflict when it is another one meanwhile.
	MoveFinderHead(account string, from, to Head) error
	// ForgetFinder removes all that is kept for an account.
	ForgetFinder(account string) error

	// FinderBlocks lists blocks of a side by their first rows.
	FinderBlocks(account string, side Side) ([]BlockInfo, error)
	// PutFinderBlock writes a block with its columns.
	PutFinderBlock(account string, b BlockInfo, columns map[string][]byte) error
	// DeleteFinderBlock removes a block with its columns.
	DeleteFinderBlock(account string, side Side, first int64) error
	// FinderColumn reads one column; NotFound when there is none.
	FinderColumn(account string, side Side, first int64, name string) ([]byte, error)

	// PutFinderBodies notes where the resources of bodies are.
	PutFinderBodies(account string, hashes []ledger.Hash, places []Place) error
	// FinderBodies finds them; bodies that are not noted are left out.
	FinderBodies(account string, hashes []ledger.Hash) (map[ledger.Hash]Place, error)

	// PutFinderSet keeps a set of resources under its number and the root of the members.
	PutFinderSet(account string, number int64, root ledger.Hash, rows int64, content []byte) error
	// FinderSetOf finds a set by its root: its number and how many rows it has; NotFound when there is none.
	FinderSetOf(account string, root ledger.Hash) (number, rows int64, err error)
	// FinderSet reads a set; NotFound when there is none.
	FinderSet(account string, number int64) ([]byte, error)

	// EntriesAt reads entries by their leaves, which are in ascending order.
	EntriesAt(account string, leaves []int64) ([]ledger.Entry, error)
	// LedgerAccounts are the accounts that have a log.
	LedgerAccounts() ([]string, error)
}

// Store runs functions in transactions.
type Store interface {
	// Read runs fn on a snapshot.
	Read(ctx context.Context, fn func(Tx) error) error
	// Write runs fn in a durable transaction; fn must touch nothing but the Tx, for it may run again.
	Write(ctx context.Context, fn func(Tx) error) error
}
