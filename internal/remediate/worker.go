package remediate

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/exception"
	"github.com/tickmark/tickmark/internal/fault"
)

// rest is how long the worker sleeps when nobody wakes it.
const rest = time.Second

// Run remediates until the context ends. There must be one at a time.
func (p *Program) Run(ctx context.Context) error {
	tick := time.NewTicker(rest)
	defer tick.Stop()
	for {
		if err := p.Drain(ctx); err != nil && ctx.Err() == nil {
			p.Log.Error("remediation failed; it will be tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-p.wake:
		case <-tick.C:
		}
	}
}

// Drain does once what can be done now: follow the verdicts, see what has ended, let what waits begin.
func (p *Program) Drain(ctx context.Context) error {
	if err := p.follow(ctx); err != nil {
		return err
	}
	if err := p.underWay(ctx); err != nil {
		return err
	}
	if err := p.admit(ctx); err != nil {
		return err
	}
	return p.underWay(ctx)
}

// underWay looks at what has begun: starts its execution, or sees how it ended.
func (p *Program) underWay(ctx context.Context) error {
	list, err := read(ctx, p, func(tx Tx) ([]docs.Doc[Run], error) { return queued(tx, arn.Everything()) })
	if err != nil {
		return err
	}
	for _, d := range list {
		if d.Value.State != InProgress {
			continue
		}
		if d.Value.Execution == "" {
			err = p.launch(ctx, d)
		} else {
			err = p.look(ctx, d)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// look sees whether an execution has ended, and stops one that is to be.
func (p *Program) look(ctx context.Context, d docs.Doc[Run]) error {
	e, steps, err := p.Automation.Execution(ctx, place(d.Value.Place), d.Value.Execution)
	if fault.KindOf(err) == fault.NotFound && err != nil {
		e = automation.Execution{Status: automation.Failed, Failure: "The execution is gone."}
	} else if err != nil {
		return err
	}
	if automation.Ended(e.Status) {
		return p.finish(ctx, d.Value, e, steps)
	}
	if d.Value.Stopped != "" {
		return p.stopExecutions(ctx, []Run{d.Value})
	}
	return nil
}

// launch starts the execution of a run that has begun. Its token finds the one that was started before a crash.
func (p *Program) launch(ctx context.Context, d docs.Doc[Run]) error {
	var s Setting
	r, err := read(ctx, p, func(tx Tx) (r compliance.Remedy, err error) {
		if s, err = settingOf(tx, d.Account); err != nil {
			return r, err
		}
		return compliance.RemedyOf(tx, d.Value.Place, d.Value.Rule)
	})
	var start automation.Start
	var role string
	if err == nil && d.Value.Stopped != "" {
		err = fault.New(fault.Conflict, "Stopped: %s.", d.Value.Stopped)
	}
	if err == nil {
		start, role, err = p.order(ctx, r, &d.Value, s)
	}
	if err == nil {
		err = p.allowedRole(ctx, d.Account, role)
	}
	id := ""
	if err == nil {
		id, err = p.Automation.Start(ctx, start)
	}
	if err != nil {
		switch fault.KindOf(err) {
		case fault.Invalid, fault.NotFound, fault.Conflict, fault.Denied, fault.Exists:
			return p.finish(ctx, d.Value, automation.Execution{Status: automation.Failed, Failure: messageOf(err)}, nil)
		}
		return fmt.Errorf("start the remediation of %s: %w", d.Value.Subject, err)
	}
	return p.write(ctx, func(tx Tx) error {
		now, err := runs.Get(tx, d.Account, d.Region, d.ID)
		if err != nil || now.Value.Token != d.Value.Token {
			return err
		}
		now.Value.Document, now.Value.Role, now.Value.Execution, now.Value.Updated = start.Document, role, id, tx.Now()
		return runs.Update(tx, now)
	})
}

// allowedRole keeps remediation from using the rights of who reads.
func (p *Program) allowedRole(ctx context.Context, account, role string) error {
	return p.Store.Read(ctx, func(tx Tx) error { return notRecorders(tx, account, role) })
}

func messageOf(err error) string {
	var f *fault.Error
	if asFault(err, &f) {
		return f.Message
	}
	return err.Error()
}

// admission is what is known of the queue while it is decided who begins.
type admission struct {
	tx      Tx
	running int
	ofRule  map[string]int64
	guards  map[string]*docs.Doc[Guard]
}

// admit lets what waits begin, as far as the limits go, in one transaction.
func (p *Program) admit(ctx context.Context) error {
	waiting, err := read(ctx, p, func(tx Tx) (int64, error) { return tx.CountDocs(arn.Everything(), queue.Kind) })
	if err != nil || waiting == 0 {
		return err
	}
	var suspended []Guard
	err = p.Store.Write(ctx, func(tx Tx) error {
		suspended = nil
		list, err := queued(tx, arn.Everything())
		if err != nil || len(list) == 0 {
			return err
		}
		slices.SortStableFunc(list, func(a, b docs.Doc[Run]) int { return a.Value.Queued.Compare(b.Value.Queued) })
		a := &admission{tx: tx, ofRule: map[string]int64{}, guards: map[string]*docs.Doc[Guard]{}}
		for _, d := range list {
			if d.Value.State == InProgress {
				a.running++
				a.ofRule[d.Region+d.Value.RuleID]++
			}
		}
		for _, d := range list {
			if d.Value.State == Queued {
				if err := a.decide(d); err != nil {
					return err
				}
			}
		}
		for _, g := range a.guards {
			was, err := guards.Get(tx, g.Account, g.Region, g.ID)
			if err != nil {
				return err
			}
			if was.Value.Suspended == "" && g.Value.Suspended != "" {
				suspended = append(suspended, g.Value)
			}
			if err := guards.Update(tx, *g); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		for _, g := range suspended {
			p.Notify(ctx, suspension(g))
		}
	}
	return err
}

// decide lets a run begin, wait or end.
func (a *admission) decide(d docs.Doc[Run]) error {
	r := &d.Value
	s, err := settingOf(a.tx, d.Account)
	if err != nil {
		return err
	}
	if s.Mode == Off {
		return end(a.tx, &d, FailedRun, "Stopped: remediation was disabled for the account.")
	}
	remedy, err := compliance.RemedyOf(a.tx, r.Place, r.Rule)
	if fault.KindOf(err) == fault.NotFound && err != nil || err == nil && remedy.Rule.ID != r.RuleID {
		return forget(a.tx, d)
	}
	if err != nil {
		return err
	}
	if moot, err := a.moot(r, remedy); err != nil || moot {
		if err == nil && len(r.Attempts) > 0 {
			return end(a.tx, &d, FailedRun, r.Error)
		}
		if err == nil {
			err = forget(a.tx, d)
		}
		return err
	}
	r.DryRun = r.DryRun || s.Mode == DryRun
	why, err := a.wait(r, remedy)
	if err != nil {
		return err
	}
	if why != "" {
		if why == r.Waiting {
			return nil
		}
		r.Waiting, r.Updated = why, a.tx.Now()
		return runs.Update(a.tx, d)
	}
	a.running++
	a.ofRule[d.Region+r.RuleID]++
	r.State, r.Waiting, r.Error, r.Execution, r.Steps, r.Calls, r.Recorded = InProgress, "", "", "", nil, nil, ""
	r.Began, r.Updated = a.tx.Now(), a.tx.Now()
	r.Count++
	r.Token = fmt.Sprintf("remediation/%s/%d", r.ID, r.Count)
	return runs.Update(a.tx, d)
}

// moot reports whether there is no reason left for an automatic run.
func (a *admission) moot(r *Run, remedy compliance.Remedy) (bool, error) {
	if !r.Automatic {
		return false, nil
	}
	if !remedy.Config.Automatic {
		return true, nil
	}
	_, failing, err := compliance.Failing(a.tx, remedy.Rule, r.Subject.Type, r.Subject.ID)
	if err != nil || !failing {
		return true, err
	}
	e, err := exception.Covering(a.tx, r.Account, r.Region, r.RuleID, r.Subject.Type, r.Subject.ID, a.tx.Now())
	return e != nil, err
}

// wait is why a run does not begin yet; "" lets it.
func (a *admission) wait(r *Run, remedy compliance.Remedy) (string, error) {
	switch {
	case r.Review:
		return "waits for somebody to start it (StartRemediationExecution)", nil
	case r.NotBefore.After(a.tx.Now()):
		return "is tried again at " + r.NotBefore.UTC().Format(time.RFC3339), nil
	case a.running >= MaxAtOnce:
		return fmt.Sprintf("%d remediations are running", a.running), nil
	case !r.Automatic:
		return "", nil
	}
	st, err := a.tx.RuleState(r.Account, r.Region, remedy.Rule.N)
	if err != nil {
		return "", err
	}
	if n := a.ofRule[r.Region+r.RuleID]; n >= atOnce(remedy.Config.ConcurrentPercent, st.Counts.NonCompliant) {
		return fmt.Sprintf("%d resources of the rule are being remediated", n), nil
	}
	if r.DryRun {
		return "", nil
	}
	g := a.guards[r.Region+r.RuleID]
	if g == nil {
		d, err := guardOf(a.tx, remedy.Rule)
		if err != nil {
			return "", err
		}
		g = &d
		a.guards[r.Region+r.RuleID] = g
	}
	if !g.Value.allow(r.ID, st.Counts.Total(), a.tx.Now()) {
		return "automatic remediation of the rule is suspended: " + g.Value.Suspended, nil
	}
	return "", nil
}

// stepsOf are the steps of an execution as the Config API tells them.
func stepsOf(list []automation.StepRun) []Step {
	out := make([]Step, len(list))
	for i, s := range list {
		out[i] = Step{Name: s.Name, State: stepState(s.Status), Error: s.Failure, Start: s.Started, Stop: s.Ended}
	}
	return out
}

func stepState(status string) string {
	switch status {
	case automation.Success:
		return "SUCCEEDED"
	case automation.Failed, automation.TimedOut:
		return "FAILED"
	case automation.Cancelled:
		return "EXITED"
	case automation.Pending:
		return "PENDING"
	}
	return "IN_PROGRESS"
}

// clip keeps messages to what a row may hold.
func clip(s string) string {
	const most = 4000
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "..."
}
