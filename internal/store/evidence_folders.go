package store

import (
	"database/sql"
	"errors"
	"strings"

	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/fault"
)

const folderColumns = "owner, assessment, control_set, control, day, total, selected, compliance, configuration, activity, by_hand, issues, compliant, resources, backfilled, services, sources, first_at, excepted"

// EvidenceFolder implements assess.EvidenceTx.
func (tx *Tx) EvidenceFolder(k assess.FolderKey) (assess.Folder, error) {
	return oneFolder(tx.row("SELECT "+folderColumns+" FROM evidence_folders WHERE owner = ? AND assessment = ? AND control_set = ? AND control = ? AND day = ?",
		k.Owner, k.Assessment, k.Set, k.Control, k.Day), k.Day)
}

// EvidenceFolderByID implements assess.EvidenceTx.
func (tx *Tx) EvidenceFolderByID(owner, id string) (assess.Folder, error) {
	return oneFolder(tx.row("SELECT "+folderColumns+" FROM evidence_folders WHERE owner = ? AND id = ?", owner, id), id)
}

func oneFolder(row *sql.Row, id string) (assess.Folder, error) {
	f, err := scanFolder(row)
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.Missing("evidence folder", id)
	}
	return f, err
}

func scanFolder(row interface{ Scan(...any) error }) (assess.Folder, error) {
	var f assess.Folder
	var services, sources string
	var first int64
	err := row.Scan(&f.Owner, &f.Assessment, &f.Set, &f.Control, &f.Day, &f.Total, &f.Selected, &f.Compliance, &f.Configuration, &f.Activity,
		&f.ByHand, &f.Issues, &f.Compliant, &f.Resources, &f.Backfilled, &services, &sources, &first, &f.Excepted)
	f.Services, f.Sources, f.First = splitList(services), splitList(sources), fromMicros(first)
	return f, err
}

func splitList(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, ",")
}

// PutEvidenceFolder implements assess.EvidenceTx.
func (tx *Tx) PutEvidenceFolder(before, f assess.Folder) error {
	_, err := tx.exec("INSERT INTO evidence_folders ("+folderColumns+", id) VALUES ("+marks(20)+`)
		ON CONFLICT (owner, assessment, control_set, control, day) DO UPDATE SET total = excluded.total, selected = excluded.selected,
		compliance = excluded.compliance, configuration = excluded.configuration, activity = excluded.activity, by_hand = excluded.by_hand,
		issues = excluded.issues, compliant = excluded.compliant, resources = excluded.resources, backfilled = excluded.backfilled, services = excluded.services,
		sources = excluded.sources, first_at = excluded.first_at, excepted = excluded.excepted`,
		f.Owner, f.Assessment, f.Set, f.Control, f.Day, f.Total, f.Selected, f.Compliance, f.Configuration, f.Activity,
		f.ByHand, f.Issues, f.Compliant, f.Resources, f.Backfilled, strings.Join(f.Services, ","), strings.Join(f.Sources, ","), micros(f.First), f.Excepted, f.ID())
	if err != nil {
		return err
	}
	_, err = tx.exec("INSERT INTO evidence_controls (owner, assessment, control_set, control, total, selected, by_hand, issues, excepted) VALUES ("+marks(9)+`)
		ON CONFLICT (owner, assessment, control_set, control) DO UPDATE SET total = evidence_controls.total + excluded.total,
		selected = evidence_controls.selected + excluded.selected, by_hand = evidence_controls.by_hand + excluded.by_hand,
		issues = evidence_controls.issues + excluded.issues, excepted = evidence_controls.excepted + excluded.excepted`,
		f.Owner, f.Assessment, f.Set, f.Control, f.Total-before.Total, f.Selected-before.Selected, f.ByHand-before.ByHand, f.Issues-before.Issues, f.Excepted-before.Excepted)
	return err
}

// EvidenceFolders implements assess.EvidenceTx.
func (tx *Tx) EvidenceFolders(q assess.FolderQuery) ([]assess.Folder, error) {
	where, args := "owner = ? AND assessment = ?", []any{q.Owner, q.Assessment}
	if q.Set != "" {
		where, args = where+" AND control_set = ?", append(args, q.Set)
	}
	if q.Control != "" {
		where, args = where+" AND control = ?", append(args, q.Control)
	}
	if q.Day != "" {
		where, args = where+" AND day = ?", append(args, q.Day)
	}
	if a := q.After; a != nil {
		where += " AND (day < ? OR day = ? AND (control_set, control) > (?,?))"
		args = append(args, a.Day, a.Day, a.Set, a.Control)
	}
	query := "SELECT " + folderColumns + " FROM evidence_folders WHERE " + where + " ORDER BY day DESC, control_set, control"
	if q.Limit > 0 {
		query, args = query+" LIMIT ?", append(args, q.Limit)
	}
	return collect(tx, func(r *sql.Rows) (assess.Folder, error) { return scanFolder(r) }, query, args...)
}

// ControlCounts implements assess.EvidenceTx.
func (tx *Tx) ControlCounts(owner, assessment string) ([]assess.ControlCount, error) {
	return collect(tx, func(r *sql.Rows) (assess.ControlCount, error) {
		var c assess.ControlCount
		return c, r.Scan(&c.Set, &c.Control, &c.Total, &c.Selected, &c.ByHand, &c.Issues, &c.Excepted)
	}, `SELECT control_set, control, total, selected, by_hand, issues, excepted
		FROM evidence_controls WHERE owner = ? AND assessment = ? ORDER BY control_set, control`, owner, assessment)
}
