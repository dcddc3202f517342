package store

import (
	"bytes"
	"database/sql"
	"errors"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/inventory"
)

var _ inventory.Tx = (*Tx)(nil)

// itemHead is what PutItem needs to know of a current state.
type itemHead struct {
	pos     itemPos
	hash    []byte
	present bool
}

// itemPos orders the states of one resource.
type itemPos struct{ captured, state int64 }

func (p itemPos) before(o itemPos) bool {
	return p.captured < o.captured || p.captured == o.captured && p.state < o.state
}

func posOf(it *inventory.Item) itemPos { return itemPos{micros(it.Captured), it.StateID} }

const atKey = " WHERE account = ? AND region = ? AND type = ? AND id = ?"

// PutItem implements inventory.Tx.
func (tx *Tx) PutItem(it *inventory.Item) (inventory.Put, error) {
	k, pos, hash := it.Key, posOf(it), it.Hash()
	var head itemHead
	err := tx.row("SELECT captured, state_id, hash, present FROM resources"+atKey, k.Account, k.Region, k.Type, k.ID).
		Scan(&head.pos.captured, &head.pos.state, &head.hash, &head.present)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		if err := tx.insertResource(it, pos, hash[:]); err != nil {
			return inventory.Put{}, err
		}
		return tx.becomeCurrent(it, pos, false, false)
	case err != nil:
		return inventory.Put{}, err
	case pos == head.pos:
		return tx.putAgain(it, hash[:], head.hash, "SELECT raw FROM resources"+atKey, k.Account, k.Region, k.Type, k.ID)
	case pos.before(head.pos):
		return tx.putLate(it, pos, head.pos, hash[:])
	}
	if _, err := tx.exec(`INSERT INTO item_history (account, region, type, id, captured, state_id, valid_to, recorded_at, hash, raw)
		SELECT account, region, type, id, captured, state_id, CAST(? AS BIGINT), recorded_at, hash, raw FROM resources`+atKey,
		pos.captured, k.Account, k.Region, k.Type, k.ID); err != nil {
		return inventory.Put{}, err
	}
	if err := tx.updateResource(it, pos, hash[:]); err != nil {
		return inventory.Put{}, err
	}
	return tx.becomeCurrent(it, pos, head.present, true)
}

func (tx *Tx) insertResource(it *inventory.Item, pos itemPos, hash []byte) error {
	_, err := tx.exec(`INSERT INTO resources (name, arn, status, present, captured, created, state_id, recorded_at, hash, raw, account, region, type, id)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)`, resourceValues(tx, it, pos, hash)...)
	return err
}

func (tx *Tx) updateResource(it *inventory.Item, pos itemPos, hash []byte) error {
	_, err := tx.exec(`UPDATE resources SET name = ?, arn = ?, status = ?, present = ?, captured = ?, created = ?, state_id = ?,
		recorded_at = ?, hash = ?, raw = ?`+atKey, resourceValues(tx, it, pos, hash)...)
	return err
}

func resourceValues(tx *Tx, it *inventory.Item, pos itemPos, hash []byte) []any {
	return []any{
		indexable(it.Name), indexable(it.ARN), clean(string(it.Status)), presence(it), pos.captured, micros(it.Created), pos.state,
		micros(tx.now), hash, it.Raw(), it.Account, it.Region, it.Type, it.ID,
	}
}

// becomeCurrent brings the edges and the change feed in line with a new current state.
func (tx *Tx) becomeCurrent(it *inventory.Item, pos itemPos, wasPresent, known bool) (inventory.Put, error) {
	k := it.Key
	if known {
		if _, err := tx.exec("DELETE FROM relations"+atKey, k.Account, k.Region, k.Type, k.ID); err != nil {
			return inventory.Put{}, err
		}
	}
	if it.Present() {
		if err := tx.insertRelations(it); err != nil {
			return inventory.Put{}, err
		}
	}
	put := inventory.Put{Outcome: inventory.Stored, Current: true}
	var err error
	if put.Seq, err = tx.nextInFeed(k.Account, k.Region); err != nil {
		return inventory.Put{}, err
	}
	_, err = tx.exec("INSERT INTO changes (account, region, seq, type, id, kind, captured, state_id, recorded_at) VALUES (?,?,?,?,?,?,?,?,?)",
		k.Account, k.Region, put.Seq, k.Type, k.ID, string(inventory.ChangeOf(wasPresent, it)), pos.captured, pos.state, micros(tx.now))
	return put, err
}

// nextInFeed takes the next number of a change feed. One statement with RETURNING would do, but SQLite keeps a statement
// journal for those, and the price of that grows with the transaction.
func (tx *Tx) nextInFeed(account, region string) (seq int64, err error) {
	const here = " WHERE account = ? AND region = ?"
	n, err := tx.exec("UPDATE feeds SET last = last + 1"+here, account, region)
	if err == nil && n == 0 {
		// Another transaction of PostgreSQL may have begun the feed meanwhile.
		if n, err = tx.exec("INSERT INTO feeds (account, region, last) VALUES (?,?,1) ON CONFLICT DO NOTHING", account, region); err == nil && n == 0 {
			_, err = tx.exec("UPDATE feeds SET last = last + 1"+here, account, region)
		}
	}
	if err != nil {
		return 0, err
	}
	err = tx.row("SELECT last FROM feeds"+here, account, region).Scan(&seq)
	return seq, err
}

// putAgain meets an item whose identity is taken: the same in other bytes is a duplicate too.
func (tx *Tx) putAgain(it *inventory.Item, hash, stored []byte, query string, args ...any) (inventory.Put, error) {
	if bytes.Equal(hash, stored) {
		return inventory.Put{Outcome: inventory.Duplicate}, nil
	}
	var raw []byte
	if err := tx.row(query, args...).Scan(&raw); err != nil {
		return inventory.Put{}, err
	}
	old, err := inventory.Decode(raw)
	if err != nil {
		return inventory.Put{}, err
	}
	if inventory.SameItem(old, it) {
		return inventory.Put{Outcome: inventory.Duplicate}, nil
	}
	return inventory.Put{Outcome: inventory.Conflict}, nil
}

// putLate gives an item that is older than the current state its place in the history: it ends the state before it
// and lasts until the state after it.
func (tx *Tx) putLate(it *inventory.Item, pos, head itemPos, hash []byte) (inventory.Put, error) {
	k := it.Key
	const atPos = atKey + " AND captured = ? AND state_id = ?"
	var stored []byte
	err := tx.row("SELECT hash FROM item_history"+atPos, k.Account, k.Region, k.Type, k.ID, pos.captured, pos.state).Scan(&stored)
	if err == nil {
		return tx.putAgain(it, hash, stored, "SELECT raw FROM item_history"+atPos, k.Account, k.Region, k.Type, k.ID, pos.captured, pos.state)
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return inventory.Put{}, err
	}
	until := head.captured
	err = tx.row("SELECT captured FROM item_history"+atKey+" AND (captured, state_id) > (?,?) ORDER BY captured, state_id LIMIT 1",
		k.Account, k.Region, k.Type, k.ID, pos.captured, pos.state).Scan(&until)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return inventory.Put{}, err
	}
	var before itemPos
	err = tx.row("SELECT captured, state_id FROM item_history"+atKey+" AND (captured, state_id) < (?,?) ORDER BY captured DESC, state_id DESC LIMIT 1",
		k.Account, k.Region, k.Type, k.ID, pos.captured, pos.state).Scan(&before.captured, &before.state)
	if err == nil {
		_, err = tx.exec("UPDATE item_history SET valid_to = ?"+atPos, pos.captured, k.Account, k.Region, k.Type, k.ID, before.captured, before.state)
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return inventory.Put{}, err
	}
	_, err = tx.exec(`INSERT INTO item_history (account, region, type, id, captured, state_id, valid_to, recorded_at, hash, raw)
		VALUES (?,?,?,?,?,?,?,?,?,?)`, k.Account, k.Region, k.Type, k.ID, pos.captured, pos.state, until, micros(tx.now), hash, it.Raw())
	return inventory.Put{Outcome: inventory.Stored}, err
}

// maxIndexed bounds what goes into an index: PostgreSQL refuses entries near a third of a page.
const maxIndexed = 1024

// indexable is a value for an indexed column; one that is too long is left out of it, the item keeps it.
func indexable(s string) string {
	if len(s) > maxIndexed {
		return ""
	}
	return clean(s)
}

// clean drops NUL, which PostgreSQL's text cannot hold.
func clean(s string) string { return strings.ReplaceAll(s, "\x00", "") }

// presence is the column that tells present resources from those that are gone.
func presence(it *inventory.Item) int {
	if it.Present() {
		return 1
	}
	return 0
}

// restoreItem decodes a row of recorded_at, hash and raw.
func restoreItem(row interface{ Scan(...any) error }) (*inventory.Item, error) {
	var recorded int64
	var hash, raw []byte
	if err := row.Scan(&recorded, &hash, &raw); err != nil {
		return nil, err
	}
	return inventory.Restore(raw, fromMicros(recorded), hash)
}

// Item implements inventory.Tx.
func (tx *Tx) Item(k inventory.Key) (*inventory.Item, error) {
	it, err := restoreItem(tx.row("SELECT recorded_at, hash, raw FROM resources"+atKey, k.Account, k.Region, k.Type, k.ID))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, fault.Missing("resource", k.Type+" "+k.ID)
	}
	return it, err
}
