// Package recording writes down what resources of an account and region look like, as often as the recorder there asks
// for: at once, or for types that are recorded daily once a day.
//
// A daily type is held: the latest state seen in a day (UTC) is written when the day has ended, and only when it differs
// from the one recorded before. Its item says when it was seen (capture time), when it was written (delivery time) and
// that its frequency is DAILY. Until then every reader sees what was recorded last; a resource that came and went within
// a day is never recorded. The held states are rows of the store: a crash loses and doubles none.
//
// A recorder that is stopped writes nothing: what it holds waits until it runs again. One that turns to CONTINUOUS
// writes what it holds at once.
//
// Imported items do not pass here; they keep what they say. Nor does what remediation reads anew after a change: its
// outcome is to be judged now.
package recording

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/inventory"
)

// Observer takes in observations of resources.
type Observer struct {
	store   compliance.Store
	changed func()
}

// New is an observer that calls changed after items were written.
func New(store compliance.Store, changed func()) *Observer { return &Observer{store, changed} }

// Observe takes in what resources look like. Status and state id of the specs are set here: the first item of a
// resource, and the first after its deletion, is a discovery. All are taken in or none.
func (o *Observer) Observe(ctx context.Context, at compliance.Place, specs ...inventory.Spec) error {
	for i := range specs {
		specs[i].Status = inventory.OK
	}
	_, err := o.take(ctx, at, specs)
	return err
}

// Gone takes in that resources no longer exist; those that were never recorded or are gone already stay as they are.
func (o *Observer) Gone(ctx context.Context, at compliance.Place, seen time.Time, keys ...inventory.Key) error {
	specs := make([]inventory.Spec, 0, len(keys))
	for _, k := range keys {
		specs = append(specs, inventory.Spec{Key: k, Status: inventory.Deleted, Captured: seen})
	}
	_, err := o.take(ctx, at, specs)
	return err
}

// Take takes in observations that say themselves whether a resource is there (OK) or no more (Deleted), and tells how
// many items that wrote.
func (o *Observer) Take(ctx context.Context, at compliance.Place, specs []inventory.Spec) (written int, err error) {
	return o.take(ctx, at, specs)
}

func (o *Observer) take(ctx context.Context, at compliance.Place, specs []inventory.Spec) (written int, err error) {
	err = o.store.Write(ctx, func(tx compliance.Tx) error {
		written = 0
		recorder, err := compliance.RecorderOf(tx, at)
		if err != nil {
			return err
		}
		for _, s := range specs {
			ok, err := takeOne(tx, at, &recorder, s)
			if err != nil {
				return err
			}
			if ok {
				written++
			}
		}
		return nil
	})
	if err == nil && written > 0 {
		o.changed()
	}
	return written, err
}

// takeOne holds a state or records it. One that is held from before comes first.
func takeOne(tx compliance.Tx, at compliance.Place, recorder *compliance.Recorder, s inventory.Spec) (written bool, err error) {
	old, err := heldOf(tx, at, s.Key)
	if err != nil {
		return false, err
	}
	daily := recorder.Daily(s.Type)
	if old != nil && (!daily || old.Value.Day < day(tx.Now())) {
		if written, err = release(tx, *old); err != nil {
			return written, err
		}
		old = nil
	}
	if daily {
		return written, hold(tx, at, recorder.Mode, old, s)
	}
	ok, err := record(tx, s)
	return written || ok, err
}

// record writes the item of a state that differs from the resource's current one.
func record(tx compliance.Tx, s inventory.Spec) (written bool, err error) {
	if s.Status == inventory.Deleted {
		if known, err := known(tx, s.Key); err != nil || !known {
			return false, err
		}
	}
	return inventory.Observe(tx, s)
}
