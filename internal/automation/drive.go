package automation

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// Run drives executions until ctx ends. Those that were under way when the last process ended go on where they were.
func (r *Runner) Run(ctx context.Context) error {
	if err := r.recover(ctx); err != nil {
		return err
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	t := time.NewTicker(pause)
	defer t.Stop()
	for {
		r.round(ctx, &wg)
		select {
		case <-ctx.Done():
			return nil
		case <-r.wake:
		case <-t.C:
		}
	}
}

// round begins to drive what is due, as many as may be driven at once.
func (r *Runner) round(ctx context.Context, wg *sync.WaitGroup) {
	for ctx.Err() == nil {
		k, ok := r.nextDue(r.Clock.Now())
		if !ok {
			return
		}
		drive, cancel := context.WithCancel(ctx)
		r.mu.Lock()
		r.active[k] = cancel
		r.mu.Unlock()
		wg.Go(func() {
			defer cancel()
			next, over, err := r.drive(ctx, drive, k)
			if err != nil {
				next, over = r.Clock.Now().Add(pause), false
				if ctx.Err() == nil {
					r.Log.Error("automation: an execution cannot go on; tried again", "execution", k.ID, "error", err)
				}
			}
			r.layBack(k, next, over)
			r.nudge()
		})
	}
}

// Settle drives everything that is due, here and now, until nothing is: for tests.
func (r *Runner) Settle(ctx context.Context) error {
	for {
		due, err := r.due(ctx)
		if err != nil || len(due) == 0 {
			return err
		}
		for _, k := range due {
			if _, _, err := r.drive(ctx, ctx, k); err != nil {
				return err
			}
		}
	}
}

// due lists the executions that have something to do now.
func (r *Runner) due(ctx context.Context) ([]docs.Key, error) {
	now := r.Clock.Now()
	return get(ctx, r.Store, func(tx docs.Tx) ([]docs.Key, error) {
		all, err := works.All(tx, arn.Everything())
		if err != nil {
			return nil, err
		}
		var out []docs.Key
		for _, w := range all {
			k := docs.Key{Account: w.Account, Region: w.Region, ID: w.ID}
			ok, err := isDue(tx, w, now)
			if err != nil {
				return nil, err
			}
			if ok {
				out = append(out, k)
			}
		}
		return out, nil
	})
}

func isDue(tx docs.Tx, w docs.Doc[work], now time.Time) (bool, error) {
	if w.Value.Run < 0 {
		return true, nil
	}
	p := Place{w.Account, w.Region}
	s, err := stepRuns.Get(tx, w.Account, w.Region, runID(w.ID, w.Value.Run))
	if err != nil {
		return false, err
	}
	if s.Value.Status != Waiting || !s.Value.Wake.IsZero() && !now.Before(s.Value.Wake) {
		return true, nil
	}
	asked, err := under(tx, orders, p, w.ID+"/")
	return len(asked) > 0, err
}

// recover settles what a process left under way. A step that only read is looked at again by drive, because its status
// is still InProgress; a mutating call may or may not have happened, and to make it again could do harm twice.
func (r *Runner) recover(ctx context.Context) error {
	all, err := get(ctx, r.Store, func(tx docs.Tx) ([]docs.Doc[work], error) { return works.All(tx, arn.Everything()) })
	if err != nil {
		return err
	}
	for _, w := range all {
		k := docs.Key{Account: w.Account, Region: w.Region, ID: w.ID}
		r.summon(k) // whether it has something to do is seen when it is looked at
		if w.Value.Run < 0 {
			continue
		}
		x, err := r.load(ctx, k)
		if err != nil {
			return err
		}
		if x == nil || x.run == nil || x.run.Value.Calling == "" {
			continue
		}
		x.run.Value.Attempt = x.step.MaxAttempts // it is not made again
		err = x.fail(ctx, Failed, "Unknown", "the process ended"+x.doubt())
		if err != nil {
			return err
		}
	}
	return nil
}

// current is an execution as it is being driven.
type current struct {
	*Runner
	exec docs.Doc[Execution]
	work docs.Doc[work]
	doc  *Document
	// run is the step run under way, nil when none is; step its step.
	run  *docs.Doc[StepRun]
	step *Step
	mask masker
	// live ends when the execution is stopped.
	live context.Context
	over bool
}

// load reads an execution that has not ended; nil when it has.
func (r *Runner) load(ctx context.Context, k docs.Key) (*current, error) {
	x := &current{Runner: r}
	err := r.Store.Read(ctx, func(tx docs.Tx) (err error) {
		x.run = nil
		if x.work, err = works.Get(tx, k.Account, k.Region, k.ID); err != nil {
			return err
		}
		if x.exec, err = executions.Get(tx, k.Account, k.Region, k.ID); err != nil {
			return err
		}
		if x.work.Value.Run >= 0 {
			s, err := stepRuns.Get(tx, k.Account, k.Region, runID(k.ID, x.work.Value.Run))
			if err != nil {
				return err
			}
			x.run = &s
		}
		return nil
	})
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if x.doc, err = Parse([]byte(x.work.Value.Content)); err != nil {
		return nil, err
	}
	x.work.Value.numbers()
	x.mask = newMasker(x.work.Value.Parameters)
	if x.run != nil {
		x.step = x.doc.Step(x.run.Value.Name)
	}
	return x, nil
}

// drive takes an execution as far as it goes without waiting, and tells when to look again, or that it is over. Ctx ends
// with the process, live also when the execution is stopped.
func (r *Runner) drive(ctx, live context.Context, k docs.Key) (next time.Time, over bool, err error) {
	for {
		x, err := r.load(ctx, k)
		if err != nil || x == nil {
			return next, err == nil, err
		}
		x.live = live
		if err := x.obey(ctx); err != nil || x.over {
			return next, x.over, err
		}
		if x.work.Value.Winding {
			x.live = ctx // what onCancel leads to is not stopped again
		}
		if x.asleep() {
			return x.run.Value.Wake, false, nil
		}
		more, err := x.advance(ctx)
		switch {
		case err != nil || ctx.Err() != nil:
			return next, false, err
		case x.over:
			return next, true, nil
		case !more:
			return x.run.Value.Wake, false, nil
		}
	}
}

// asleep: the step under way waits for a moment that has not come.
func (x *current) asleep() bool {
	return x.run != nil && x.run.Value.Status == Waiting && x.Clock.Now().Before(x.run.Value.Wake)
}

// advance does the next thing: begin a step, look at the one under way, or end. More is false when nothing is due.
func (x *current) advance(ctx context.Context) (more bool, err error) {
	w := &x.work.Value
	if x.run == nil {
		switch {
		case w.Stopping == Complete:
			return false, x.end(ctx, Success, "")
		case w.Loop != nil:
			return true, x.iterate(ctx)
		case w.Next == "":
			return false, x.finish(ctx)
		}
		return true, x.begin(ctx, x.doc.Step(w.Next), nil)
	}
	s := &x.run.Value
	now := x.Clock.Now()
	switch {
	case now.Before(s.State.Retry):
		return false, nil
	case !s.State.Retry.IsZero():
		return true, x.retry(ctx)
	case s.Status == Waiting && !now.Before(s.AttemptStarted.Add(x.step.Timeout)):
		return true, x.fail(ctx, TimedOut, "TimedOut", fmt.Sprintf("the step did not end within %s", x.step.Timeout))
	}
	out := x.perform(ctx)
	if ctx.Err() != nil && out.err != nil && x.run.Value.Calling == "" {
		return false, ctx.Err() // the process ends; the step is looked at again after the next start
	}
	return x.settle(ctx, out)
}

// outcome is what a look at a step gave.
type outcome struct {
	outputs  map[string]any
	response string
	// wait says that the step goes on; at is when to look again, zero for on a signal alone.
	wait bool
	at   time.Time
	// jump is where a branch leads; ended says that it leads nowhere.
	jump string
	err  error
}

// settle writes down what a look gave.
func (x *current) settle(ctx context.Context, out outcome) (more bool, err error) {
	s := &x.run.Value
	switch {
	case errors.Is(out.err, errLooping):
		return true, nil
	case out.err != nil && x.live.Err() != nil && ctx.Err() == nil && x.work.Value.Stopping != Complete:
		s.Failure, s.Calling = clip(x.mask.text(out.err.Error()), maxShown), ""
		return true, x.save(ctx) // stopped meanwhile: obey decides
	case errors.Is(out.err, context.DeadlineExceeded):
		return true, x.fail(ctx, TimedOut, "TimedOut", fmt.Sprintf("the step did not end within %s%s", x.step.Timeout, x.doubt()))
	case out.err != nil && s.Calling != "":
		s.Attempt = x.step.MaxAttempts // not made again: nobody knows whether it happened
		return true, x.fail(ctx, Failed, "Unknown", out.err.Error()+x.doubt())
	case out.err != nil:
		return true, x.fail(ctx, Failed, failureType(out.err), out.err.Error())
	case out.wait:
		s.Status, s.Wake = Waiting, out.at
		x.exec.Value.Status = InProgress
		if out.at.IsZero() {
			x.exec.Value.Status = Waiting
		} else if limit := s.AttemptStarted.Add(x.step.Timeout); limit.Before(out.at) {
			s.Wake = limit
		}
		if out.at.IsZero() {
			s.Wake = s.AttemptStarted.Add(x.step.Timeout)
		}
		return false, x.save(ctx)
	}
	return true, x.succeed(ctx, out)
}

// doubt tells that a mutating call was made and not answered.
func (x *current) doubt() string {
	if c := x.run.Value.Calling; c != "" {
		return ": " + c + " was under way and may have happened or not; look at the resource before you start this again"
	}
	return ""
}

func failureType(err error) string {
	var api *APIError
	if errors.As(err, &api) {
		return api.Code
	}
	return "StepFailed"
}

// obey takes the orders that have come in.
func (x *current) obey(ctx context.Context) error {
	var asked []order
	err := x.Store.Write(ctx, func(tx docs.Tx) (err error) {
		p := x.exec.Value.Place
		if found, err := under(tx, orders, p, x.exec.ID+"/"); err != nil || len(found) == 0 {
			asked = nil
			return err
		}
		if asked, err = take(tx, p, x.exec.ID); err != nil {
			return err
		}
		w, s := x.work, x.run
		for _, o := range asked {
			switch o.Kind {
			case Cancel, Complete:
				if w.Value.Stopping != Cancel {
					w.Value.Stopping = o.Kind
				}
			case "Approve", "Reject", "Resume":
				if s != nil {
					copied := *s
					copied.Value.State.Decisions = append(copied.Value.State.Decisions[:len(copied.Value.State.Decisions):len(copied.Value.State.Decisions)], decision{o.By, o.Kind, o.Comment})
					copied.Value.Wake = x.Clock.Now()
					s = &copied
				}
			}
		}
		if s != nil {
			if err := stepRuns.Update(tx, *s); err != nil {
				return err
			}
		}
		return works.Update(tx, w)
	})
	if err != nil || len(asked) == 0 {
		if err == nil && x.work.Value.Stopping == Cancel {
			return x.cancel(ctx)
		}
		return err
	}
	if err := x.reload(ctx); err != nil {
		return err
	}
	if x.work.Value.Stopping == Cancel {
		return x.cancel(ctx)
	}
	return nil
}
