package insight

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/stamp"
	"github.com/tickmark/tickmark/internal/trail"
)

// Lateness is how long events are waited for before a minute is judged.
const Lateness Minute = 15

// How long counts are kept, by the minute, by five, by the hour.
const (
	KeepMinutes = 15 * day
	KeepFives   = 63 * day
	KeepHours   = 90 * day
)

// Parts is what a worker stands on.
type Parts struct {
	Store Store
	// Events are read, and the Insights events appended.
	Events trail.Store
	// Selected are the insights that are asked for at the moment.
	Selected func(context.Context) ([]Selection, error)
	Clock    stamp.Source
	Log      *slog.Logger
}

// Worker counts events, judges the counts and makes the events. One works at a time.
type Worker struct {
	Parts
	follower trail.Follower
	detector Detector
	history  History

	// noted are the metrics that are known to be due, from when on: most events need not note it again.
	noted map[Metric]Minute
	// seen are the days known to have events.
	seen map[seenDay]bool
	// late says that minutes were counted for which others of their time were judged already.
	late bool
	// checked is when it was last asked whether something is to be judged.
	checked time.Time
	// judged is the minute up to which all was judged.
	judged Minute
	// asked are the selections of the last time.
	asked []Selection
	// aged is when old counts were last packed.
	aged Minute
}

type seenDay struct {
	account, category string
	day               Minute
}

// maxKnown bounds what a worker remembers of metrics and days.
const maxKnown = 100_000

// stretch is how many events are counted in one transaction.
const stretch = 2000

// New is a worker over its parts.
func New(p Parts) *Worker {
	w := &Worker{Parts: p, detector: Detector{Parameters: Standard}, noted: map[Metric]Minute{}, seen: map[seenDay]bool{}}
	w.follower = trail.Follower{Name: "insight", Events: p.Events, Docs: places{p.Store}, FromStart: true, Limit: stretch}
	return w
}

// places is the store as the follower sees it.
type places struct{ Store }

func (p places) Read(ctx context.Context, fn func(docs.Tx) error) error {
	return p.Store.Read(ctx, func(tx Tx) error { return fn(tx) })
}

func (p places) Write(ctx context.Context, fn func(docs.Tx) error) error {
	return p.Store.Write(ctx, func(tx Tx) error { return fn(tx) })
}

// idle is how long nothing must arrive before it is asked whether something is to be judged; pause is how long it is not
// asked again while events arrive; retry is how long a failure is let rest.
const idle, pause, retry = 2 * time.Second, 5 * time.Second, 10 * time.Second

// Run counts, judges and makes events until ctx ends.
func (w *Worker) Run(ctx context.Context) error {
	for {
		err := w.step(ctx, idle)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil {
			continue
		}
		w.Log.Error("insights", "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(retry):
		}
	}
}

// step counts what has arrived, waiting for it a while, and judges what is due. While many events wait, as in an import,
// counting comes first: what is judged shall be whole.
func (w *Worker) step(ctx context.Context, wait time.Duration) error {
	arrived, err := w.await(ctx, wait)
	if err != nil {
		return err
	}
	many := false
	if arrived {
		if many, err = w.countNext(ctx); err != nil {
			return err
		}
	}
	now := w.Clock.Now()
	if arrived && now.Sub(w.checked) < pause || many && MinuteOf(now)-Lateness <= w.judged {
		return nil
	}
	w.checked = now
	return w.judgeWhenDue(ctx, MinuteOf(now))
}

// await reports whether events are there, or come within a while.
func (w *Worker) await(ctx context.Context, wait time.Duration) (bool, error) {
	place, err := w.follower.Place(ctx)
	if err != nil {
		return false, err
	}
	waiting, stop := context.WithTimeout(ctx, wait)
	defer stop()
	switch err := w.Events.Await(waiting, place); {
	case err == nil:
		return true, nil
	case ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded):
		return false, nil
	default:
		return false, err
	}
}

// countNext counts the next events, and tells whether more wait.
func (w *Worker) countNext(ctx context.Context) (more bool, err error) {
	s, err := w.follower.Next(ctx)
	if err != nil {
		return false, err
	}
	return len(s.Events) == stretch, w.count(ctx, &s)
}

// Catch counts everything that has arrived and judges it, without waiting for more.
func (w *Worker) Catch(ctx context.Context) error {
	for {
		head, err := w.Events.Head(ctx)
		if err != nil {
			return err
		}
		place, err := w.follower.Place(ctx)
		if err != nil {
			return err
		}
		if place == head {
			return w.judgeWhenDue(ctx, MinuteOf(w.Clock.Now()))
		}
		if _, err := w.countNext(ctx); err != nil {
			return err
		}
	}
}
