package events

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/events"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/eventbus"
	"github.com/tickmark/tickmark/internal/eventbus/pattern"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/tree"
)

// required are the members that an event must have to be tested.
var required = []string{"id", "account", "source", "time", "region", "detail-type"}

func (s *Service) testEventPattern(_ context.Context, in *api.TestEventPatternRequest) (*api.TestEventPatternResponse, error) {
	p, err := pattern.Parse(awswire.Val(in.EventPattern))
	if err != nil {
		return nil, err
	}
	d, err := tree.ParseString(awswire.Val(in.Event))
	if err != nil || d.Root().Kind() != tree.Object {
		return nil, fault.Invalidf("Event", "Parameter Event is not valid.")
	}
	for _, name := range required {
		if d.Root().Get(name).Kind() == tree.Absent {
			return nil, fault.Invalidf("Event", "Parameter Event is not valid. Reason: it has no %s.", name)
		}
	}
	return &api.TestEventPatternResponse{Result: new(p.Matches(d.Root()))}, nil
}

func (s *Service) putEvents(ctx context.Context, in *api.PutEventsRequest) (*api.PutEventsResponse, error) {
	if err := refuse("EndpointId", in.EndpointId != nil); err != nil {
		return nil, err
	}
	at := place(ctx)
	entries := make([]eventbus.Entry, len(in.Entries))
	for i := range in.Entries {
		e := &in.Entries[i]
		bus, err := eventbus.BusName(at, awswire.Val(e.EventBusName))
		if err != nil {
			return nil, err
		}
		entries[i] = eventbus.Entry{
			Bus: bus, Source: awswire.Val(e.Source), DetailType: awswire.Val(e.DetailType), Detail: awswire.Val(e.Detail), Resources: e.Resources, Time: awswire.Val(e.Time),
		}
	}
	put, err := s.program.PutEvents(ctx, at, entries)
	out := &api.PutEventsResponse{Entries: []api.PutEventsResultEntry{}, FailedEntryCount: new(int64(0))}
	for _, p := range put {
		if p.Code != "" {
			*out.FailedEntryCount++
		}
		out.Entries = append(out.Entries, api.PutEventsResultEntry{EventId: text(p.ID), ErrorCode: text(p.Code), ErrorMessage: text(p.Message)})
	}
	return out, err
}
