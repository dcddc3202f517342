package automation

import (
	"context"
	"encoding/json"
	"maps"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/docs"
)

// numbers restores the numbers of stored values, which encoding/json reads as float64.
func (w *work) numbers() {
	for _, m := range []map[string]any{w.Parameters, w.Variables, w.Outputs} {
		for k, v := range m {
			m[k] = exact(v)
		}
	}
	if w.Outputs == nil {
		w.Outputs = map[string]any{}
	}
	if w.Variables == nil {
		w.Variables = map[string]any{}
	}
	if w.Loop != nil {
		for i, v := range w.Loop.Items {
			w.Loop.Items[i] = exact(v)
		}
	}
}

func exact(v any) any {
	switch v := v.(type) {
	case float64:
		b, err := json.Marshal(v)
		if err != nil { // it was read from JSON
			panic(err)
		}
		return json.Number(b)
	case []any:
		for i := range v {
			v[i] = exact(v[i])
		}
	case map[string]any:
		for k := range v {
			v[k] = exact(v[k])
		}
	}
	return v
}

// save writes the execution, its work and the step run under way, together.
func (x *current) save(ctx context.Context) error { return x.saveAnd(ctx, nil) }

func (x *current) saveAnd(ctx context.Context, also func(tx docs.Tx) error) error {
	ctx = context.WithoutCancel(ctx) // what has happened is written down even when the process is ending
	err := x.Store.Write(ctx, func(tx docs.Tx) error {
		if err := executions.Update(tx, x.exec); err != nil {
			return err
		}
		if err := works.Update(tx, x.work); err != nil {
			return err
		}
		if x.run != nil {
			if err := stepRuns.Update(tx, *x.run); err != nil {
				return err
			}
		}
		if also != nil {
			return also(tx)
		}
		return nil
	})
	if err != nil {
		return err
	}
	x.exec.Revision++
	x.work.Revision++
	if x.run != nil {
		x.run.Revision++
	}
	return nil
}

// begin writes a new step run. Loop is the loop it is inside of.
func (x *current) begin(ctx context.Context, s *Step, inside *ParentStep) error {
	now := x.Clock.Now()
	e, w := &x.exec.Value, &x.work.Value
	run := StepRun{
		ID: x.Clock.NewID(), Seq: e.Runs, Name: s.Name, Action: s.Action, Status: InProgress, Attempt: 1,
		Started: now, AttemptStarted: now, Parent: inside,
		Critical: s.IsCritical, IsEnd: s.IsEnd, MaxAttempts: s.MaxAttempts, TimeoutSeconds: int(s.Timeout.Seconds()),
		NextStep: s.NextStep, OnFailure: s.OnFailure.String(),
	}
	w.Run, e.Runs = run.Seq, e.Runs+1
	e.Status, e.Step, e.Action = InProgress, s.Name, s.Action
	return x.saveAnd(ctx, func(tx docs.Tx) error {
		return stepRuns.Insert(tx, e.Place.Account, e.Place.Region, runID(e.ID, run.Seq), "", run)
	})
}

// succeed closes the step run under way and goes on.
func (x *current) succeed(ctx context.Context, out outcome) error {
	s, w := &x.run.Value, &x.work.Value
	s.Status, s.Ended, s.Calling, s.Wake = Success, x.Clock.Now(), "", time.Time{}
	x.forget(s.Name) // of an earlier iteration
	for name, v := range out.outputs {
		w.Outputs[s.Name+"."+name] = v
	}
	s.Outputs = x.mask.lists(out.outputs)
	s.Response = clip(x.mask.text(out.response), maxShown)
	to := out.jump
	if to == "" {
		to = x.after(x.step)
	}
	x.lead(to)
	return x.save(ctx)
}

// forget drops the outputs of a step.
func (x *current) forget(step string) {
	maps.DeleteFunc(x.work.Value.Outputs, func(name string, _ any) bool { return strings.HasPrefix(name, step+".") })
}

// end markers of lead.
const theEnd = "\x00end"

// after is where a step leads when nothing else was said.
func (x *current) after(s *Step) string {
	switch {
	case s.IsEnd:
		return theEnd
	case s.NextStep != "":
		return s.NextStep
	}
	steps := x.siblings(s)
	for i := range steps {
		if steps[i].Name == s.Name && i+1 < len(steps) {
			return steps[i+1].Name
		}
	}
	return theEnd
}

func (x *current) siblings(s *Step) []Step {
	for i := range x.doc.Steps {
		if findStep(x.doc.Steps[i].Loop, s.Name) != nil {
			return x.doc.Steps[i].Loop
		}
	}
	return x.doc.Steps
}

// lead sets where the execution goes: a step, or the end of the list it is in.
func (x *current) lead(to string) {
	w := &x.work.Value
	w.Run = -1
	if to == theEnd {
		to = ""
	}
	if w.Loop != nil && x.step.Name != w.Loop.Step {
		w.Loop.Next = to
		return
	}
	w.Next = to
}

// fail closes the attempt under way, and with the last one the step.
func (x *current) fail(ctx context.Context, status, typ, message string) error {
	s := &x.run.Value
	message = clip(x.mask.text(message), maxShown)
	s.Calling = ""
	if s.Attempt < x.step.MaxAttempts {
		s.State = stepState{Retry: x.Clock.Now().Add(backoff(s.Attempt)), Last: &lastFailure{status, message, typ}}
		s.Status, s.Wake, s.Failure, s.FailureType = Waiting, s.State.Retry, message, typ
		return x.save(ctx)
	}
	s.Status, s.Ended, s.Failure, s.FailureType, s.Wake = status, x.Clock.Now(), message, typ, time.Time{}
	w, e := &x.work.Value, &x.exec.Value
	x.forget(s.Name)
	w.Outputs[s.Name+"."+failureOutput] = typ
	then := x.step.OnFailure
	if x.step.IsCritical || !then.Continue && then.Step == "" {
		if w.Bad == "" {
			w.Bad, w.BadMessage = status, "Step "+s.Name+" failed: "+message
		}
	}
	e.Failure = w.BadMessage
	switch {
	case then.Step != "":
		x.lead(then.Step)
	case then.Continue:
		x.lead(x.after(x.step))
	default:
		return x.abort(ctx, status, w.BadMessage)
	}
	return x.save(ctx)
}

// backoff is the pause after a failed attempt.
func backoff(attempt int) time.Duration { return min(time.Second<<min(attempt-1, 6), time.Minute) }

// retry begins the next attempt of the step under way.
func (x *current) retry(ctx context.Context) error {
	s := &x.run.Value
	s.Attempt, s.AttemptStarted, s.State, s.Status, s.Wake = s.Attempt+1, x.Clock.Now(), stepState{}, InProgress, time.Time{}
	return x.save(ctx)
}

// abort ends the execution with the step that failed, the loop around it included.
func (x *current) abort(ctx context.Context, status, message string) error {
	w := &x.work.Value
	if w.Loop == nil || x.step != nil && x.step.Name == w.Loop.Step {
		return x.end(ctx, status, message)
	}
	return x.end(ctx, status, message, func(tx docs.Tx) error {
		e := x.exec.Value
		d, err := stepRuns.Get(tx, e.Place.Account, e.Place.Region, runID(e.ID, w.Loop.Run))
		if err != nil {
			return err
		}
		d.Value.Status, d.Value.Ended, d.Value.Failure = status, x.Clock.Now(), message
		return stepRuns.Update(tx, d)
	})
}

// finish ends an execution that has run to its end.
func (x *current) finish(ctx context.Context) error {
	w := &x.work.Value
	switch {
	case w.Stopping == Cancel:
		return x.end(ctx, Cancelled, "")
	case w.Bad != "":
		return x.end(ctx, w.Bad, w.BadMessage)
	}
	return x.end(ctx, Success, "")
}

// end closes the execution. What it needed to go on is removed, secrets with it.
func (x *current) end(ctx context.Context, status, message string, also ...func(tx docs.Tx) error) error {
	e := &x.exec.Value
	e.Status, e.Failure, e.Ended, e.Step, e.Action = status, message, x.Clock.Now(), "", ""
	outputs := map[string]any{}
	for _, o := range x.doc.Outputs {
		if v, ok := x.work.Value.Outputs[o]; ok {
			outputs[o] = v
		}
	}
	e.Outputs = x.mask.lists(outputs)
	if x.run != nil && !Ended(x.run.Value.Status) {
		x.run.Value.Status, x.run.Value.Ended = Cancelled, e.Ended
	}
	x.over = true
	return x.saveAnd(ctx, func(tx docs.Tx) error {
		for _, fn := range also {
			if err := fn(tx); err != nil {
				return err
			}
		}
		if _, err := take(tx, e.Place, e.ID); err != nil {
			return err
		}
		return works.Delete(tx, e.Place.Account, e.Place.Region, e.ID)
	})
}

// cancel closes the step under way and goes where its onCancel leads, once.
func (x *current) cancel(ctx context.Context) error {
	if x.work.Value.Winding {
		return nil // what onCancel has begun runs to its end
	}
	if x.run == nil {
		return x.end(ctx, Cancelled, "")
	}
	s := &x.run.Value
	if s.State.Child != "" {
		if err := x.Stop(ctx, x.exec.Value.Place, s.State.Child, Cancel); err != nil && !strings.Contains(err.Error(), "ended already") {
			return err
		}
	}
	s.Status, s.Ended, s.Wake = Cancelled, x.Clock.Now(), time.Time{}
	if x.step.OnCancel.Step == "" {
		return x.abort(ctx, Cancelled, "")
	}
	x.work.Value.Winding = true
	x.lead(x.step.OnCancel.Step)
	if err := x.save(ctx); err != nil {
		return err
	}
	return x.reload(ctx)
}

func (x *current) reload(ctx context.Context) error {
	fresh, err := x.load(ctx, x.work.Key)
	if err != nil || fresh == nil {
		return err
	}
	fresh.live = x.live
	*x = *fresh
	return nil
}
