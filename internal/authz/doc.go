// Package authz keeps principals (root, users, roles), their access keys and sessions, and decides what each may
// do. Access is denied unless a grant of a built-in policy allows the operation in the account and, where the
// request is about one, in the assessment.
//
// Signature Version 4 is a symmetric scheme: whoever verifies a signature needs the secret itself, a hash will not
// do. Secrets of access keys and sessions are therefore kept in their documents as they are, and whoever reads the
// database file can sign as anyone; it is created for its owner alone. Session tokens, which are only compared, are
// kept as hashes.
package authz

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Tx is what the directory needs of a transaction.
type Tx interface {
	docs.Tx
	Now() time.Time
}

// Store runs transactions.
type Store interface {
	Read(ctx context.Context, fn func(Tx) error) error
	Write(ctx context.Context, fn func(Tx) error) error
}

// Directory is the principals, keys and sessions of an installation.
type Directory struct {
	store Store
	ids   stamp.Source
}

// New is a directory over a store; new keys and ids come from ids.
func New(store Store, ids stamp.Source) *Directory { return &Directory{store, ids} }

var (
	principals = docs.Collection[Principal]{Kind: "principal", Noun: "principal"}
	keys       = docs.Collection[Key]{Kind: "access-key", Noun: "access key"}
	sessions   = docs.Collection[Session]{Kind: "session", Noun: "session"}
)
