package automation

import (
	"context"
	"errors"
	"fmt"

	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// errLooping says that a loop has begun: its step run stays open while its steps run.
var errLooping = errors.New("loop")

// enterLoop begins an aws:loop.
func (x *current) enterLoop(ctx context.Context) outcome {
	w := &x.work.Value
	l := &loopState{Step: x.step.Name, Run: x.run.Value.Seq, Max: MaxIterations}
	if v, ok := x.step.Inputs["MaxIterations"]; ok {
		r, err := resolve(v, x.find, true)
		if err != nil {
			return outcome{err: err}
		}
		if n, ok := toInt(r); ok && n >= 1 && n <= MaxIterations {
			l.Max = n
		} else {
			return outcome{err: fault.New(fault.Invalid, "MaxIterations is %s; it is a number from 1 to %d", shorten(toText(r)), MaxIterations)}
		}
	}
	if v, ok := x.step.Inputs["Iterators"]; ok {
		r, err := resolve(v, x.find, true)
		if err != nil {
			return outcome{err: err}
		}
		items, ok := fromJSON(r).([]any)
		if !ok {
			items = []any{r}
		}
		if len(items) > MaxIterations {
			return outcome{err: fault.New(fault.Invalid, "there are %d items to iterate over; at most %d are allowed", len(items), MaxIterations)}
		}
		typ := toText(x.step.Inputs["IteratorDataType"])
		for i := range items {
			if items[i], err = Convert(items[i], typ); err != nil {
				return outcome{err: fmt.Errorf("item %d: %w", i+1, err)}
			}
		}
		l.Items = items
		if len(items) == 0 {
			return outcome{}
		}
		l.Max = len(items)
	}
	l.Iteration, l.Next = 1, x.step.Loop[0].Name
	w.Loop, w.Run = l, -1
	if err := x.save(ctx); err != nil {
		return outcome{err: err}
	}
	return outcome{err: errLooping}
}

// iterate runs the next step of the loop, begins the next iteration, or closes the loop.
func (x *current) iterate(ctx context.Context) error {
	l := x.work.Value.Loop
	d, err := get(ctx, x.Store, func(tx docs.Tx) (docs.Doc[StepRun], error) {
		return stepRuns.Get(tx, x.work.Account, x.work.Region, runID(x.work.ID, l.Run))
	})
	if err != nil {
		return err
	}
	outer := x.doc.Step(l.Step)
	if x.Clock.Now().After(d.Value.AttemptStarted.Add(outer.Timeout)) {
		return x.leaveLoop(ctx, d, outer, func() error {
			x.run.Value.Attempt = outer.MaxAttempts
			return x.fail(ctx, TimedOut, "TimedOut", fmt.Sprintf("the loop did not end within %s", outer.Timeout))
		})
	}
	if l.Next != "" {
		return x.begin(ctx, x.doc.Step(l.Next), &ParentStep{
			ID: d.Value.ID, Name: l.Step, Action: outer.Action, Iteration: l.Iteration, Value: x.mask.text(toText(l.value())),
		})
	}
	again := l.Iteration < l.Max
	if cond, ok := outer.Inputs["LoopCondition"]; ok && again {
		r, err := resolve(cond, x.find, false)
		if err == nil {
			m, _ := r.(map[string]any)
			again, err = holds(m)
		}
		if err != nil {
			return x.leaveLoop(ctx, d, outer, func() error { return x.fail(ctx, Failed, "StepFailed", err.Error()) })
		}
		again = again && !x.work.Value.Unmade
	}
	if again {
		l.Iteration, l.Next = l.Iteration+1, outer.Loop[0].Name
		return x.save(ctx)
	}
	out := outcome{outputs: map[string]any{"CurrentIteration": number(l.Iteration), "CurrentIteratorValue": l.value()}}
	return x.leaveLoop(ctx, d, outer, func() error { return x.succeed(ctx, out) })
}

// leaveLoop takes the loop's own step run up again, to close it.
func (x *current) leaveLoop(_ context.Context, d docs.Doc[StepRun], outer *Step, closing func() error) error {
	x.run, x.step = &d, outer
	x.work.Value.Loop = nil
	x.work.Value.Run = d.Value.Seq
	return closing()
}

func (l *loopState) value() any {
	if l.Iteration < 1 || l.Iteration > len(l.Items) {
		return nil
	}
	return l.Items[l.Iteration-1]
}
