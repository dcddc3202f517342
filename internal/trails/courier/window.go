package courier

import (
	"context"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trails"
)

const (
	// every is the time between two deliveries.
	every = 5 * time.Minute
	// maxWindow is how many arrivals a window has at most; when as many wait, they are not waited for.
	maxWindow = 20_000
	// pageSize is how many events are read at once.
	pageSize = 500
)

// windows delivers the window that is open and those that are due.
func (v *visit) windows(ctx context.Context) error {
	for {
		if v.Value.Window == nil {
			if due, err := v.open(ctx); !due || err != nil {
				return err
			}
		}
		if err := v.deliver(ctx); err != nil {
			return err
		}
	}
}

// open fixes the next window; false when none is due.
func (v *visit) open(ctx context.Context) (bool, error) {
	p, now := v.plan(), v.c.Clock.Now()
	var head int64
	err := v.c.Store.Read(ctx, func(tx Tx) (err error) {
		head, err = tx.EventHead()
		return err
	})
	if err != nil {
		return false, err
	}
	if !p.Session.Ended.IsZero() {
		head = p.Session.EndSeq
	}
	waiting := head - p.Seq
	if waiting <= 0 || p.Session.Ended.IsZero() && waiting < maxWindow && !now.Truncate(every).After(p.Last) {
		return false, nil
	}
	adopt := func(*plan) {}
	if v.now != nil && !v.another() && p.Session.Ended.IsZero() { // what has ended is delivered as it was
		org, err := v.c.organization(ctx, v.now)
		if err != nil {
			return false, err
		}
		adopt = v.adopt(org)
	}
	w := &window{From: p.Seq, To: p.Seq + min(waiting, maxWindow), At: now}
	return true, v.save(ctx, func(p *plan) {
		adopt(p)
		p.Window = w
	}, nil)
}

// deliver writes the files of the open window and moves behind it.
func (v *visit) deliver(ctx context.Context) error {
	wanted, err := v.wanted()
	if err != nil {
		return err
	}
	w := v.Value.Window
	b := &batch{v: v, open: map[folder]*part{}, parts: map[folder]int{}}
	for at := w.From; at < w.To; {
		events, next, err := v.c.Events.Since(ctx, v.scope(), at, pageSize)
		if err != nil {
			return err
		}
		for i := range events {
			if e := &events[i]; e.Seq <= w.To && wanted(e) {
				if err := b.add(ctx, e); err != nil {
					return err
				}
			}
		}
		if next <= at {
			break
		}
		at = next
	}
	if err := b.flush(ctx); err != nil {
		return err
	}
	return v.advance(ctx, b.done)
}

// scope narrows what is read to where the trail's events can lie.
func (v *visit) scope() arn.Scope {
	s := arn.Scope{Accounts: v.Value.Accounts}
	if !v.Value.Trail.MultiRegion {
		s.Regions = []string{v.Value.Trail.HomeRegion}
	}
	return s
}

// wanted tells which events are in the trail's files.
func (v *visit) wanted() (func(*trail.Event) bool, error) {
	p := v.plan()
	active, err := trails.Of(p.Trail, p.Accounts)
	if err != nil {
		return nil, err
	}
	from, to := p.Session.Started.Truncate(time.Second), time.Time{}
	if !p.Session.Ended.IsZero() {
		to = p.Session.Ended.Add(grace)
	}
	return func(e *trail.Event) bool {
		return !e.Time.Before(from) && (to.IsZero() || !e.Time.After(to)) && (active.Takes(e) || insight(&active, e))
	}, nil
}

// insight reports whether an event is one of the Insights that the trail asks for.
func insight(t *trails.Active, e *trail.Event) bool {
	if e.Category != trail.Insight || len(t.Insights) == 0 || !t.Covers(e) {
		return false
	}
	kind := trail.MemberText(e.Raw, "insightDetails", "insightType")
	return slices.ContainsFunc(t.Insights, func(s trails.InsightSelector) bool { return s.Type == kind })
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}
