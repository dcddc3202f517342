package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
)

// A commit carries at most this many functions, and takes new ones for at most this long.
const (
	batchFunctions = 1000
	batchTime      = 5 * time.Millisecond
	batchAttempts  = 4
)

// job is one function waiting for the writer.
type job struct {
	ctx   context.Context
	fn    func(*Tx) error
	err   error
	panic any
	done  chan struct{}
}

// Write runs fn inside the writer's next transaction and returns after its commit is on disk. Functions of
// several callers share a commit; an error undoes only its own function. fn must touch nothing but the Tx: it
// may run again when the engine asks for a retry.
func (db *DB) Write(ctx context.Context, fn func(*Tx) error) error {
	j := &job{ctx: ctx, fn: fn, done: make(chan struct{})}
	select {
	case db.queue <- j:
	case <-ctx.Done():
		return ctx.Err()
	case <-db.closed:
		return fault.New(fault.Unavailable, "The store is closed.")
	}
	select {
	case <-j.done:
	case <-db.done: // the writer may have answered just before it stopped
		select {
		case <-j.done:
		default:
			return fault.New(fault.Unavailable, "The store is closed.")
		}
	}
	if j.panic != nil {
		panic(j.panic)
	}
	return j.err
}

// runWriter owns the writing connection until Close.
func (db *DB) runWriter() {
	defer close(db.done)
	w := &writer{db: db}
	defer w.drop()
	for {
		select {
		case j := <-db.queue:
			w.batch(j)
		case <-db.closed:
			for {
				select {
				case j := <-db.queue:
					w.batch(j)
				default:
					return
				}
			}
		}
	}
}

// writer holds one connection and the statements prepared on it.
type writer struct {
	db   *DB
	conn *sql.Conn
	q    *cachedConn
}

func (w *writer) connect(ctx context.Context) error {
	if w.conn != nil {
		return nil
	}
	conn, err := w.db.writers.Conn(ctx)
	if err != nil {
		return err
	}
	w.conn, w.q = conn, &cachedConn{conn: conn, stmts: map[string]*sql.Stmt{}}
	return nil
}

func (w *writer) drop() {
	if w.conn != nil {
		w.q.close()
		_ = w.conn.Close()
		w.conn, w.q = nil, nil
	}
}

// batch commits the first job together with those that wait behind it, and answers them all.
func (w *writer) batch(first *job) {
	jobs := []*job{first}
	var err error
	for attempt := range batchAttempts {
		jobs, err = w.attempt(jobs)
		if err == nil || !retryable(err) {
			break
		}
		time.Sleep(time.Duration(attempt+1) * 10 * time.Millisecond)
	}
	for _, j := range jobs {
		if err != nil && j.err == nil {
			j.err = storeFault(err)
		}
		close(j.done)
	}
}

// attempt runs the jobs, and further waiting ones, in one transaction. It returns every job it has taken; an
// error means that nothing of them was committed.
func (w *writer) attempt(jobs []*job) ([]*job, error) {
	ctx := context.Background()
	if err := w.connect(ctx); err != nil {
		return jobs, err
	}
	if _, err := w.conn.ExecContext(ctx, w.db.begin()); err != nil {
		w.drop()
		return jobs, fmt.Errorf("begin: %w", err)
	}
	if w.db.fence != nil {
		if err := w.db.fence.check(ctx, w.q); err != nil {
			w.rollback(ctx)
			return jobs, err
		}
	}
	start := time.Now() // how long to gather is not domain time
	for i := 0; i < len(jobs); i++ {
		if err := w.run(ctx, jobs[i]); err != nil {
			w.rollback(ctx)
			return jobs, err
		}
		if i == len(jobs)-1 && len(jobs) < batchFunctions && time.Since(start) < batchTime {
			select {
			case j := <-w.db.queue:
				jobs = append(jobs, j)
			default:
			}
		}
	}
	if _, err := w.conn.ExecContext(ctx, "COMMIT"); err != nil {
		w.rollback(ctx)
		return jobs, fmt.Errorf("commit: %w", err)
	}
	return jobs, nil
}

// run executes one job in a savepoint. The returned error breaks the whole transaction; the job's own error only
// undoes the job.
func (w *writer) run(ctx context.Context, j *job) error {
	j.err, j.panic = nil, nil
	if j.err = j.ctx.Err(); j.err != nil {
		return nil
	}
	if _, err := w.q.ExecContext(ctx, "SAVEPOINT job"); err != nil {
		return err
	}
	err := w.call(ctx, j)
	if err == nil && j.panic == nil {
		_, err = w.q.ExecContext(ctx, "RELEASE SAVEPOINT job")
		return err
	}
	if _, undo := w.q.ExecContext(ctx, "ROLLBACK TO SAVEPOINT job"); undo != nil {
		return errors.Join(err, undo) // the engine gave up the transaction, as on a full disk
	}
	if retryable(err) {
		return err
	}
	j.err = storeFault(err)
	_, err = w.q.ExecContext(ctx, "RELEASE SAVEPOINT job")
	return err
}

func (w *writer) call(ctx context.Context, j *job) (err error) {
	defer func() {
		if p := recover(); p != nil {
			j.panic = p
		}
	}()
	// The statements run without the caller's cancellation: an interrupted statement may end the transaction
	// that other callers share.
	return j.fn(&Tx{ctx: ctx, q: w.q, dialect: w.db.Dialect, now: w.db.clock.Now(), writable: true})
}

func (w *writer) rollback(ctx context.Context) {
	if _, err := w.conn.ExecContext(ctx, "ROLLBACK"); err != nil {
		w.drop()
	}
}

func (db *DB) begin() string {
	if db.Dialect == SQLite {
		return "BEGIN IMMEDIATE"
	}
	return "BEGIN"
}
