package trail_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/store/storetest"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trail/trailtest"
)

// TestFollower: what was done is not given again, what was not done is, and new events wake who waits.
func TestFollower(t *testing.T) {
	db := store.For(storetest.Open(t).DB, func(tx *store.Tx) docs.Tx { return tx })
	events := trailtest.NewMemory()
	put := func(from, to int) {
		t.Helper()
		var b trail.Batch
		for i := from; i < to; i++ {
			e, err := trail.Decode(fmt.Appendf(nil, `{"eventTime":"2024-03-05T08:00:00Z","eventName":"N","eventID":"%d","awsRegion":"eu-west-1","recipientAccountId":"111122223333"}`, i))
			if err != nil {
				t.Fatal(err)
			}
			b.Events = append(b.Events, e)
		}
		if _, err := events.Append(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	put(0, 3)
	late := &trail.Follower{Name: "late", Events: events, Docs: db, Limit: 2}
	ctx, cancel := context.WithCancel(t.Context())
	waited := make(chan error, 1)
	go func() {
		_, err := late.Next(ctx)
		waited <- err
	}()
	for placed := int64(0); placed == 0; {
		if err := db.Read(t.Context(), func(tx docs.Tx) (err error) {
			placed, err = tx.CountDocs(arn.Everything(), "event-follower")
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	cancel()
	if err := <-waited; !errors.Is(err, context.Canceled) {
		t.Fatalf("a new follower was given old events: %v", err)
	}
	put(3, 6)
	broken := errors.New("crash")
	var got string
	for _, f := range []*trail.Follower{late, {Name: "early", Events: events, Docs: db, Limit: 2, FromStart: true}} {
		calls := 0
		for range 2 {
			ctx, cancel := context.WithCancel(t.Context())
			err := f.Run(ctx, func(ctx context.Context, s *trail.Stretch) error {
				if calls++; calls == 2 { // nothing was done
					return broken
				}
				err := db.Write(ctx, s.Done)
				for _, e := range s.Events {
					if got += e.ID; e.ID == "5" {
						cancel()
					}
				}
				return err
			})
			cancel()
			if !errors.Is(err, broken) && !errors.Is(err, context.Canceled) {
				t.Fatal(err)
			}
		}
		got += " "
	}
	if got != "345 012345 " {
		t.Errorf("got %q", got)
	}
}
