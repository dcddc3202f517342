package store

import (
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
)

var _ ledger.Tx = (*Tx)(nil)

// PutObject implements ledger.Tx.
func (tx *Tx) PutObject(account string, kind ledger.Kind, h ledger.Hash, content []byte) error {
	_, err := tx.exec("INSERT INTO ledger_objects (account, kind, hash, content) VALUES (?,?,?,?) ON CONFLICT DO NOTHING",
		account, string(kind), h[:], content)
	return err
}

// Object implements ledger.Tx.
func (tx *Tx) Object(account string, kind ledger.Kind, h ledger.Hash) ([]byte, error) {
	var content []byte
	err := tx.row("SELECT content FROM ledger_objects WHERE account = ? AND kind = ? AND hash = ?", account, string(kind), h[:]).Scan(&content)
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.Missing(string(kind), h.String())
	}
	return content, err
}

// NextSequence implements ledger.Tx.
func (tx *Tx) NextSequence(account, assessment string) (int64, error) {
	var n int64
	err := tx.row(`INSERT INTO ledger_sequences (account, assessment, last) VALUES (?,?,1)
		ON CONFLICT (account, assessment) DO UPDATE SET last = ledger_sequences.last + 1 RETURNING last`, account, assessment).Scan(&n)
	return n, err
}

// Head implements ledger.Tx.
func (tx *Tx) Head(account string) (ledger.Head, error) {
	var h ledger.Head
	var root, edge []byte
	err := tx.row("SELECT size, root, edge FROM ledger_heads WHERE account = ?", account).Scan(&h.Size, &root, &edge)
	if errors.Is(err, sql.ErrNoRows) {
		return h, nil
	}
	if err != nil {
		return h, err
	}
	if len(root) != tlog.HashSize || len(edge)%tlog.HashSize != 0 {
		return h, fmt.Errorf("the head of ledger %q is damaged", account)
	}
	h.Root = tlog.Hash(root)
	for i := 0; i < len(edge); i += tlog.HashSize {
		h.Edge = append(h.Edge, tlog.Hash(edge[i:i+tlog.HashSize]))
	}
	return h, nil
}

// MoveHead implements ledger.Tx.
func (tx *Tx) MoveHead(account string, from, to ledger.Head) error {
	edge := make([]byte, 0, len(to.Edge)*tlog.HashSize)
	for _, h := range to.Edge {
		edge = append(edge, h[:]...)
	}
	var n int64
	var err error
	if from.Size == 0 {
		n, err = tx.exec("INSERT INTO ledger_heads (account, size, root, edge) VALUES (?,?,?,?) ON CONFLICT DO NOTHING", account, to.Size, to.Root[:], edge)
	} else {
		n, err = tx.exec("UPDATE ledger_heads SET size = ?, root = ?, edge = ? WHERE account = ? AND size = ? AND root = ?",
			to.Size, to.Root[:], edge, account, from.Size, from.Root[:])
	}
	if err == nil && n != 1 {
		err = fault.New(fault.Conflict, "The ledger of account %q was extended by another writer meanwhile. Repeat the call.", account)
	}
	return err
}

// hashRows is how many tree hashes one statement stores.
const hashRows = 64

// PutHashes implements ledger.Tx.
func (tx *Tx) PutHashes(account string, first int64, hashes []tlog.Hash) error {
	for len(hashes) > 0 {
		// Few statement texts, so that all of them stay prepared: whole chunks, then powers of two.
		n := hashRows
		for n > len(hashes) {
			n /= 2
		}
		args := make([]any, 0, 3*n)
		for i := range n {
			args = append(args, account, first+int64(i), hashes[i][:])
		}
		if _, err := tx.exec(putHashes[n], args...); err != nil {
			return err
		}
		first, hashes = first+int64(n), hashes[n:]
	}
	return nil
}

var putHashes = func() map[int]string {
	out := map[int]string{}
	for n := 1; n <= hashRows; n *= 2 {
		q := "INSERT INTO ledger_hashes (account, idx, hash) VALUES (?,?,?)"
		for range n - 1 {
			q += ",(?,?,?)"
		}
		out[n] = q
	}
	return out
}()

// TreeHashes implements ledger.Tx.
func (tx *Tx) TreeHashes(account string, indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for start := 0; start < len(indexes); start += hashRows {
		part := indexes[start:min(start+hashRows, len(indexes))]
		at := make(map[int64][]int, len(part))
		args := []any{account}
		for i, x := range part {
			at[x] = append(at[x], start+i)
			args = append(args, x)
		}
		for range hashRows - len(part) { // one statement text for every number
			args = append(args, -1)
		}
		rows, err := tx.rows(treeHashes, args...)
		if err != nil {
			return nil, err
		}
		err = placeHashes(rows, at, out)
		if err != nil {
			return nil, err
		}
		if len(at) > 0 {
			return nil, fmt.Errorf("ledger %q lacks %d of its tree hashes", account, len(at))
		}
	}
	return out, nil
}

var treeHashes = "SELECT idx, hash FROM ledger_hashes WHERE account = ? AND idx IN (" + marks(hashRows) + ")"

// placeHashes puts each hash where it was asked for and takes it off the list.
func placeHashes(rows *sql.Rows, at map[int64][]int, out []tlog.Hash) error {
	defer rows.Close()
	for rows.Next() {
		var idx int64
		var h []byte
		if err := rows.Scan(&idx, &h); err != nil {
			return err
		}
		if len(h) != tlog.HashSize {
			return fmt.Errorf("tree hash %d is damaged", idx)
		}
		for _, i := range at[idx] {
			out[i] = tlog.Hash(h)
		}
		delete(at, idx)
	}
	return rows.Err()
}

// checkpointRow is how a checkpoint is kept beside its text.
type checkpointRow struct {
	Origin string    `json:"origin"`
	Root   tlog.Hash `json:"root"`
	KeyID  string    `json:"keyId"`
}

// InsertCheckpoint implements ledger.Tx.
func (tx *Tx) InsertCheckpoint(account string, c ledger.Checkpoint, signedAt time.Time) error {
	meta, err := json.Marshal(checkpointRow{c.Origin, c.Root, c.KeyID})
	if err != nil {
		return err
	}
	_, err = tx.exec("INSERT INTO ledger_checkpoints (account, size, key_id, signed_at, meta, note) VALUES (?,?,?,?,?,?)",
		account, c.Size, c.KeyID, micros(signedAt), meta, c.Note)
	return err
}

// LastCheckpoint implements ledger.Tx.
func (tx *Tx) LastCheckpoint(account string) (ledger.Checkpoint, error) {
	cs, err := tx.checkpoints("WHERE account = ? ORDER BY size DESC, signed_at DESC LIMIT 1", account)
	if err == nil && len(cs) == 0 {
		return ledger.Checkpoint{}, fault.Missing("checkpoint of ledger", account)
	}
	if err != nil {
		return ledger.Checkpoint{}, err
	}
	return cs[0], nil
}

// Checkpoints implements ledger.Tx.
func (tx *Tx) Checkpoints(account string) ([]ledger.Checkpoint, error) {
	return tx.checkpoints("WHERE account = ? ORDER BY size, signed_at", account)
}

func (tx *Tx) checkpoints(where, account string) ([]ledger.Checkpoint, error) {
	return collect(tx, func(r *sql.Rows) (ledger.Checkpoint, error) {
		var c ledger.Checkpoint
		var meta []byte
		if err := r.Scan(&c.Size, &meta, &c.Note); err != nil {
			return c, err
		}
		var m checkpointRow
		err := json.Unmarshal(meta, &m)
		c.Origin, c.Root, c.KeyID = m.Origin, m.Root, m.KeyID
		return c, err
	}, "SELECT size, meta, note FROM ledger_checkpoints "+where, account)
}
