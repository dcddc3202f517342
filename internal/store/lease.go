package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/stamp"
)

// leaseTTL is how long a silent writer keeps the lease; it renews it three times as often.
const leaseTTL = 15 * time.Second

// lease names the one process that may write to a PostgreSQL store. Its token grows with each new holder and is
// checked in every write transaction, so a writer that was only slow cannot write after it was replaced.
type lease struct {
	pool  *sql.DB
	clock stamp.Source
	token int64
}

// acquireLease takes the lease when it is free or its holder has been silent for leaseTTL.
func acquireLease(ctx context.Context, pool *sql.DB, o Options) (*lease, error) {
	now := o.Clock.Now()
	l := &lease{pool: pool, clock: o.Clock}
	err := pool.QueryRowContext(ctx, `
		INSERT INTO writer_lease (id, holder, token, renewed) VALUES (1, $1, 1, $2)
		ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, token = writer_lease.token + 1, renewed = excluded.renewed
		WHERE writer_lease.renewed < $3
		RETURNING token`, o.Holder, micros(now), micros(now.Add(-leaseTTL))).Scan(&l.token)
	if err == sql.ErrNoRows {
		var holder string
		_ = pool.QueryRowContext(ctx, "SELECT holder FROM writer_lease WHERE id = 1").Scan(&holder)
		return nil, fault.New(fault.Unavailable, "The store is held by another writer (%s). Stop it, or wait %s after it has died.", holder, leaseTTL)
	}
	if err != nil {
		return nil, fmt.Errorf("take the writer's lease: %w", err)
	}
	return l, nil
}

func (l *lease) check(ctx context.Context, q querier) error {
	res, err := q.ExecContext(ctx, "UPDATE writer_lease SET renewed = $1 WHERE id = 1 AND token = $2", micros(l.clock.Now()), l.token)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return fault.New(fault.Unavailable, "Another process has become the writer of this store; nothing was stored.")
}

func (l *lease) release(ctx context.Context) error {
	_, err := l.pool.ExecContext(ctx, "UPDATE writer_lease SET renewed = 0 WHERE id = 1 AND token = $1", l.token)
	return err
}

// keepAlive renews the lease while nothing else is written.
func (l *lease) keepAlive(db *DB) {
	t := time.NewTicker(leaseTTL / 3)
	defer t.Stop()
	for {
		select {
		case <-db.closed:
			return
		case <-t.C:
			if err := db.Write(context.Background(), func(*Tx) error { return nil }); err != nil {
				db.log.Error("the writer's lease could not be renewed", "error", err)
			}
		}
	}
}
