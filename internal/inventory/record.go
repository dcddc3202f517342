package inventory

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
)

// Recorder turns observations into items: it writes a new item only when a resource has changed, as AWS Config's
// recorder does, and numbers it behind the one before.
type Recorder struct{ Store Store }

// Put stores one item as it is.
func (r Recorder) Put(ctx context.Context, it *Item) (Put, error) {
	puts, err := PutAll(ctx, r.Store, []*Item{it})
	if err != nil {
		return Put{}, err
	}
	return puts[0], nil
}

// PutMany stores items as they are, in one transaction.
func (r Recorder) PutMany(ctx context.Context, items []*Item) ([]Put, error) {
	return PutAll(ctx, r.Store, items)
}

// Observe records what resources look like. Status and state id of the specs are set here: the first item of a
// resource, and the first after its deletion, is a discovery. It returns how many items were written.
func (r Recorder) Observe(ctx context.Context, specs []Spec) (written int, err error) {
	err = r.Store.Write(ctx, func(tx Tx) error {
		written = 0
		for _, s := range specs {
			if s.Status != NotRecorded {
				s.Status = OK
			}
			ok, err := observe(tx, s)
			if err != nil {
				return err
			}
			if ok {
				written++
			}
		}
		return nil
	})
	return written, err
}

// Gone records that resources no longer exist; those that were never seen or are gone already stay as they are.
func (r Recorder) Gone(ctx context.Context, at time.Time, keys []Key) (written int, err error) {
	err = r.Store.Write(ctx, func(tx Tx) error {
		written = 0
		for _, k := range keys {
			if _, err := tx.Item(k); fault.KindOf(err) == fault.NotFound && err != nil {
				continue
			}
			ok, err := observe(tx, Spec{Key: k, Status: Deleted, Captured: at})
			if err != nil {
				return err
			}
			if ok {
				written++
			}
		}
		return nil
	})
	return written, err
}

// Observe records one observation in a transaction; it is not written when the resource looks as it did. Status is OK
// or Deleted, and the state id is set here.
func Observe(tx Tx, s Spec) (written bool, err error) { return observe(tx, s) }

// observe writes the item of a spec when it differs from the resource's current state.
func observe(tx Tx, s Spec) (bool, error) {
	now, err := tx.Item(s.Key)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return false, err
	}
	if s.Status == OK && (err != nil || !now.Present()) {
		s.Status = Discovered
	}
	s.StateID = s.Captured.UnixMilli()
	if err == nil && s.StateID <= now.StateID && !s.Captured.Before(now.Captured) {
		s.StateID = now.StateID + 1 // keep it growing when two states fall into one millisecond
	}
	it, berr := Build(s)
	if berr != nil {
		return false, berr
	}
	if err == nil && SameState(now, it) {
		return false, nil
	}
	put, err := tx.PutItem(it)
	return put.Outcome == Stored, err
}
