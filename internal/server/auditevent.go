package server

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/assess"
	"github.com/tickmark/tickmark/internal/eventbus"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/notify"
)

// auditDetail is the detail of an event of the audit, its members in the order of AWS's own example. The last two, which
// say where in the assessment it happened, are ours.
type auditDetail struct {
	EventID    string `json:"eventID"`
	Author     string `json:"author"`
	Tenant     string `json:"assessmentTenantId"`
	Name       string `json:"assessmentName"`
	Time       int64  `json:"eventTime"`
	EventName  string `json:"eventName"`
	EventType  string `json:"eventType"`
	Assessment string `json:"assessmentID"`
	ControlSet string `json:"controlSetId,omitempty"`
	Control    string `json:"controlId,omitempty"`
}

// auditEvents tell what was done to what, in the words of the change log, by detail type.
var auditEvents = map[string]struct{ name, object string }{
	assess.EventAssessmentCreated: {assess.ActionCreate, assess.ObjectAssessment},
	assess.EventAssessmentUpdated: {assess.ActionUpdate, assess.ObjectAssessment},
	assess.EventAssessmentDeleted: {assess.ActionDelete, assess.ObjectAssessment},
	assess.EventDelegated:         {assess.ActionCreate, assess.ObjectDelegation},
	assess.EventSetSubmitted:      {assess.ActionUnderReview, assess.ObjectSet},
	assess.EventSetReviewed:       {assess.ActionReviewed, assess.ObjectSet},
	assess.EventControlReviewed:   {assess.ActionReviewed, assess.ObjectControl},
}

// notifyAudit tells of what happened on the account's event bus, and on the topic of its settings. A topic that is gone
// is no reason to try again.
func (s *Server) notifyAudit(ctx context.Context, e assess.Event) error {
	if err := s.emitAudit(ctx, e); err != nil {
		return err
	}
	if e.Message != "" {
		if err := s.topics.Tell(ctx, notify.Notice{
			ID: e.ID, Type: e.Type, Account: e.Account, Region: e.Region, Assessment: e.Assessment, Name: e.Name, ControlSet: e.ControlSet,
			Control: e.Control, Author: e.Author, Time: e.Time, Message: e.Message,
		}); err != nil {
			return err
		}
	}
	if e.Topic == "" {
		return nil
	}
	_, err := s.topics.Send(ctx, notify.Message{TopicARN: e.Topic, Subject: e.Type, Text: e.Message})
	if err != nil {
		s.cfg.Log.Warn("a notification was not published", "topic", e.Topic, "error", err)
	}
	if fault.KindOf(err) != fault.Internal {
		err = nil
	}
	return err
}

func (s *Server) emitAudit(ctx context.Context, e assess.Event) error {
	kind, known := auditEvents[e.Type]
	if !known { // what AWS does not tell of goes to the topic alone
		return nil
	}
	detail, err := json.Marshal(auditDetail{
		e.ID, e.Author, e.Account, e.Name, e.Time.UnixMilli(), kind.name, kind.object, e.Assessment, e.ControlSet, e.Control,
	})
	if err != nil {
		return err
	}
	return s.bus.Emit(ctx, eventbus.Emission{
		Place: eventbus.Place{Account: e.Account, Region: e.Region}, ID: e.ID, Source: "aws.auditmanager", DetailType: e.Type,
		Resources: []string{arn.New("auditmanager", e.Region, e.Account, "assessment/"+e.Assessment)}, Time: e.Time, Detail: detail,
	})
}

// auditRounds copies frameworks that recipients have accepted, lets requests run out, and tells what is still untold,
// until ctx ends.
func (s *Server) auditRounds(ctx context.Context) error {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		if err := errors.Join(s.audit.Replicate(ctx), s.audit.Watch(ctx), s.audit.Announce(ctx)); err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-t.C:
		}
	}
}
