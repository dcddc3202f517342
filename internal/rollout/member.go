package rollout

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// patience is how long an account without a recorder is tried again: as long as AWS waits for a new account's.
const patience = 7 * time.Hour

const noRecorder = "NoAvailableConfigurationRecorderException"

// waits reports whether a failed account is to be tried again.
func (m *Member) waits() bool { return m.failed() && m.Code == noRecorder }

// retry is until when any of the accounts is tried again.
func retry(members []docs.Doc[Member]) time.Time {
	var until time.Time
	for _, m := range members {
		if m.Value.waits() && m.Value.Begun.Add(patience).After(until) {
			until = m.Value.Begun.Add(patience)
		}
	}
	return until
}

// batch is how many accounts one transaction plans.
const batch = 200

// plan writes down what is to be done in each account before any of it is done, and gives it.
func (p *Program) plan(ctx context.Context, k *Kind, r *Rollout, wanted []string) ([]Member, error) {
	there := map[string]Member{}
	err := p.store.Read(ctx, func(tx Tx) error {
		all, err := k.members(r).All(tx, own(Place{Account: r.Account, Region: r.Region}))
		for _, m := range all {
			there[m.ID] = m.Value
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	accounts := slices.Clone(wanted)
	for a := range there {
		accounts = append(accounts, a)
	}
	slices.Sort(accounts)
	accounts = slices.Compact(accounts)
	var work, changed []Member
	now := p.ids.Now()
	for _, a := range accounts {
		m, known := there[a]
		_, want := slices.BinarySearch(wanted, a)
		next := m.next(r, want, now)
		if !known {
			next.Account, next.Name = a, k.prefix+r.ID
		}
		if next != m {
			changed = append(changed, next)
		}
		if next.busy() || next.waits() && want && now.Before(next.Begun.Add(patience)) {
			work = append(work, next)
		}
	}
	for part := range slices.Chunk(changed, batch) {
		if err := p.note(ctx, k, r, part...); err != nil {
			return nil, err
		}
	}
	return work, nil
}

// next is the state of an account at the beginning of a settlement.
func (m Member) next(r *Rollout, want bool, now time.Time) Member {
	begin := func(verb string) Member {
		m.Status, m.Revision, m.Begun = Status{State: verb + InProgress, ChangedAt: now}, r.Revision, now
		return m
	}
	switch {
	case !want && m.State == Delete+InProgress:
		return m
	case !want:
		return begin(Delete)
	case m.Revision == r.Revision && m.verb() != Delete:
		return m
	case m.Deployed:
		return begin(Update)
	}
	return begin(Create)
}

// note writes the states of accounts.
func (p *Program) note(ctx context.Context, k *Kind, r *Rollout, members ...Member) error {
	return p.store.Write(ctx, func(tx Tx) error {
		c := k.members(r)
		for _, m := range members {
			d, err := c.Get(tx, r.Account, r.Region, m.Account)
			if fault.KindOf(err) == fault.NotFound {
				err = c.Insert(tx, r.Account, r.Region, m.Account, "", m)
			} else if err == nil {
				d.Value = m
				err = c.Update(tx, d)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// deploy brings the rule or pack into one account. It may be there already, from before a crash.
func (p *Program) deploy(ctx context.Context, k *Kind, r *Rollout, text []byte, m Member) error {
	at := Place{Account: m.Account, Region: r.Region}
	var err error
	if r.Pack != nil {
		_, err = p.program.DeployPack(ctx, at, compliance.PackInput{
			Name: m.Name, Stored: text, Inputs: r.Pack.Inputs, CreatedBy: Owner,
			DeliveryBucket: r.Pack.DeliveryBucket, DeliveryPrefix: r.Pack.DeliveryPrefix,
		})
	} else {
		rule := *r.Rule
		rule.Name = m.Name
		if rule.Policy != nil {
			own := compliance.Policy{Runtime: rule.Policy.Runtime, Text: rule.Policy.Text, Debug: slices.Contains(rule.Policy.DebugAccounts, m.Account)}
			rule.Policy = &own
		}
		_, err = p.program.PutOwnedRule(ctx, at, Owner, rule)
	}
	return p.done(ctx, k, r, m, err)
}

// remove takes the rule or pack out of one account and forgets the account.
func (p *Program) remove(ctx context.Context, k *Kind, r *Rollout, m Member) error {
	at := Place{Account: m.Account, Region: r.Region}
	var err error
	if r.Pack != nil {
		err = p.program.DeleteOwnedPack(ctx, at, Owner, m.Name)
	} else {
		err = p.program.DeleteOwnedRule(ctx, at, Owner, m.Name)
	}
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return p.done(ctx, k, r, m, err)
	}
	return p.store.Write(ctx, func(tx Tx) error {
		return k.members(r).Delete(tx, r.Account, r.Region, m.Account)
	})
}

// done notes how it went in an account. What is not the account's fault ends the settlement, to be tried again.
func (p *Program) done(ctx context.Context, k *Kind, r *Rollout, m Member, err error) error {
	was := m
	var f *fault.Error
	switch {
	case err == nil:
		m.Status, m.Deployed = Status{State: m.verb() + Successful, ChangedAt: p.ids.Now()}, true
	case errors.As(err, &f) && f.Code != "" && f.Kind != fault.Internal && f.Kind != fault.Unavailable:
		m.Status = Status{State: m.verb() + Failed, Code: f.Code, Message: f.Message, ChangedAt: p.ids.Now()}
	default:
		return err
	}
	if was.failed() && was.Code == m.Code && was.Message == m.Message {
		return nil // tried again, with nothing new
	}
	return p.note(ctx, k, r, m)
}
