package store

import (
	"database/sql"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/inventory"
)

// PutCollected implements inventory.Tx.
func (tx *Tx) PutCollected(c inventory.Collected) error {
	_, err := tx.exec("INSERT INTO collected (account, region, type, at, run, whole, items, calls, spent) VALUES ("+marks(9)+`)
		ON CONFLICT (account, region, type) DO UPDATE SET
		at = CASE WHEN excluded.at > collected.at THEN excluded.at ELSE collected.at END,
		run = excluded.run, whole = excluded.whole, items = excluded.items, calls = excluded.calls, spent = excluded.spent`,
		c.Account, c.Region, c.Type, micros(c.At), c.Run, flag(c.Whole), c.Items, c.Calls, c.Spent.Microseconds())
	return err
}

// Collected implements inventory.Tx.
func (tx *Tx) Collected(s arn.Scope, types ...string) ([]inventory.Collected, error) {
	where, args := scoped(s, "account", "region")
	if len(types) > 0 {
		where += " AND type IN (" + marks(len(types)) + ")"
		for _, t := range types {
			args = append(args, t)
		}
	}
	return collect(tx, func(r *sql.Rows) (c inventory.Collected, err error) {
		var at, spent, whole int64
		err = r.Scan(&c.Account, &c.Region, &c.Type, &at, &c.Run, &whole, &c.Items, &c.Calls, &spent)
		c.At, c.Whole, c.Spent = fromMicros(at), whole != 0, time.Duration(spent)*time.Microsecond
		return c, err
	}, "SELECT account, region, type, at, run, whole, items, calls, spent FROM collected WHERE "+where+" ORDER BY account, region, type", args...)
}
