package automation

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
)

// Follow drives one execution, and those that it starts, until it has ended or only a signal helps it on. All others
// are left as they are: it is for a command, in a process where Run is not.
func (r *Runner) Follow(ctx context.Context, p Place, id ExecutionID) (Execution, error) {
	for {
		e, steps, err := r.Execution(ctx, p, id)
		if err != nil || Ended(e.Status) {
			return e, err
		}
		if child := childOf(steps); child != "" {
			c, err := r.Follow(ctx, p, child)
			if err != nil {
				return e, err
			}
			if !Ended(c.Status) {
				return e, nil // the child waits for a signal
			}
		}
		next, over, err := r.drive(ctx, ctx, executionKey(p, id))
		if err != nil {
			return e, err
		}
		if over {
			continue
		}
		if e, _, err = r.Execution(ctx, p, id); err != nil || e.Status == Waiting {
			return e, err
		}
		if err := r.until(ctx, next); err != nil {
			return e, err
		}
	}
}

// childOf is the execution that the step under way waits for.
func childOf(steps []StepRun) string {
	if len(steps) == 0 || Ended(steps[len(steps)-1].Status) {
		return ""
	}
	return steps[len(steps)-1].State.Child
}

// until waits for a moment.
func (r *Runner) until(ctx context.Context, at time.Time) error {
	t := time.NewTimer(max(at.Sub(r.Clock.Now()), 10*time.Millisecond))
	defer t.Stop()
	select {
	case <-ctx.Done():
		return fault.New(fault.Unavailable, "It was interrupted: %v.", context.Cause(ctx))
	case <-t.C:
		return nil
	}
}
