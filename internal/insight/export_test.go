package insight

import (
	"context"
	"time"
)

// Catch counts everything that has arrived and judges it.
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
		if place == head { // at most Insights events, which count for nothing, may have come behind it
			return w.step(ctx, time.Nanosecond)
		}
		if err := w.countNext(ctx); err != nil {
			return err
		}
	}
}
