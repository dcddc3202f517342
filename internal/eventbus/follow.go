package eventbus

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/trail"
)

// late is how old an event may be to set something off.
const late = 24 * time.Hour

// restAfter is how long is waited after a failure.
const restAfter = time.Second

// Follow takes events of trails as they arrive, until ctx ends.
func (p *Program) Follow(ctx context.Context, f *trail.Follower) error {
	for ctx.Err() == nil {
		err := f.Run(ctx, p.take)
		if ctx.Err() == nil {
			p.Log.Error("events could not be taken to their rules", "error", err)
			rest(ctx, restAfter)
		}
	}
	return ctx.Err()
}

func rest(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// take queues what a stretch of events sets off, and moves on behind it.
func (p *Program) take(ctx context.Context, s *trail.Stretch) error {
	x, err := p.rulesNow(ctx)
	if err != nil {
		return err
	}
	var found []Delivery
	var logged func(*trail.Event) bool
	now := p.Clock.Now()
	for i := range s.Events {
		e := &s.Events[i]
		if now.Sub(e.Time) > late || !x.any(Place{e.Account, e.Region}, Default) {
			continue
		}
		if logged == nil {
			if logged, err = p.logged(ctx); err != nil {
				return err
			}
		}
		if !logged(e) {
			continue
		}
		if h, ok := ofTrail(e); ok {
			found = append(found, x.route(&h, now)...)
		}
	}
	err = p.Store.Write(ctx, func(tx Tx) error {
		if err := p.enqueue(tx, found); err != nil {
			return err
		}
		return s.Done(tx)
	})
	if len(found) > 0 {
		p.ring()
	}
	return err
}

func (p *Program) logged(ctx context.Context) (func(*trail.Event) bool, error) {
	if p.Logged == nil {
		return func(*trail.Event) bool { return true }, nil
	}
	return p.Logged(ctx)
}
