package insight

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/trail"
)

// Reader answers questions about rates and about the Insights events of data events.
type Reader struct {
	store  Store
	events trail.Store
	clock  stamp.Source
}

// NewReader is a reader of what a worker wrote.
func NewReader(s Store, events trail.Store, clock stamp.Source) *Reader {
	return &Reader{s, events, clock}
}

// RateQuery asks for the rates of a metric in periods of some minutes: 1, 5 or 60.
type RateQuery struct {
	Metric
	Period Minute
	// From is inclusive, To exclusive; the zero time is as far back as rates of the period are kept, and now.
	From, To time.Time
	// Zeros asks for periods without calls too.
	Zeros bool
	// After is the period behind which the answer begins; 0 is the beginning.
	After Minute
	Limit int
}

// Rate is the mean number of calls per minute in the period that begins with a minute.
type Rate struct {
	Minute
	Mean float64
}

// kept is how long counts are known in periods.
func kept(period Minute) Minute {
	switch {
	case period < 5:
		return KeepMinutes
	case period < hour:
		return KeepFives
	}
	return KeepHours
}

// Rates answers the question, and whether there are more.
func (r *Reader) Rates(ctx context.Context, q RateQuery) (rates []Rate, more bool, err error) {
	now := MinuteOf(r.clock.Now())
	from, to := now-kept(q.Period), now+1
	if !q.From.IsZero() {
		from = max(from, MinuteOf(q.From.Add(time.Minute-1)))
	}
	if !q.To.IsZero() {
		to = min(to, MinuteOf(q.To.Add(time.Minute-1)))
	}
	from = (from + q.Period - 1) / q.Period * q.Period // points stand at whole periods
	if q.After != 0 {
		from = max(from, q.After+q.Period)
	}
	var counts []Count
	err = r.store.Read(ctx, func(tx Tx) error {
		counts, err = tx.InsightCounts(q.Metric, from, to+q.Period)
		return err
	})
	for at := from; err == nil && at < to; at += q.Period {
		sum := 0
		for ; len(counts) > 0 && counts[0].Minute < at+q.Period; counts = counts[1:] {
			sum += counts[0].N
		}
		if sum == 0 && !q.Zeros {
			continue
		}
		if len(rates) == q.Limit {
			return rates, true, nil
		}
		rates = append(rates, Rate{at, float64(sum) / float64(q.Period)})
	}
	return rates, false, err
}

// EventQuery asks for Insights events of data events, the latest first.
type EventQuery struct {
	Scope arn.Scope
	// ID, Name and Source keep events that have them; empty ones keep all.
	ID, Name, Source string
	// From and To are inclusive; the zero time leaves that end open.
	From, To time.Time
	After    trail.Cursor
	Limit    int
}

// maxListed bounds how many anomalies are looked through.
const maxListed = 10_000

// DataEvents answers the question, with the place to go on from; zero when there are no more.
func (r *Reader) DataEvents(ctx context.Context, q EventQuery) (trail.Page, error) {
	var found []Found
	now := MinuteOf(r.clock.Now())
	err := r.store.Read(ctx, func(tx Tx) (err error) {
		found, err = tx.AnomaliesIn(q.Scope, trail.Data, now-KeepHours, now+1, maxListed)
		return err
	})
	if err != nil {
		return trail.Page{}, err
	}
	places := q.places(found)
	var page trail.Page
	if len(places) > q.Limit {
		places = places[:q.Limit]
		page.Next = places[q.Limit-1]
	}
	for _, p := range places {
		one, err := r.events.Lookup(ctx, trail.Query{Scope: q.Scope, Category: trail.Insight, Attribute: trail.EventID, Value: p.ID, Limit: 1})
		if err != nil {
			return page, err
		}
		page.Events = append(page.Events, one.Events...)
	}
	return page, nil
}

// places are where the events of anomalies stand, those that answer the question, the latest first.
func (q *EventQuery) places(found []Found) (out []trail.Cursor) {
	add := func(told bool, at Minute, id string, f *Found) {
		t := at.Time()
		c := trail.Cursor{Time: t, ID: id, Account: f.Account}
		if told && (q.ID == "" || q.ID == id) && (q.From.IsZero() || !t.Before(q.From)) && (q.To.IsZero() || !t.After(q.To)) &&
			(q.After.IsZero() || c.Compare(q.After) < 0) {
			out = append(out, c)
		}
	}
	for i := range found {
		f := &found[i]
		if q.Name != "" && q.Name != f.Name || q.Source != "" && q.Source != f.Source {
			continue
		}
		start, end := f.EventIDs()
		add(f.Started, f.Start, start, f)
		add(f.Ended, f.End, end, f)
	}
	slices.SortFunc(out, func(a, b trail.Cursor) int {
		return cmp.Or(b.Time.Compare(a.Time), strings.Compare(b.ID, a.ID), strings.Compare(b.Account, a.Account))
	})
	return out
}
