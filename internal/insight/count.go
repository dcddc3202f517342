package insight

import (
	"context"

	"github.com/tickmark/tickmark/internal/trail"
)

// tally is the counts of one stretch of events.
type tally struct {
	counts map[dayOfMetric][]Count
	from   map[Metric]Minute // the earliest minute of each metric
	days   map[seenDay]bool
}

type dayOfMetric struct {
	Metric
	day Minute
}

// tallyOf counts events, but those too old to be of use and those from another day to come.
func tallyOf(events []trail.Event, now Minute) tally {
	t := tally{map[dayOfMetric][]Count{}, map[Metric]Minute{}, map[seenDay]bool{}}
	for i := range events {
		e := &events[i]
		at := MinuteOf(e.Time)
		if at < now-KeepHours || at > now+day {
			continue
		}
		metrics(e, func(m Metric) {
			k := dayOfMetric{m, at.day()}
			counts := t.counts[k]
			if n := len(counts); n > 0 && counts[n-1].Minute == at {
				counts[n-1].N++
			} else {
				t.counts[k] = append(counts, Count{at, 1})
			}
			if from, ok := t.from[m]; !ok || at < from {
				t.from[m] = at
			}
		})
		if e.Category == trail.Management || e.Category == trail.Data {
			t.days[seenDay{e.Account, e.Category, at.day()}] = true
		}
	}
	return t
}

// count adds a stretch of events to the counts. The follower's place moves in the same transaction: each event counts
// once, whenever the process ends.
func (w *Worker) count(ctx context.Context, s *trail.Stretch) error {
	now := MinuteOf(w.Clock.Now())
	t := tallyOf(s.Events, now)
	for m, from := range t.from {
		if noted, ok := w.noted[m]; ok && noted <= from {
			delete(t.from, m)
		}
	}
	for d := range t.days {
		if w.seen[d] {
			delete(t.days, d)
		}
	}
	err := w.Store.Write(ctx, func(tx Tx) error {
		for k, counts := range t.counts {
			if err := tx.AddInsightCounts(k.Metric, k.day, counts); err != nil {
				return err
			}
		}
		for m, from := range t.from {
			if err := tx.NoteInsightDue(m, from); err != nil {
				return err
			}
		}
		for d := range t.days {
			if err := tx.NoteInsightDays(d.account, d.category, []Minute{d.day}); err != nil {
				return err
			}
		}
		return s.Done(tx)
	})
	if err != nil {
		w.forget() // the answer to a commit may be lost: what is known of it is read again
		return err
	}
	w.learn(t)
	return nil
}

// learn remembers what a committed tally has noted.
func (w *Worker) learn(t tally) {
	if len(w.noted)+len(t.from) > maxKnown || len(w.seen)+len(t.days) > maxKnown {
		w.forget()
	}
	for m, from := range t.from {
		w.noted[m] = from
		w.late = w.late || from < w.judged
	}
	for d := range t.days {
		w.seen[d] = true
	}
}

func (w *Worker) forget() {
	clear(w.noted)
	clear(w.seen)
	w.late = true
}
