package store

import (
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/trail"
)

const hotColumns = "account, id, region, time, seq, origin, integrity, raw"

// PutHotEvents implements trail.Tx.
func (tx *Tx) PutHotEvents(events []trail.HotEvent) error {
	for i := range events {
		e := &events[i]
		n, err := tx.exec("INSERT INTO event_hot ("+hotColumns+") VALUES (?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",
			e.Account, e.ID, e.Region, micros(e.Time), e.Seq, e.Origin, e.Integrity, e.Raw)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.Duplicate("event", e.ID)
		}
		for _, term := range e.Terms {
			if _, err := tx.exec("INSERT INTO event_hot_terms (account, term, id) VALUES (?,?,?) ON CONFLICT DO NOTHING", e.Account, term, e.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// scanHot decodes a row. The record was accepted once; its bytes tell everything but what the columns hold.
func scanHot(row interface{ Scan(...any) error }) (trail.Event, error) {
	var at trail.Event
	var us int64
	if err := row.Scan(&at.Account, &at.ID, &at.Region, &us, &at.Seq, &at.Origin, &at.Integrity, &at.Raw); err != nil {
		return at, err
	}
	e, err := trail.Decode(at.Raw)
	if err != nil {
		return e, fmt.Errorf("stored event %s: %w", at.ID, err)
	}
	e.Account, e.Region, e.Seq, e.Origin, e.Integrity = at.Account, at.Region, at.Seq, at.Origin, at.Integrity
	return e, nil
}

// HotEvents implements trail.Tx.
func (tx *Tx) HotEvents(q trail.HotQuery) ([]trail.Event, error) {
	where, args := scoped(q.Scope, "account", "region")
	if len(q.AnyTerm) > 0 {
		where += " AND (account, id) IN (SELECT account, id FROM event_hot_terms WHERE term IN (" + marks(len(q.AnyTerm)) + ")"
		for _, t := range q.AnyTerm {
			args = append(args, t)
		}
		if !q.Scope.Installation && len(q.Scope.Accounts) > 0 {
			where += " AND account IN (" + marks(len(q.Scope.Accounts)) + ")"
			for _, a := range q.Scope.Accounts {
				args = append(args, a)
			}
		}
		where += ")"
	}
	if !q.Start.IsZero() {
		where, args = where+" AND time >= ?", append(args, micros(q.Start))
	}
	if !q.End.IsZero() {
		where, args = where+" AND time <= ?", append(args, micros(q.End))
	}
	if c := q.Before; !c.IsZero() {
		where += " AND (time, id, account) < (?,?,?)"
		args = append(args, micros(c.Time), c.ID, c.Account)
	}
	query := "SELECT " + hotColumns + " FROM event_hot WHERE " + where + " ORDER BY time DESC, id DESC, account DESC"
	if q.Limit > 0 {
		query, args = query+" LIMIT ?", append(args, q.Limit)
	}
	return collect(tx, func(r *sql.Rows) (trail.Event, error) { return scanHot(r) }, query, args...)
}

// HotEventsSince implements trail.Tx.
func (tx *Tx) HotEventsSince(scope arn.Scope, after int64, limit int) ([]trail.Event, error) {
	where, args := scoped(scope, "account", "region")
	return collect(tx, func(r *sql.Rows) (trail.Event, error) { return scanHot(r) },
		"SELECT "+hotColumns+" FROM event_hot WHERE "+where+" AND seq > ? ORDER BY seq LIMIT ?", append(args, after, limit)...)
}

// HotEvent implements trail.Tx.
func (tx *Tx) HotEvent(account, id string) (trail.Event, bool, error) {
	e, err := scanHot(tx.row("SELECT "+hotColumns+" FROM event_hot WHERE account = ? AND id = ?", account, id))
	if errors.Is(err, sql.ErrNoRows) {
		return e, false, nil
	}
	return e, err == nil, err
}

// HotKeys implements trail.Tx.
func (tx *Tx) HotKeys() ([]trail.Event, error) {
	return collect(tx, func(r *sql.Rows) (e trail.Event, err error) {
		var us int64
		err = r.Scan(&e.Account, &e.ID, &e.Region, &us, &e.Seq)
		e.Time = fromMicros(us)
		return e, err
	}, "SELECT account, id, region, time, seq FROM event_hot ORDER BY account, id")
}

// DeleteHotEvents implements trail.Tx.
func (tx *Tx) DeleteHotEvents(account, region string, from, to time.Time, last int64) (int, error) {
	const chosen = "account = ? AND region = ? AND time >= ? AND time < ? AND seq <= ?"
	args := []any{account, region, micros(from), micros(to), last}
	if _, err := tx.exec("DELETE FROM event_hot_terms WHERE account = ? AND id IN (SELECT id FROM event_hot WHERE "+chosen+")", append([]any{account}, args...)...); err != nil {
		return 0, err
	}
	n, err := tx.exec("DELETE FROM event_hot WHERE "+chosen, args...)
	return int(n), err
}
