package automation

import (
	"time"

	"github.com/tickmark/tickmark/internal/docs"
)

// agenda is when each execution under way is looked at next. Run fills it from the store once; after that every change
// that makes an execution due says so here, because one process alone changes them. So the runner reads from the store
// what is due, and nothing else, however many executions wait.
type agenda map[docs.Key]*entry

type entry struct {
	at time.Time
	// called says that somebody has changed something since the execution was last begun to be driven.
	called bool
}

func executionKey(p Place, id ExecutionID) docs.Key {
	return docs.Key{Account: p.Account, Region: p.Region, ID: id}
}

// summon makes an execution due at once and wakes Run.
func (r *Runner) summon(k docs.Key) {
	r.mu.Lock()
	r.agenda[k] = &entry{called: true}
	r.mu.Unlock()
	r.nudge()
}

func (r *Runner) nudge() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}

// nextDue gives an execution that is due and that nobody drives yet, and counts it as driven; false when there is none or
// enough are driven. The one that waits longest goes first.
func (r *Runner) nextDue(now time.Time) (docs.Key, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.active) >= r.Concurrent {
		return docs.Key{}, false
	}
	var first docs.Key
	found := false
	for k, e := range r.agenda {
		if _, busy := r.active[k]; busy || now.Before(e.at) {
			continue
		}
		if !found || e.at.Before(r.agenda[first].at) {
			first, found = k, true
		}
	}
	if found {
		r.agenda[first].called = false
		r.active[first] = func() {}
	}
	return first, found
}

// layBack puts an execution that was driven back: it is looked at again at next, or never when it has ended. What was
// called while it was driven makes it due at once.
func (r *Runner) layBack(k docs.Key, next time.Time, over bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.active, k)
	switch e := r.agenda[k]; {
	case over:
		delete(r.agenda, k)
	case e == nil || !e.called:
		r.agenda[k] = &entry{at: next}
	}
}
