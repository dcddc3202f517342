// Package courier delivers what trails take: log files, the digest files that prove them, and messages about them.
//
// What it promises:
//   - An event that arrives while a trail logs, that happened since logging began, and that the trail takes, is in exactly
//     one log file of the trail. What a file holds and how it is named is settled before it is written; the place in the
//     order of arrival moves in the transaction that knows the file, so that after a crash the same bytes are written
//     under the same name.
//   - Files are written every five minutes of the clock, sooner when much has arrived, and when logging stops. One that
//     starts within five seconds of a stop still has the last events of the time before.
//   - A log file is in the digest of the hour of its delivery, which begins with the minute and second in which logging or
//     validation began. Hours that passed while the server was down get their digests afterwards, in order, in the same
//     chain; digests of the backfill kind are not written. Stopping, deleting a trail and turning validation off leave
//     one last digest; the next chain begins with a digest that follows none.
//   - A bucket that takes nothing holds up its own trails only; they are tried again, and their status tells it.
//
// Every account and Region of a trail has its own chain, from its first log file on; the trail's home has one from the
// beginning. AWS writes empty digests in all Regions. Digests are signed with a key of the trail's account in the
// Region, kept with the other documents; a key signs for a year and then another does.
package courier

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/delivery"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/notify"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/rounds"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trails"
)

// Tx is what the courier needs of a transaction.
type Tx interface {
	docs.Tx
	Now() time.Time
	EventHead() (int64, error)
}

// Store runs transactions.
type Store interface {
	Read(ctx context.Context, fn func(Tx) error) error
	Write(ctx context.Context, fn func(Tx) error) error
}

// Events are the events in the order of their arrival.
type Events interface {
	Since(ctx context.Context, scope arn.Scope, after int64, limit int) ([]trail.Event, int64, error)
}

// Parts is what a courier stands on.
type Parts struct {
	Store  Store
	Trails *trails.Directory
	Events Events
	Shelf  *object.Shelf
	Topics *notify.Directory
	// Remote writes to buckets that do not exist here; nil when there is no other S3.
	Remote delivery.Remote
	// OrganizationID is the id in the keys of organization trails.
	OrganizationID func(ctx context.Context) (string, error)
	Clock          stamp.Source
	// NewKey makes a key to sign digests with; nil makes one by chance.
	NewKey func() (*rsa.PrivateKey, error)
}

// Courier delivers for all trails of an installation.
type Courier struct {
	Parts
	loop *rounds.Loop

	mu    sync.Mutex
	rests map[string]rest // trails whose last visit failed, by ARN
	away  map[string]bool // trails that are visited beside the round
}

// New is a courier.
func New(p Parts) *Courier {
	if p.NewKey == nil {
		p.NewKey = func() (*rsa.PrivateKey, error) { return rsa.GenerateKey(rand.Reader, keyBits) }
	}
	c := &Courier{Parts: p, rests: map[string]rest{}, away: map[string]bool{}}
	c.loop = rounds.New(pause, c.round)
	return c
}
