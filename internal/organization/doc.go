// Package organization keeps the accounts of an installation as AWS Organizations shows them: one organization with a
// root, organizational units, member accounts, delegated administrators and trusted services. Everything is kept as
// documents of the management account; who may ask is decided by the callers of this package.
package organization

import (
	"context"
	"crypto/sha256"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Tx is what the organization needs of a transaction.
type Tx interface {
	docs.Tx
	Now() time.Time
}

// Store runs transactions.
type Store interface {
	Read(ctx context.Context, fn func(Tx) error) error
	Write(ctx context.Context, fn func(Tx) error) error
}

// Directory is the organization of one management account.
type Directory struct {
	store      Store
	ids        stamp.Source
	management string
}

// New is the directory of the organization that the management account owns, or may create.
func New(store Store, ids stamp.Source, management string) *Directory {
	return &Directory{store, ids, management}
}

// Management is the id of the management account.
func (d *Directory) Management() string { return d.management }

var (
	organizations = docs.Collection[Organization]{Kind: "organization", Noun: "organization"}
	accounts      = docs.Collection[Account]{Kind: "member-account", Noun: "account"}
	units         = docs.Collection[Unit]{Kind: "organizational-unit", Noun: "organizational unit"}
	creations     = docs.Collection[Creation]{Kind: "account-creation", Noun: "account creation request"}
	delegations   = docs.Collection[Delegation]{Kind: "delegated-administrator", Noun: "delegated administrator"}
	trusts        = docs.Collection[time.Time]{Kind: "trusted-service", Noun: "trusted service"}
	tags          = docs.Collection[map[string]string]{Kind: "organization-tags", Noun: "tags"}
)

// Reason says which of the rules behind one AWS error code was broken; it is the cause of the fault.
type Reason string

func (r Reason) Error() string { return string(r) }

func constraint(reason Reason, message string) error {
	return &fault.Error{Kind: fault.Quota, Code: "ConstraintViolationException", Message: message, Err: reason}
}

// newID makes the short lower-case ids of Organizations, n characters after a prefix.
func (d *Directory) newID(prefix string, n int) string { return prefix + shorten(d.ids.NewID(), n) }

const idAlphabet = "abcdefghijklmnopqrstuvwxyz012345"

func shorten(seed string, n int) string {
	sum := sha256.Sum256([]byte(seed))
	var b strings.Builder
	for i := range n {
		b.WriteByte(idAlphabet[sum[i]%32])
	}
	return b.String()
}

// all reads a collection whole; an organization has few of everything.
func all[T any](tx Tx, c docs.Collection[T], management string) ([]docs.Doc[T], error) {
	return c.All(tx, arn.Scope{Accounts: []string{management}})
}
