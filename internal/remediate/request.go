package remediate

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
)

// Request asks for the remediation of resources.
type Request struct {
	At   Place
	Rule string
	Keys []Key
	By   string
	// DryRun only tells what would be done, whatever the account's mode.
	DryRun bool
}

// Start queues resources by hand, or lets those begin that wait for it. Which cannot be is told with why; the others
// are queued. A resource that is under way is such a one.
// Faults: InvalidParameterValueException, NoSuchRemediationConfigurationException, InsufficientPermissionsException.
func (p *Program) Start(ctx context.Context, q Request) ([]Failed, error) {
	var failed []Failed
	err := p.write(ctx, func(tx Tx) error {
		failed = nil
		r, err := compliance.RemedyOf(tx, q.At, q.Rule)
		if err != nil {
			return err
		}
		s, err := settingOf(tx, q.At.Account)
		if err != nil {
			return err
		}
		if s.Mode == Off {
			return fault.New(fault.Denied, "Remediation is off in account %s: an administrator enables it with tickmark remediation enable --account %s.", q.At.Account, q.At.Account).With("InsufficientPermissionsException")
		}
		for _, k := range q.Keys {
			why, err := request(tx, r, s, q, k)
			if err != nil {
				return err
			}
			if why != "" {
				failed = note(failed, k, why)
			}
		}
		return nil
	})
	return failed, err
}

func note(failed []Failed, k Key, why string) []Failed {
	i := slices.IndexFunc(failed, func(f Failed) bool { return f.Message == why })
	if i < 0 {
		return append(failed, Failed{[]Key{k}, why})
	}
	failed[i].Keys = append(failed[i].Keys, k)
	return failed
}

// request queues one resource, or says why not.
func request(tx Tx, r compliance.Remedy, s Setting, q Request, k Key) (why string, err error) {
	if r.Config.ResourceType != "" && r.Config.ResourceType != k.Type {
		return "The remediation configuration is for " + r.Config.ResourceType + " alone.", nil
	}
	subject, found, err := subjectOf(tx, r.Rule, k)
	if err != nil {
		return "", err
	}
	if !found {
		return "The resource is not recorded.", nil
	}
	was, err := begin(tx, r.Rule, subject, func(n *Run) { n.By, n.DryRun = q.By, q.DryRun || s.Mode == DryRun })
	if err != nil || was == nil {
		return "", err
	}
	if was.Review && was.State == Queued && !q.DryRun {
		d, err := runs.Get(tx, was.Account, was.Region, was.ID)
		if err != nil {
			return "", err
		}
		d.Value.Review, d.Value.Waiting, d.Value.By, d.Value.Updated = false, "", q.By, tx.Now()
		return "", runs.Update(tx, d)
	}
	return "The resource is being remediated: wait for that to end.", nil
}

// subjectOf finds a recorded resource of a rule's place, or of the account.
func subjectOf(tx Tx, r compliance.ConfigRule, k Key) (inventory.Key, bool, error) {
	for _, region := range []string{r.Region, arn.Global} {
		key := inventory.Key{Account: r.Account, Region: region, Type: k.Type, ID: k.ID}
		it, err := tx.Item(key)
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil || it.Present() {
			return key, err == nil, err
		}
	}
	return inventory.Key{}, false, nil
}

// Statuses are the last runs of a rule's resources, by resource; of some resources when any are named. Steps of one
// under way are read from its execution. Fault: NoSuchRemediationConfigurationException.
func (p *Program) Statuses(ctx context.Context, at Place, rule string, keys []Key) ([]Run, error) {
	out, err := read(ctx, p, func(tx Tx) ([]Run, error) {
		r, err := compliance.RemedyOf(tx, at, rule)
		if err != nil {
			return nil, err
		}
		return runsOf(tx, r.Rule)
	})
	if err != nil {
		return nil, err
	}
	if len(keys) > 0 {
		out = slices.DeleteFunc(out, func(r Run) bool { return !slices.Contains(keys, r.Key()) })
	}
	slices.SortFunc(out, func(a, b Run) int { return a.Key().compare(b.Key()) })
	return out, nil
}

// Key is the resource of a run.
func (r *Run) Key() Key { return Key{r.Subject.Type, r.Subject.ID} }

func runsOf(tx Tx, r compliance.ConfigRule) ([]Run, error) {
	const page = 200
	after := docs.Key{Account: r.Account, Region: r.Region, Kind: runs.Kind, ID: r.ID + "/"}
	var out []Run
	for {
		found, err := runs.List(tx, own(Place{Account: r.Account, Region: r.Region}), after, page)
		if err != nil {
			return nil, err
		}
		for _, d := range found {
			if d.Value.RuleID != r.ID {
				return out, nil
			}
			out = append(out, d.Value)
		}
		if len(found) < page {
			return out, nil
		}
		after = found[len(found)-1].Key
	}
}

// WithSteps fills in the steps of runs under way.
func (p *Program) WithSteps(ctx context.Context, list []Run) error {
	for i := range list {
		r := &list[i]
		if r.State != InProgress || r.Execution == "" || p.Automation == nil {
			continue
		}
		_, steps, err := p.Automation.Execution(ctx, place(r.Place), r.Execution)
		if err != nil {
			return err
		}
		r.Steps = stepsOf(steps)
		for _, s := range steps {
			r.Updated = latest(r.Updated, s.Started, s.Ended)
		}
	}
	return nil
}

func latest(t time.Time, more ...time.Time) time.Time {
	for _, m := range more {
		if m.After(t) {
			t = m
		}
	}
	return t
}

// DeleteConfig removes a rule's remediation configuration, which nothing may be running for.
// Faults: NoSuchRemediationConfigurationException, RemediationInProgressException.
func (p *Program) DeleteConfig(ctx context.Context, at Place, name, resourceType string) error {
	return p.write(ctx, func(tx Tx) error {
		list, err := queued(tx, own(at))
		if err != nil {
			return err
		}
		for _, d := range list {
			if d.Value.Rule == name && d.Value.State == InProgress {
				return fault.New(fault.Conflict, "Resources of the rule %q are being remediated: wait for that to end.", name).With("RemediationInProgressException")
			}
		}
		if err := compliance.DropRemediation(tx, at, name, resourceType); err != nil {
			return err
		}
		for _, d := range list {
			if d.Value.Rule == name {
				if err := forget(tx, d); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// Notes are what the API has no member for, told as steps: why a run waits, what failed outside of any step, what a dry
// run would call, and that the resource could not be recorded anew.
func (r *Run) Notes() []Step {
	var out []Step
	add := func(name, state, text string) {
		if text != "" {
			out = append(out, Step{Name: name, State: state, Error: text, Start: latest(r.Began, r.Queued), Stop: r.Ended})
		}
	}
	add("Tickmark.Waiting", "PENDING", r.Waiting)
	if len(r.Calls) > 0 || r.DryRun && r.State == Unknown {
		add("Tickmark.DryRun", "UNKNOWN", clip("Nothing was changed. "+strings.Join(r.Calls, "; ")))
	}
	if !slices.ContainsFunc(r.Steps, func(s Step) bool { return s.State == "FAILED" }) {
		add("Tickmark.Execution", "FAILED", r.Error)
	}
	if r.Recorded != "" && r.Recorded != recordedAnew {
		add("Tickmark.Record", "UNKNOWN", r.Recorded)
	}
	return out
}

// Runs are the last runs of all resources of the installation.
func (p *Program) Runs(ctx context.Context) ([]Run, error) {
	return read(ctx, p, func(tx Tx) ([]Run, error) {
		list, err := runs.All(tx, arn.Everything())
		out := make([]Run, len(list))
		for i, d := range list {
			out[i] = d.Value
		}
		return out, err
	})
}
