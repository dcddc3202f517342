package insight

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/tickmark/tickmark/internal/trail"
)

// together is how many anomalies are told of in one batch.
const together = 20

// Origin is where Insights events come from.
const Origin = "insight"

// tell appends the events of anomalies that started or ended. Should the process end between that and its being noted,
// the same events are appended again, which changes nothing.
func (w *Worker) tell(ctx context.Context) error {
	for {
		var untold []Found
		err := w.Store.Read(ctx, func(tx Tx) (err error) {
			untold, err = tx.AnomaliesUntold(together)
			return err
		})
		if err != nil || len(untold) == 0 {
			return err
		}
		var b trail.Batch
		for i := range untold {
			events, err := w.events(ctx, &untold[i])
			if err != nil {
				return err
			}
			b.Events = append(b.Events, events...)
		}
		if _, err := w.Events.Append(ctx, b); err != nil {
			return err
		}
		err = w.Store.Write(ctx, func(tx Tx) error {
			for _, f := range untold {
				f.Started, f.Ended = true, f.End != 0
				if err := tx.PutAnomaly(f); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
}

// events are those that are still to be made of an anomaly.
func (w *Worker) events(ctx context.Context, f *Found) ([]trail.Event, error) {
	first, last := f.Start.day()-week, max(f.Seen, f.End)
	var counts []Count
	err := w.Store.Read(ctx, func(tx Tx) (err error) {
		counts, err = tx.InsightCounts(f.Metric, first, last)
		return err
	})
	if err != nil {
		return nil, err
	}
	w.history.Reset(first, last, counts)
	var out []trail.Event
	for _, state := range []string{stateStart, stateEnd} {
		until, told := f.Seen, f.Started
		if state == stateEnd {
			until, told = f.End, f.End == 0 || f.Ended
		}
		if told {
			continue
		}
		r := f.record(state, &w.history)
		if r.InsightDetails.InsightContext.Attributions, err = w.attribute(ctx, f, until); err != nil {
			return nil, err
		}
		raw, err := json.Marshal(r)
		if err != nil {
			return nil, err
		}
		e, err := trail.Decode(raw)
		if err != nil {
			return nil, fmt.Errorf("the event of an insight: %w", err)
		}
		e.Origin = Origin
		out = append(out, e)
	}
	return out, nil
}
