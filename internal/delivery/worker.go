package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
)

const (
	// pause lies between rounds when nobody wakes the worker.
	pause = 2 * time.Second
	// restTime is how long a place rests after an error of the installation.
	restTime = time.Minute
)

// Wake makes a running worker look for work now.
func (c *Courier) Wake() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// Run delivers until ctx ends. One process runs it.
func (c *Courier) Run(ctx context.Context, log *slog.Logger) {
	t := time.NewTicker(pause)
	defer t.Stop()
	for {
		if err := c.Round(ctx); err != nil && ctx.Err() == nil {
			log.Error("a delivery of configuration failed and is tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-c.wake:
		case <-t.C:
		}
	}
}

// Round does all that is due in every place. A failure in one place does not hold up the others.
func (c *Courier) Round(ctx context.Context) error {
	posts, err := read(ctx, c, func(tx compliance.Tx) ([]compliance.Post, error) { return compliance.Posts(tx, arn.Everything()) })
	if err != nil {
		return err
	}
	var errs []error
	for _, p := range posts {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if c.resting(p.Place) {
			continue
		}
		err := errors.Join(c.snapshots(ctx, p), c.histories(ctx, p), c.stream(ctx, p))
		if err != nil {
			c.rest(p.Place)
			errs = append(errs, fmt.Errorf("%s %s: %w", p.Account, p.Region, err))
		}
	}
	return errors.Join(errs...)
}

func (c *Courier) resting(at compliance.Place) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rests[at].After(c.ids.Now())
}

func (c *Courier) rest(at compliance.Place) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rests[at] = c.ids.Now().Add(restTime)
}
