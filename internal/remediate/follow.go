package remediate

import (
	"context"
	"strconv"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/exception"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule"
)

// cursor is how far the verdict changes of a place were followed.
type cursor struct{ After int64 }

var cursors = docs.Collection[cursor]{Kind: "remediation-cursor", Noun: "cursor"}

const (
	followBatch = 400 // verdict changes for one transaction
	sweepBatch  = 100 // resources of a rule that failed already, for one transaction
)

// follow queues what has begun to fail since, in the accounts that are enabled.
func (p *Program) follow(ctx context.Context) error {
	all, err := p.Settings(ctx)
	if err != nil {
		return err
	}
	for _, s := range all {
		if s.Mode == Off {
			continue
		}
		feeds, err := read(ctx, p, func(tx Tx) ([]compliance.Feed, error) {
			return tx.EvaluationFeeds(arn.Scope{Accounts: []string{s.Account}})
		})
		if err != nil {
			return err
		}
		for _, f := range feeds {
			if err := p.followPlace(ctx, s, f); err != nil {
				return err
			}
		}
	}
	return nil
}

// followPlace brings a place up to date: changes first, then what failed already when its configuration was put.
func (p *Program) followPlace(ctx context.Context, s Setting, f compliance.Feed) error {
	at := Place{Account: f.Account, Region: f.Region}
	for {
		behind, err := read(ctx, p, func(tx Tx) (bool, error) {
			c, err := cursors.Get(tx, at.Account, at.Region, "cursor")
			if fault.KindOf(err) == fault.NotFound {
				return true, nil
			}
			return c.Value.After < f.Last, err
		})
		if err != nil {
			return err
		}
		if !behind {
			break
		}
		if err := p.Store.Write(ctx, func(tx Tx) error { return followBatchOf(tx, at, f.Last) }); err != nil {
			return err
		}
	}
	remedies, err := read(ctx, p, func(tx Tx) ([]compliance.Remedy, error) { return compliance.Remedies(tx, at) })
	if err != nil {
		return err
	}
	for _, r := range remedies {
		if !r.Config.Automatic {
			continue
		}
		if err := p.sweep(ctx, s, r); err != nil {
			return err
		}
	}
	return nil
}

// followBatchOf queues what a batch of verdict changes asks for, in the transaction that moves the cursor. A place
// that was not followed before begins at the end: sweeps find what failed by then.
func followBatchOf(tx Tx, at Place, last int64) error {
	c, err := cursors.Get(tx, at.Account, at.Region, "cursor")
	if fault.KindOf(err) == fault.NotFound {
		return cursors.Insert(tx, at.Account, at.Region, "cursor", "", cursor{last})
	}
	if err != nil {
		return err
	}
	changes, err := tx.EvaluationsSince(at.Account, at.Region, c.Value.After, followBatch)
	if err != nil {
		return err
	}
	remedies, err := compliance.Remedies(tx, at)
	if err != nil {
		return err
	}
	byRule := map[string]compliance.Remedy{}
	for _, r := range remedies {
		byRule[r.Rule.ID] = r
	}
	c.Value.After = last
	for _, e := range changes {
		c.Value.After = e.Seq
		r, ok := byRule[e.RuleID]
		if !ok || !r.Config.Automatic || e.Verdict != rule.NonCompliant.String() {
			continue
		}
		if err := consider(tx, r, e.Subject); err != nil {
			return err
		}
	}
	return cursors.Update(tx, c)
}

// consider queues a resource that fails a rule, unless the rule is suspended: resuming looks at it again.
func consider(tx Tx, r compliance.Remedy, k inventory.Key) error {
	g, err := guardOf(tx, r.Rule)
	if err != nil || g.Value.Suspended != "" {
		return err
	}
	return enqueue(tx, r, k)
}

func enqueue(tx Tx, r compliance.Remedy, k inventory.Key) error {
	if r.Config.ResourceType != "" && r.Config.ResourceType != k.Type {
		return nil
	}
	if _, failing, err := compliance.Failing(tx, r.Rule, k.Type, k.ID); err != nil || !failing {
		return err
	}
	if e, err := exception.Covering(tx, r.Account, r.Region, r.Rule.ID, k.Type, k.ID, tx.Now()); err != nil || e != nil {
		return err
	}
	s, err := settingOf(tx, r.Account)
	if err != nil || s.Mode == Off {
		return err
	}
	_, err = begin(tx, r.Rule, k, func(n *Run) {
		n.Automatic, n.DryRun, n.Review = true, s.Mode == DryRun, s.Mode == Review
		if n.Review {
			n.Waiting = "waits for somebody to start it (StartRemediationExecution)"
		}
	})
	return err
}

// sweep queues what failed a rule already when it came under automatic remediation, a part at a time.
func (p *Program) sweep(ctx context.Context, s Setting, r compliance.Remedy) error {
	version := sweepName(s, r)
	g, err := read(ctx, p, func(tx Tx) (Guard, error) {
		d, err := guards.Get(tx, r.Account, r.Region, r.Rule.ID)
		if fault.KindOf(err) == fault.NotFound {
			err = nil
		}
		return d.Value, err
	})
	if err != nil || g.Swept == version || g.Suspended != "" {
		return err
	}
	return p.Store.Write(ctx, func(tx Tx) error {
		g, err := guardOf(tx, r.Rule)
		if err != nil || g.Value.Suspended != "" {
			return err
		}
		busy, err := queuedOf(tx, r.Rule)
		if err != nil || busy > 0 && g.Value.After != (inventory.Key{}) {
			return err // the part before is not done
		}
		keys, err := tx.Failures(r.Account, r.Rule.N, g.Value.After, sweepBatch)
		if err != nil {
			return err
		}
		for _, k := range keys {
			if err := enqueue(tx, r, k); err != nil {
				return err
			}
		}
		if len(keys) < sweepBatch {
			g.Value.Swept, g.Value.After = version, inventory.Key{}
		} else {
			g.Value.After = keys[len(keys)-1]
		}
		return guards.Update(tx, g)
	})
}

// queuedOf counts the runs of a rule that have not ended.
func queuedOf(tx Tx, r compliance.ConfigRule) (int, error) {
	list, err := queue.All(tx, own(Place{Account: r.Account, Region: r.Region}))
	n := 0
	for _, d := range list {
		if d.Value.Rule == r.Name {
			n++
		}
	}
	return n, err
}

func sweepName(s Setting, r compliance.Remedy) string {
	return r.Version + "/" + strconv.Itoa(s.Generation)
}
