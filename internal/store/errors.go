package store

import (
	"context"
	"database/sql/driver"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/tickmark/tickmark/internal/fault"
)

// retryable reports whether the engine asks for the transaction to be run again.
func retryable(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "40001" || pg.Code == "40P01"
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		return lite.Code()&0xff == sqlite3.SQLITE_BUSY
	}
	return errors.Is(err, driver.ErrBadConn)
}

// storeFault gives the errors of the engine that an operator can act on a kind and a sentence.
func storeFault(err error) error {
	var f *fault.Error
	if err == nil || errors.As(err, &f) || errors.Is(err, context.Canceled) {
		return err
	}
	var lite *sqlite.Error
	if errors.As(err, &lite) {
		switch lite.Code() & 0xff {
		case sqlite3.SQLITE_FULL:
			return &fault.Error{Kind: fault.Unavailable, Message: "The disk that holds the data directory is full; nothing was stored. Free some space and repeat the request.", Err: err}
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
			return &fault.Error{Kind: fault.Unavailable, Message: "The database is held by another process; nothing was stored. Repeat the request.", Err: err}
		case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
			return &fault.Error{Kind: fault.Unavailable, Message: "The database file is damaged. Restore it from a backup.", Err: err}
		}
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "53100" {
		return &fault.Error{Kind: fault.Unavailable, Message: "The disk of the database server is full; nothing was stored. Free some space and repeat the request.", Err: err}
	}
	return err
}
