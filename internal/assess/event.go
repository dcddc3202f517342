package assess

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/docs"
	"github.com/tickmark/tickmark/internal/fault"
)

// The events of the audit, by the detail types that EventBridge has for them.
const (
	EventAssessmentCreated = "Assessment Created"
	EventAssessmentUpdated = "Assessment Updated"
	EventAssessmentDeleted = "Assessment Deleted"
	EventDelegated         = "Assessment ControlSet Delegation Created"
	EventSetSubmitted      = "Assessment ControlSet Under Review"
	EventSetReviewed       = "Assessment ControlSet Reviewed"
	EventControlReviewed   = "Assessment Control Reviewed"
)

// Event is something that happened to an assessment, as EventBridge tells it.
type Event struct {
	// ID is unique; Type is one of the detail types, such as "Assessment Created".
	ID, Type                 string
	Account, Region          string
	Assessment, Name, Author string
	ControlSet, Control      string
	Time                     time.Time
	// Topic is the SNS topic of the account's settings; empty when none is set or the event is no notification.
	Topic, Message string
}

// untold are events that were written down with what they tell of and have not been passed on yet.
var untold = docs.Collection[Event]{Kind: "audit-event", Noun: "event of an audit"}

// How long the one who caused an event has to pass it on before the background does, and how long it is tried.
const (
	tellAfter = 10 * time.Second
	tellFor   = 24 * time.Hour
)

// record writes an event down in the transaction of what it tells of, so that it is told even if the process ends
// before it can be.
func (s *Service) record(tx Tx, e Event) error {
	if s.o.Notify == nil {
		return nil
	}
	return untold.Insert(tx, e.Account, "", e.ID, "", e)
}

// tell passes events on, after the transaction that made them. One that cannot be passed on now is tried again by
// Announce if it was recorded.
func (s *Service) tell(ctx context.Context, es ...Event) {
	if s.o.Notify == nil {
		return
	}
	for _, e := range es {
		if e.ID == "" {
			e.ID = s.o.IDs.NewID()
		}
		_ = s.pass(ctx, e) // Announce tries again
	}
}

func (s *Service) pass(ctx context.Context, e Event) error {
	if err := s.o.Notify(ctx, e); err != nil {
		return fmt.Errorf("tell of %q: %w", e.Type, err)
	}
	return s.forget(ctx, e)
}

func (s *Service) forget(ctx context.Context, e Event) error {
	return s.o.Store.Write(ctx, func(tx Tx) error {
		err := untold.Delete(tx, e.Account, "", e.ID)
		if fault.KindOf(err) == fault.NotFound {
			return nil
		}
		return err
	})
}

// Announce is a round that passes on the events whose teller has not come to it, each at least once; those of more
// than a day ago are given up.
func (s *Service) Announce(ctx context.Context) error {
	if s.o.Notify == nil {
		return nil
	}
	list, err := read(ctx, s, func(tx Tx) ([]docs.Doc[Event], error) { return untold.List(tx, arn.Everything(), docs.Key{}, pageSize) })
	var failed []error
	for _, d := range list {
		switch age := s.o.IDs.Now().Sub(d.Created); {
		case age < tellAfter:
		case age > tellFor:
			failed = append(failed, s.forget(ctx, d.Value))
		default:
			failed = append(failed, s.pass(ctx, d.Value))
		}
	}
	return errors.Join(append(failed, err)...)
}
