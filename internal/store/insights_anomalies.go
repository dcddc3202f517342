package store

import (
	"database/sql"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/insight"
)

const anomalyColumns = metricColumns + ", start, ending, seen, told"

// PutAnomaly implements insight.Tx.
func (tx *Tx) PutAnomaly(a insight.Found) error {
	told := bit(a.Started)
	if a.Started && a.Ended {
		told = 2
	}
	_, err := tx.exec("INSERT INTO insight_anomalies ("+anomalyColumns+") VALUES ("+marks(10)+`)
		ON CONFLICT (`+metricColumns+", start) DO UPDATE SET ending = excluded.ending, seen = excluded.seen, told = excluded.told",
		metricArgs(a.Metric, int64(a.Start), int64(a.End), int64(a.Seen), told)...)
	return err
}

func scanAnomaly(r *sql.Rows) (a insight.Found, err error) {
	var told int
	err = r.Scan(metricInto(&a.Metric, &a.Start, &a.End, &a.Seen, &told)...)
	a.Started, a.Ended = told >= 1, told == 2
	return a, err
}

// Anomalies implements insight.Tx.
func (tx *Tx) Anomalies(m insight.Metric, from insight.Minute) ([]insight.Found, error) {
	return collect(tx, scanAnomaly, "SELECT "+anomalyColumns+" FROM insight_anomalies WHERE "+metricIs+" AND (ending = 0 OR ending > ?) ORDER BY start",
		metricArgs(m, int64(from))...)
}

// AnomaliesIn implements insight.Tx.
func (tx *Tx) AnomaliesIn(scope arn.Scope, category string, from, to insight.Minute, limit int) ([]insight.Found, error) {
	where, args := scoped(scope, "account", "region")
	return collect(tx, scanAnomaly, "SELECT "+anomalyColumns+" FROM insight_anomalies WHERE "+where+" AND category = ? AND start >= ? AND start < ? ORDER BY start DESC, "+metricColumns+" LIMIT ?",
		append(args, category, int64(from), int64(to), limit)...)
}

// AnomaliesUntold implements insight.Tx.
func (tx *Tx) AnomaliesUntold(limit int) ([]insight.Found, error) {
	return collect(tx, scanAnomaly, "SELECT "+anomalyColumns+" FROM insight_anomalies WHERE told = 0 OR (told = 1 AND ending > 0) ORDER BY start, "+metricColumns+" LIMIT ?", limit)
}

// CoarsenInsights implements insight.Tx.
func (tx *Tx) CoarsenInsights(before, step insight.Minute, limit int) (int, error) {
	type row struct {
		insight.Metric
		day    insight.Minute
		packed []byte
	}
	rows, err := collect(tx, func(r *sql.Rows) (x row, err error) {
		err = r.Scan(metricInto(&x.Metric, &x.day, &x.packed)...)
		return x, err
	}, "SELECT "+metricColumns+", day, counts FROM insight_counts WHERE step < ? AND day < ? LIMIT ?", int64(step), int64(before), limit)
	if err != nil {
		return 0, err
	}
	for _, x := range rows {
		packed, err := insight.Coarsen(x.packed, x.day, step)
		if err != nil {
			return 0, err
		}
		if _, err := tx.exec("UPDATE insight_counts SET step = ?, counts = ? WHERE "+metricIs+" AND day = ?",
			append([]any{int64(step), packed}, metricArgs(x.Metric, int64(x.day))...)...); err != nil {
			return 0, err
		}
	}
	return len(rows), nil
}

// ForgetInsights implements insight.Tx.
func (tx *Tx) ForgetInsights(before insight.Minute, limit int) (int, error) {
	keys, err := collect(tx, func(r *sql.Rows) (d insight.Due, err error) {
		err = r.Scan(metricInto(&d.Metric, &d.From)...)
		return d, err
	}, "SELECT "+metricColumns+", day FROM insight_counts WHERE day < ? LIMIT ?", int64(before), limit)
	if err != nil {
		return 0, err
	}
	for _, k := range keys {
		if _, err := tx.exec("DELETE FROM insight_counts WHERE "+metricIs+" AND day = ?", metricArgs(k.Metric, int64(k.From))...); err != nil {
			return 0, err
		}
	}
	for _, q := range []string{
		"DELETE FROM insight_days WHERE day < ?",
		"DELETE FROM insight_anomalies WHERE start < ? AND ending > 0 AND told = 2",
		"DELETE FROM insight_due WHERE first < ?",
	} {
		if _, err := tx.exec(q, int64(before)); err != nil {
			return 0, err
		}
	}
	return len(keys), nil
}
