package rollout

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// idle is the longest time between two looks at the organization's accounts.
const idle = time.Minute

// Run brings rollouts to their accounts until the context ends: when something was put or deleted, and every minute
// to those that have joined or left. A fault is logged and the work tried again.
func (p *Program) Run(ctx context.Context, log *slog.Logger) error {
	for {
		wait := idle
		if err := p.Drain(ctx); err != nil && ctx.Err() == nil {
			log.Error("rolling out failed; it will be tried again", "error", err)
			wait = 5 * time.Second
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-p.wake:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// Drain brings every rollout to the accounts that the organization has now.
func (p *Program) Drain(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	list, err := p.org.Accounts(ctx)
	if err != nil && fault.KindOf(err) != fault.NotFound {
		return err
	}
	var active []string
	for _, a := range list {
		active = append(active, a.ID)
	}
	slices.Sort(active)
	for _, k := range []*Kind{Rules, Packs} {
		if err := p.drain(ctx, k, active); err != nil {
			return err
		}
	}
	return nil
}

func (p *Program) drain(ctx context.Context, k *Kind, active []string) error {
	var all []docs.Doc[Rollout]
	err := p.store.Read(ctx, func(tx Tx) (err error) {
		all, err = k.rollouts.All(tx, arn.Everything())
		return err
	})
	if err != nil {
		return err
	}
	now := p.ids.Now()
	for _, d := range all {
		r := &d.Value
		wanted := r.wanted(active)
		if !r.busy() && r.Settled == digest(wanted) && !r.Retry.After(now) {
			continue
		}
		if err := p.settle(ctx, k, r, wanted); err != nil {
			return fmt.Errorf("%s %s of account %s: %w", k.rollouts.Noun, r.Name, r.Account, err)
		}
	}
	return nil
}

// wanted are the accounts that are to have it, in order: none once its administrator has left the organization.
func (r *Rollout) wanted(active []string) []string {
	if _, member := slices.BinarySearch(active, r.Account); !member {
		return nil
	}
	var out []string
	for _, a := range active {
		if _, excluded := slices.BinarySearch(r.Excluded, a); !excluded && r.verb() != Delete {
			out = append(out, a)
		}
	}
	return out
}

// settle brings one rollout to the wanted accounts and out of all others.
func (p *Program) settle(ctx context.Context, k *Kind, r *Rollout, wanted []string) error {
	work, err := p.plan(ctx, k, r, wanted)
	if err != nil {
		return err
	}
	text, err := p.text(ctx, r)
	if err != nil {
		return err
	}
	for _, m := range work {
		if m.verb() == Delete {
			err = p.remove(ctx, k, r, m)
		} else {
			err = p.deploy(ctx, k, r, text, m)
		}
		if err != nil {
			return fmt.Errorf("account %s: %w", m.Account, err)
		}
	}
	return p.finish(ctx, k, r, wanted)
}

func (p *Program) text(ctx context.Context, r *Rollout) ([]byte, error) {
	if r.Pack == nil {
		return nil, nil
	}
	var text string
	err := p.store.Read(ctx, func(tx Tx) error {
		t, err := templates.Get(tx, r.Account, r.Region, r.ID)
		text = t.Value.Text
		return err
	})
	return []byte(text), err
}

// finish notes how it went, unless it was changed meanwhile; what is deleted everywhere is gone now.
func (p *Program) finish(ctx context.Context, k *Kind, r *Rollout, wanted []string) error {
	return p.store.Write(ctx, func(tx Tx) error {
		d, err := k.rollouts.Get(tx, r.Account, r.Region, r.ID)
		if err != nil || d.Value.Revision != r.Revision {
			return err
		}
		members, err := k.members(r).All(tx, own(Place{Account: r.Account, Region: r.Region}))
		if err != nil {
			return err
		}
		v := &d.Value
		if v.verb() == Delete && len(members) == 0 {
			if v.Pack != nil {
				if err := templates.Delete(tx, v.Account, v.Region, v.ID); err != nil {
					return err
				}
			}
			return k.rollouts.Delete(tx, v.Account, v.Region, v.ID)
		}
		s := overall(v.verb(), members)
		s.ChangedAt = v.ChangedAt
		if s == v.Status && v.Settled == digest(wanted) && v.Retry.Equal(retry(members)) {
			return nil
		}
		if s != v.Status {
			s.ChangedAt = tx.Now()
		}
		v.Status, v.Settled, v.Retry = s, digest(wanted), retry(members)
		return k.rollouts.Update(tx, d)
	})
}

// overall is failed when one account is; the first of them gives the reason.
func overall(verb string, members []docs.Doc[Member]) Status {
	s, failed := Status{State: verb + Successful}, 0
	for _, m := range members {
		if !m.Value.failed() {
			continue
		}
		if failed++; failed == 1 {
			s = Status{State: verb + Failed, Code: m.Value.Code, Message: m.Value.Message}
		}
	}
	if failed > 0 {
		s.Message = fmt.Sprintf("It failed in %d of %d accounts. The first: %s", failed, len(members), s.Message)
	}
	return s
}
