package sweep

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/collect"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Runner carries out plans.
type Runner struct {
	Caller collect.Caller
	// Store holds what is recorded, the marks of what was collected, and the gaps.
	Store inventory.Store
	Sink  Sink
	Clock stamp.Source
	Log   *slog.Logger // nil: none
	// Changed is told when gaps were written past the sink; nil: nobody.
	Changed func()
	// Bare is told, at the end of a run, of places in which a type was listed in full for the first time and has no
	// resources: that it is recorded now shows in no item. nil: nobody is.
	Bare func(ctx context.Context, account, region string) error
	// Wanted tells which types of an account are to be recorded where (arn.Global for what is read once); nil: all.
	Wanted func(ctx context.Context, a *Account) (func(region, typ string) bool, error)
	Limits Limits
}

// Run reads what a plan says under a run's id. What has been settled under that id before is not read again: a run that
// was killed goes on. tell, if not nil, is told of progress now and then and at the end. An error means that the run did
// not come to its end: the store failed, or ctx has ended. What could not be collected is no error; it leaves gaps.
func (r *Runner) Run(ctx context.Context, id string, plan Plan, before Progress, tell func(Progress)) (Progress, error) {
	limits := r.Limits.defaults()
	x := &running{Runner: r, id: id, plan: plan, before: before, began: r.Clock.Now(), empty: map[[2]string]bool{}, board: newBoard(limits, plan.Accounts)}
	x.gate = newGate(limits, limits.rest(r.Clock))
	x.limits = limits
	x.board.open, x.board.closed = func(a *Account) (*lane, error) { return x.open(ctx, a) }, x.closed
	x.counts.units.Store(plan.Units())
	stop := context.AfterFunc(ctx, x.board.wake)
	defer stop()
	done := make(chan struct{})
	var told sync.WaitGroup
	if tell != nil {
		told.Go(func() { x.report(done, tell) })
	}
	var workers sync.WaitGroup
	for range limits.Units {
		workers.Go(func() { x.work(ctx) })
	}
	workers.Wait()
	close(done)
	told.Wait()
	return x.progress(), cmp.Or(x.board.err, ctx.Err(), x.tellBare(ctx))
}

func (x *running) bare(account, region string) {
	x.emptyMu.Lock()
	defer x.emptyMu.Unlock()
	x.empty[[2]string{account, region}] = true
}

func (x *running) tellBare(ctx context.Context) error {
	if x.Bare == nil {
		return nil
	}
	for at := range x.empty {
		if err := x.Bare(ctx, at[0], at[1]); err != nil {
			return err
		}
	}
	return nil
}

// running is one run.
type running struct {
	*Runner
	id     string
	plan   Plan
	before Progress
	began  time.Time
	limits Limits
	board  *board
	gate   *gate
	counts counts

	emptyMu sync.Mutex
	empty   map[[2]string]bool // account and region
}

const tellEvery = time.Second

func (x *running) report(done chan struct{}, tell func(Progress)) {
	t := time.NewTicker(tellEvery)
	defer t.Stop()
	for {
		select {
		case <-t.C:
			tell(x.progress())
		case <-done:
			tell(x.progress())
			return
		}
	}
}

// open begins with an account: its units but those that the run has settled before, those that took longest first.
func (x *running) open(ctx context.Context, a *Account) (*lane, error) {
	x.counts.lanes.Add(1)
	if a.Problem != nil {
		x.counts.refused.Add(1)
		return nil, x.refused(ctx, a, a.Problem)
	}
	settled := map[[2]string]inventory.Collected{}
	err := x.Store.Read(ctx, func(tx inventory.Tx) error {
		marks, err := tx.Collected(arn.Scope{Accounts: []string{a.ID}})
		for _, m := range marks {
			settled[[2]string{m.Region, m.Type}] = m
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	wanted := func(string, string) bool { return true }
	if x.Wanted != nil {
		if wanted, err = x.Wanted(ctx, a); err != nil {
			return nil, err
		}
	}
	if err := x.stale(ctx, a); err != nil {
		return nil, err
	}
	l := &lane{account: a}
	var units []*unit
	x.plan.each(a, func(region string, t *collect.Type) {
		mark := settled[[2]string{region, t.Name}]
		weight := max(1, mark.Calls)
		x.counts.opened.Add(weight)
		switch {
		case mark.Run == x.id:
			x.counts.done.Add(1)
			x.counts.weight.Add(weight)
			if !mark.Whole {
				x.counts.failed.Add(1)
			} else if mark.Items == 0 {
				x.bare(a.ID, region) // before it was killed, the run may have told nobody
			}
		case !wanted(region, t.Name):
			x.counts.done.Add(1)
			x.counts.weight.Add(weight)
		default:
			units = append(units, &unit{lane: l, region: region, typ: t, weight: weight, first: mark.At.IsZero()})
		}
	})
	slices.SortStableFunc(units, func(a, b *unit) int {
		return cmp.Or(cmp.Compare(a.region, b.region), cmp.Compare(serviceOf(a.typ), serviceOf(b.typ)), cmp.Compare(b.weight, a.weight))
	})
	for _, u := range units {
		l.add(u)
	}
	l.interleave()
	if len(units) == 0 {
		x.counts.read.Add(1)
		return nil, nil
	}
	return l, nil
}

// interleave lets queues of different regions follow each other, with the longest first.
func (l *lane) interleave() {
	slices.SortStableFunc(l.queues, func(a, b *queue) int {
		return cmp.Or(cmp.Compare(b.units[0].weight, a.units[0].weight), strings.Compare(a.service, b.service))
	})
}

func (x *running) closed(l *lane) {
	if !l.refused {
		x.counts.read.Add(1)
	}
}

// work reads units until there are none.
func (x *running) work(ctx context.Context) {
	for {
		u := x.board.next(ctx)
		if u == nil {
			return
		}
		if err := x.read(ctx, u); err != nil {
			x.board.stop(err)
		}
	}
}

// read reads a unit once. Its error ends the run.
func (x *running) read(ctx context.Context, u *unit) error {
	r := x.reading(u)
	if f := u.q.last.Load(); f != nil && u.q.down.Load() >= givenUp {
		defer x.board.done(u)
		return x.settle(ctx, r, &collect.Failure{
			API: u.typ.Find[0].API, Kind: f.Kind, Code: f.Code, Why: fmt.Sprintf("not tried, for %s has failed %d times in a row there: %s", u.q.service, givenUp, f.Why), Err: f,
		})
	}
	u.tries++
	err := r.list(ctx)
	if err == nil {
		err = r.sure(ctx)
	}
	failure, ok := errors.AsType[*collect.Failure](err)
	x.counts.written.Add(r.batch.written)
	u.fared(failure)
	if err != nil && !ok {
		x.board.done(u)
		return err
	}
	if failure != nil {
		if p := refusal(failure); p != nil && (!passes(failure) || u.tries >= x.limits.UnitTries) {
			return x.refuse(ctx, u, p)
		}
		if !lasting(failure) && u.tries < x.limits.UnitTries && u.q.down.Load() < maxDown {
			x.board.again(ctx, u, x.gate.rest(u.tries+1), func() { x.dropped(1) })
			return nil
		}
	}
	defer x.board.done(u)
	if failure == nil {
		ended, err := r.gone(ctx)
		if x.counts.deleted.Add(ended); err != nil {
			return err
		}
	}
	return x.settle(ctx, r, failure)
}

// After maxDown tries that failed in a row a service is taken to be down in a region: each is tried once. After givenUp
// the rest of its units is left for the next run.
const (
	maxDown = 3
	givenUp = 12
)

func (u *unit) fared(failure *collect.Failure) {
	switch {
	case failure == nil:
		u.q.down.Store(0)
	case !lasting(failure):
		u.q.last.Store(failure)
		u.q.down.Add(1)
	}
}

func (x *running) settle(ctx context.Context, r *reading, failure *collect.Failure) error {
	now := x.Clock.Now()
	err := x.Store.Write(ctx, func(tx inventory.Tx) error { return r.settle(tx, now, failure) })
	if err != nil {
		return err
	}
	if failure == nil && r.u.first && len(r.seen.sums) == 0 {
		x.bare(r.u.account.ID, r.u.region)
	}
	x.counts.done.Add(1)
	x.counts.weight.Add(r.u.weight)
	x.counts.gaps.Add(int64(len(r.failed)))
	if failure != nil {
		x.counts.failed.Add(1)
		x.counts.gaps.Add(1)
	}
	if (failure != nil || len(r.failed) > 0) && x.Changed != nil {
		x.Changed()
	}
	return nil
}

// refuse gives up an account: one gap says why, and its other units are not tried.
func (x *running) refuse(ctx context.Context, u *unit, p *Problem) error {
	dropped, first := x.board.refuse(u.lane)
	defer x.board.done(u)
	x.dropped(int64(dropped) + 1)
	if !first {
		return nil
	}
	x.counts.refused.Add(1)
	return x.refused(ctx, u.account, p)
}

func (x *running) dropped(n int64) {
	x.counts.done.Add(n)
	x.counts.failed.Add(n)
}

func (x *running) refused(ctx context.Context, a *Account, p *Problem) error {
	now := x.Clock.Now()
	if x.Log != nil {
		x.Log.Warn("an account cannot be read", "account", a.ID, "why", p.Why)
	}
	err := x.Store.Write(ctx, func(tx inventory.Tx) error {
		return openGap(tx, now, a.ID, arn.Global, Gap{What: WhatAccount, Why: p.Why, Code: p.Code, Remedy: p.Remedy})
	})
	if err == nil {
		x.counts.gaps.Add(1)
		if x.Changed != nil {
			x.Changed()
		}
	}
	return err
}

// rest is the pause before a try: doubled with each and spread by chance, so that those that were refused together do
// not come again together.
func (l Limits) rest(clock stamp.Source) func(try int) time.Duration {
	return func(try int) time.Duration {
		d := min(l.Rest<<min(try-1, 20), l.MaxRest)
		sum := sha256.Sum256([]byte(clock.NewID()))
		return d/2 + time.Duration(float64(d)*float64(binary.BigEndian.Uint32(sum[:]))/(1<<32))
	}
}

// templated reports whether the region of a type read once differs from resource to resource.
func templated(region string) bool { return strings.Contains(region, "{") }
