package delivery

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
)

// snapshot is one delivery of the current items.
type snapshot struct {
	ID string
	At time.Time
}

// maxSnapshots is how many snapshots of a channel may be under way.
const maxSnapshots = 10

// AskSnapshot begins the delivery of a snapshot and gives its id; the worker writes it.
func (c *Courier) AskSnapshot(ctx context.Context, at compliance.Place) (string, error) {
	id := c.ids.NewID()
	err := c.store.Write(ctx, func(tx compliance.Tx) error {
		posts, err := compliance.Posts(tx, arn.Scope{Accounts: []string{at.Account}, Regions: []string{at.Region}})
		if err != nil {
			return err
		}
		if len(posts) == 0 {
			return fault.Missing("delivery channel", "default").With("NoSuchDeliveryChannelException")
		}
		return c.begin(tx, posts[0], snapshot{id, tx.Now()})
	})
	c.Wake()
	return id, err
}

// begin plans a snapshot and tells the topic.
func (c *Courier) begin(tx compliance.Tx, p compliance.Post, s snapshot) error {
	err := replan(tx, p.Place, func(pl *plan) error {
		if len(pl.Snapshots) >= maxSnapshots {
			return fault.New(fault.Throttled, "%d snapshots of the channel %q are under way: wait until they are delivered.", maxSnapshots, p.Channel.Name).With("ThrottlingException")
		}
		pl.Snapshots = append(pl.Snapshots, s)
		return nil
	})
	if err != nil {
		return err
	}
	return c.tell(tx, p, DeliveryMessage{Type: "ConfigurationSnapshotDeliveryStarted", Snapshot: s.ID})
}

// snapshots delivers what was begun, and begins what is due.
func (c *Courier) snapshots(ctx context.Context, p compliance.Post) error {
	pl, err := read(ctx, c, func(tx compliance.Tx) (plan, error) { return planOf(tx, p.Place) })
	if err != nil {
		return err
	}
	for _, s := range pl.Snapshots {
		if err := c.deliver(ctx, p, s); err != nil {
			return err
		}
	}
	if !p.Recorder.Status.Recording {
		return nil
	}
	return c.schedule(ctx, p)
}

// schedule begins the snapshot that is due, and settles when the next one is.
func (c *Courier) schedule(ctx context.Context, p compliance.Post) error {
	every, now, next := p.Channel.Every(), c.ids.Now(), p.Channel.Snapshot.Next
	switch {
	case every == 0 && next.IsZero(), every > 0 && next.After(now):
		return nil
	case every > 0 && !next.IsZero():
		s := snapshot{c.ids.NewID(), now}
		err := c.store.Write(ctx, func(tx compliance.Tx) error {
			if err := c.begin(tx, p, s); err != nil {
				return err
			}
			return compliance.NoteDeliveries(tx, p.Place, func(ch *compliance.Channel) { ch.Snapshot.Next = following(next, every, now) })
		})
		if err != nil {
			return err
		}
		return c.deliver(ctx, p, s)
	}
	return c.store.Write(ctx, func(tx compliance.Tx) error {
		return compliance.NoteDeliveries(tx, p.Place, func(ch *compliance.Channel) {
			if ch.Snapshot.Next = (time.Time{}); every > 0 {
				ch.Snapshot.Next = now.Add(every)
			}
		})
	})
}

// following is the first time after now in steps from the last.
func following(last time.Time, every time.Duration, now time.Time) time.Time {
	return last.Add((now.Sub(last)/every + 1) * every)
}

// deliver writes a snapshot and notes how it went. After a crash it is written again under the same name.
func (c *Courier) deliver(ctx context.Context, p compliance.Post, s snapshot) error {
	key := snapshotKey(p.Place, p.Channel, s)
	head := fmt.Sprintf(`{"fileVersion":"1.0","configSnapshotId":%q,`, s.ID)
	if p.Recorder.Name == "" {
		return c.settle(ctx, p, s, key, fault.New(fault.Conflict, "The configuration recorder was deleted before the snapshot was written.").With("NoAvailableConfigurationRecorderException"))
	}
	failure, err := ended(c.put(ctx, p, key, head, s.At, c.current(ctx, p)))
	if err != nil {
		return err
	}
	if failure != nil && passing(failure) && c.again(p.Place) {
		return errors.Join(failure, c.noted(ctx, p, failure, func(ch *compliance.Channel) *compliance.Delivery { return &ch.Snapshot }))
	}
	return c.settle(ctx, p, s, key, failure)
}

// noted tells a failure in the channel's status.
func (c *Courier) noted(ctx context.Context, p compliance.Post, failure *fault.Error, of func(*compliance.Channel) *compliance.Delivery) error {
	return c.store.Write(ctx, func(tx compliance.Tx) error {
		return compliance.NoteDeliveries(tx, p.Place, func(ch *compliance.Channel) { note(of(ch), tx.Now(), failure) })
	})
}

// settle ends a snapshot, tells the topic and notes how it went.
func (c *Courier) settle(ctx context.Context, p compliance.Post, s snapshot, key string, failure *fault.Error) error {
	m := DeliveryMessage{Type: "ConfigurationSnapshotDeliveryCompleted", Snapshot: s.ID, Bucket: p.Channel.Bucket, Key: key}
	if failure != nil {
		m = DeliveryMessage{Type: "ConfigurationSnapshotDeliveryFailed", Snapshot: s.ID, Code: failure.Code, Reason: failure.Message}
	}
	return c.store.Write(ctx, func(tx compliance.Tx) error {
		err := replan(tx, p.Place, func(pl *plan) error {
			pl.Snapshots = slices.DeleteFunc(pl.Snapshots, func(o snapshot) bool { return o.ID == s.ID })
			return nil
		})
		if err != nil {
			return err
		}
		if err := compliance.NoteDeliveries(tx, p.Place, func(ch *compliance.Channel) { note(&ch.Snapshot, tx.Now(), failure) }); err != nil {
			return err
		}
		if failure == nil {
			if err := compliance.SnapshotDelivered(tx, p.Place, compliance.Delivered{ID: s.ID, Bucket: m.Bucket, Key: m.Key}); err != nil {
				return err
			}
		}
		return c.tell(tx, p, m)
	})
}

// note writes the outcome of a delivery into its status.
func note(d *compliance.Delivery, now time.Time, failure *fault.Error) {
	d.Attempted, d.ErrorCode, d.ErrorMessage = now, "", ""
	if failure != nil {
		d.Status, d.ErrorCode, d.ErrorMessage = "Failure", failure.Code, failure.Message
		return
	}
	d.Status, d.Succeeded = "Success", now
}

// current are the items of a place that its recorder records, with the global ones; a transaction a page, so that
// readers never wait for the bucket.
func (c *Courier) current(ctx context.Context, p compliance.Post) iter.Seq2[*inventory.Item, error] {
	return func(yield func(*inventory.Item, error) bool) {
		for after := (inventory.Key{}); ; {
			page, err := read(ctx, c, func(tx compliance.Tx) ([]*inventory.Item, error) {
				return compliance.ItemsOf(tx).Items(arn.In(p.Account, p.Region), inventory.Filter{}, after, pageSize)
			})
			if err != nil {
				yield(nil, err)
				return
			}
			for _, it := range page {
				if after = it.Key; wanted(&p.Recorder, it.Type) && !yield(it, nil) {
					return
				}
			}
			if len(page) < pageSize {
				return
			}
		}
	}
}
