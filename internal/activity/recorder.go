package activity

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/trail"
)

// The bounds of what waits to be stored.
const (
	// MaxWaiting is how many events may wait while the store takes none; more are dropped and counted in the log.
	MaxWaiting = 20_000
	// maxWaitingBytes is how large they may be together.
	maxWaitingBytes = 64 << 20
	// maxBatch is how many are stored at once.
	maxBatch = 4096
	// linger is how long an event of a call that only read may wait for others.
	linger = time.Second
)

// Store is what a Recorder asks of the store of events.
type Store interface {
	Append(ctx context.Context, b trail.Batch) (trail.Appended, error)
}

// Recorder stores the events of calls, those of one moment together. The zero value but for its fields is ready.
type Recorder struct {
	Store Store
	Log   *slog.Logger

	mu      sync.Mutex
	waiting []trail.Event
	bytes   int // of what waits
	dropped int
	storing bool
	closed  bool
	timer   *time.Timer
	// stored is closed when what waits now has been tried, tried when nothing is being stored any more.
	stored, tried chan struct{}
}

// Record stores the event of a call. It returns when the event is stored, or at once for a call that only read.
func (r *Recorder) Record(c *Call) {
	e, err := c.event()
	if err != nil {
		r.Log.Error("a call could not be recorded", "operation", c.Operation, "error", err)
		return
	}
	r.mu.Lock()
	if len(r.waiting) >= MaxWaiting || r.bytes+len(e.Raw) > maxWaitingBytes {
		r.dropped++
		r.mu.Unlock()
		return
	}
	r.waiting, r.bytes = append(r.waiting, e), r.bytes+len(e.Raw)
	if r.stored == nil {
		r.stored = make(chan struct{})
	}
	stored := r.stored
	if c.mayWait() {
		if r.timer == nil && !r.storing && !r.closed {
			r.timer = time.AfterFunc(linger, r.start)
		}
		if len(r.waiting) >= maxBatch || r.closed {
			r.begin()
		}
		r.mu.Unlock()
		return
	}
	r.begin()
	r.mu.Unlock()
	<-stored
}

func (r *Recorder) start() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.begin()
}

// begin stores what waits, unless that is being done. The caller holds mu.
func (r *Recorder) begin() {
	if r.timer != nil {
		r.timer.Stop()
		r.timer = nil
	}
	if !r.storing && len(r.waiting) > 0 {
		r.storing, r.tried = true, make(chan struct{})
		go r.store()
	}
}

// store stores until nothing waits or the store fails.
func (r *Recorder) store() {
	for {
		r.mu.Lock()
		events, stored, dropped := r.waiting, r.stored, r.dropped
		r.waiting, r.bytes, r.stored, r.dropped = nil, 0, nil, 0
		if len(events) == 0 {
			r.rest()
			r.mu.Unlock()
			return
		}
		r.mu.Unlock()
		if dropped > 0 {
			r.Log.Error("calls were not recorded: too many waited to be stored", "calls", dropped)
		}
		_, err := r.Store.Append(context.Background(), trail.Batch{Events: events})
		close(stored)
		if err != nil {
			r.keep(events, err)
			return
		}
	}
}

// rest tells that nothing is being stored. The caller holds mu.
func (r *Recorder) rest() {
	r.storing = false
	close(r.tried)
}

// keep puts back what could not be stored and tries again later.
func (r *Recorder) keep(events []trail.Event, err error) {
	r.Log.Error("calls could not be recorded; they are tried again", "calls", len(events), "error", err)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting = append(events, r.waiting...)
	for i := range events {
		r.bytes += len(events[i].Raw)
	}
	if r.stored == nil {
		r.stored = make(chan struct{})
	}
	r.rest()
	if !r.closed {
		r.timer = time.AfterFunc(linger, r.start)
	}
}

// Close stores what waits. Calls recorded later are stored at once.
func (r *Recorder) Close() error {
	r.mu.Lock()
	r.closed = true
	r.begin()
	for r.storing {
		tried := r.tried
		r.mu.Unlock()
		<-tried
		r.mu.Lock()
	}
	n := len(r.waiting)
	r.mu.Unlock()
	if n > 0 {
		return fmt.Errorf("%d calls could not be recorded", n)
	}
	return nil
}
