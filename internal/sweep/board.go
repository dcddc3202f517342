package sweep

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tickmark/tickmark/internal/collect"
)

// unit is one reading: a type in a place.
type unit struct {
	*lane
	q      *queue
	region string // of the resources; arn.Global for what is read once
	typ    *collect.Type
	weight int64 // calls that it took last
	tries  int
	first  bool // no list of it has been complete before
}

// queue has the units of one service in one region.
type queue struct {
	service, region string
	units           []*unit
	running         int
	// down counts the tries that the service has failed in a row, last is the latest of these failures: when it is down,
	// units are not tried again, and later not at all.
	down atomic.Int32
	last atomic.Pointer[collect.Failure]
}

// lane is an account under way.
type lane struct {
	account *Account
	queues  []*queue
	turn    int
	running int // units being read
	resting int // units that wait to be tried again
	// refused is set when the account cannot be read at all.
	refused bool
}

// add puts a unit into the queue of its service and region.
func (l *lane) add(u *unit) {
	service := serviceOf(u.typ)
	for _, q := range slices.Backward(l.queues) {
		if q.service == service && q.region == u.region {
			u.q, q.units = q, append(q.units, u)
			return
		}
	}
	q := &queue{service: service, region: u.region, units: []*unit{u}}
	u.q, l.queues = q, append(l.queues, q)
}

// next takes a unit of the queue whose turn it is.
func (l *lane) next(perQueue int) *unit {
	for range l.queues {
		if l.turn >= len(l.queues) {
			l.turn = 0
		}
		q := l.queues[l.turn]
		l.turn++
		if len(q.units) > 0 && q.running < perQueue {
			u := q.units[0]
			q.units = q.units[1:]
			return u
		}
	}
	return nil
}

// left is how many units wait in the lane.
func (l *lane) left() (n int) {
	for _, q := range l.queues {
		n += len(q.units)
	}
	return n
}

// board hands out units: account after account, in each region and service after the other, so that none holds up the
// rest. A few accounts are under way at once; the others have not been looked at. Which comes first is told by a hash.
type board struct {
	limits Limits
	// open makes the lane of an account; nil when nothing of it is to be read.
	open func(*Account) (*lane, error)
	// closed is told when an account is done.
	closed func(*lane)

	mu      sync.Mutex
	changed *sync.Cond
	waiting []*Account
	lanes   []*lane
	turn    int
	err     error
}

func newBoard(limits Limits, accounts []Account) *board {
	b := &board{limits: limits}
	for i := range accounts {
		b.waiting = append(b.waiting, &accounts[i])
	}
	slices.SortFunc(b.waiting, func(a, b *Account) int { return cmp.Compare(spread(a.ID, time.Hour), spread(b.ID, time.Hour)) })
	b.changed = sync.NewCond(&b.mu)
	return b
}

// next waits for a unit to read; nil when there is none any more, or ctx has ended.
func (b *board) next(ctx context.Context) *unit {
	b.mu.Lock()
	defer b.mu.Unlock()
	for ctx.Err() == nil && b.err == nil {
		if u := b.take(); u != nil {
			return u
		}
		if b.err != nil || len(b.lanes) == 0 && len(b.waiting) == 0 {
			break
		}
		b.changed.Wait()
	}
	b.changed.Broadcast()
	return nil
}

func (b *board) take() *unit {
	for len(b.lanes) < b.limits.Accounts && len(b.waiting) > 0 && b.err == nil {
		a := b.waiting[0]
		b.waiting = b.waiting[1:]
		l, err := b.open(a)
		if err != nil {
			b.err = err
			return nil
		}
		if l != nil {
			b.lanes = append(b.lanes, l)
		}
	}
	for range b.lanes {
		b.turn = (b.turn + 1) % len(b.lanes)
		l := b.lanes[b.turn]
		if u := l.next(b.limits.ServiceUnits); u != nil {
			l.running++
			u.q.running++
			return u
		}
	}
	return nil
}

// done gives back a unit that was read, or will never be.
func (b *board) done(u *unit) {
	b.mu.Lock()
	defer b.mu.Unlock()
	u.running--
	u.q.running--
	b.tidy(u.lane)
}

// again gives back a unit that is to be read once more after a rest. dropped is told when its account was refused
// meanwhile.
func (b *board) again(ctx context.Context, u *unit, rest time.Duration, dropped func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	u.running--
	u.q.running--
	u.resting++
	time.AfterFunc(rest, func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		u.resting--
		switch {
		case u.refused:
			dropped()
		case ctx.Err() == nil:
			u.q.units = append(u.q.units, u)
		}
		b.tidy(u.lane)
	})
}

// refuse takes away all that waits of an account. It returns how many units that were, and whether it is the first.
func (b *board) refuse(l *lane) (dropped int, first bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	first, l.refused = !l.refused, true
	dropped = l.left()
	for _, q := range l.queues {
		q.units = nil
	}
	return dropped, first
}

// tidy removes a lane that has nothing left.
func (b *board) tidy(l *lane) {
	if l.running == 0 && l.resting == 0 && l.left() == 0 {
		if i := slices.Index(b.lanes, l); i >= 0 {
			b.lanes = slices.Delete(b.lanes, i, i+1)
			b.closed(l)
		}
	}
	b.changed.Broadcast()
}

// stop ends the run for all with an error.
func (b *board) stop(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.err == nil {
		b.err = err
	}
	b.changed.Broadcast()
}

// wake makes everyone look again.
func (b *board) wake() { b.changed.Broadcast() }
