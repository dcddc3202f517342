package eventbus

import (
	"context"
	"fmt"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// failedKept is how long deliveries that were given up can be looked at.
const failedKept = 14 * 24 * time.Hour

// pauses follow the failed attempts; the last one is repeated.
var pauses = []time.Duration{
	time.Second, 5 * time.Second, 15 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute,
}

// due reads deliveries whose time has come, after a key, and the key to go on from.
func (p *Program) due(ctx context.Context, after docs.Key) (out []docs.Doc[Delivery], next docs.Key, err error) {
	err = p.Store.Read(ctx, func(tx Tx) error {
		list, err := queue.List(tx, arn.Everything(), after, pageSize)
		for _, d := range list {
			if !d.Value.Next.After(tx.Now()) {
				out = append(out, d)
			}
		}
		if len(list) == pageSize {
			next = list[pageSize-1].Key
		}
		return err
	})
	return out, next, err
}

// done takes a delivery from the queue, in the transaction that delivers it where there is one.
func done(tx Tx, d docs.Doc[Delivery]) error {
	return queue.Delete(tx, d.Account, d.Region, d.ID)
}

// missed notes that an attempt failed: there is another one, unless nothing can come of it or no more are allowed.
func (p *Program) missed(ctx context.Context, d docs.Doc[Delivery], outcome error) error {
	err := p.Store.Write(ctx, func(tx Tx) error {
		v := d
		v.Value.LastError = outcome.Error()
		v.Value.Attempts++
		v.Value.Next = tx.Now().Add(pauses[min(v.Value.Attempts, len(pauses))-1])
		if v.Value.goesOn(outcome) {
			return queue.Update(tx, v)
		}
		if err := failed.Insert(tx, v.Account, v.Region, v.ID, "", v.Value); err != nil {
			return fmt.Errorf("put aside: %w", err)
		}
		return done(tx, d)
	})
	if fault.KindOf(err) == fault.NotFound {
		return nil // somebody else has settled it
	}
	return err
}

// goesOn tells whether a delivery that failed is tried again.
func (v *Delivery) goesOn(outcome error) bool {
	attempts := maxAttempts
	if v.Target.Retry != nil {
		attempts = v.Target.Retry.MaxAttempts
	}
	if v.Attempts > attempts || v.Next.After(v.Expires) {
		return false
	}
	switch fault.KindOf(outcome) {
	case fault.Invalid, fault.NotFound, fault.Denied, fault.Exists, fault.Conflict:
		return false
	}
	return true
}

// Undelivered are the deliveries of the scope that were given up in the last two weeks, the oldest first.
func (p *Program) Undelivered(ctx context.Context, s arn.Scope) ([]Delivery, error) {
	return read(ctx, p, func(tx Tx) ([]Delivery, error) { return values(failed.All(tx, s)) })
}

// Pending are the deliveries of the scope that wait.
func (p *Program) Pending(ctx context.Context, s arn.Scope) ([]Delivery, error) {
	return read(ctx, p, func(tx Tx) ([]Delivery, error) { return values(queue.All(tx, s)) })
}

func values(list []docs.Doc[Delivery], err error) ([]Delivery, error) {
	out := make([]Delivery, len(list))
	for i, d := range list {
		out[i] = d.Value
	}
	return out, err
}

// Forget removes what was given up long ago.
func (p *Program) Forget(ctx context.Context) error {
	return p.Store.Write(ctx, func(tx Tx) error { return failed.DeleteOld(tx, arn.Everything(), tx.Now().Add(-failedKept)) })
}
