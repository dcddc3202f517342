package notify

import (
	"context"
	"fmt"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// Delivery is one message on its way to one subscription, or to one end of an account's channel.
type Delivery struct {
	// Subscription is its ARN, Message the message's id, Type the kind of body.
	Subscription, Message, Type string
	// To is set for what an account's channel carries, in place of Subscription: its webhook, or a mail address.
	To string `json:",omitempty"`
	// Subject is a mail's.
	Subject string `json:",omitempty"`
	Raw     bool   `json:",omitempty"`
	Body    string
	Queued  time.Time
	// Next is when it may be tried; Attempts counts how often it was and LastError says how the last one failed.
	Next      time.Time
	Attempts  int    `json:",omitempty"`
	LastError string `json:",omitempty"`
}

// pauses follow the failed attempts; after the last a delivery is put aside. In all about a day.
var pauses = []time.Duration{
	time.Second, 5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 4 * time.Hour, 8 * time.Hour, 8 * time.Hour,
}

// failedKept is how long deliveries that were given up can be looked at.
const failedKept = 14 * 24 * time.Hour

// Undelivered lists the deliveries of the scope that were given up, the oldest first.
func (d *Directory) Undelivered(ctx context.Context, s arn.Scope) ([]Delivery, error) {
	var out []Delivery
	err := d.store.Read(ctx, func(tx Tx) error {
		list, err := failed.All(tx, s)
		for _, v := range list {
			out = append(out, v.Value)
		}
		return err
	})
	return out, err
}

// Pending counts what waits in the outbox of the scope.
func (d *Directory) Pending(ctx context.Context, s arn.Scope) (int, error) {
	n := 0
	err := d.store.Read(ctx, func(tx Tx) error {
		list, err := outbox.All(tx, s)
		n = len(list)
		return err
	})
	return n, err
}

// due is a delivery with the endpoint it goes to; gone when its subscription is no more.
type due struct {
	docs.Doc[Delivery]
	endpoint string
	channel  Channel
	gone     bool
}

// takeDue reads deliveries whose time has come, after a key, up to limit entries looked at, and the key to go on from.
func (d *Directory) takeDue(ctx context.Context, after docs.Key, limit int) ([]due, docs.Key, error) {
	var out []due
	var last docs.Key
	err := d.store.Read(ctx, func(tx Tx) error {
		list, err := outbox.List(tx, arn.Everything(), after, limit)
		if err != nil {
			return err
		}
		for _, v := range list {
			if v.Value.Next.After(tx.Now()) {
				continue
			}
			if v.Value.To != "" {
				c, ok, err := reach(tx, v.Account, &v.Value)
				if err != nil {
					return err
				}
				out = append(out, due{Doc: v, channel: c, gone: !ok})
				continue
			}
			s, err := getSubscription(tx, v.Value.Subscription)
			if err != nil && fault.KindOf(err) != fault.NotFound {
				return err
			}
			out = append(out, due{Doc: v, endpoint: s.Value.Endpoint, gone: err != nil})
		}
		if len(list) == limit {
			last = list[limit-1].Key
		}
		return nil
	})
	return out, last, err
}

// settle records the outcome of an attempt: done, to be tried again, or given up.
func (d *Directory) settle(ctx context.Context, v docs.Doc[Delivery], outcome error) error {
	return d.store.Write(ctx, func(tx Tx) error {
		if outcome == nil {
			return gone(outbox.Delete(tx, v.Account, v.Region, v.ID))
		}
		next := v
		next.Value.LastError = outcome.Error()
		next.Value.Attempts++
		if next.Value.Attempts <= len(pauses) {
			next.Value.Next = tx.Now().Add(pauses[next.Value.Attempts-1])
			return gone(outbox.Update(tx, next))
		}
		if err := failed.Insert(tx, v.Account, v.Region, v.ID, "", next.Value); err != nil {
			return fmt.Errorf("put aside: %w", err)
		}
		return gone(outbox.Delete(tx, v.Account, v.Region, v.ID))
	})
}

// gone makes nothing of an entry that is not there any more.
func gone(err error) error {
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	return err
}

// forget removes deliveries that were given up long ago.
func (d *Directory) forget(ctx context.Context) error {
	return d.store.Write(ctx, func(tx Tx) error { return failed.DeleteOld(tx, arn.Everything(), tx.Now().Add(-failedKept)) })
}
