// Package store keeps everything in SQL: SQLite by default, PostgreSQL beside it. A DB runs functions inside
// transactions; a Tx has the methods of every domain, one file a noun. What Write has answered is durable.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"

	"github.com/tickmark/tickmark/internal/stamp"
)

// Dialect names the SQL engine.
type Dialect string

// The engines.
const (
	SQLite   Dialect = "sqlite"
	Postgres Dialect = "postgres"
)

// DB is an open store with one writer and many readers.
type DB struct {
	Dialect Dialect

	readers *sql.DB
	writers *sql.DB
	clock   stamp.Source
	log     *slog.Logger
	fence   fence

	queue  chan *job
	done   chan struct{} // closed when the writer has stopped
	closed chan struct{} // closed by Close
	once   sync.Once
}

// fence refuses a write transaction when another process has become the writer.
type fence interface {
	check(ctx context.Context, q querier) error
	release(ctx context.Context) error
}

// Read runs fn in a read transaction: a snapshot of what was committed when it began.
func (db *DB) Read(ctx context.Context, fn func(*Tx) error) error {
	stx, err := db.readers.BeginTx(ctx, &sql.TxOptions{ReadOnly: db.Dialect == Postgres, Isolation: db.readIsolation()})
	if err != nil {
		return fmt.Errorf("begin read: %w", err)
	}
	defer func() { _ = stx.Rollback() }() // a read has nothing to commit
	return fn(&Tx{ctx: ctx, q: stx, dialect: db.Dialect, now: db.clock.Now()})
}

func (db *DB) readIsolation() sql.IsolationLevel {
	if db.Dialect == Postgres {
		return sql.LevelRepeatableRead
	}
	return sql.LevelDefault
}

// Close stops the writer after the functions already waiting, then closes the connections.
func (db *DB) Close() error {
	db.once.Do(func() { close(db.closed) })
	<-db.done
	var lease error
	if db.fence != nil {
		lease = db.fence.release(context.Background())
	}
	return errors.Join(lease, db.readers.Close(), db.writers.Close())
}

// For adapts a DB to the store that a domain package asks for; as names the domain's view of a Tx.
func For[T any](db *DB, as func(*Tx) T) Repo[T] { return Repo[T]{db, as} }

// Repo is a DB seen through one domain's Tx.
type Repo[T any] struct {
	db *DB
	as func(*Tx) T
}

// Read runs fn on a snapshot.
func (r Repo[T]) Read(ctx context.Context, fn func(T) error) error {
	return r.db.Read(ctx, func(tx *Tx) error { return fn(r.as(tx)) })
}

// Write runs fn in a durable transaction.
func (r Repo[T]) Write(ctx context.Context, fn func(T) error) error {
	return r.db.Write(ctx, func(tx *Tx) error { return fn(r.as(tx)) })
}
