package sweep

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/collect"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/trail"
)

// Follower records resources anew when events tell that they have changed. Its place among the events is durable: what
// an event changed is recorded, or asked for in the store, before the place moves behind it.
type Follower struct {
	Events trail.Store
	Docs   JobStore
	Items  inventory.Store
	Clock  stamp.Source
	Log    *slog.Logger
	// Types is the collector of a type, nil when it has none; Named are all types.
	Types func(string) *collect.Type
	Named []string
	// Reach tells how an account is read and by which runner; false when nobody reads it.
	Reach   func(ctx context.Context, account string) (Account, *Runner, bool, error)
	Offered func(service, region string) bool
	// Pause is how long events are gathered after the first; 0 is 2 s.
	Pause time.Duration
}

// The bounds of one stretch of events.
const (
	maxStretch = 5_000
	// maxSingle is how many resources of a type in a place are read one by one; more make it list the type.
	maxSingle = 50
	// atOnce is how many are read at once.
	atOnce = 16
)

// Run follows the events from now on until ctx ends.
func (f *Follower) Run(ctx context.Context) error {
	if f.Pause == 0 {
		f.Pause = 2 * time.Second
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var listing error
	wg.Go(func() {
		if listing = f.relists(ctx); listing != nil {
			cancel()
		}
	})
	events := &trail.Follower{Name: "sweep", Events: f.Events, Docs: f.Docs, Limit: maxStretch}
	for {
		// Wait for the first, let the burst gather, and take all of it.
		s, err := events.Next(ctx)
		if err == nil && pause(ctx, f.Pause) == nil {
			s, err = events.Next(ctx)
		}
		if err == nil {
			err = f.stretch(ctx, &s)
		}
		if err != nil {
			if listing != nil {
				return listing
			}
			if ctx.Err() != nil {
				return nil
			}
			return err
		}
	}
}

const relistEvery = time.Second

func (f *Follower) relists(ctx context.Context) error {
	t := time.NewTicker(relistEvery)
	defer t.Stop()
	for {
		if err := f.relist(ctx); err != nil && ctx.Err() == nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
	}
}

// touched is a change with what is known of it.
type touched struct {
	Change
	call string
	at   time.Time // of the latest event
	ends bool
}

// stretch does all that some events ask for, and moves behind them.
func (f *Follower) stretch(ctx context.Context, s *trail.Stretch) error {
	all := f.gathered(s)
	lists := map[[3]string]relist{}
	singles := map[[3]string][]*touched{}
	list := func(t *touched) {
		typ := f.Types(t.Type)
		region := unitRegion(typ, t.Region)
		lists[[3]string{t.Account, region, t.Type}] = relist{Account: t.Account, Region: region, Type: t.Type, Due: f.Clock.Now().Add(gather), Event: t.call}
	}
	for _, t := range all {
		switch ok, err := f.news(ctx, t); {
		case err != nil:
			return err
		case !ok:
		case t.Ref == "" || !alone(f.Types(t.Type)):
			list(t)
		default:
			k := [3]string{t.Account, t.Region, t.Type}
			singles[k] = append(singles[k], t)
		}
	}
	var read []*touched
	for _, many := range singles {
		if len(many) > maxSingle {
			list(many[0])
			continue
		}
		read = append(read, many...)
	}
	again, err := f.readAll(ctx, read)
	if err != nil {
		return err
	}
	for _, t := range again {
		list(t)
	}
	return f.Docs.Write(ctx, func(tx docs.Tx) error {
		for _, r := range lists {
			if err := ask(tx, r); err != nil {
				return err
			}
		}
		return s.Done(tx)
	})
}

// alone reports whether a single resource of a type can be asked for.
func alone(t *collect.Type) bool {
	for _, s := range t.Find {
		if s.Only != "" {
			return true
		}
	}
	return false
}

// gathered are the changes of a stretch, each once.
func (f *Follower) gathered(s *trail.Stretch) map[Change]*touched {
	all := map[Change]*touched{}
	for i := range s.Events {
		e := &s.Events[i]
		for _, c := range Changes(e, f.Types, f.Named) {
			t := all[c]
			if t == nil {
				t = &touched{Change: c, call: e.Name}
				all[c] = t
			}
			if t.at.Before(e.Time) {
				t.at, t.ends = e.Time, ends(e.Name)
			}
		}
	}
	return all
}

// news reports whether a change is not recorded yet: the account is one that is read, the type was read there, and that
// began before the event. So history that is imported asks for nothing.
func (f *Follower) news(ctx context.Context, t *touched) (bool, error) {
	if _, _, ok, err := f.Reach(ctx, t.Account); err != nil || !ok {
		return false, err
	}
	fresh := false
	err := f.Items.Read(ctx, func(tx inventory.Tx) error {
		marks, err := tx.Collected(arn.Scope{Accounts: []string{t.Account}, Regions: []string{unitRegion(f.Types(t.Type), t.Region)}}, t.Type)
		fresh = len(marks) > 0 && marks[0].At.Before(t.at)
		return err
	})
	return fresh, err
}

// readAll reads resources one by one, and gives those for which the type is to be listed.
func (f *Follower) readAll(ctx context.Context, all []*touched) (again []*touched, err error) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	slots := make(chan struct{}, atOnce)
	for _, t := range all {
		slots <- struct{}{}
		wg.Go(func() {
			defer func() { <-slots }()
			list, bad := f.readOne(ctx, t)
			mu.Lock()
			defer mu.Unlock()
			if list {
				again = append(again, t)
			}
			if bad != nil && err == nil {
				err = bad
			}
		})
	}
	wg.Wait()
	return again, err
}

// readOne records one resource anew. It asks for a list when the resource is not known and cannot be found by what the
// event calls it, or could not be read: the list's failure is told as a gap.
func (f *Follower) readOne(ctx context.Context, t *touched) (list bool, err error) {
	a, runner, ok, err := f.Reach(ctx, t.Account)
	if err != nil || !ok {
		return false, err
	}
	key, captured, known, err := f.known(ctx, t)
	switch {
	case err != nil:
		return false, err
	case known && captured.After(t.at):
		return false, nil // it was read after the event
	case !known && t.ends:
		return false, nil
	}
	if runner.Wanted != nil {
		wanted, err := runner.Wanted(ctx, &a)
		if err != nil || !wanted(unitRegion(f.Types(t.Type), t.Region), t.Type) {
			return false, err
		}
	}
	now := f.Clock.Now().Truncate(time.Millisecond)
	limits := runner.Limits.defaults()
	via := newGate(limits, limits.rest(f.Clock)).through(runner.Caller, t.Account)
	res, err := collect.One(ctx, via, f.Types(t.Type), key, a.Role, now)
	switch {
	case errors.Is(err, collect.ErrGone) && known:
		_, err = runner.Sink.Gone(ctx, now, []inventory.Key{key})
		return false, err
	case errors.Is(err, collect.ErrGone):
		return true, nil
	case ctx.Err() != nil:
		return false, ctx.Err()
	case err != nil:
		if f.Log != nil {
			f.Log.Warn("a changed resource could not be read; its type is listed", "resource", key.String(), "event", t.call, "error", err)
		}
		return true, nil
	}
	_, err = runner.Sink.Observe(ctx, []inventory.Spec{res.Spec})
	if fault.KindOf(err) == fault.Invalid && err != nil {
		return true, nil
	}
	return false, err
}

// known finds the resource that an event names by id, ARN or name. Of one that is not recorded, what the event calls it
// is taken for its id.
func (f *Follower) known(ctx context.Context, t *touched) (k inventory.Key, captured time.Time, known bool, err error) {
	k = inventory.Key{Account: t.Account, Region: t.Region, Type: t.Type, ID: t.Ref}
	err = f.Items.Read(ctx, func(tx inventory.Tx) error {
		it, err := find(tx, k)
		if err != nil || it == nil {
			return err
		}
		k, captured, known = it.Key, it.Captured, it.Present()
		return nil
	})
	return k, captured, known, err
}

func find(tx inventory.Tx, k inventory.Key) (*inventory.Item, error) {
	scope := arn.Scope{Accounts: []string{k.Account}, Regions: []string{k.Region}}
	it, err := tx.Item(k)
	if err != nil && fault.KindOf(err) == fault.NotFound && strings.HasPrefix(k.ID, "arn:") {
		if it, err = tx.ItemByARN(scope, k.ID); err == nil && it.Type != k.Type {
			return nil, nil
		}
	}
	if err == nil {
		return it, nil
	}
	if fault.KindOf(err) != fault.NotFound {
		return nil, err
	}
	named, err := tx.ItemsNamed(scope, k.Type, k.ID)
	if err != nil || len(named) == 0 {
		return nil, err
	}
	return named[0], nil
}
