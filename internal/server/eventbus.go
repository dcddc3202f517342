package server

import (
	"context"

	"github.com/tickmark/tickmark/internal/activity"
	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/eventbus"
	"github.com/tickmark/tickmark/internal/remediate"
	"github.com/tickmark/tickmark/internal/store"
	"github.com/tickmark/tickmark/internal/trail"
)

// openEventBus makes the event buses, whose targets are the topics, functions and Automation documents of this server.
func (s *Server) openEventBus() {
	s.bus = eventbus.New(eventbus.Parts{
		Store: store.For(s.db, func(tx *store.Tx) eventbus.Tx { return tx }), Clock: s.cfg.Clock, Log: s.cfg.Log,
		Topics: s.topics, Runner: s.runner, Library: s.runbooks, Functions: s.functions,
		Mode: s.remediationMode, Logged: s.loggedEvents, Verdicts: verdicts{s.program, s.db},
	})
}

// verdicts are the changes of compliance as rules of events follow them.
type verdicts struct {
	*compliance.Program
	db *store.DB
}

// LastEvaluation implements eventbus.Verdicts.
func (v verdicts) LastEvaluation(ctx context.Context, at compliance.Place) (last int64, err error) {
	err = v.db.Read(ctx, func(tx *store.Tx) error {
		feeds, err := tx.EvaluationFeeds(arn.In(at.Account, at.Region))
		for _, f := range feeds {
			if f.Region == at.Region {
				last = max(last, f.Last)
			}
		}
		return err
	})
	return last, err
}

// followEvents takes events to the rules as they arrive.
func (s *Server) followEvents(ctx context.Context) error {
	return s.bus.Follow(ctx, &trail.Follower{Name: "event-rules", Events: s.events, Docs: s.docs})
}

func (s *Server) remediationMode(ctx context.Context, account string) (string, error) {
	all, err := s.remedy.Settings(ctx)
	for _, x := range all {
		if x.Account == account {
			return x.Mode, err
		}
	}
	return remediate.Off, err
}

// loggedEvents tells which events a trail logs. What was imported has come from a trail. Of this server's own calls the
// trails here decide, the one included that the call has stopped or deleted: it has logged that call, too.
func (s *Server) loggedEvents(ctx context.Context) (func(*trail.Event) bool, error) {
	all, err := s.trails.Everyone(ctx)
	if err != nil {
		return nil, err
	}
	return func(e *trail.Event) bool {
		if e.Origin != activity.Origin || e.Category == trail.Insight {
			return true
		}
		if e.Source == "cloudtrail.amazonaws.com" && e.Name == "DeleteTrail" && e.ErrorCode == "" {
			return true
		}
		for i := range all {
			t := &all[i]
			// Event times are whole seconds.
			if (t.Logging || !e.Time.After(t.Stopped)) && t.Takes(e) {
				return true
			}
		}
		return false
	}, nil
}
