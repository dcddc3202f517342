package lake

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// atOnce is how many queries run at the same time; the others wait.
const atOnce = 2

// runs are the queries that this process runs.
type runs struct {
	mu     sync.Mutex
	cancel map[string]context.CancelFunc
	woken  chan struct{}
	// imports is woken when an import is started.
	imports chan struct{}
}

func (l *Lake) wake() {
	select {
	case l.runs.woken <- struct{}{}:
	default:
	}
}

// stopRun ends the run of a query, if this process runs it.
func (l *Lake) stopRun(id string) {
	l.runs.mu.Lock()
	defer l.runs.mu.Unlock()
	if cancel, ok := l.runs.cancel[id]; ok {
		cancel()
	}
}

// claim takes a query or an import for this process to run; false when it runs already.
func (l *Lake) claim(ctx context.Context, id string, longest time.Duration) (context.Context, func(), bool) {
	l.runs.mu.Lock()
	defer l.runs.mu.Unlock()
	if _, taken := l.runs.cancel[id]; taken {
		return nil, nil, false
	}
	ctx, cancel := context.WithTimeout(ctx, longest)
	l.runs.cancel[id] = cancel
	return ctx, func() {
		cancel()
		l.runs.mu.Lock()
		defer l.runs.mu.Unlock()
		delete(l.runs.cancel, id)
	}, true
}

// retry is how long a failure of the installation's own is let rest.
const retry = time.Second

// Run runs the queries that are started, until ctx ends. Queries that a process was running when it was killed are run
// again from the beginning.
func (l *Lake) Run(ctx context.Context, log *slog.Logger) error {
	slots := make(chan struct{}, atOnce)
	var wg sync.WaitGroup
	defer wg.Wait()
	failed := func(what string, err error, more ...any) {
		if err != nil && ctx.Err() == nil {
			log.Error(what, append(more, "error", err)...)
			time.AfterFunc(retry, l.wake)
		}
	}
	for {
		keys, err := l.waiting(ctx)
		failed("queries cannot be listed; it is tried again", err)
		for _, k := range keys {
			slots <- struct{}{}
			wg.Go(func() {
				defer func() { <-slots }()
				failed("a query could not be run; it is tried again unless it is over", l.run(ctx, k), "query", k.ID)
			})
		}
		select {
		case <-ctx.Done():
			return nil
		case <-l.runs.woken:
		}
	}
}

// Work does what is due: it starts refreshes and runs the imports and the queries that wait, one after the other.
func (l *Lake) Work(ctx context.Context) error {
	if err := l.RefreshDue(ctx); err != nil {
		return err
	}
	if err := l.workImports(ctx); err != nil {
		return err
	}
	keys, err := l.waiting(ctx)
	for _, k := range keys {
		if err == nil {
			err = l.run(ctx, k)
		}
	}
	return err
}

// waiting are the queries that are not over, the oldest first, as ids are in the order of time.
func (l *Lake) waiting(ctx context.Context) (keys []docs.Key, err error) {
	err = l.Docs.Read(ctx, func(tx docs.Tx) error {
		keys = nil
		all, err := works.All(tx, arn.Everything())
		for i := range all {
			keys = append(keys, all[i].Key)
		}
		return err
	})
	return keys, err
}

// run runs one query, unless it is over or running.
func (l *Lake) run(ctx context.Context, k docs.Key) error {
	runCtx, release, ok := l.claim(ctx, k.ID, longest)
	if !ok {
		return nil
	}
	defer release()
	p := Place{k.Account, k.Region}
	q, err := l.advance(ctx, p, k.ID, func(q *Query) { q.Status, q.Started = Running, l.Clock.Now() })
	if err != nil {
		return err
	}
	if !q.Over() {
		if q, err = l.conclude(ctx, runCtx, q); err != nil && ctx.Err() != nil {
			return err
		}
	}
	if q.Status != Finished || q.Delivery != DeliveryPending {
		return err
	}
	return errors.Join(err, l.deliver(ctx, &q))
}

// conclude performs a query and writes how that ended. An error that is no fault is returned beside.
func (l *Lake) conclude(ctx, runCtx context.Context, q Query) (Query, error) {
	failed := l.perform(runCtx, &q)
	if ctx.Err() != nil { // the process ends; the next one runs it again
		return q, ctx.Err()
	}
	q.settle(failed, runCtx.Err())
	q.Ended = l.Clock.Now()
	done, err := l.advance(ctx, q.Place, q.ID, func(now *Query) { *now = q })
	if q.Status == Failed {
		err = errors.Join(err, internal(failed))
	}
	return done, err
}

// internal is an error that is nobody's mistake, for the log.
func internal(err error) error {
	if fault.KindOf(err) == fault.Internal {
		return err
	}
	return nil
}

// settle says how a run ended.
func (q *Query) settle(err, expired error) {
	var f *fault.Error
	switch {
	case err == nil:
		q.Status = Finished
	case errors.Is(expired, context.DeadlineExceeded):
		q.Status, q.Error = TimedOut, "The query ran for more than an hour. Narrow it, by eventTime above all."
	case errors.As(err, &f):
		q.Status, q.Error = Failed, limitText(f.Message, 1000)
	default:
		q.Status, q.Error = Failed, "The query failed for an internal reason, which the server's log has."
	}
	if q.Delivery != "" && q.Status != Finished {
		q.Delivery = DeliveryFailed
	}
}

// advance changes a query that is not over; one that is over is returned as it is.
func (l *Lake) advance(ctx context.Context, p Place, id string, change func(*Query)) (q Query, err error) {
	err = l.Docs.Write(ctx, func(tx docs.Tx) error {
		d, err := l.findQuery(tx, p, "", id)
		if fault.KindOf(err) == fault.NotFound { // removed with its data
			return works.Delete(tx, p.Account, p.Region, id)
		}
		if q = d.Value; err != nil || q.Over() {
			return err
		}
		if change(&q); q.Over() {
			return end(tx, d, q)
		}
		d.Value = q
		return queries.Update(tx, d)
	})
	return q, err
}

// perform runs the statement into the file of its results.
func (l *Lake) perform(ctx context.Context, q *Query) error {
	prepared, err := l.prepare(ctx, q)
	if err != nil {
		return err
	}
	q.Columns = prepared.Columns()
	out, err := l.results.create(q.ID)
	if err != nil {
		return err
	}
	err = prepared.Run(ctx, out.add)
	q.Statistics, q.Rows = prepared.Statistics(), out.rows
	return errors.Join(err, out.close())
}
