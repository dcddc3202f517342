package insight

import (
	"context"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
)

// Tx is what insights need of a transaction.
type Tx interface {
	docs.Tx

	// AddInsightCounts adds counts of one day to a metric.
	AddInsightCounts(m Metric, day Minute, counts []Count) error
	// InsightCounts are the counts of a metric in the minutes [from, to), by minute. Old ones stand at the first minute
	// of five, or of an hour.
	InsightCounts(m Metric, from, to Minute) ([]Count, error)

	// NoteInsightDue notes that a metric must be judged from a minute on, if not from an earlier one already.
	NoteInsightDue(m Metric, from Minute) error
	// SetInsightDue notes that a metric must be judged from this minute on; not before it.
	SetInsightDue(m Metric, from Minute) error
	// ClearInsightDue notes that nothing of a metric must be judged.
	ClearInsightDue(m Metric) error
	// InsightsDue lists metrics of the scope that must be judged from a minute before this one on, behind a metric in
	// their order.
	InsightsDue(scope arn.Scope, before Minute, after Metric, limit int) ([]Due, error)

	// NoteInsightDays remembers days on which an account had events of a category.
	NoteInsightDays(account, category string, days []Minute) error
	// InsightDays lists those days from one on.
	InsightDays(account, category string, from Minute) ([]Minute, error)

	// PutAnomaly stores an anomaly under its metric and start.
	PutAnomaly(a Found) error
	// Anomalies lists a metric's anomalies that lasted at a minute or came later, by start.
	Anomalies(m Metric, from Minute) ([]Found, error)
	// AnomaliesIn lists the scope's anomalies of a category that start in [from, to), the latest first.
	AnomaliesIn(scope arn.Scope, category string, from, to Minute, limit int) ([]Found, error)
	// AnomaliesUntold lists anomalies of which an event is still to be made.
	AnomaliesUntold(limit int) ([]Found, error)

	// CoarsenInsights packs up to limit days before one in longer steps; it tells how many.
	CoarsenInsights(before, step Minute, limit int) (int, error)
	// ForgetInsights removes up to limit days of counts before one, and what else is known of those times; it tells how
	// many.
	ForgetInsights(before Minute, limit int) (int, error)
}

// Store runs transactions.
type Store interface {
	Read(ctx context.Context, fn func(Tx) error) error
	Write(ctx context.Context, fn func(Tx) error) error
}

// Due says from when on a metric must be judged.
type Due struct {
	Metric
	From Minute
}

// Found is an anomaly of a metric.
type Found struct {
	Metric
	Anomaly
	// Started and Ended tell that its events were made.
	Started, Ended bool
}
