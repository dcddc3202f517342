// Package delivery brings configuration out of an installation, as AWS Config's delivery channel does: snapshots on
// request and on schedule, history files of what changed, and messages about both to the channel's topic. Files have
// AWS's names and forms, hold no secrets, and are written as streams; memory does not grow with the estate.
//
// Nothing is lost or doubled. A history file is made from a stretch of the change feed that is fixed before it is
// written; the place in the feed moves in the transaction that announces the file, so that after a crash the same
// bytes are written under the same name. Messages enter the outbox in the transaction that moves the place behind
// what they tell.
//
// Not delivered: items that came later than a newer state of their resource (they are in the history that the API
// reads), and Tickmark's own account facts. A bucket that does not exist here lies at another S3, when there is one to
// deliver to; what does not get through there is told in the channel's status and tried again, each channel by itself.
// Files in the installation's own buckets are not encrypted with KMS keys, and a bucket takes files of its own account
// only.
// Of rules AWS tells when an evaluation starts, for whatever reason; here it is each full evaluation, not the single
// resources that changed.
package delivery

import (
	"context"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/notify"
	"github.com/tickmark/tickmark/internal/object"
	"github.com/tickmark/tickmark/internal/rounds"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Courier delivers for all channels of an installation.
type Courier struct {
	store  compliance.Store
	shelf  *object.Shelf
	topics *notify.Directory
	remote Remote
	ids    stamp.Source
	loop   *rounds.Loop

	mu    sync.Mutex
	rests map[compliance.Place]rest // places whose last visit failed
	away  map[compliance.Place]bool // places that are being visited beside the round
}

// Parts is what a courier stands on.
type Parts struct {
	Store  compliance.Store
	Shelf  *object.Shelf
	Topics *notify.Directory
	// Remote writes to buckets that do not exist here; nil when there is no other S3.
	Remote Remote
	Clock  stamp.Source
}

// New is a courier.
func New(p Parts) *Courier {
	c := &Courier{
		store: p.Store, shelf: p.Shelf, topics: p.Topics, remote: p.Remote, ids: p.Clock,
		rests: map[compliance.Place]rest{}, away: map[compliance.Place]bool{},
	}
	c.loop = rounds.New(pause, c.round)
	return c
}

// plan is what is under way for a channel; it survives restarts.
type plan struct {
	// Snapshots were begun and not ended yet, the oldest first.
	Snapshots []snapshot `json:",omitempty"`
	// Window is the stretch of history that is being delivered; HistoryTo is where the next one begins.
	Window    *window   `json:",omitempty"`
	HistoryTo time.Time `json:",omitzero"`
	// Topic is told of changes; Evaluations is the number of the last change of compliance that it was told of.
	Topic       string `json:",omitempty"`
	Evaluations int64  `json:",omitempty"`
}

var plans = docs.Collection[plan]{Kind: "config-delivery", Noun: "plan of deliveries"}

const planID = "plan"

// planOf reads what is under way in a place.
func planOf(tx compliance.Tx, at compliance.Place) (plan, error) {
	d, err := plans.Get(tx, at.Account, at.Region, planID)
	if fault.KindOf(err) == fault.NotFound {
		err = nil
	}
	return d.Value, err
}

// replan changes what is under way in a place.
func replan(tx compliance.Tx, at compliance.Place, change func(*plan) error) error {
	d, err := plans.Get(tx, at.Account, at.Region, planID)
	fresh := fault.KindOf(err) == fault.NotFound
	if err != nil && !fresh {
		return err
	}
	if err := change(&d.Value); err != nil {
		return err
	}
	if fresh {
		return plans.Insert(tx, at.Account, at.Region, planID, "", d.Value)
	}
	return plans.Update(tx, d)
}

func read[T any](ctx context.Context, c *Courier, fn func(compliance.Tx) (T, error)) (v T, err error) {
	err = c.store.Read(ctx, func(tx compliance.Tx) error {
		v, err = fn(tx)
		return err
	})
	return v, err
}
