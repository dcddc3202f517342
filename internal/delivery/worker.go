package delivery

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
)

const (
	// pause lies between rounds when nobody wakes the worker.
	pause = 2 * time.Second
	// restTime is how long a place rests after a visit that failed; it doubles with each further one, up to maxRest.
	restTime = time.Minute
	maxRest  = 10 * time.Minute
	// maxTries is how often a snapshot or a file of an oversized item is tried; history is tried until it gets through.
	maxTries = 5
	// maxAway is how many places with a bucket elsewhere are visited at once.
	maxAway = 16
)

// Wake makes a running worker look for work now.
func (c *Courier) Wake() { c.loop.Wake() }

// Run delivers until ctx ends. One process runs it.
func (c *Courier) Run(ctx context.Context, log *slog.Logger) {
	c.loop.Run(ctx, log, "a delivery of configuration failed and is tried again")
}

// Round does all that is due in every place, and waits for it. A failure in one place does not hold up the others.
func (c *Courier) Round(ctx context.Context) error { return c.loop.Once(ctx) }

// round visits every place. One whose bucket lies elsewhere is visited beside the round, so that an S3 that hangs holds up
// nobody else.
func (c *Courier) round(ctx context.Context, beside func(visit func() error)) error {
	posts, err := read(ctx, c, func(tx compliance.Tx) ([]compliance.Post, error) { return compliance.Posts(tx, arn.Everything()) })
	if err != nil {
		return err
	}
	var errs []error
	for _, p := range posts {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case c.resting(p.Place):
		case !p.Channel.Remote:
			errs = append(errs, c.visit(ctx, p))
		case c.leave(p.Place):
			beside(func() error {
				defer c.back(p.Place)
				return c.visit(ctx, p)
			})
		}
	}
	return errors.Join(errs...)
}

// visit does all that is due in a place.
func (c *Courier) visit(ctx context.Context, p compliance.Post) error {
	err := c.snapshots(ctx, p)
	if !late(err) { // the next file would wait as long
		err = errors.Join(err, c.histories(ctx, p))
	}
	err = errors.Join(err, c.stream(ctx, p))
	if err == nil {
		c.rested(p.Place)
		return nil
	}
	c.rest(p.Place)
	return fmt.Errorf("%s %s: %w", p.Account, p.Region, err)
}

// late reports whether another S3 has not taken a file that it may take later.
func late(err error) bool {
	f, ok := errors.AsType[*fault.Error](err)
	return ok && passing(f)
}

// leave marks a place as being visited; false when it is already, or when enough are.
func (c *Courier) leave(at compliance.Place) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.away[at] || len(c.away) >= maxAway {
		return false
	}
	c.away[at] = true
	return true
}

func (c *Courier) back(at compliance.Place) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.away, at)
}
