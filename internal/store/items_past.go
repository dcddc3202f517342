package store

import (
	"database/sql"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
)

// moments are the bounds of an as-of read; what is open is the end of time.
func moments(at inventory.AsOf) (captured, recorded int64) {
	return orForever(at.At), orForever(at.KnownAt)
}

func orForever(t time.Time) int64 {
	if t.IsZero() {
		return math.MaxInt64
	}
	return micros(t)
}

// ItemAsOf implements inventory.Tx.
func (tx *Tx) ItemAsOf(k inventory.Key, at inventory.AsOf) (*inventory.Item, error) {
	captured, recorded := moments(at)
	for _, table := range []string{"resources", "item_history"} {
		it, err := restoreItem(tx.row("SELECT recorded_at, hash, raw FROM "+table+atKey+
			" AND captured <= ? AND recorded_at <= ? ORDER BY captured DESC, state_id DESC LIMIT 1",
			k.Account, k.Region, k.Type, k.ID, captured, recorded))
		if !errors.Is(err, sql.ErrNoRows) {
			return it, err
		}
	}
	return nil, fault.Missing("resource", fmt.Sprintf("%s %s at %s", k.Type, k.ID, at.At.UTC().Format(time.RFC3339)))
}

// ItemsAsOf implements inventory.Tx. Every resource ever seen has a row of its current state; where that was not
// yet the state of the asked moment, a seek into the history finds the one that was.
func (tx *Tx) ItemsAsOf(s arn.Scope, f inventory.Filter, at inventory.AsOf, after inventory.Key, limit int) ([]*inventory.Item, error) {
	return tx.walk(s, f, after, limit, func(feed inventory.Feed, typ string, after inventory.Key, limit int) ([]*inventory.Item, error) {
		var out []*inventory.Item
		for {
			rows, more, err := tx.pageAsOf(feed, typ, at, after)
			if err != nil {
				return nil, err
			}
			for _, r := range rows {
				after.Type, after.ID = r.typ, r.id
				if r.raw == nil {
					continue // it was not known then
				}
				it, err := inventory.Restore(r.raw, fromMicros(r.recorded), r.hash)
				if err != nil {
					return nil, err
				}
				if f.Admits(it) {
					out = append(out, it)
				}
				if limit > 0 && len(out) == limit {
					return out, nil
				}
			}
			if !more {
				return out, nil
			}
		}
	})
}

// asOfPage is how many resources are looked at in one query.
const asOfPage = 500

// stateRow is a state as stored; raw is nil where there is none.
type stateRow struct {
	typ, id   string
	recorded  int64
	hash, raw []byte
}

func scanState(rows *sql.Rows) (stateRow, error) {
	var r stateRow
	err := rows.Scan(&r.typ, &r.id, &r.recorded, &r.hash, &r.raw)
	return r, err
}

// pageAsOf reads a page of resources in the states they were in; more tells whether there may be another page.
func (tx *Tx) pageAsOf(feed inventory.Feed, typ string, at inventory.AsOf, after inventory.Key) (page []stateRow, more bool, err error) {
	captured, recorded := moments(at)
	query, args := behind(`SELECT type, id, recorded_at, hash, CASE WHEN captured <= ? AND recorded_at <= ? THEN raw END
		FROM resources WHERE account = ? AND region = ?`, []any{captured, recorded, feed.Account, feed.Region}, typ, after)
	page, err = collect(tx, scanState, query+" ORDER BY type, id LIMIT ?", append(args, asOfPage)...)
	if err != nil {
		return nil, false, err
	}
	first, last := -1, 0
	for i, r := range page {
		if r.raw == nil {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first >= 0 {
		past, err := collect(tx, scanState, pastQuery, captured, recorded, feed.Account, feed.Region,
			page[first].typ, page[first].id, page[last].typ, page[last].id, captured, recorded)
		if err != nil {
			return nil, false, err
		}
		for i := range page[first : last+1] { // both are in the order of keys
			r := &page[first+i]
			if len(past) > 0 && past[0].typ == r.typ && past[0].id == r.id {
				*r, past = past[0], past[1:]
			}
		}
	}
	return page, len(page) == asOfPage, nil
}

// pastQuery finds the latest state before a moment of the resources in a range whose current state came later.
const pastQuery = `
	SELECT h.type, h.id, h.recorded_at, h.hash, h.raw FROM resources r JOIN item_history h
		ON h.account = r.account AND h.region = r.region AND h.type = r.type AND h.id = r.id AND (h.captured, h.state_id) = (
			SELECT x.captured, x.state_id FROM item_history x
			WHERE x.account = r.account AND x.region = r.region AND x.type = r.type AND x.id = r.id AND x.captured <= ? AND x.recorded_at <= ?
			ORDER BY x.captured DESC, x.state_id DESC LIMIT 1)
	WHERE r.account = ? AND r.region = ? AND (r.type, r.id) >= (?,?) AND (r.type, r.id) <= (?,?) AND NOT (r.captured <= ? AND r.recorded_at <= ?)
	ORDER BY r.type, r.id`

// ItemHistory implements inventory.Tx.
func (tx *Tx) ItemHistory(k inventory.Key, q inventory.History) ([]inventory.Version, error) {
	// The bounds bind as three conditions that hold for every row when they are open.
	from, to := int64(math.MinInt64), orForever(q.To)
	if !q.From.IsZero() {
		from = micros(q.From)
	}
	compare, order, edge := "<", "captured DESC, state_id DESC", itemPos{math.MaxInt64, math.MaxInt64}
	if q.Forward {
		compare, order, edge = ">", "captured, state_id", itemPos{math.MinInt64, math.MinInt64}
	}
	if q.After != nil {
		edge = posOf(q.After.Item)
	}
	where := atKey + " AND captured >= ? AND captured <= ? AND (captured, state_id) " + compare + " (?,?)"
	args := []any{k.Account, k.Region, k.Type, k.ID, from, to, edge.captured, edge.state}
	query := "SELECT captured, state_id, 0 AS valid_to, recorded_at, hash, raw FROM resources" + where +
		" UNION ALL SELECT captured, state_id, valid_to, recorded_at, hash, raw FROM item_history" + where + " ORDER BY " + order
	args = append(args, args...)
	if q.Limit > 0 {
		query, args = query+" LIMIT ?", append(args, q.Limit)
	}
	return collect(tx, func(r *sql.Rows) (inventory.Version, error) {
		var pos itemPos
		var until, recorded int64
		var hash, raw []byte
		if err := r.Scan(&pos.captured, &pos.state, &until, &recorded, &hash, &raw); err != nil {
			return inventory.Version{}, err
		}
		it, err := inventory.Restore(raw, fromMicros(recorded), hash)
		return inventory.Version{Item: it, Until: fromMicros(until)}, err
	}, query, args...)
}
