// Package collect reads resources of real accounts. A Type declares how the resources of one type are found (Step), what
// is read of each (Detail) and how that becomes a configuration item; a Reading carries it out by the calls of a Caller.
// Package collect/aws has the types.
//
// What it promises: an item has the form AWS Config gives the type. A list is complete, or the reading fails and says
// why. What could not be read of a single resource stands in its item under NotCollected, never as absent. A resource
// that the API does not know any more is told apart from one that could not be read. Types without a declaration are
// refused, never guessed.
package collect

import (
	"context"
	"errors"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Collector records single resources anew.
type Collector struct {
	caller Caller
	types  func(name string) *Type
	items  inventory.Store
	clock  stamp.Source
}

// New is a collector of declared types that calls by a Caller.
func New(c Caller, types func(name string) *Type, items inventory.Store, clock stamp.Source) *Collector {
	return &Collector{c, types, items, clock}
}

// Record reads a recorded resource as a role and records what it is now. When a part of it may not be read, nothing is
// recorded: what was known of that part would be lost.
func (c *Collector) Record(ctx context.Context, k inventory.Key, role string) error {
	t := c.types(k.Type)
	if t == nil {
		return fault.New(fault.Invalid, "Resources of type %s cannot be read: there is no collector for the type. They are recorded anew when they are imported again.", k.Type)
	}
	captured, err := c.begin(ctx, k)
	if err != nil {
		return err
	}
	res, err := One(ctx, c.caller, t, k, role, captured)
	into := inventory.Recorder{Store: c.items}
	switch {
	case errors.Is(err, ErrGone):
		_, err := into.Gone(ctx, captured, []inventory.Key{k})
		return err
	case err != nil:
		return fault.New(fault.Unavailable, "The resource could not be read: %v.", err)
	case len(res.Failed) > 0:
		return fault.New(fault.Unavailable, "The resource could not be read whole: %v.", res.Failed[0])
	}
	_, err = into.Observe(ctx, []inventory.Spec{res.Spec})
	return err
}

// begin makes sure that the resource is recorded. The time is that before the first read: what changes after it is seen
// by a later recording.
func (c *Collector) begin(ctx context.Context, k inventory.Key) (captured time.Time, err error) {
	return captured, c.items.Read(ctx, func(tx inventory.Tx) error {
		it, err := tx.Item(k)
		if err != nil {
			return err
		}
		if captured = c.clock.Now(); !captured.After(it.Captured) {
			captured = it.Captured.Add(time.Millisecond)
		}
		return nil
	})
}

// One reads a single resource; ErrGone when it is no more.
func One(ctx context.Context, c Caller, t *Type, k inventory.Key, role string, captured time.Time) (*Resource, error) {
	var found *Resource
	r := Reading{
		Caller: c, Type: t, Place: Place{k.Account, k.Region, role}, Only: k.ID, Captured: captured,
		Emit: func(res *Resource) error {
			if res.Spec.Key == k {
				found = res
			}
			return nil
		},
	}
	if k.Region == arn.Global {
		r.Place.Region = HomeRegion(partitionOf(role))
	}
	err := r.Run(ctx)
	if err == nil && found == nil { // another of the id, in another region
		err = ErrGone
	}
	return found, err
}

// partitionOf is the partition of a role's ARN.
func partitionOf(role string) string {
	if a, err := arn.Parse(role); err == nil {
		return a.Partition
	}
	return "aws"
}
