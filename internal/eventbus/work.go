package eventbus

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/docs"
)

const (
	// atOnce deliveries run side by side, so that one slow function does not hold up the others.
	atOnce = 8
	// pageSize is how much of the queue is looked at in one read; a delivery may have 256 KB.
	pageSize = 50
	// every is the pause between rounds when nobody wakes the worker.
	every = time.Second
)

// Run delivers what waits and keeps schedules, until ctx ends. One process runs it.
func (p *Program) Run(ctx context.Context) error {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		err := errors.Join(p.Tick(ctx), p.Judge(ctx))
		if err == nil {
			_, err = p.Deliver(ctx)
		}
		if err != nil && ctx.Err() == nil {
			p.Log.Error("events: a round failed", "error", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-p.wake:
		case <-tick.C:
		}
	}
}

// Tick queues the events of schedules that are due.
func (p *Program) Tick(ctx context.Context) error {
	x, err := p.rulesNow(ctx)
	if err != nil {
		return err
	}
	now := p.Clock.Now()
	for i := range x.scheduled {
		r := &x.scheduled[i]
		if r.Next.IsZero() || r.Next.After(now) {
			continue
		}
		if err := p.fire(ctx, r); err != nil {
			return err
		}
	}
	return nil
}

// fire queues one event of a schedule and plans the next in the same transaction.
func (p *Program) fire(ctx context.Context, r *Rule) error {
	return p.change(ctx, func(tx Tx) error {
		d, err := rules.Get(tx, r.Account, r.Region, r.id())
		if err != nil {
			return gone(err)
		}
		if !d.Value.Next.Equal(r.Next) {
			return nil // changed meanwhile
		}
		id := p.Clock.NewID()
		v := envelope{
			Version: "0", ID: id, DetailType: "Scheduled Event", Source: "aws.events", Account: r.Account,
			Time: r.Next.UTC().Format(time.RFC3339), Region: r.Region, Resources: []string{r.ARN()}, Detail: json.RawMessage("{}"),
		}
		text, err := v.text()
		if err != nil {
			return err
		}
		h := happening{Place: r.Place, bus: r.Bus, id: id}
		if err := p.enqueue(tx, d.Value.deliveries(&h, text, tx.Now())); err != nil {
			return err
		}
		d.Value.plan(tx.Now())
		return rules.Update(tx, d)
	})
}

// Deliver tries everything that is due once and tells how many attempts succeeded.
func (p *Program) Deliver(ctx context.Context) (delivered int, err error) {
	for after := (docs.Key{}); ; {
		list, next, err := p.due(ctx, after)
		if err != nil {
			return delivered, err
		}
		errs := make([]error, len(list))
		ok := make([]bool, len(list))
		var wg sync.WaitGroup
		slots := make(chan struct{}, atOnce)
		for i, d := range list {
			slots <- struct{}{}
			wg.Go(func() {
				defer func() { <-slots }()
				ok[i], errs[i] = p.attempt(ctx, d)
			})
		}
		wg.Wait()
		for _, is := range ok {
			if is {
				delivered++
			}
		}
		if err := errors.Join(errs...); err != nil {
			return delivered, err
		}
		if next == (docs.Key{}) {
			return delivered, nil
		}
		after = next
	}
}

// attempt tries one delivery and settles it.
func (p *Program) attempt(ctx context.Context, d docs.Doc[Delivery]) (bool, error) {
	err := p.send(ctx, d)
	switch {
	case ctx.Err() != nil: // cut off by the end of the server: it does not count
		return false, ctx.Err()
	case err == nil:
		return true, nil
	}
	p.Log.Warn("an event was not delivered", "rule", d.Value.Rule, "target", d.Value.Target.ARN, "event", d.Value.Event, "error", err)
	return false, p.missed(ctx, d, err)
}
