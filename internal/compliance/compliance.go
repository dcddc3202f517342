// Package compliance is the domain of AWS Config: recorders and delivery channels, rule instances, conformance packs
// and aggregators, the engine that evaluates rules over the inventory's change feed, and the verdicts with their
// coverage. A verdict is stored for every subject, INSUFFICIENT_DATA included; nothing that is missing counts as
// compliant. docs/design/0002-evaluation.md tells how evaluation works. Faults carry the error code of the Config
// API; a method's comment names them.
package compliance

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/pack"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Place is an account and a region: where rules, packs, recorders and aggregators live.
type Place = pack.Place

// scope is what a place may read: its own account and region, and the account's global items.
func scope(p Place) arn.Scope { return arn.In(p.Account, p.Region) }

// own is the scope of the documents of a place.
func own(p Place) arn.Scope {
	return arn.Scope{Accounts: []string{p.Account}, Regions: []string{p.Region}}
}

// Tx is what a store offers inside a transaction.
type Tx interface {
	docs.Tx
	inventory.Tx
	VerdictTx
	// Now is the time of the transaction.
	Now() time.Time
}

// Store runs functions in transactions.
type Store interface {
	// Read runs fn on a snapshot.
	Read(ctx context.Context, fn func(Tx) error) error
	// Write runs fn in a durable transaction; fn must touch nothing but the Tx, for it may run again.
	Write(ctx context.Context, fn func(Tx) error) error
}

// Program is the compliance program of an installation. Its methods take the place of the caller and show and
// change nothing of another account.
type Program struct {
	store Store
	ids   stamp.Source
	wake  chan struct{}
	// wakePlanned tells the assessor that a planned resource waits.
	wakePlanned chan struct{}
	asked       chan struct{} // there may be a question to a function
}

// New is the program kept in a store.
func New(store Store, ids stamp.Source) *Program {
	return &Program{store: store, ids: ids, wake: make(chan struct{}, 1), wakePlanned: make(chan struct{}, 1), asked: make(chan struct{}, 1)}
}

// Notify tells a running engine that there may be something to evaluate: after an import, for one. It never blocks.
func (p *Program) Notify() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// Asked receives when there may be a question to a function.
func (p *Program) Asked() <-chan struct{} { return p.asked }

func (p *Program) ring() {
	select {
	case p.asked <- struct{}{}:
	default:
	}
}

// write changes documents, and tells the engine.
func (p *Program) write(ctx context.Context, fn func(Tx) error) error {
	err := p.store.Write(ctx, fn)
	if err == nil {
		p.Notify()
	}
	return err
}

// read is a read transaction that gives a value.
func read[T any](ctx context.Context, p *Program, fn func(Tx) (T, error)) (T, error) {
	var v T
	err := p.store.Read(ctx, func(tx Tx) error {
		var err error
		v, err = fn(tx)
		return err
	})
	return v, err
}
