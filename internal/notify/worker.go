package notify

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/docs"
)

const (
	// atOnce deliveries run side by side, so that one slow endpoint does not hold up the others.
	atOnce = 8
	// pageSize is how much of the outbox is looked at in one read.
	pageSize = 200
	// rest is the pause between rounds when nobody wakes the worker.
	rest = time.Second
	// forgetEvery is how many rounds lie between two clean-ups.
	forgetEvery = 3600
)

// Wake makes a running worker look at the outbox now.
func (d *Directory) Wake() {
	select {
	case d.wake <- struct{}{}:
	default:
	}
}

// Run delivers until ctx ends. One process runs it.
func (d *Directory) Run(ctx context.Context, log *slog.Logger) {
	tick := time.NewTicker(rest)
	defer tick.Stop()
	for round := 0; ; round++ {
		if _, err := d.Deliver(ctx); err != nil && ctx.Err() == nil {
			log.Error("notifications: round failed", "error", err)
		}
		if round%forgetEvery == forgetEvery-1 {
			if err := d.forget(ctx); err != nil && ctx.Err() == nil {
				log.Error("notifications: clean-up failed", "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-d.wake:
		case <-tick.C:
		}
	}
}

// Deliver tries everything that is due once and tells how many attempts succeeded.
func (d *Directory) Deliver(ctx context.Context) (int, error) {
	client := d.targets.client()
	defer client.CloseIdleConnections()
	delivered := 0
	for after := (docs.Key{}); ; {
		list, next, err := d.takeDue(ctx, after, pageSize)
		if err != nil {
			return delivered, err
		}
		outcomes := make([]error, len(list))
		var wg sync.WaitGroup
		slots := make(chan struct{}, atOnce)
		for i, v := range list {
			if v.gone {
				continue
			}
			slots <- struct{}{}
			wg.Go(func() {
				defer func() { <-slots }()
				outcomes[i] = d.deliver(ctx, client, v)
			})
		}
		wg.Wait()
		if ctx.Err() != nil { // attempts cut off by the end of the server do not count
			return delivered, ctx.Err()
		}
		for i, v := range list {
			if err := d.settle(ctx, v.Doc, outcomes[i]); err != nil {
				return delivered, err
			}
			if outcomes[i] == nil && !v.gone {
				delivered++
			}
		}
		if next == (docs.Key{}) {
			return delivered, nil
		}
		after = next
	}
}

// deliver makes one attempt.
func (d *Directory) deliver(ctx context.Context, client *http.Client, v due) error {
	switch {
	case v.Value.To == "":
		return send(ctx, client, v)
	case v.Value.To == toWebhook:
		return post(ctx, client, v.channel, &v.Value, d.ids.Now())
	}
	return d.mail.send(ctx, &v.Value)
}
