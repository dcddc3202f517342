package store

import (
	"database/sql"
	"errors"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/finder"
	"github.com/tickmark/tickmark/internal/ledger"
)

var _ finder.Tx = (*Tx)(nil)

// FinderHead implements finder.Tx.
func (tx *Tx) FinderHead(account string) (finder.Head, error) {
	var h finder.Head
	err := tx.row("SELECT version, leaves, occurrences, subjects, sets FROM finder_heads WHERE account = ?", account).
		Scan(&h.Version, &h.Leaves, &h.Occurrences, &h.Subjects, &h.Sets)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return h, err
}

// MoveFinderHead implements finder.Tx.
func (tx *Tx) MoveFinderHead(account string, from, to finder.Head) error {
	var n int64
	var err error
	if from == (finder.Head{}) {
		n, err = tx.exec("INSERT INTO finder_heads (account, version, leaves, occurrences, subjects, sets) VALUES (?,?,?,?,?,?) ON CONFLICT DO NOTHING",
			account, to.Version, to.Leaves, to.Occurrences, to.Subjects, to.Sets)
	} else {
		n, err = tx.exec(`UPDATE finder_heads SET version = ?, leaves = ?, occurrences = ?, subjects = ?, sets = ?
			WHERE account = ? AND version = ? AND leaves = ? AND occurrences = ? AND subjects = ? AND sets = ?`,
			to.Version, to.Leaves, to.Occurrences, to.Subjects, to.Sets, account, from.Version, from.Leaves, from.Occurrences, from.Subjects, from.Sets)
	}
	if err == nil && n != 1 {
		err = fault.New(fault.Conflict, "The evidence finder of account %q was brought forward by another process meanwhile. Repeat the call.", account)
	}
	return err
}

// ForgetFinder implements finder.Tx.
func (tx *Tx) ForgetFinder(account string) error {
	for _, table := range []string{"finder_heads", "finder_blocks", "finder_columns", "finder_bodies", "finder_sets"} {
		if _, err := tx.exec("DELETE FROM "+table+" WHERE account = ?", account); err != nil {
			return err
		}
	}
	return nil
}

// FinderBlocks implements finder.Tx.
func (tx *Tx) FinderBlocks(account string, side finder.Side) ([]finder.BlockInfo, error) {
	return collect(tx, func(r *sql.Rows) (finder.BlockInfo, error) {
		b := finder.BlockInfo{Side: side}
		return b, r.Scan(&b.First, &b.Rows, &b.Zone)
	}, "SELECT first, rows, zone FROM finder_blocks WHERE account = ? AND side = ? ORDER BY first", account, string(side))
}

// PutFinderBlock implements finder.Tx.
func (tx *Tx) PutFinderBlock(account string, b finder.BlockInfo, columns map[string][]byte) error {
	zone := b.Zone
	if zone == nil {
		zone = []byte{}
	}
	if _, err := tx.exec("INSERT INTO finder_blocks (account, side, first, rows, zone) VALUES (?,?,?,?,?)", account, string(b.Side), b.First, b.Rows, zone); err != nil {
		return err
	}
	for name, content := range columns {
		if _, err := tx.exec("INSERT INTO finder_columns (account, side, first, name, content) VALUES (?,?,?,?,?)", account, string(b.Side), b.First, name, content); err != nil {
			return err
		}
	}
	return nil
}

// DeleteFinderBlock implements finder.Tx.
func (tx *Tx) DeleteFinderBlock(account string, side finder.Side, first int64) error {
	for _, table := range []string{"finder_blocks", "finder_columns"} {
		if _, err := tx.exec("DELETE FROM "+table+" WHERE account = ? AND side = ? AND first = ?", account, string(side), first); err != nil {
			return err
		}
	}
	return nil
}

// FinderColumn implements finder.Tx.
func (tx *Tx) FinderColumn(account string, side finder.Side, first int64, name string) ([]byte, error) {
	var content []byte
	err := tx.row("SELECT content FROM finder_columns WHERE account = ? AND side = ? AND first = ? AND name = ?", account, string(side), first, name).Scan(&content)
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.Missing("column of the evidence finder", name)
	}
	return content, err
}

// PutFinderBodies implements finder.Tx.
func (tx *Tx) PutFinderBodies(account string, hashes []ledger.Hash, places []finder.Place) error {
	for len(hashes) > 0 {
		n := hashRows
		for n > len(hashes) { // few statement texts, as for tree hashes
			n /= 2
		}
		args := make([]any, 0, 4*n)
		for i := range n {
			args = append(args, account, hashes[i][:], places[i].First, places[i].Rows)
		}
		query := "INSERT INTO finder_bodies (account, hash, first, rows) VALUES (?,?,?,?)" + strings.Repeat(",(?,?,?,?)", n-1)
		if _, err := tx.exec(query, args...); err != nil {
			return err
		}
		hashes, places = hashes[n:], places[n:]
	}
	return nil
}

// FinderBodies implements finder.Tx.
func (tx *Tx) FinderBodies(account string, hashes []ledger.Hash) (map[ledger.Hash]finder.Place, error) {
	out := map[ledger.Hash]finder.Place{}
	for len(hashes) > 0 {
		n := min(hashRows, len(hashes))
		args := []any{account}
		for _, h := range hashes[:n] {
			args = append(args, h[:])
		}
		for range hashRows - n { // one statement text for every number
			args = append(args, []byte{})
		}
		rows, err := tx.rows("SELECT hash, first, rows FROM finder_bodies WHERE account = ? AND hash IN ("+marks(hashRows)+")", args...)
		if err == nil {
			err = placesOf(rows, out)
		}
		if err != nil {
			return nil, err
		}
		hashes = hashes[n:]
	}
	return out, nil
}

func placesOf(rows *sql.Rows, out map[ledger.Hash]finder.Place) error {
	defer rows.Close()
	for rows.Next() {
		var h []byte
		var p finder.Place
		if err := rows.Scan(&h, &p.First, &p.Rows); err != nil {
			return err
		}
		if len(h) == len(ledger.Hash{}) {
			out[ledger.Hash(h)] = p
		}
	}
	return rows.Err()
}

// PutFinderSet implements finder.Tx.
func (tx *Tx) PutFinderSet(account string, number int64, root ledger.Hash, rows int64, content []byte) error {
	_, err := tx.exec("INSERT INTO finder_sets (account, number, root, rows, content) VALUES (?,?,?,?,?)", account, number, root[:], rows, content)
	return err
}

// FinderSetOf implements finder.Tx.
func (tx *Tx) FinderSetOf(account string, root ledger.Hash) (number, rows int64, err error) {
	err = tx.row("SELECT number, rows FROM finder_sets WHERE account = ? AND root = ?", account, root[:]).Scan(&number, &rows)
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.Missing("set of the evidence finder", root.String())
	}
	return number, rows, err
}

// FinderSet implements finder.Tx.
func (tx *Tx) FinderSet(account string, number int64) ([]byte, error) {
	var content []byte
	err := tx.row("SELECT content FROM finder_sets WHERE account = ? AND number = ?", account, number).Scan(&content)
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.New(fault.NotFound, "The evidence finder has no set %d.", number)
	}
	return content, err
}
