package store

import (
	"database/sql"
	"errors"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
)

var _ assess.Tx = (*Tx)(nil)

// AddFact implements assess.EvidenceTx.
func (tx *Tx) AddFact(owner string, fact [32]byte, day string) (bool, error) {
	n, err := tx.exec("INSERT INTO evidence_facts (owner, fact, day) VALUES (?,?,?) ON CONFLICT DO NOTHING", owner, fact[:], day)
	return n == 1, err
}

// FactDay implements assess.EvidenceTx.
func (tx *Tx) FactDay(owner string, fact [32]byte) (string, error) {
	var day string
	err := tx.row("SELECT day FROM evidence_facts WHERE owner = ? AND fact = ?", owner, fact[:]).Scan(&day)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return day, err
}

// SelectEvidence implements assess.EvidenceTx.
func (tx *Tx) SelectEvidence(owner, assessment, folder, id string, on bool) (bool, error) {
	query := "DELETE FROM evidence_selected WHERE owner = ? AND assessment = ? AND folder = ? AND id = ?"
	if on {
		query = "INSERT INTO evidence_selected (owner, assessment, folder, id) VALUES (?,?,?,?) ON CONFLICT DO NOTHING"
	}
	n, err := tx.exec(query, owner, assessment, folder, id)
	return n == 1, err
}

// SelectedEvidence implements assess.EvidenceTx.
func (tx *Tx) SelectedEvidence(owner, assessment, folder string) ([]string, error) {
	return collect(tx, func(r *sql.Rows) (string, error) {
		var id string
		return id, r.Scan(&id)
	}, "SELECT id FROM evidence_selected WHERE owner = ? AND assessment = ? AND folder = ? ORDER BY id", owner, assessment, folder)
}

// NoteSource implements assess.EvidenceTx.
func (tx *Tx) NoteSource(owner, assessment string, n assess.SourceNote) error {
	_, err := tx.exec(`INSERT INTO evidence_sources (owner, assessment, control, type, keyword, first_day, last_day, items, last_at) VALUES (?,?,?,?,?,?,?,?,?)
		ON CONFLICT (owner, assessment, control, type, keyword) DO UPDATE SET
		first_day = CASE WHEN excluded.first_day < evidence_sources.first_day THEN excluded.first_day ELSE evidence_sources.first_day END,
		last_day = CASE WHEN excluded.last_day > evidence_sources.last_day THEN excluded.last_day ELSE evidence_sources.last_day END,
		items = evidence_sources.items + excluded.items, last_at = excluded.last_at`,
		owner, assessment, n.Control, n.Type, n.Keyword, n.FirstDay, n.LastDay, n.Items, micros(tx.Now()))
	return err
}

// SourceNotes implements assess.EvidenceTx.
func (tx *Tx) SourceNotes(owner, assessment string) ([]assess.SourceNote, error) {
	return collect(tx, func(r *sql.Rows) (assess.SourceNote, error) {
		var n assess.SourceNote
		var at int64
		err := r.Scan(&n.Control, &n.Type, &n.Keyword, &n.FirstDay, &n.LastDay, &n.Items, &at)
		if at != 0 {
			n.LastAt = fromMicros(at)
		}
		return n, err
	}, "SELECT control, type, keyword, first_day, last_day, items, last_at FROM evidence_sources WHERE owner = ? AND assessment = ? ORDER BY control, type, keyword", owner, assessment)
}

// PutRawPlace implements assess.EvidenceTx.
func (tx *Tx) PutRawPlace(h ledger.Hash, p assess.RawPlace) error {
	_, err := tx.exec("INSERT INTO evidence_raws (hash, kind, place) VALUES (?,?,?) ON CONFLICT DO NOTHING", h[:], p.Kind, p.Place)
	return err
}

// RawPlace implements assess.EvidenceTx.
func (tx *Tx) RawPlace(h ledger.Hash) (assess.RawPlace, error) {
	var p assess.RawPlace
	err := tx.row("SELECT kind, place FROM evidence_raws WHERE hash = ?", h[:]).Scan(&p.Kind, &p.Place)
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.Missing("raw object", h.String())
	}
	return p, err
}

// EvidenceCursor implements assess.EvidenceTx.
func (tx *Tx) EvidenceCursor(name string) (int64, error) {
	var at int64
	err := tx.row("SELECT position FROM evidence_cursors WHERE name = ?", name).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return at, err
}

// MoveEvidenceCursor implements assess.EvidenceTx.
func (tx *Tx) MoveEvidenceCursor(name string, from, to int64) error {
	at, err := tx.EvidenceCursor(name)
	if err != nil {
		return err
	}
	if at != from {
		return fault.New(fault.Conflict, "The feed %q was read on to %d by another collector meanwhile.", name, at)
	}
	_, err = tx.exec("INSERT INTO evidence_cursors (name, position) VALUES (?,?) ON CONFLICT (name) DO UPDATE SET position = excluded.position", name, to)
	return err
}

// DeleteEvidence implements assess.EvidenceTx.
func (tx *Tx) DeleteEvidence(owner, assessment string) error {
	for _, table := range []string{"evidence_folders", "evidence_controls", "evidence_selected", "evidence_sources"} {
		if _, err := tx.exec("DELETE FROM "+table+" WHERE owner = ? AND assessment = ?", owner, assessment); err != nil {
			return err
		}
	}
	return nil
}
