package store

import (
	"database/sql"
	"errors"
	"strings"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/ledger"
)

// InsertEntry implements ledger.Tx.
func (tx *Tx) InsertEntry(e ledger.Entry, occurrence []byte) error {
	_, err := tx.exec(`INSERT INTO ledger_entries (account, leaf, id, assessment, control_set, control, day, source,
		verdict, excepted, weight, content) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)`,
		e.Owner, e.LeafIndex, e.ID, e.Assessment, e.ControlSet, e.Control, e.Day, e.Source,
		string(e.Verdict), flag(e.Exception != ""), e.Weight(), occurrence)
	return err
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

// EntryByID implements ledger.Tx.
func (tx *Tx) EntryByID(account, id string) (ledger.Entry, error) {
	e, err := scanEntry(tx.row("SELECT leaf, id, content FROM ledger_entries WHERE account = ? AND id = ?", account, id))
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.Missing("occurrence", id)
	}
	return e, err
}

func scanEntry(row interface{ Scan(...any) error }) (ledger.Entry, error) {
	var e ledger.Entry
	var content []byte
	err := row.Scan(&e.LeafIndex, &e.ID, &content)
	if err != nil {
		return e, err
	}
	e.Occurrence, err = ledger.DecodeOccurrence(content)
	return e, err
}

// Entries implements ledger.Tx.
func (tx *Tx) Entries(q ledger.Query) ([]ledger.Entry, error) {
	where, args := entryCondition(q)
	query := "SELECT leaf, id, content FROM ledger_entries WHERE " + where + " ORDER BY leaf"
	if q.Limit > 0 {
		query += " LIMIT ?"
		args = append(args, q.Limit)
	}
	return collect(tx, func(r *sql.Rows) (ledger.Entry, error) { return scanEntry(r) }, query, args...)
}

// Folders implements ledger.Tx.
func (tx *Tx) Folders(q ledger.Query) ([]ledger.FolderCount, error) {
	where, args := entryCondition(q)
	const group = "control_set, control, day, source, verdict, excepted"
	return collect(tx, func(r *sql.Rows) (ledger.FolderCount, error) {
		var f ledger.FolderCount
		var excepted int
		err := r.Scan(&f.ControlSet, &f.Control, &f.Day, &f.Source, &f.Verdict, &excepted, &f.Entries, &f.Weight)
		f.Excepted = excepted != 0
		return f, err
	}, "SELECT "+group+", COUNT(*), CAST(SUM(weight) AS BIGINT) FROM ledger_entries WHERE "+where+" GROUP BY "+group+" ORDER BY "+group, args...)
}

func entryCondition(q ledger.Query) (string, []any) {
	where := []string{"account = ?"}
	args := []any{q.Account}
	equal := func(column, value string) {
		if value != "" {
			where = append(where, column+" = ?")
			args = append(args, value)
		}
	}
	equal("assessment", q.Assessment)
	equal("control_set", q.ControlSet)
	equal("control", q.Control)
	equal("source", q.Source)
	equal("day", q.Day)
	if q.FromDay != "" {
		where, args = append(where, "day >= ?"), append(args, q.FromDay)
	}
	if q.ToDay != "" {
		where, args = append(where, "day <= ?"), append(args, q.ToDay)
	}
	if q.IDs != nil && len(q.IDs) == 0 {
		where = append(where, "1 = 0")
	} else if q.IDs != nil {
		where = append(where, "id IN ("+marks(len(q.IDs))+")")
		for _, id := range q.IDs {
			args = append(args, id)
		}
	}
	if q.Before > 0 {
		where, args = append(where, "leaf < ?"), append(args, q.Before)
	}
	if q.After != nil {
		where, args = append(where, "leaf > ?"), append(args, *q.After)
	}
	return strings.Join(where, " AND "), args
}

// EntriesAt implements finder.Tx.
func (tx *Tx) EntriesAt(account string, leaves []int64) ([]ledger.Entry, error) {
	var out []ledger.Entry
	for len(leaves) > 0 {
		n := min(hashRows, len(leaves))
		args := []any{account}
		for _, l := range leaves[:n] {
			args = append(args, l)
		}
		for range hashRows - n { // one statement text for every number
			args = append(args, -1)
		}
		some, err := collect(tx, func(r *sql.Rows) (ledger.Entry, error) { return scanEntry(r) },
			"SELECT leaf, id, content FROM ledger_entries WHERE account = ? AND leaf IN ("+marks(hashRows)+") ORDER BY leaf", args...)
		if err != nil {
			return nil, err
		}
		out, leaves = append(out, some...), leaves[n:]
	}
	return out, nil
}

// LedgerAccounts implements finder.Tx.
func (tx *Tx) LedgerAccounts() ([]string, error) {
	return collect(tx, func(r *sql.Rows) (string, error) {
		var a string
		return a, r.Scan(&a)
	}, "SELECT account FROM ledger_heads WHERE account <> '' ORDER BY account")
}
