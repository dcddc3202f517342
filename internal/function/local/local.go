// Package local runs Lambda functions as processes of this machine: it serves the Lambda Runtime API to one child
// process for each function that is busy, keeps it warm for the next event, and ends it at the deadline, when it is
// idle, and with the server.
//
// A function has the rights of the user that runs Tickmark; the limits on time, memory and environment keep honest
// code in its bounds and are no sandbox. Nothing runs unless an operator names a folder of functions.
//
// Left out: layers, extensions, the telemetry and logs APIs, response streaming, container images, concurrency
// settings, versions and aliases other than what function.yaml names.
package local

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/function"
	"github.com/tickmark/tickmark/internal/stamp"
)

//go:embed loop.cjs loop.py
var loops embed.FS

// Principal is a function that calls AWS Config: it speaks for one account and region.
type Principal struct{ Account, Region, Function string }

// Options of a Runner; only Dir must be set.
type Options struct {
	// Dir is the folder of functions.
	Dir string
	// Processes is how many may live at once; 0 is 4. Idle is how long one waits for its next event; 0 is five minutes.
	Processes int
	Idle      time.Duration
	// Config answers what functions ask AWS Config; nil leaves the endpoint of their environment alone.
	Config func(http.ResponseWriter, *http.Request, Principal)
	// Ours finds variables of our own environment; nil is os.LookupEnv.
	Ours  func(string) (string, bool)
	Clock stamp.Source
	Log   *slog.Logger
}

const (
	defaultProcesses = 4
	defaultIdle      = 5 * time.Minute
	// startTime is the least that a process has to get ready; Lambda gives as much.
	startTime = 10 * time.Second
)

// Runner runs the functions of a folder. It implements function.Functions and is safe for concurrent use.
type Runner struct {
	o         Options
	functions []Function
	dir       string // holds the loop programs

	mu      sync.Mutex
	idle    []*instance // the longest idle first
	live    map[*instance]bool
	places  int           // processes that live or start
	changed chan struct{} // closed when a place or an instance may be free
	closed  bool
	ends    sync.WaitGroup
}

// key is what a process is good for: it speaks for one account and region.
type key struct{ dir, account, region string }

// Open reads the folder; a function that is described wrongly is an error that names its file.
func Open(o Options) (*Runner, error) {
	if o.Processes == 0 {
		o.Processes = defaultProcesses
	}
	if o.Processes < 0 {
		return nil, fault.Invalidf("Processes", "The number of processes for functions must be 1 or more.")
	}
	if o.Idle == 0 {
		o.Idle = defaultIdle
	}
	if o.Ours == nil {
		o.Ours = os.LookupEnv
	}
	if o.Clock == nil {
		o.Clock = stamp.System
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	list, err := ReadFolder(o.Dir)
	if err != nil {
		return nil, err
	}
	r := &Runner{o: o, functions: list, live: map[*instance]bool{}, changed: make(chan struct{})}
	if r.dir, err = os.MkdirTemp("", "tickmark-functions-"); err != nil {
		return nil, err
	}
	for _, name := range []string{"loop.cjs", "loop.py"} {
		text, err := loops.ReadFile(name)
		if err == nil {
			err = os.WriteFile(filepath.Join(r.dir, name), text, 0o600)
		}
		if err != nil {
			return nil, errors.Join(err, os.RemoveAll(r.dir))
		}
	}
	return r, nil
}

// Functions lists them by name.
func (r *Runner) Functions() []Function { return slices.Clone(r.functions) }

// Has implements function.Functions.
func (r *Runner) Has(account, region, functionARN string) bool {
	_, ok := r.find(account, region, functionARN)
	return ok
}

// find prefers the function that is named more exactly. A plain name is asked for in the caller's account and region.
func (r *Runner) find(account, region, functionARN string) (Function, bool) {
	asked, err := function.ParseName(functionARN)
	if err != nil {
		return Function{}, false
	}
	if asked.Account == "" {
		asked.Account, asked.Region = account, region
	}
	best, found := Function{}, false
	for _, f := range r.functions {
		own := f.Name
		if asked.Partition == "" {
			own.Partition = ""
		}
		if own.Fits(asked) && (!found || len(f.Name.String()) > len(best.Name.String())) {
			best, found = f, true
		}
	}
	return best, found
}

// Invoke implements function.Invoker.
func (r *Runner) Invoke(ctx context.Context, in function.Invocation) (function.Answer, error) {
	f, ok := r.find(in.Account, in.Region, in.FunctionARN)
	if !ok {
		return function.Answer{}, fault.Missing("function", in.FunctionARN)
	}
	if len(in.Event) > function.MaxPayload {
		return function.Answer{}, fault.Invalidf("Event", "The event has %d bytes; at most %d are allowed.", len(in.Event), function.MaxPayload)
	}
	limit := f.Timeout
	if in.Timeout > 0 {
		limit = min(limit, in.Timeout)
	}
	for {
		i, err := r.acquire(ctx, f, in)
		if err != nil {
			return failedStart(err)
		}
		answer, err := i.invoke(ctx, in, limit)
		r.release(i)
		if !errors.Is(err, errGone) {
			return answer, err
		}
	}
}

// failedStart tells a function that does not start apart from us not being able to start it.
func failedStart(err error) (function.Answer, error) {
	var s *startError
	if errors.As(err, &s) {
		return function.Answer{Payload: errorPayload(s.failure), Failure: &s.failure, Log: s.log}, nil
	}
	return function.Answer{}, err
}

// acquire gives a process that waits for an event: a warm one, or a new one when there is a place for it.
func (r *Runner) acquire(ctx context.Context, f Function, in function.Invocation) (*instance, error) {
	k := key{f.Dir, in.Account, in.Region}
	for {
		r.mu.Lock()
		if r.closed {
			r.mu.Unlock()
			return nil, fault.New(fault.Unavailable, "The server is stopping: no more functions are run.")
		}
		if i := r.takeIdle(k); i != nil {
			r.mu.Unlock()
			return i, nil
		}
		if r.places < r.o.Processes {
			r.places++
			r.mu.Unlock()
			return r.start(ctx, f, k)
		}
		if len(r.idle) > 0 { // of other functions: the longest idle makes room
			oldest := r.idle[0]
			r.idle = r.idle[1:]
			oldest.stop()
		}
		changed := r.changed
		r.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for a process for the function %s: %w", f.Name.Name, context.Cause(ctx))
		}
	}
}

// takeIdle takes the newest idle process of a key, which is the most likely to be warm all through. r.mu is held.
func (r *Runner) takeIdle(k key) *instance {
	for n := len(r.idle) - 1; n >= 0; n-- {
		if i := r.idle[n]; i.key == k && i.usable() {
			r.idle = slices.Delete(r.idle, n, n+1)
			i.sleep.Stop()
			return i
		}
	}
	return nil
}

// start starts a process in a place that the caller has taken.
func (r *Runner) start(ctx context.Context, f Function, k key) (*instance, error) {
	i, err := r.newInstance(f, k)
	if err != nil {
		r.mu.Lock()
		r.freePlace()
		r.mu.Unlock()
		return nil, err
	}
	r.mu.Lock()
	r.live[i] = true
	r.ends.Go(func() { r.watch(i) })
	if r.closed {
		i.stop()
	}
	r.mu.Unlock()
	if err := i.awaitReady(ctx, max(startTime, f.Timeout)); err != nil {
		i.stop()
		return nil, err
	}
	return i, nil
}

// watch gives a process's place back when it has ended.
func (r *Runner) watch(i *instance) {
	i.wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.live, i)
	r.idle = slices.DeleteFunc(r.idle, func(o *instance) bool { return o == i })
	if i.sleep != nil {
		i.sleep.Stop()
	}
	r.freePlace()
}

func (r *Runner) freePlace() {
	r.places--
	r.wake()
}

func (r *Runner) wake() {
	close(r.changed)
	r.changed = make(chan struct{})
}

// release lets a process wait for its next event, when it can.
func (r *Runner) release(i *instance) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed || !r.live[i] || !i.usable() {
		return
	}
	r.idle = append(r.idle, i)
	i.sleep = time.AfterFunc(r.o.Idle, func() { r.expire(i) })
	r.wake()
}

// expire ends a process that has been idle for long; one that was taken meanwhile goes on.
func (r *Runner) expire(i *instance) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if n := slices.Index(r.idle, i); n >= 0 {
		r.idle = slices.Delete(r.idle, n, n+1)
		i.stop()
	}
}

// Close ends every process and waits for that.
func (r *Runner) Close() error {
	r.mu.Lock()
	r.closed = true
	for i := range r.live {
		i.stop()
	}
	r.wake()
	r.mu.Unlock()
	r.ends.Wait()
	return os.RemoveAll(r.dir)
}
