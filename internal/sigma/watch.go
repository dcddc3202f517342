package sigma

import (
	"context"
	"encoding/json"
	"log/slog"
	"time"

	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/finding"
	"github.com/tickmark/tickmark/internal/trail"
)

// Hub takes findings.
type Hub interface {
	Import(ctx context.Context, account, region string, raws []json.RawMessage) (finding.Imported, error)
}

// Store keeps the place among the events.
type Store interface {
	Read(ctx context.Context, fn func(docs.Tx) error) error
	Write(ctx context.Context, fn func(docs.Tx) error) error
}

// Watch matches rules against the events that arrive and tells the hub of matches until ctx ends. A finding is told
// before the place moves, and is the same when it is told again, so a process that is killed neither loses nor doubles
// one.
func (s Set) Watch(ctx context.Context, events trail.Store, store Store, hub Hub) error {
	f := trail.Follower{Name: "sigma", Events: events, Docs: store}
	return f.Run(ctx, func(ctx context.Context, st *trail.Stretch) error {
		for i := range st.Events {
			if err := s.Tell(ctx, hub, &st.Events[i]); err != nil {
				return err
			}
		}
		return store.Write(ctx, st.Done)
	})
}

// Keep is Watch that goes on after a failure, when it has rested. A finding that the hub refuses would be refused again:
// it is told in the log, and holds up no other.
func (s Set) Keep(ctx context.Context, events trail.Store, store Store, hub Hub, log *slog.Logger) error {
	for {
		err := s.Watch(ctx, events, store, lenient{hub, log})
		if ctx.Err() != nil {
			return ctx.Err()
		}
		log.Error("Sigma rules could not be matched; they are tried again", "error", err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(retry):
		}
	}
}

// retry is how long a failure is let rest.
const retry = time.Second

// lenient is a hub that refuses nothing.
type lenient struct {
	Hub
	log *slog.Logger
}

// Import implements Hub.
func (l lenient) Import(ctx context.Context, account, region string, raws []json.RawMessage) (finding.Imported, error) {
	done, err := l.Hub.Import(ctx, account, region, raws)
	for _, f := range done.Failed {
		l.log.Error("a finding of a Sigma rule was refused", "finding", f.ID, "reason", f.Message)
	}
	done.Failed = nil
	return done, err
}

// Matching are the rules that are true of an event.
func (s Set) Matching(e *trail.Event) []*Rule {
	var out []*Rule
	x := NewEvent(e)
	for _, r := range s {
		if r.Matches(x) {
			out = append(out, r)
		}
	}
	return out
}

// Tell writes the findings of an event to the hub.
func (s Set) Tell(ctx context.Context, hub Hub, e *trail.Event) error {
	var raws []json.RawMessage
	for _, r := range s.Matching(e) {
		raw, err := r.Finding(e)
		if err != nil {
			return err
		}
		raws = append(raws, raw)
	}
	if len(raws) == 0 {
		return nil
	}
	done, err := hub.Import(ctx, "", e.Region, raws)
	if err == nil && len(done.Failed) > 0 {
		err = fault.New(fault.Internal, "A finding of a Sigma rule was refused: %+v", done.Failed[0])
	}
	return err
}
