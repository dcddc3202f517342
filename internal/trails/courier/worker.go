package courier

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
)

const (
	// pause lies between rounds when nobody wakes the worker.
	pause = 2 * time.Second
	// restTime is how long a trail rests after a visit that failed; it doubles with each further one, up to maxRest.
	restTime = time.Minute
	maxRest  = 10 * time.Minute
	// maxAway is how many trails with a bucket elsewhere are visited at once.
	maxAway = 8
)

// rest is what a trail does after visits that failed.
type rest struct {
	until time.Time
	tries int
}

// Wake makes a running worker look for work now.
func (c *Courier) Wake() { c.loop.Wake() }

// Run delivers until ctx ends. One process runs it.
func (c *Courier) Run(ctx context.Context, log *slog.Logger) {
	c.loop.Run(ctx, log, "a delivery of a trail failed and is tried again")
}

// Round does all that is due for every trail, and waits for it. A failure of one does not hold up the others.
func (c *Courier) Round(ctx context.Context) error { return c.loop.Once(ctx) }

// round visits every trail. One whose bucket lies elsewhere is visited beside the round, so that an S3 that hangs holds up
// nobody else.
func (c *Courier) round(ctx context.Context, beside func(visit func() error)) error {
	all, err := c.visits(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, v := range all {
		name, remote := v.name()
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case !c.leave(name, remote):
		case !remote:
			errs = append(errs, c.look(ctx, v, name))
		default:
			beside(func() error { return c.look(ctx, v, name) })
		}
	}
	return errors.Join(errs...)
}

func (v *visit) name() (arn string, remote bool) {
	if v.fresh {
		return v.now.ARN, v.now.Remote
	}
	return v.Value.Trail.ARN, v.Value.Trail.Remote || v.now != nil && v.now.Remote
}

// look visits a trail.
func (c *Courier) look(ctx context.Context, v *visit, name string) error {
	err := v.run(ctx)
	if f, ok := errors.AsType[*fault.Error](err); ok && (v.now == nil || v.another()) && (f.Kind == fault.NotFound || f.Kind == fault.Denied) {
		err = v.abandon(ctx)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.away, name)
	if err == nil {
		delete(c.rests, name)
		return nil
	}
	r := c.rests[name]
	r.until = c.Clock.Now().Add(min(restTime<<min(r.tries, 10), maxRest))
	r.tries++
	c.rests[name] = r
	return err
}

// leave marks a trail as being visited; false when it is already, when it rests, or when enough are away.
func (c *Courier) leave(name string, remote bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.away[name] || c.rests[name].until.After(c.Clock.Now()) || remote && len(c.away) >= maxAway {
		return false
	}
	c.away[name] = true
	return true
}
