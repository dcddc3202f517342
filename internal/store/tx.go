package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Tx is one transaction. It carries its context and its time, and has the methods of every domain.
type Tx struct {
	ctx      context.Context
	q        querier
	dialect  Dialect
	now      time.Time
	writable bool
}

// Now is the transaction's time, fixed at its start.
func (tx *Tx) Now() time.Time { return tx.now }

// Context is the transaction's context.
func (tx *Tx) Context() context.Context { return tx.ctx }

type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// exec runs a statement and returns how many rows it changed.
func (tx *Tx) exec(query string, args ...any) (int64, error) {
	res, err := tx.q.ExecContext(tx.ctx, tx.bind(query), args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func (tx *Tx) row(query string, args ...any) *sql.Row {
	return tx.q.QueryRowContext(tx.ctx, tx.bind(query), args...)
}

func (tx *Tx) rows(query string, args ...any) (*sql.Rows, error) {
	return tx.q.QueryContext(tx.ctx, tx.bind(query), args...)
}

// collect reads every row of a query.
func collect[T any](tx *Tx, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	rows, err := tx.rows(query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, rows.Err()
}

// bind writes the placeholders as the engine wants them. Queries hold no question marks but placeholders.
func (tx *Tx) bind(query string) string {
	if tx.dialect == SQLite {
		return query
	}
	if q, ok := bound.Load(query); ok {
		return q.(string)
	}
	var b strings.Builder
	n := 0
	for _, r := range query {
		if r == '?' {
			n++
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(n))
		} else {
			b.WriteRune(r)
		}
	}
	bound.Store(query, b.String())
	return b.String()
}

// bound caches rewritten queries; there are as many as there are query texts in this package.
var bound sync.Map

// marks is "?,?,?" for n values.
func marks(n int) string { return strings.TrimSuffix(strings.Repeat("?,", n), ",") }

// micros is how times are stored; the zero time is 0.
func micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

func fromMicros(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).UTC()
}

// cachedConn prepares each statement once on the writer's connection.
type cachedConn struct {
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

// maxStatements bounds the cache: queries with a varying number of placeholders must not grow it for ever.
const maxStatements = 500

func (c *cachedConn) prepare(ctx context.Context, query string) (*sql.Stmt, error) {
	if s, ok := c.stmts[query]; ok {
		return s, nil
	}
	if len(c.stmts) >= maxStatements {
		c.close()
	}
	s, err := c.conn.PrepareContext(ctx, query)
	if err == nil {
		c.stmts[query] = s
	}
	return s, err
}

func (c *cachedConn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	s, err := c.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(ctx, args...)
}

func (c *cachedConn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	s, err := c.prepare(ctx, query)
	if err != nil {
		return nil, err
	}
	return s.QueryContext(ctx, args...)
}

func (c *cachedConn) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	s, err := c.prepare(ctx, query)
	if err != nil {
		return c.conn.QueryRowContext(ctx, query, args...) // fails the same way, inside the Row
	}
	return s.QueryRowContext(ctx, args...)
}

func (c *cachedConn) close() {
	for q, s := range c.stmts {
		_ = s.Close()
		delete(c.stmts, q)
	}
}
