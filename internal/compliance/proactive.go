package compliance

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/inventory/cfn"
	"github.com/tickmark/tickmark/internal/rule"
)

// Assessor evaluates planned resources. It works beside the Engine: who waits for an answer before a deployment does not
// wait for a backlog. What it has not done when the program ends is done after the next start.
type Assessor struct {
	p   *Program
	log *slog.Logger
}

// Assessor is the assessor of the program. There must be one at a time.
func (p *Program) Assessor(log *slog.Logger) *Assessor {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &Assessor{p, log}
}

// Run evaluates until the context ends. A fault of the store is logged and the work tried again.
func (a *Assessor) Run(ctx context.Context) error {
	for {
		wait := idle
		if err := a.Drain(ctx); err != nil && ctx.Err() == nil {
			a.log.Error("evaluating planned resources failed; it will be tried again", "error", err)
			wait = 5 * time.Second
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-a.p.wakePlanned:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// Drain evaluates everything that waits.
func (a *Assessor) Drain(ctx context.Context) error {
	for {
		queue, err := read(ctx, a.p, func(tx Tx) ([]docs.Doc[struct{}], error) { return waiting.List(tx, arn.Everything(), docs.Key{}, 20) })
		if err != nil || len(queue) == 0 {
			return err
		}
		for _, d := range queue {
			if err := a.one(ctx, Place{Account: d.Account, Region: d.Region}, d.ID); err != nil {
				return err
			}
		}
	}
}

// one evaluates on a snapshot, and writes what came of it in a transaction of its own.
func (a *Assessor) one(ctx context.Context, at Place, id string) error {
	done, err := read(ctx, a.p, func(tx Tx) (ResourceEvaluation, error) {
		d, err := planned.Get(tx, at.Account, at.Region, id)
		if err != nil {
			return d.Value, err
		}
		in, err := inputs.Get(tx, at.Account, at.Region, id)
		if err != nil {
			return d.Value, err
		}
		e := d.Value
		if e.late(tx.Now()); e.Status == InProgress {
			err = a.assess(tx, at, &e, in.Value.Properties)
		}
		return e, err
	})
	if fault.KindOf(err) == fault.NotFound { // removed meanwhile
		return a.p.store.Write(ctx, func(tx Tx) error { return leave(tx, at, id) })
	}
	if err != nil {
		return err
	}
	return a.p.store.Write(ctx, func(tx Tx) error {
		d, err := planned.Get(tx, at.Account, at.Region, id)
		if err != nil && fault.KindOf(err) != fault.NotFound {
			return err
		}
		if err == nil {
			d.Value = done
			if err := planned.Update(tx, d); err != nil {
				return err
			}
		}
		return leave(tx, at, id)
	})
}

// leave takes an evaluation out of the queue.
func leave(tx Tx, at Place, id string) error {
	if err := waiting.Delete(tx, at.Account, at.Region, id); fault.KindOf(err) != fault.NotFound {
		return err
	}
	return nil
}

// assess judges a planned resource by the proactive rules of its place. Related items come from the inventory.
func (a *Assessor) assess(tx Tx, at Place, e *ResourceEvaluation, properties string) error {
	e.Evaluated = tx.Now()
	key := inventory.Key{Account: at.Account, Region: at.Region, Type: e.Type, ID: e.ResourceID}
	shaped, given, err := plannedItems(key, properties, e.Started)
	if err != nil {
		e.Status, e.Failure = Failed, "The resource configuration cannot be read: "+reason(err)
		return nil
	}
	all, err := rules.All(tx, own(at))
	if err != nil {
		return err
	}
	feeds, err := tx.ItemFeeds(arn.Scope{Accounts: []string{at.Account}})
	if err != nil {
		return err
	}
	view := newAccountView(tx, at.Account, feeds).in(at.Region)
	for _, d := range all {
		if !d.Value.proactive() {
			continue
		}
		in, item := newInstance(d.Value), shaped
		if in.Owner == OwnerPolicy { // such a rule is written against the template's properties
			item = given
		}
		if res, ok := a.judge(in, item, view, tx.Now()); ok {
			e.Results = append(e.Results, PlannedResult{in.Name, res.Verdict.String(), res.Reason})
		}
	}
	slices.SortFunc(e.Results, func(a, b PlannedResult) int { return strings.Compare(a.Rule, b.Rule) })
	e.Status, e.Compliance = Succeeded, rollupPlanned(e.Results)
	return nil
}

// plannedItems are the resource as AWS Config would record it, and with its properties as they are.
func plannedItems(k inventory.Key, properties string, at time.Time) (shaped, given *inventory.Item, err error) {
	p, err := cfn.Parse(properties)
	if err != nil {
		return nil, nil, err
	}
	if given, err = cfn.AsGiven(k, p, at); err != nil {
		return nil, nil, err
	}
	shaped, err = cfn.Item(k, p, at)
	return shaped, given, err
}

func reason(err error) string {
	if f := (*fault.Error)(nil); errors.As(err, &f) {
		return f.Message
	}
	return "it does not become a configuration item."
}

// judge gives a rule's verdict; false when the resource is not one it judges.
func (a *Assessor) judge(in *instance, item *inventory.Item, view rule.View, now time.Time) (rule.Result, bool) {
	if in.broken != "" {
		types := in.def.types()
		if len(in.Scope.Types) > 0 {
			types = in.Scope.Types
		}
		return rule.Result{Verdict: rule.InsufficientData, Reason: in.broken}, len(types) == 0 || slices.Contains(types, item.Type)
	}
	if !in.judges(item) {
		return rule.Result{}, false
	}
	res, _, err := rule.Evaluate(in.def.logic, in.params, item, view, now)
	if err != nil {
		a.log.Error("a rule could not be evaluated on a planned resource", "rule", in.Name, "resource", item.Key.String(), "error", err)
	}
	return res, !res.Withdrawn
}

// rollupPlanned is stricter than that of resources there are: a deployment waits for it, so what a rule could not tell
// never counts as passed. Without any rule there is nothing to tell.
func rollupPlanned(results []PlannedResult) string {
	for _, v := range []rule.Verdict{rule.NonCompliant, rule.InsufficientData, rule.Compliant, rule.NotApplicable} {
		if slices.ContainsFunc(results, func(r PlannedResult) bool { return r.Verdict == v.String() }) {
			return v.String()
		}
	}
	return rule.InsufficientData.String()
}
