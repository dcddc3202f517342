package store

import (
	"database/sql"
	"errors"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/insight"
)

const (
	metricColumns = "account, region, category, source, name, error"
	metricIs      = "account = ? AND region = ? AND category = ? AND source = ? AND name = ? AND error = ?"
)

func metricArgs(m insight.Metric, more ...any) []any {
	return append([]any{m.Account, m.Region, m.Category, m.Source, m.Name, m.ErrorCode}, more...)
}

func metricInto(m *insight.Metric, more ...any) []any {
	return append([]any{&m.Account, &m.Region, &m.Category, &m.Source, &m.Name, &m.ErrorCode}, more...)
}

// AddInsightCounts implements insight.Tx.
func (tx *Tx) AddInsightCounts(m insight.Metric, day insight.Minute, counts []insight.Count) error {
	var packed []byte
	err := tx.row("SELECT counts FROM insight_counts WHERE "+metricIs+" AND day = ?", metricArgs(m, int64(day))...).Scan(&packed)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if packed, err = insight.Merge(packed, day, counts); err != nil {
		return err
	}
	_, err = tx.exec("INSERT INTO insight_counts ("+metricColumns+", day, step, counts) VALUES ("+marks(6)+`, ?, 1, ?)
		ON CONFLICT (`+metricColumns+", day) DO UPDATE SET counts = excluded.counts", metricArgs(m, int64(day), packed)...)
	return err
}

// InsightCounts implements insight.Tx.
func (tx *Tx) InsightCounts(m insight.Metric, from, to insight.Minute) ([]insight.Count, error) {
	var out []insight.Count
	_, err := collect(tx, func(r *sql.Rows) (none struct{}, err error) {
		var day int64
		var packed []byte
		if err = r.Scan(&day, &packed); err != nil {
			return none, err
		}
		counts, err := insight.Unpack(packed, insight.Minute(day))
		for _, c := range counts {
			if c.Minute >= from && c.Minute < to {
				out = append(out, c)
			}
		}
		return none, err
	}, "SELECT day, counts FROM insight_counts WHERE "+metricIs+" AND day > ? AND day < ? ORDER BY day",
		metricArgs(m, int64(from)-24*60, int64(to))...)
	return out, err
}

// NoteInsightDue implements insight.Tx.
func (tx *Tx) NoteInsightDue(m insight.Metric, from insight.Minute) error {
	_, err := tx.exec("INSERT INTO insight_due ("+metricColumns+", first) VALUES ("+marks(7)+`)
		ON CONFLICT (`+metricColumns+") DO UPDATE SET first = excluded.first WHERE insight_due.first > excluded.first", metricArgs(m, int64(from))...)
	return err
}

// SetInsightDue implements insight.Tx.
func (tx *Tx) SetInsightDue(m insight.Metric, from insight.Minute) error {
	_, err := tx.exec("INSERT INTO insight_due ("+metricColumns+", first) VALUES ("+marks(7)+`)
		ON CONFLICT (`+metricColumns+") DO UPDATE SET first = excluded.first", metricArgs(m, int64(from))...)
	return err
}

// ClearInsightDue implements insight.Tx.
func (tx *Tx) ClearInsightDue(m insight.Metric) error {
	_, err := tx.exec("DELETE FROM insight_due WHERE "+metricIs, metricArgs(m)...)
	return err
}

// InsightsDue implements insight.Tx.
func (tx *Tx) InsightsDue(scope arn.Scope, before insight.Minute, after insight.Metric, limit int) ([]insight.Due, error) {
	where, args := scoped(scope, "account", "region")
	args = append(args, int64(before))
	args = append(args, metricArgs(after, limit)...)
	return collect(tx, func(r *sql.Rows) (d insight.Due, err error) {
		err = r.Scan(metricInto(&d.Metric, &d.From)...)
		return d, err
	}, "SELECT "+metricColumns+", first FROM insight_due WHERE "+where+" AND first < ? AND ("+metricColumns+") > ("+marks(6)+") ORDER BY "+metricColumns+" LIMIT ?", args...)
}

// NoteInsightDays implements insight.Tx.
func (tx *Tx) NoteInsightDays(account, category string, days []insight.Minute) error {
	for _, d := range days {
		if _, err := tx.exec("INSERT INTO insight_days (account, category, day) VALUES (?,?,?) ON CONFLICT DO NOTHING", account, category, int64(d)); err != nil {
			return err
		}
	}
	return nil
}

// InsightDays implements insight.Tx.
func (tx *Tx) InsightDays(account, category string, from insight.Minute) ([]insight.Minute, error) {
	return collect(tx, func(r *sql.Rows) (d insight.Minute, err error) {
		err = r.Scan(&d)
		return d, err
	}, "SELECT day FROM insight_days WHERE account = ? AND category = ? AND day >= ? ORDER BY day", account, category, int64(from))
}
