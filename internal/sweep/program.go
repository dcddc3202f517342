package sweep

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/stamp"
)

// Connection is a way to accounts, as far as the schedule needs it.
type Connection struct {
	Name    string
	Every   time.Duration // between complete readings
	Created time.Time
}

// Connections knows the ways to accounts.
type Connections interface {
	All(ctx context.Context) ([]Connection, error)
	// Prepare looks for the accounts of a connection anew and gives what is to be read, and the runner that reads it.
	Prepare(ctx context.Context, j *Job) (Plan, *Runner, error)
}

// Program runs the sweeps of an installation: those that are asked for and those of the schedule.
type Program struct {
	book  book
	ways  Connections
	clock stamp.Source
	log   *slog.Logger
	wake  chan struct{}

	mu sync.Mutex
	// live are the jobs being carried out: how to end them.
	live map[string]context.CancelCauseFunc
}

// New is the program of an installation with a management account.
func New(store JobStore, owner string, ways Connections, clock stamp.Source, log *slog.Logger) *Program {
	return &Program{book: book{store, owner}, ways: ways, clock: clock, log: log, wake: make(chan struct{}, 1), live: map[string]context.CancelCauseFunc{}}
}

// Start asks for a sweep. Faults: NotFound (no such connection), Conflict (it is being read), Invalid.
func (p *Program) Start(ctx context.Context, j Job) (Job, error) {
	all, err := p.ways.All(ctx)
	if err != nil {
		return j, err
	}
	if j.Connection, err = chosen(all, j.Connection); err != nil {
		return j, err
	}
	for _, n := range []int{len(j.Accounts), len(j.Regions), len(j.Types)} {
		if n > maxNarrow {
			return j, fault.Invalidf("types", "A sweep can be narrowed to %d accounts, regions or types, not to %d.", maxNarrow, n)
		}
	}
	j.ID, j.State, j.Created, j.Progress = p.clock.NewID(), Queued, p.clock.Now(), Progress{}
	if err := p.book.add(ctx, j); err != nil {
		return j, err
	}
	p.Wake()
	return j, nil
}

// Broken is the sweep of a whole connection that was broken off and that nobody carries out now; NotFound when there is
// none.
func (p *Program) Broken(ctx context.Context, connection string) (Job, error) {
	all, err := p.book.all(ctx)
	if err != nil {
		return Job{}, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, j := range all {
		if j.Open() && j.whole() && (connection == "" || j.Connection == connection) && p.live[j.ID] == nil {
			return j, nil
		}
	}
	return Job{}, fault.Missing("open sweep", connection)
}

// chosen is the connection of a name; without one, the only one there is.
func chosen(all []Connection, name string) (string, error) {
	if len(all) == 0 {
		return "", fault.New(fault.NotFound, "There is no connection to AWS yet. Make one: tickmark connect aws --profile NAME.")
	}
	if name == "" {
		if len(all) > 1 {
			return "", fault.Invalidf("connection", "There are %d connections. Name one: --connection %s.", len(all), all[0].Name)
		}
		return all[0].Name, nil
	}
	for _, c := range all {
		if c.Name == name {
			return name, nil
		}
	}
	return "", fault.Missing("connection", name)
}

// Jobs are the sweeps, the latest first.
func (p *Program) Jobs(ctx context.Context) ([]Job, error) { return p.book.all(ctx) }

// Job is one sweep; with an empty id the latest, of a connection if one is named.
func (p *Program) Job(ctx context.Context, id, connection string) (Job, error) {
	if id != "" {
		return p.book.get(ctx, id)
	}
	all, err := p.book.all(ctx)
	for _, j := range all {
		if connection == "" || j.Connection == connection {
			return j, err
		}
	}
	if err == nil {
		err = fault.New(fault.NotFound, "Nothing has been swept yet. Begin with: tickmark sweep start.")
	}
	return Job{}, err
}

// errCancelled ends a job that somebody cancelled.
var errCancelled = errors.New("cancelled")

// Cancel ends a sweep. What it has read stays; nothing is said to be deleted that it has not settled.
func (p *Program) Cancel(ctx context.Context, id string) (Job, error) {
	j, err := p.book.change(ctx, id, func(j *Job) error {
		if !j.Open() {
			return fault.New(fault.Conflict, "The sweep %s is at its end: it is %s.", id, j.State)
		}
		j.State, j.Finished = Cancelled, p.clock.Now()
		return nil
	})
	if err != nil {
		return j, err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if end := p.live[id]; end != nil {
		end(errCancelled)
	}
	return j, nil
}

// Wake makes the program look for work now: a connection was made or removed.
func (p *Program) Wake() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// lookEvery is how often the schedule is looked at.
const lookEvery = time.Minute

// Run carries out sweeps until ctx ends: first those that the end of the server broke off. Each connection's goes on
// beside the others.
func (p *Program) Run(ctx context.Context) error {
	var away sync.WaitGroup
	defer away.Wait()
	t := time.NewTicker(lookEvery)
	defer t.Stop()
	for {
		if err := p.round(ctx, func(id string) { away.Go(func() { p.carry(ctx, id) }) }); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-p.wake:
		case <-t.C:
		}
	}
}

// round begins all that is due.
func (p *Program) round(ctx context.Context, begin func(id string)) error {
	all, err := p.book.all(ctx)
	if err != nil {
		return err
	}
	ways, err := p.ways.All(ctx)
	if err != nil {
		return err
	}
	for _, c := range ways {
		if !due(c, all, p.clock.Now()) {
			continue
		}
		if _, err := p.Start(ctx, Job{Connection: c.Name, Scheduled: true}); err != nil && fault.KindOf(err) != fault.Conflict {
			return err
		}
	}
	if all, err = p.book.all(ctx); err != nil {
		return err
	}
	for _, j := range all {
		p.mu.Lock()
		live := p.live[j.ID] != nil
		p.mu.Unlock()
		if j.Open() && !live {
			begin(j.ID)
		}
	}
	return nil
}

func (p *Program) carry(ctx context.Context, id string) {
	if _, err := p.Carry(ctx, id, nil); err != nil && ctx.Err() == nil && p.log != nil {
		p.log.Error("a sweep failed", "sweep", id, "error", err)
	}
}

// Carry carries a job out, from where it is to its end, and tells of its progress. A fault of the connection ends the
// job as failed and is no error; an error leaves it open, to go on later.
func (p *Program) Carry(ctx context.Context, id string, tell func(Job)) (Job, error) {
	ctx, end, ok := p.enter(ctx, id)
	if !ok {
		return p.book.get(ctx, id)
	}
	defer p.leave(id, end)
	j, err := p.book.change(ctx, id, func(j *Job) error {
		if j.State == Running {
			j.Resumed++
		}
		if j.Open() {
			j.State = Running
		}
		if j.Started.IsZero() {
			j.Started = p.clock.Now()
		}
		return nil
	})
	if err != nil || !j.Open() {
		return j, err
	}
	plan, runner, err := p.ways.Prepare(ctx, &j)
	if err != nil {
		if ctx.Err() != nil {
			return p.ended(ctx, j, context.Cause(ctx))
		}
		return p.ended(ctx, j, &unprepared{err})
	}
	j.Digest = plan.Digest()
	progress, err := runner.Run(ctx, j.ID, plan, j.Progress, func(now Progress) {
		// What is kept is for those who look, and for the counters after a crash: a failed write is not the run's.
		kept, err := p.book.change(ctx, id, func(k *Job) error { k.Progress, k.Digest = now, j.Digest; return nil })
		if err == nil && tell != nil {
			tell(kept)
		}
	})
	j.Progress = progress
	return p.ended(ctx, j, err)
}

// unprepared is why a job could not begin.
type unprepared struct{ error }

func (u *unprepared) Unwrap() error { return u.error }

// ended writes down how a job ended. One that the end of the server broke off stays as it is.
func (p *Program) ended(ctx context.Context, j Job, err error) (Job, error) {
	cancelled := errors.Is(context.Cause(ctx), errCancelled)
	late, done := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer done()
	var cannot *unprepared
	switch {
	case cancelled:
		return p.book.get(late, j.ID)
	case errors.As(err, &cannot):
		return p.book.change(late, j.ID, func(k *Job) error {
			k.State, k.Problem, k.Finished = Failed, cannot.Error(), p.clock.Now()
			return nil
		})
	case err != nil:
		return j, fmt.Errorf("the sweep %s of %s was broken off: %w", j.ID, j.Connection, err)
	}
	return p.book.change(late, j.ID, func(k *Job) error {
		if k.State == Running {
			k.State, k.Finished = Finished, p.clock.Now()
		}
		k.Progress, k.Digest = j.Progress, j.Digest
		return nil
	})
}

// enter makes a job live; false when it is.
func (p *Program) enter(ctx context.Context, id string) (context.Context, context.CancelCauseFunc, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.live[id] != nil {
		return ctx, nil, false
	}
	ctx, end := context.WithCancelCause(ctx)
	p.live[id] = end
	return ctx, end, true
}

func (p *Program) leave(id string, end context.CancelCauseFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.live, id)
	end(nil)
}
