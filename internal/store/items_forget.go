package store

import (
	"database/sql"
	"math"
	"time"

	"github.com/tickmark/tickmark/internal/inventory"
)

// unproven holds for states that no evidence rests on.
const unproven = " AND NOT EXISTS (SELECT 1 FROM evidence_raws e WHERE e.hash = item_history.hash AND e.kind = 'item')"

// OldItems implements inventory.Tx.
func (tx *Tx) OldItems(account, region string, ended time.Time, after inventory.Past, limit int) ([]inventory.Past, error) {
	captured := int64(math.MinInt64)
	if !after.Captured.IsZero() {
		captured = micros(after.Captured)
	}
	return collect(tx, func(r *sql.Rows) (inventory.Past, error) {
		p := inventory.Past{Key: inventory.Key{Account: account, Region: region}}
		err := r.Scan(&p.Type, &p.ID, &captured, &p.StateID)
		p.Captured = fromMicros(captured)
		return p, err
	}, "SELECT type, id, captured, state_id FROM item_history WHERE account = ? AND region = ? AND (type, id, captured, state_id) > (?,?,?,?) AND valid_to <= ?"+
		unproven+" ORDER BY type, id, captured, state_id LIMIT ?",
		account, region, after.Type, after.ID, captured, after.StateID, micros(ended), limit)
}

// ForgetItems implements inventory.Tx.
func (tx *Tx) ForgetItems(states []inventory.Past) error {
	for _, p := range states {
		if _, err := tx.exec("DELETE FROM item_history"+atKey+" AND captured = ? AND state_id = ?"+unproven,
			p.Account, p.Region, p.Type, p.ID, micros(p.Captured), p.StateID); err != nil {
			return err
		}
	}
	return nil
}
