package store

import (
	"database/sql"
	"errors"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
)

// ItemChanges implements inventory.Tx.
func (tx *Tx) ItemChanges(account, region string, after int64, limit int) ([]inventory.Change, error) {
	query, args := `SELECT seq, type, id, kind, captured, state_id, recorded_at FROM changes
		WHERE account = ? AND region = ? AND seq > ? ORDER BY seq`, []any{account, region, after}
	if limit > 0 {
		query, args = query+" LIMIT ?", append(args, limit)
	}
	return collect(tx, func(r *sql.Rows) (inventory.Change, error) {
		c := inventory.Change{Key: inventory.Key{Account: account, Region: region}}
		var captured, recorded int64
		err := r.Scan(&c.Seq, &c.Type, &c.ID, &c.Kind, &captured, &c.StateID, &recorded)
		c.Captured, c.Recorded = fromMicros(captured), fromMicros(recorded)
		return c, err
	}, query, args...)
}

// FeedCursor implements inventory.Tx.
func (tx *Tx) FeedCursor(reader, account, region string) (int64, error) {
	var seq int64
	err := tx.row("SELECT seq FROM feed_cursors WHERE reader = ? AND account = ? AND region = ?", reader, account, region).Scan(&seq)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return seq, err
}

// SetFeedCursor implements inventory.Tx. A cursor may go back, to read again; it cannot stand behind the feed's end,
// where it would miss changes.
func (tx *Tx) SetFeedCursor(reader, account, region string, seq int64) error {
	var last int64
	err := tx.row("SELECT last FROM feeds WHERE account = ? AND region = ?", account, region).Scan(&last)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if seq > last {
		return fault.New(fault.Invalid, "The cursor of %s cannot stand at %d: the feed of %s %s ends at %d.", reader, seq, account, region, last)
	}
	_, err = tx.exec(`INSERT INTO feed_cursors (reader, account, region, seq) VALUES (?,?,?,?)
		ON CONFLICT (reader, account, region) DO UPDATE SET seq = excluded.seq`, reader, account, region, seq)
	return err
}
