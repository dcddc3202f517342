package remediate

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/exception"
	"github.com/tickmark/tickmark/internal/fault"
)

func asFault(err error, f **fault.Error) bool { return errors.As(err, f) }

// finish records what was remediated and closes its run: state and steps, the guard of its rule, another attempt or an
// exception, and the leaf that says how it ended, in one transaction.
func (p *Program) finish(ctx context.Context, r Run, e automation.Execution, steps []automation.StepRun) error {
	recorded := p.record(ctx, &r, steps)
	if err := ctx.Err(); err != nil {
		return err
	}
	var events []Event
	err := p.write(ctx, func(tx Tx) error {
		events = nil
		d, err := runs.Get(tx, r.Account, r.Region, r.ID)
		if err != nil || d.Value.State != InProgress || d.Value.Token != r.Token {
			return err
		}
		n := &d.Value
		n.Steps, n.Calls, n.Recorded = stepsOf(steps), e.Calls, recorded
		state, reason := FailedRun, clip(e.Failure)
		switch {
		case r.DryRun:
			state = Unknown
		case e.Status == automation.Success:
			state, reason = Succeeded, ""
		case e.Status == automation.Cancelled && r.Stopped != "":
			reason = "Stopped: " + r.Stopped + "."
		case reason == "":
			reason = "The execution ended with " + e.Status + "."
		}
		if !r.DryRun {
			if err := p.leafOfEnd(tx, n, state, reason); err != nil {
				return err
			}
		}
		again := false
		if n.Automatic && !n.DryRun && n.Stopped == "" {
			if again, events, err = p.judge(tx, n, state, reason); err != nil {
				return err
			}
		}
		if again {
			n.State, n.Error, n.Updated = Queued, reason, tx.Now()
			return runs.Update(tx, d)
		}
		if err := end(tx, &d, state, reason); err != nil {
			return err
		}
		events = append(events, result(d))
		return nil
	})
	if err != nil {
		return err
	}
	if recorded == recordedAnew && p.Recorded != nil {
		p.Recorded()
	}
	for _, ev := range events {
		p.Notify(ctx, ev)
	}
	return nil
}

// recordedAnew is what is told of a resource that was.
const recordedAnew = "recorded anew"

// record has the resource recorded anew after something may have been changed.
func (p *Program) record(ctx context.Context, r *Run, steps []automation.StepRun) string {
	if r.DryRun || len(steps) == 0 {
		return ""
	}
	if p.Recorder == nil {
		return "not recorded anew: there is no access to a cloud; the verdict stands until it is"
	}
	if err := p.Recorder.Record(ctx, r.Subject, r.Role); err != nil {
		return clip("not recorded anew: " + messageOf(err) + " The verdict stands until it is.")
	}
	return recordedAnew
}

// judge counts an automatic run for its rule's guard and decides about another attempt.
func (p *Program) judge(tx Tx, n *Run, state, reason string) (again bool, events []Event, err error) {
	r, err := compliance.RemedyOf(tx, n.Place, n.Rule)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		return false, nil, nil
	}
	if err != nil {
		return false, nil, err
	}
	g, err := guardOf(tx, r.Rule)
	if err != nil {
		return false, nil, err
	}
	st, err := tx.RuleState(n.Account, n.Region, r.Rule.N)
	if err != nil {
		return false, nil, err
	}
	was := g.Value.Suspended
	g.Value.ended(n.ID, state == Succeeded, st.Counts.NonCompliant, r.Config.ErrorPercent, tx.Now())
	if was == "" && g.Value.Suspended != "" {
		events = append(events, suspension(g.Value))
	}
	if err := guards.Update(tx, g); err != nil {
		return false, nil, err
	}
	if state == Succeeded {
		n.Attempts = nil
		return false, events, nil
	}
	again, err = p.retry(tx, r, n, reason)
	return again, events, err
}

// retry notes a failed attempt. One that is left is made soon enough to fall into the window; with the last one the
// resource gets an exception, as AWS Config adds it.
func (p *Program) retry(tx Tx, r compliance.Remedy, n *Run, reason string) (bool, error) {
	now, within := tx.Now(), time.Duration(r.Config.RetrySeconds)*time.Second
	n.Attempts = slices.DeleteFunc(n.Attempts, func(t time.Time) bool { return now.Sub(t) > within })
	n.Attempts = append(n.Attempts, now)
	if int64(len(n.Attempts)) < r.Config.Attempts {
		n.NotBefore = now.Add(within / time.Duration(r.Config.Attempts+1))
		return true, nil
	}
	e := exceptionOf(r.Rule, n.Key(), "config.amazonaws.com", fmt.Sprintf("Added because %d attempts of automatic remediation failed within %d seconds; the last one with: %s", len(n.Attempts), r.Config.RetrySeconds, short(reason)))
	e.Created = now
	n.Attempts = nil
	return false, exception.Put(tx, e)
}

// short fits an exception's message, which has 1,024 characters at most.
func short(s string) string {
	if r := []rune(s); len(r) > 800 {
		return string(r[:800]) + "..."
	}
	return s
}

// Event is something a person should know.
type Event struct {
	Place
	// Subject is a line, Message a JSON object.
	Subject string
	Message map[string]any
}

func suspension(g Guard) Event {
	return Event{g.Place, "Automatic remediation suspended", map[string]any{
		"messageType": "RemediationSuspended", "awsAccountId": g.Account, "awsRegion": g.Region, "configRuleName": g.Rule, "reason": g.Suspended,
	}}
}

func result(d docs.Doc[Run]) Event {
	r := &d.Value
	m := map[string]any{
		"messageType": "RemediationResult", "awsAccountId": r.Account, "awsRegion": r.Region, "configRuleName": r.Rule,
		"resourceType": r.Subject.Type, "resourceId": r.Subject.ID, "state": r.State, "document": r.Document, "automatic": r.Automatic,
	}
	for k, v := range map[string]string{"error": r.Error, "recorded": r.Recorded} {
		if v != "" {
			m[k] = v
		}
	}
	if r.DryRun {
		m["dryRun"], m["calls"] = true, r.Calls
	}
	return Event{r.Place, "Remediation " + r.State, m}
}
