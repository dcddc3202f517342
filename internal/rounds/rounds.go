// Package rounds runs work that is looked for again and again: at once when somebody wakes it, else after a pause. A part
// of it that may hang goes on beside the rounds.
package rounds

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// Round does all that is due. It gives beside what may hang, and does not wait for it.
type Round func(ctx context.Context, beside func(visit func() error)) error

// Loop runs one kind of round.
type Loop struct {
	round Round
	pause time.Duration
	wake  chan struct{}
}

// New is a loop of rounds with a pause between them.
func New(pause time.Duration, round Round) *Loop {
	return &Loop{round, pause, make(chan struct{}, 1)}
}

// Wake makes a running loop look for work now.
func (l *Loop) Wake() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// Run goes on until ctx ends, and waits for what is beside it. Failures go to the log under a message.
func (l *Loop) Run(ctx context.Context, log *slog.Logger, message string) {
	var away sync.WaitGroup
	defer away.Wait()
	failed := func(err error) {
		if err != nil && ctx.Err() == nil {
			log.Error(message, "error", err)
		}
	}
	t := time.NewTicker(l.pause)
	defer t.Stop()
	for {
		failed(l.round(ctx, func(visit func() error) { away.Go(func() { failed(visit()) }) }))
		select {
		case <-ctx.Done():
			return
		case <-l.wake:
		case <-t.C:
		}
	}
}

// Once runs one round, and waits for all of it.
func (l *Loop) Once(ctx context.Context) error {
	var mu sync.Mutex
	var away sync.WaitGroup
	var errs []error
	add := func(err error) {
		mu.Lock()
		defer mu.Unlock()
		errs = append(errs, err)
	}
	add(l.round(ctx, func(visit func() error) { away.Go(func() { add(visit()) }) }))
	away.Wait()
	return errors.Join(errs...)
}
