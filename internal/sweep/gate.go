package sweep

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tickmark/tickmark/internal/automation"
	"github.com/tickmark/tickmark/internal/collect"
)

// Limits bound a run. Zero values are the defaults.
type Limits struct {
	Accounts     int // accounts under way at once
	Units        int // units read at once
	ServiceUnits int // of them, of one account, region and service
	AccountCalls int // calls of one account at once, those included that wait for their rate
	Calls        int // calls in all at once, likewise
	Pages        int // pages of one list
	// Patience is how long one call may take with all that the caller does about it.
	Patience time.Duration
	// CallTries and UnitTries are how often a call that is refused for a time is made, and how often a unit is read.
	CallTries, UnitTries int
	// Rest is the pause before the second try; it doubles with each, up to MaxRest, and is spread by half of it.
	Rest, MaxRest time.Duration
}

func (l Limits) defaults() Limits {
	def := func(v *int, otherwise int) {
		if *v <= 0 {
			*v = otherwise
		}
	}
	def(&l.Accounts, 32)
	def(&l.Units, 96)
	def(&l.ServiceUnits, 4)
	def(&l.AccountCalls, 2048)
	def(&l.Calls, 4096)
	def(&l.Pages, 1_000_000)
	def(&l.CallTries, 2)
	def(&l.UnitTries, 3)
	for _, d := range []struct {
		v         *time.Duration
		otherwise time.Duration
	}{{&l.Patience, 5 * time.Minute}, {&l.Rest, time.Second}, {&l.MaxRest, time.Minute}} {
		if *d.v <= 0 {
			*d.v = d.otherwise
		}
	}
	return l
}

// gate lets calls through, so many at once for an account and in all, and holds each to the limits.
type gate struct {
	limits Limits
	rest   func(try int) time.Duration
	all    chan struct{}
	mu     sync.Mutex
	by     map[string]chan struct{}

	calls, throttled atomic.Int64
}

func newGate(l Limits, rest func(int) time.Duration) *gate {
	return &gate{limits: l, rest: rest, all: make(chan struct{}, l.Calls), by: map[string]chan struct{}{}}
}

func (g *gate) account(id string) chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.by[id] == nil {
		g.by[id] = make(chan struct{}, g.limits.AccountCalls)
	}
	return g.by[id]
}

// through is a Caller behind the gate that counts its calls.
type through struct {
	*gate
	to    collect.Caller
	own   chan struct{}
	count atomic.Int64
}

func (g *gate) through(c collect.Caller, account string) *through {
	return &through{gate: g, to: c, own: g.account(account)}
}

// enter waits for a place of the account and one in all.
func (t *through) enter(ctx context.Context) (leave func(), err error) {
	for _, c := range []chan struct{}{t.own, t.all} {
		select {
		case c <- struct{}{}:
		case <-ctx.Done():
			if c == t.all {
				<-t.own
			}
			return func() {}, ctx.Err()
		}
	}
	return sync.OnceFunc(func() { <-t.all; <-t.own }), nil
}

// Call makes a call, again after a rest while it is refused for a time.
func (t *through) Call(ctx context.Context, at collect.Place, api string, in collect.Object) (out collect.Object, err error) {
	err = t.tries(ctx, func() (bool, error) {
		leave, err := t.enter(ctx)
		if err != nil {
			return false, err
		}
		defer leave()
		w := t.watch(ctx)
		defer w.end()
		out, err = t.to.Call(w.ctx, at, api, in)
		t.counted(1)
		return true, w.told(err)
	})
	return out, err
}

// Pages hands on pages as they come, holding no place while one is worked on. A list that failed on its first page is
// asked for again; later the whole unit is.
func (t *through) Pages(ctx context.Context, at collect.Place, api string, in collect.Object, page func(collect.Object) error) error {
	return t.tries(ctx, func() (bool, error) {
		p := &pages{t: t, ctx: ctx, page: page}
		err := p.run(at, api, in)
		return p.n == 0, err
	})
}

func (t *through) counted(n int64) {
	t.count.Add(n)
	t.calls.Add(n)
}

// tries does something up to CallTries times while it is refused for a time and may be done again.
func (t *through) tries(ctx context.Context, do func() (again bool, err error)) error {
	for try := 1; ; try++ {
		again, err := do()
		e, answered := errors.AsType[*automation.APIError](err)
		if !answered || !passing(e) {
			return err
		}
		if collect.KindOf(e.Code) == collect.Throttled {
			t.throttled.Add(1)
		}
		if !again || try >= t.limits.CallTries || pause(ctx, t.rest(try)) != nil {
			return err
		}
	}
}

// passing reports whether the same call may succeed later.
func passing(e *automation.APIError) bool {
	return e.Retryable || collect.KindOf(e.Code) == collect.Throttled
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// pages is one list being read.
type pages struct {
	t     *through
	ctx   context.Context
	page  func(collect.Object) error
	n     int
	last  collect.Object
	alike int
}

// maxAlike is how many equal pages in a row are taken for an end that never comes.
const maxAlike = 3

func (p *pages) run(at collect.Place, api string, in collect.Object) error {
	leave, err := p.t.enter(p.ctx)
	if err != nil {
		return err
	}
	defer func() { leave() }()
	w := p.t.watch(p.ctx)
	defer w.end()
	err = p.t.to.Pages(w.ctx, at, api, in, func(o collect.Object) error {
		w.rest()
		leave()
		p.t.counted(1)
		if err := p.check(o); err != nil {
			return err
		}
		if err := p.page(o); err != nil {
			return err
		}
		var err error
		leave, err = p.t.enter(p.ctx)
		w.again()
		return err
	})
	if err != nil && p.n == 0 {
		p.t.counted(1)
	}
	return w.told(err)
}

// check refuses a list that does not end: AWS has given the same page token again and again before.
func (p *pages) check(o collect.Object) error {
	if p.n++; p.n > p.t.limits.Pages {
		return fmt.Errorf("the list has more than %d pages", p.t.limits.Pages)
	}
	if p.last != nil && reflect.DeepEqual(p.last, o) {
		if p.alike++; p.alike >= maxAlike {
			return fmt.Errorf("the list gives the same page again and again")
		}
	} else {
		p.alike = 0
	}
	p.last = o
	return nil
}

// watch ends a call that takes too long.
type watch struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	timer  *time.Timer
	after  time.Duration
}

var errSlow = errors.New("slow")

func (g *gate) watch(ctx context.Context) *watch {
	w := &watch{after: g.limits.Patience}
	w.ctx, w.cancel = context.WithCancelCause(ctx)
	w.timer = time.AfterFunc(w.after, func() { w.cancel(errSlow) })
	return w
}

func (w *watch) rest()  { w.timer.Stop() }
func (w *watch) again() { w.timer.Reset(w.after) }
func (w *watch) end()   { w.timer.Stop(); w.cancel(nil) }

// told is the error of the call: that it took too long, when it was ended for that.
func (w *watch) told(err error) error {
	if err != nil && errors.Is(context.Cause(w.ctx), errSlow) {
		return fmt.Errorf("there was no answer within %v", w.after)
	}
	return err
}
