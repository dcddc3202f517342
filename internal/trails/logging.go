package trails

import (
	"context"
	"fmt"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/selector"
	"github.com/tickmark/tickmark/internal/trail"
)

// Start makes a trail log; one that does goes on. Faults: those of StartLogging.
func (d *Directory) Start(ctx context.Context, at Place, name string) error {
	_, err := d.change(ctx, at, name, func(tx Tx, t *Trail) (err error) {
		if !t.Logging {
			t.Logging, t.Started = true, tx.Now()
			t.StartSeq, err = tx.EventHead()
		}
		return err
	})
	return err
}

// Stop ends logging; a trail that does not log stays as it is. Faults: those of StopLogging.
func (d *Directory) Stop(ctx context.Context, at Place, name string) error {
	_, err := d.change(ctx, at, name, func(tx Tx, t *Trail) error {
		if t.Logging {
			t.Logging, t.Stopped = false, tx.Now()
		}
		return nil
	})
	return err
}

// globalSources are the services without region, whose events stand in one region of the partition.
var globalSources = map[string]bool{"iam.amazonaws.com": true, "sts.amazonaws.com": true, "cloudfront.amazonaws.com": true}

// globalRegions are where events of global services stand, by partition.
var globalRegions = map[string]string{"aws": "us-east-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1"}

// Active is a trail with what it takes.
type Active struct {
	Trail
	accounts map[string]bool
	set      *selector.Set
}

// Of is a trail, perhaps one that is gone by now, with the accounts it takes events of.
func Of(t Trail, accounts []string) (Active, error) {
	a := Active{Trail: t, accounts: map[string]bool{}}
	for _, id := range accounts {
		a.accounts[id] = true
	}
	var err error
	if a.set, err = t.Compile(); err != nil {
		err = fmt.Errorf("selectors of %s: %w", t.ARN, err)
	}
	return a, err
}

// Covers reports whether an event stands in an account and a region of the trail, whatever its selectors say.
func (a *Active) Covers(e *trail.Event) bool {
	if !a.accounts[e.Account] || !a.shows(e.Region) {
		return false
	}
	return a.GlobalEvents || !globalSources[e.Source] || e.Region != globalRegions[arn.Partition(e.Region)]
}

// Accounts are those whose events the trail takes.
func (a *Active) Accounts() []string {
	out := make([]string, 0, len(a.accounts))
	for id := range a.accounts {
		out = append(out, id)
	}
	return out
}

// Logging gives the trails of the installation that log now.
func (d *Directory) Logging(ctx context.Context) ([]Active, error) { return d.actives(ctx, true) }

// Everyone gives all trails of the installation, whether they log or not.
func (d *Directory) Everyone(ctx context.Context) ([]Active, error) { return d.actives(ctx, false) }

func (d *Directory) actives(ctx context.Context, logging bool) (out []Active, err error) {
	found, err := d.of(ctx, arn.Everything())
	if err != nil {
		return nil, err
	}
	var members map[string]bool
	for _, t := range found {
		if logging && !t.Logging {
			continue
		}
		a, err := Of(t, []string{t.Account})
		if err != nil {
			return nil, err
		}
		if t.Organization {
			if members == nil {
				if members, err = d.members(ctx); err != nil {
					return nil, err
				}
			}
			a.accounts = members
		}
		out = append(out, a)
	}
	return out, nil
}

func (d *Directory) members(ctx context.Context) (map[string]bool, error) {
	list, err := d.Organization.Accounts(ctx)
	out := map[string]bool{d.Organization.Management(): true}
	for _, a := range list {
		out[a.ID] = true
	}
	return out, err
}

// Compile is the trail's selectors, ready to match.
func (t *Trail) Compile() (*selector.Set, error) {
	if len(t.Advanced) > 0 {
		return selector.Compile(t.Advanced, selector.Trail)
	}
	return selector.CompileBasic(t.Basic)
}

// Takes reports whether the trail takes an event: it stands in its accounts and regions, and its selectors want it.
func (a *Active) Takes(e *trail.Event) bool { return a.Covers(e) && a.set.Match(e) }
