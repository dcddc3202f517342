package store

import (
	"database/sql"
	"errors"
	"strings"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

const docColumns = "account, region, kind, id, name, revision, created, updated, body"

// GetDoc implements docs.Tx.
func (tx *Tx) GetDoc(k docs.Key) (docs.Record, error) {
	return oneDoc(tx.row("SELECT "+docColumns+" FROM documents WHERE account = ? AND region = ? AND kind = ? AND id = ?",
		k.Account, k.Region, k.Kind, k.ID), k.Kind, k.ID)
}

// GetDocByName implements docs.Tx.
func (tx *Tx) GetDocByName(account, region, kind, name string) (docs.Record, error) {
	return oneDoc(tx.row("SELECT "+docColumns+" FROM documents WHERE account = ? AND region = ? AND kind = ? AND name = ?",
		account, region, kind, name), kind, name)
}

func oneDoc(row *sql.Row, kind, id string) (docs.Record, error) {
	r, err := scanDoc(row)
	if errors.Is(err, sql.ErrNoRows) {
		return r, fault.Missing(kind, id)
	}
	return r, err
}

func scanDoc(row interface{ Scan(...any) error }) (docs.Record, error) {
	var r docs.Record
	var name sql.NullString
	var created, updated int64
	err := row.Scan(&r.Account, &r.Region, &r.Kind, &r.ID, &name, &r.Revision, &created, &updated, &r.Body)
	r.Name, r.Created, r.Updated = name.String, fromMicros(created), fromMicros(updated)
	return r, err
}

// InsertDoc implements docs.Tx.
func (tx *Tx) InsertDoc(r docs.Record) error {
	n, err := tx.exec("INSERT INTO documents ("+docColumns+") VALUES (?,?,?,?,?,1,?,?,?) ON CONFLICT DO NOTHING",
		r.Account, r.Region, r.Kind, r.ID, nullable(r.Name), micros(tx.now), micros(tx.now), r.Body)
	if err == nil && n == 0 {
		err = fault.Duplicate(r.Kind, r.ID)
	}
	return err
}

// UpdateDoc implements docs.Tx.
func (tx *Tx) UpdateDoc(r docs.Record) error {
	old, err := tx.GetDoc(r.Key)
	if err != nil {
		return err
	}
	if r.Revision != 0 && r.Revision != old.Revision {
		return &fault.Error{Kind: fault.Conflict, Type: r.Kind, ID: r.ID, Message: "The " + r.Kind + " " + r.ID + " was changed by somebody else meanwhile. Read it again and repeat the change."}
	}
	if r.Name != old.Name && r.Name != "" {
		if _, err := tx.GetDocByName(r.Account, r.Region, r.Kind, r.Name); fault.KindOf(err) != fault.NotFound {
			if err != nil {
				return err
			}
			return fault.Duplicate(r.Kind, r.Name)
		}
	}
	_, err = tx.exec("UPDATE documents SET name = ?, revision = ?, updated = ?, body = ? WHERE account = ? AND region = ? AND kind = ? AND id = ?",
		nullable(r.Name), old.Revision+1, micros(tx.now), r.Body, r.Account, r.Region, r.Kind, r.ID)
	return err
}

// DeleteDoc implements docs.Tx.
func (tx *Tx) DeleteDoc(k docs.Key) error {
	n, err := tx.exec("DELETE FROM documents WHERE account = ? AND region = ? AND kind = ? AND id = ?", k.Account, k.Region, k.Kind, k.ID)
	if err == nil && n == 0 {
		err = fault.Missing(k.Kind, k.ID)
	}
	return err
}

// ListDocs implements docs.Tx.
func (tx *Tx) ListDocs(s arn.Scope, kind string, after docs.Key, limit int) ([]docs.Record, error) {
	where, args := scoped(s, "account", "region")
	args = append(args, kind)
	query := "SELECT " + docColumns + " FROM documents WHERE " + where + " AND kind = ?"
	if after != (docs.Key{}) {
		query += " AND (account, region, id) > (?,?,?)"
		args = append(args, after.Account, after.Region, after.ID)
	}
	query += " ORDER BY account, region, id"
	if limit > 0 {
		query += " LIMIT ?"
		args = append(args, limit)
	}
	return collect(tx, func(r *sql.Rows) (docs.Record, error) { return scanDoc(r) }, query, args...)
}

// CountDocs implements docs.Tx.
func (tx *Tx) CountDocs(s arn.Scope, kind string) (n int64, err error) {
	where, args := scoped(s, "account", "region")
	err = tx.row("SELECT COUNT(*) FROM documents WHERE "+where+" AND kind = ?", append(args, kind)...).Scan(&n)
	return n, err
}

// scoped is the condition that keeps a query inside a scope. A scope that sees nothing gives a false condition.
func scoped(s arn.Scope, account, region string) (string, []any) {
	if s.Installation {
		return "1 = 1", nil
	}
	if len(s.Accounts) == 0 {
		return "1 = 0", nil
	}
	var b strings.Builder
	var args []any
	in := func(column string, values []string) {
		b.WriteString(column + " IN (" + marks(len(values)) + ")")
		for _, v := range values {
			args = append(args, v)
		}
	}
	in(account, s.Accounts)
	if len(s.Regions) > 0 {
		b.WriteString(" AND ")
		in(region, s.Regions)
	}
	return b.String(), args
}

func nullable(s string) any {
	if s == "" {
		return nil
	}
	return s
}
