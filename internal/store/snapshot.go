package store

import (
	"context"
	"database/sql"
	"net/url"

	"github.com/tickmark/tickmark/internal/fault"
)

// Snapshot writes what is committed now to a new SQLite file; readers and the writer go on meanwhile. PostgreSQL has its
// own tools for it.
func (db *DB) Snapshot(ctx context.Context, path string) error {
	if db.Dialect != SQLite {
		return fault.New(fault.Invalid, "The state is in PostgreSQL, which is copied with pg_dump.")
	}
	var file string
	if err := db.readers.QueryRowContext(ctx, "SELECT file FROM pragma_database_list WHERE name = 'main'").Scan(&file); err != nil {
		return err
	}
	own, err := sql.Open("sqlite", "file:"+(&url.URL{Path: file}).EscapedPath()+"?_pragma=busy_timeout(10000)")
	if err != nil {
		return err
	}
	defer own.Close()
	_, err = own.ExecContext(ctx, "VACUUM INTO ?", path)
	return err
}
