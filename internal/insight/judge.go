package insight

import (
	"context"
	"maps"
	"slices"

	"github.com/tickmark/tickmark/internal/arn"
)

// judgeWhenDue judges when a minute has passed since the last time, when events came for times that were judged, or when
// other insights are asked for.
func (w *Worker) judgeWhenDue(ctx context.Context, now Minute) error {
	asked, err := w.Selected(ctx)
	if err != nil {
		return err
	}
	slices.SortFunc(asked, Selection.compare)
	asked = slices.Compact(asked)
	until := now - Lateness
	if until <= w.judged && !w.late && slices.Equal(asked, w.asked) {
		return nil
	}
	if err := w.judge(ctx, asked, until); err != nil {
		return err
	}
	w.judged, w.late, w.asked = until, false, asked
	if err := w.tell(ctx); err != nil {
		return err
	}
	return w.age(ctx, now)
}

// farthest is how far back a minute is judged: eight days before it must be known by the minute.
const farthest = KeepMinutes - 8*day

// page is how many metrics are read at a time.
const page = 500

// judge looks at every metric that is due and asked for, up to a minute.
func (w *Worker) judge(ctx context.Context, asked []Selection, until Minute) error {
	from, err := w.remember(ctx, asked)
	if err != nil || len(from) == 0 {
		return err
	}
	accounts := map[string]bool{}
	for s := range from {
		accounts[s.Account] = true
	}
	for _, account := range slices.Sorted(maps.Keys(accounts)) {
		if err := w.judgeAccount(ctx, account, from, until); err != nil {
			return err
		}
	}
	return nil
}

func (w *Worker) judgeAccount(ctx context.Context, account string, from since, until Minute) error {
	covered := coverage{}
	var after Metric
	for {
		var due []Due
		err := w.Store.Read(ctx, func(tx Tx) (err error) {
			due, err = tx.InsightsDue(arn.In(account, ""), until, after, page)
			return err
		})
		if err != nil {
			return err
		}
		for _, d := range due {
			after = d.Metric
			begin, asked := from.of(d.Metric)
			if !asked {
				continue
			}
			if err := covered.read(ctx, w.Store, d.Account, d.Category, until); err != nil {
				return err
			}
			if err := w.judgeMetric(ctx, d, max(begin, d.From, until-farthest), until, covered[d.Category]); err != nil {
				return err
			}
		}
		if len(due) < page {
			return nil
		}
	}
}

// judgeMetric judges the minutes [from, until) of one metric and stores what it finds.
func (w *Worker) judgeMetric(ctx context.Context, d Due, from, until Minute, known days) error {
	var counts []Count
	var before []Found
	err := w.Store.Read(ctx, func(tx Tx) (err error) {
		if before, err = tx.Anomalies(d.Metric, from-Standard.Window); err != nil {
			return err
		}
		counts, err = tx.InsightCounts(d.Metric, from-8*day, until+2*day)
		return err
	})
	if err != nil {
		return err
	}
	var open *Anomaly
	if n := len(before); n > 0 && before[n-1].End == 0 {
		open = &before[n-1].Anomaly
		from = max(from, min(open.Seen, until))
	}
	w.history.Reset(from-8*day, until, counts)
	found := w.find(from, until, known, open)
	next, due := w.next(counts, found, from, until, known)
	err = w.Store.Write(ctx, func(tx Tx) error {
		for _, a := range found {
			if f, news := amend(before, Found{Metric: d.Metric, Anomaly: a}); news {
				if err := tx.PutAnomaly(f); err != nil {
					return err
				}
			}
		}
		if due {
			return tx.SetInsightDue(d.Metric, next)
		}
		return tx.ClearInsightDue(d.Metric)
	})
	delete(w.noted, d.Metric)
	if err == nil && due {
		w.noted[d.Metric] = next
	}
	return err
}

// find judges those of the minutes that have a week behind them.
func (w *Worker) find(from, until Minute, known days, open *Anomaly) []Anomaly {
	var found []Anomaly
	for at := from; at < until; {
		end := at
		for end < until && (open != nil || known.covers(end)) {
			end = min(until, end.day()+day)
		}
		if end == at {
			at = min(until, at.day()+day)
			continue
		}
		part := w.detector.Find(&w.history, at, end, open)
		open = nil
		if n := len(part); n > 0 && part[n-1].End == 0 {
			last := part[n-1]
			open = &last
			if end < until {
				part = part[:n-1]
			}
		}
		found, at = append(found, part...), end
	}
	return found
}

// next is from when on a metric must be judged again; false when there is nothing to judge. What has no week behind it
// may get one for a day: history is not imported in its order.
func (w *Worker) next(counts []Count, found []Anomaly, from, until Minute, known days) (Minute, bool) {
	if n := len(found); n > 0 && found[n-1].End == 0 {
		return until, true
	}
	for _, c := range counts {
		if c.Minute >= until || c.Minute >= max(from, until-LookBack) && !known.covers(c.Minute) {
			return c.Minute, true
		}
	}
	return 0, false
}

// amend joins what was found with what is stored: an anomaly that lasts gets its end; one that overlaps another is the
// same, found again after more events came, and stays as it was told.
func amend(before []Found, f Found) (Found, bool) {
	for _, b := range before {
		switch {
		case b.Start == f.Start && b.End == 0:
			b.End = f.End
			return b, f.End != 0
		case f.Start <= b.End+Standard.Window && (f.End == 0 || f.End >= b.Start-Standard.Window), b.End == 0:
			return f, false
		}
	}
	return f, true
}
