package store

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/trail"
)

// EventHead implements trail.Tx.
func (tx *Tx) EventHead() (int64, error) {
	var seq int64
	err := tx.row("SELECT seq FROM event_head WHERE id = 1").Scan(&seq)
	return seq, err
}

// MoveEventHead implements trail.Tx.
func (tx *Tx) MoveEventHead(from, to int64) error {
	n, err := tx.exec("UPDATE event_head SET seq = ? WHERE id = 1 AND seq = ?", to, from)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "The event store was changed by another process; nothing was stored. Repeat the request.")
	}
	return err
}

// PutFileMarks implements trail.Tx.
func (tx *Tx) PutFileMarks(marks []trail.FileMark) error {
	for _, m := range marks {
		if _, err := tx.exec("INSERT INTO event_files (sum, name, records, stored) VALUES (?,?,?,?) ON CONFLICT DO NOTHING",
			m.Sum, m.Name, m.Records, micros(tx.now)); err != nil {
			return err
		}
	}
	return nil
}

// FileMarks implements trail.Tx.
func (tx *Tx) FileMarks(sums []string) ([]trail.FileMark, error) {
	args := make([]any, len(sums))
	for i, s := range sums {
		args[i] = s
	}
	return collect(tx, func(r *sql.Rows) (m trail.FileMark, err error) {
		err = r.Scan(&m.Sum, &m.Name, &m.Records)
		return m, err
	}, "SELECT sum, name, records FROM event_files WHERE sum IN ("+marks(len(sums))+")", args...)
}

// PutEventConflicts implements trail.Tx.
func (tx *Tx) PutEventConflicts(events []trail.Event) error {
	for i := range events {
		e := &events[i]
		sum := sha256.Sum256(e.Raw)
		if _, err := tx.exec("INSERT INTO event_conflicts (account, id, sum, region, time, origin, raw, stored) VALUES (?,?,?,?,?,?,?,?) ON CONFLICT DO NOTHING",
			e.Account, e.ID, hex.EncodeToString(sum[:]), e.Region, micros(e.Time), e.Origin, e.Raw, micros(tx.now)); err != nil {
			return err
		}
	}
	return nil
}

// DeleteEventConflicts implements trail.Tx.
func (tx *Tx) DeleteEventConflicts(before time.Time) (int, error) {
	n, err := tx.exec("DELETE FROM event_conflicts WHERE time < ?", micros(before))
	return int(n), err
}

// PutSegment implements trail.Tx.
func (tx *Tx) PutSegment(s trail.Segment) error {
	_, err := tx.exec("INSERT INTO event_segments (account, id, region, day, n, first_time, last_time, first_seq, last_seq, in_order, categories, bytes, created) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
		s.Account, s.ID, s.Region, s.Day, s.Rows, micros(s.First), micros(s.Last), s.FirstSeq, s.LastSeq, bit(s.InOrder), strings.Join(s.Categories, "\n"), s.Bytes, micros(tx.now))
	return err
}

// DeleteSegment implements trail.Tx.
func (tx *Tx) DeleteSegment(account, id string) error {
	n, err := tx.exec("DELETE FROM event_segments WHERE account = ? AND id = ?", account, id)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "The event segment %s is not in the manifest; another process changed it. Repeat the request.", id)
	}
	return err
}

// Segments implements trail.Tx.
func (tx *Tx) Segments() ([]trail.Segment, error) {
	return collect(tx, func(r *sql.Rows) (s trail.Segment, err error) {
		var first, last, inOrder int64
		var categories string
		err = r.Scan(&s.Account, &s.ID, &s.Region, &s.Day, &s.Rows, &first, &last, &s.FirstSeq, &s.LastSeq, &inOrder, &categories, &s.Bytes)
		s.First, s.Last, s.InOrder, s.Categories = fromMicros(first), fromMicros(last), inOrder == 1, strings.Split(categories, "\n")
		return s, err
	}, "SELECT account, id, region, day, n, first_time, last_time, first_seq, last_seq, in_order, categories, bytes FROM event_segments ORDER BY account, id")
}

// bit is how booleans are stored.
func bit(v bool) int {
	if v {
		return 1
	}
	return 0
}
