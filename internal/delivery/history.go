package delivery

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/inventory"
)

// historyEvery is the time between two deliveries of history.
const historyEvery = 6 * time.Hour

// retryAfter is when a delivery of history that the bucket refused is tried again.
const retryAfter = 10 * time.Minute

// sliceSize is how many changes one round of files is made from: what is held in memory of a stretch of any length.
const sliceSize = 20000

// window is a stretch of the change feeds on its way into files. All that names and fills the files is fixed here
// before the first one is written.
type window struct {
	From, To time.Time
	// Ends are the last changes of the feeds of the region and of the account's global resources.
	Ends map[string]int64
	// Group is what the recorder recorded.
	Group compliance.RecordingGroup
	// Files counts the files of each type.
	Files map[string]int `json:",omitempty"`
	// Retry is when it is tried again after a failure.
	Retry time.Time `json:",omitzero"`
}

// historyReader names the cursors of a region: each region delivers the account's global resources on its own.
func historyReader(region string) string { return "config-history/" + region }

// histories opens the window that is due and delivers the one that is open.
func (c *Courier) histories(ctx context.Context, p compliance.Post) error {
	pl, err := read(ctx, c, func(tx compliance.Tx) (plan, error) { return planOf(tx, p.Place) })
	if err != nil {
		return err
	}
	now := c.ids.Now()
	if pl.Window == nil {
		if !p.Recorder.Status.Recording {
			return nil
		}
		if next := p.Channel.History.Next; next.IsZero() || next.After(now) {
			if !next.IsZero() {
				return nil
			}
			return c.store.Write(ctx, func(tx compliance.Tx) error {
				return compliance.NoteDeliveries(tx, p.Place, func(ch *compliance.Channel) { ch.History.Next = now.Add(historyEvery) })
			})
		}
		if pl.Window, err = c.open(ctx, p, pl.HistoryTo); err != nil {
			return err
		}
	}
	if pl.Window.Retry.After(now) {
		return nil
	}
	for {
		left, err := c.slice(ctx, p)
		if err != nil || !left {
			return err
		}
	}
}

// open fixes the next window.
func (c *Courier) open(ctx context.Context, p compliance.Post, from time.Time) (*window, error) {
	if from.IsZero() {
		from = p.Since
	}
	w := &window{From: from, To: c.ids.Now(), Group: p.Recorder.Group}
	return w, c.store.Write(ctx, func(tx compliance.Tx) error {
		feeds, err := tx.ItemFeeds(arn.In(p.Account, p.Region))
		if err != nil {
			return err
		}
		w.Ends = map[string]int64{}
		for _, f := range feeds {
			w.Ends[f.Region] = f.Last
		}
		return replan(tx, p.Place, func(pl *plan) error {
			pl.Window = w
			return nil
		})
	})
}

// stretch is the next changes of a window, by type.
type stretch struct {
	w      *window
	region string
	to     int64
	types  map[string][]inventory.Change
}

// next reads the next changes of the open window; its region is empty when there are none left.
func (c *Courier) next(ctx context.Context, p compliance.Post) (stretch, error) {
	return read(ctx, c, func(tx compliance.Tx) (stretch, error) {
		pl, err := planOf(tx, p.Place)
		s := stretch{w: pl.Window, types: map[string][]inventory.Change{}}
		if err != nil || s.w == nil {
			return s, err
		}
		r := compliance.Recorder{Group: s.w.Group}
		for _, region := range slices.Sorted(maps.Keys(s.w.Ends)) {
			at, err := tx.FeedCursor(historyReader(p.Region), p.Account, region)
			if err != nil {
				return s, err
			}
			if at >= s.w.Ends[region] {
				continue
			}
			changes, err := tx.ItemChanges(p.Account, region, at, sliceSize)
			if err != nil {
				return s, err
			}
			s.region, s.to = region, s.w.Ends[region]
			for _, ch := range changes {
				if ch.Seq > s.w.Ends[region] {
					break
				}
				if s.to = ch.Seq; wanted(&r, ch.Type) {
					s.types[ch.Type] = append(s.types[ch.Type], ch)
				}
			}
			return s, nil
		}
		return s, nil
	})
}

// slice delivers the next files of the open window, and closes it when there are none left.
func (c *Courier) slice(ctx context.Context, p compliance.Post) (left bool, err error) {
	s, err := c.next(ctx, p)
	if err != nil || s.w == nil {
		return false, err
	}
	if s.region == "" {
		return false, c.close(ctx, p, s.w)
	}
	var keys []string
	for _, typ := range slices.Sorted(maps.Keys(s.types)) {
		key := historyKey(p.Place, p.Channel, s.w, typ, s.w.Files[typ]+1)
		failure, err := ended(c.put(ctx, p, key, `{"fileVersion":"1.0",`, s.w.To, c.states(ctx, s.types[typ])))
		if err != nil {
			return false, err
		}
		if failure != nil && passing(failure) {
			return false, errors.Join(failure, c.noted(ctx, p, failure, func(ch *compliance.Channel) *compliance.Delivery { return &ch.History }))
		}
		if failure != nil {
			return false, c.store.Write(ctx, func(tx compliance.Tx) error {
				if err := replan(tx, p.Place, func(pl *plan) error { pl.Window.Retry = tx.Now().Add(retryAfter); return nil }); err != nil {
					return err
				}
				return compliance.NoteDeliveries(tx, p.Place, func(ch *compliance.Channel) { note(&ch.History, tx.Now(), failure) })
			})
		}
		keys = append(keys, key)
	}
	return true, c.advance(ctx, p, s, keys)
}

// advance moves behind what was delivered and announces it, in one transaction.
func (c *Courier) advance(ctx context.Context, p compliance.Post, s stretch, keys []string) error {
	return c.store.Write(ctx, func(tx compliance.Tx) error {
		if err := tx.SetFeedCursor(historyReader(p.Region), p.Account, s.region, s.to); err != nil {
			return err
		}
		err := replan(tx, p.Place, func(pl *plan) error {
			if pl.Window == nil || !pl.Window.To.Equal(s.w.To) {
				return fmt.Errorf("history of %s %s: the window is another one now", p.Account, p.Region)
			}
			if pl.Window.Files == nil {
				pl.Window.Files = map[string]int{}
			}
			for typ := range s.types {
				pl.Window.Files[typ]++
			}
			return nil
		})
		if err != nil {
			return err
		}
		for _, key := range keys {
			if err := c.tell(tx, p, DeliveryMessage{Type: "ConfigurationHistoryDeliveryCompleted", Bucket: p.Channel.Bucket, Key: key}); err != nil {
				return err
			}
		}
		return nil
	})
}

func (c *Courier) close(ctx context.Context, p compliance.Post, w *window) error {
	return c.store.Write(ctx, func(tx compliance.Tx) error {
		err := replan(tx, p.Place, func(pl *plan) error {
			pl.Window, pl.HistoryTo = nil, w.To
			return nil
		})
		if err != nil {
			return err
		}
		return compliance.NoteDeliveries(tx, p.Place, func(ch *compliance.Channel) {
			note(&ch.History, tx.Now(), nil)
			ch.History.Next = w.To.Add(historyEvery)
		})
	})
}

// statesPage is how many states are read in one transaction.
const statesPage = 200

// states are the items that changes brought, in their order. What retention has removed meanwhile is left out.
func (c *Courier) states(ctx context.Context, changes []inventory.Change) iter.Seq2[*inventory.Item, error] {
	return func(yield func(*inventory.Item, error) bool) {
		for page := range slices.Chunk(changes, statesPage) {
			items, err := read(ctx, c, func(tx compliance.Tx) (out []*inventory.Item, err error) {
				for _, ch := range page {
					it, _, err := stateOf(tx, ch, false)
					if err != nil {
						return nil, err
					}
					if it != nil {
						out = append(out, it)
					}
				}
				return out, nil
			})
			if err != nil {
				yield(nil, err)
				return
			}
			for _, it := range items {
				if !yield(it, nil) {
					return
				}
			}
		}
	}
}

// stateOf is the item that a change brought, and the one before it when that is wanted; nil where there is none.
func stateOf(tx compliance.Tx, ch inventory.Change, before bool) (it, old *inventory.Item, err error) {
	versions, err := tx.ItemHistory(ch.Key, inventory.History{From: ch.Captured, To: ch.Captured})
	if err != nil {
		return nil, nil, err
	}
	for _, v := range versions {
		if v.StateID != ch.StateID {
			continue
		}
		if !before {
			return v.Item, nil, nil
		}
		older, err := tx.ItemHistory(ch.Key, inventory.History{After: &v, Limit: 1})
		if err == nil && len(older) > 0 {
			old = older[0].Item
		}
		return v.Item, old, err
	}
	return nil, nil, nil
}
