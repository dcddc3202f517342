package store

import (
	"context"
	"database/sql"
)

// Sizes are the bytes that each table takes on disk, its indexes included.
func (db *DB) Sizes(ctx context.Context) (map[string]int64, error) {
	query := `SELECT s.tbl_name, SUM(d.pgsize) FROM dbstat d JOIN sqlite_schema s ON s.name = d.name WHERE d.aggregate = TRUE GROUP BY s.tbl_name`
	if db.Dialect != SQLite {
		query = `SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace`
	}
	out := map[string]int64{}
	err := db.Read(ctx, func(tx *Tx) error {
		_, err := collect(tx, func(r *sql.Rows) (struct{}, error) {
			var name string
			var n int64
			err := r.Scan(&name, &n)
			out[name] = n
			return struct{}{}, err
		}, query)
		return err
	})
	return out, err
}
