package store

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/inventory"
)

// TestItemQueriesUseIndexes: no question about items scans a table, or all of an account where it names a key.
func TestItemQueriesUseIndexes(t *testing.T) {
	db, err := Open(context.Background(), filepath.Join(t.TempDir(), "state.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	k, scope := inventory.Key{Account: "1", Region: "r", Type: "T", ID: "i"}, arn.In("1", "r")
	at := inventory.AsOf{At: db.clock.Now()}
	asked := &planned{}
	err = db.Write(context.Background(), func(tx *Tx) error {
		it, err := inventory.Build(inventory.Spec{Key: inventory.Key{Account: "111111111111", Region: "r", Type: "T", ID: "i"}, Captured: db.clock.Now()})
		if err != nil {
			return err
		}
		asked.querier = tx.q
		seen := *tx
		seen.q = asked
		for _, ask := range []func() error{
			func() error { _, err := seen.PutItem(it); return err },
			func() error { _, err := seen.Item(k); return err },
			func() error { _, err := seen.Items(scope, inventory.Filter{Types: []string{"T"}}, k, 5); return err },
			func() error { _, err := seen.Items(scope, inventory.Filter{}, k, 5); return err },
			func() error { _, err := seen.ItemByARN(scope, "arn"); return err },
			func() error { _, err := seen.ItemsNamed(scope, "T", "n"); return err },
			func() error { _, err := seen.ItemCounts(scope); return err },
			func() error { _, err := seen.ItemAsOf(k, at); return err },
			func() error { _, err := seen.ItemsAsOf(scope, inventory.Filter{}, at, inventory.Key{}, 5); return err },
			func() error { _, err := seen.ItemHistory(k, inventory.History{Limit: 1}); return err },
			func() error { _, err := seen.ItemRelations(k); return err },
			func() error { _, err := seen.ItemRelationsTo(k, "n"); return err },
			func() error { _, err := seen.ItemChanges("1", "r", 0, 1); return err },
			func() error { _, err := seen.FeedCursor("x", "1", "r"); return err },
		} {
			_ = ask() // NotFound is no concern here
		}
		asked.queries = append(asked.queries, pastQuery)
		for _, q := range asked.queries {
			rows, err := tx.rows("EXPLAIN QUERY PLAN "+q, make([]any, strings.Count(q, "?"))...)
			if err != nil {
				return fmt.Errorf("%s: %w", q, err)
			}
			for rows.Next() {
				var id, parent, unused int
				var detail string
				if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
					return err
				}
				if strings.HasPrefix(detail, "SCAN") || strings.Contains(detail, "relations USING PRIMARY KEY (account=?)") {
					t.Errorf("%s\n%s", q, detail)
				}
			}
			if err := rows.Close(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(asked.queries) < 14 {
		t.Errorf("only %d queries were seen", len(asked.queries))
	}
}

// planned keeps the texts of the queries that pass.
type planned struct {
	querier
	queries []string
}

func (p *planned) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	p.queries = append(p.queries, query)
	return p.querier.QueryContext(ctx, query, args...)
}

func (p *planned) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	p.queries = append(p.queries, query)
	return p.querier.QueryRowContext(ctx, query, args...)
}

func (p *planned) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	p.queries = append(p.queries, query)
	return p.querier.ExecContext(ctx, query, args...)
}
