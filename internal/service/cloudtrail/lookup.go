package cloudtrail

import (
	"context"
	"time"

	"github.com/tickmark/tickmark/internal/arn"
	api "github.com/tickmark/tickmark/internal/awsapi/cloudtrail"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/trail"
)

const pageSize = 50

var attributes = map[string]trail.Attribute{
	api.LookupAttributeKeyEventId: trail.EventID, api.LookupAttributeKeyEventName: trail.EventName,
	api.LookupAttributeKeyReadOnly: trail.ReadOnly, api.LookupAttributeKeyUsername: trail.Username,
	api.LookupAttributeKeyResourceType: trail.ResourceType, api.LookupAttributeKeyResourceName: trail.ResourceName,
	api.LookupAttributeKeyEventSource: trail.EventSource, api.LookupAttributeKeyAccessKeyId: trail.AccessKeyID,
}

// place is what a page token holds: the last event given, so that events that arrive meanwhile neither repeat nor
// hide others.
type place struct {
	Time    time.Time
	ID      string
	Account string
}

func (s *Service) registerLookup(r *awswire.Registry) map[string]string {
	api.OnLookupEvents(r, s.lookupEvents)
	return map[string]string{
		"LookupEvents.LookupAttributes": "InvalidLookupAttributesException",
		"LookupEvents.EventCategory":    "InvalidEventCategoryException",
		"LookupEvents.MaxResults":       "InvalidMaxResultsException",
	}
}

func (s *Service) lookupEvents(ctx context.Context, in *api.LookupEventsRequest) (*api.LookupEventsResponse, error) {
	q, err := query(ctx, in)
	if err != nil {
		return nil, err
	}
	var last place
	if _, err := s.Tokens.Open(ctx, "LookupEvents", awswire.Val(in.NextToken), in, &last); err != nil {
		return nil, err
	}
	q.After = trail.Cursor(last)
	page, err := s.Events.Lookup(ctx, q)
	if err != nil {
		return nil, err
	}
	out := &api.LookupEventsResponse{Events: make([]api.Event, len(page.Events))}
	for i := range page.Events {
		out.Events[i] = event(&page.Events[i])
	}
	if !page.Next.IsZero() {
		token, err := s.Tokens.Seal(ctx, "LookupEvents", in, place(page.Next))
		if err != nil {
			return nil, err
		}
		out.NextToken = &token
	}
	return out, nil
}

// query is what a request asks, with its own errors for what cannot be asked.
func query(ctx context.Context, in *api.LookupEventsRequest) (trail.Query, error) {
	c := awswire.CallerFrom(ctx)
	q := trail.Query{
		Scope: arn.In(c.Account, c.Region), Category: trail.Management, Limit: pageSize,
		Start: awswire.Val(in.StartTime), End: awswire.Val(in.EndTime),
	}
	if in.EventCategory != nil { // the model allows "insight" alone
		q.Category = trail.Insight
	}
	if n := awswire.Val(in.MaxResults); n > 0 {
		q.Limit = int(n)
	}
	if in.StartTime != nil && in.EndTime != nil && q.Start.After(q.End) {
		return q, awswire.Errorf("InvalidTimeRangeException", "The start time %s is after the end time %s. Exchange them.",
			q.Start.UTC().Format(time.RFC3339), q.End.UTC().Format(time.RFC3339))
	}
	switch len(in.LookupAttributes) {
	case 0:
		return q, nil
	case 1:
	default:
		return q, awswire.Errorf("InvalidLookupAttributesException", "LookupAttributes holds %d attributes. Look up one at a time.", len(in.LookupAttributes))
	}
	a := in.LookupAttributes[0]
	q.Attribute, q.Value = attributes[awswire.Val(a.AttributeKey)], awswire.Val(a.AttributeValue)
	if q.Category == trail.Insight && q.Attribute != trail.EventID && q.Attribute != trail.EventName && q.Attribute != trail.EventSource {
		return q, awswire.Errorf("InvalidLookupAttributesException", "Insights events cannot be looked up by %s. Use EventId, EventName or EventSource.", awswire.Val(a.AttributeKey))
	}
	return q, nil
}

// event is an event on the wire; what the record does not say is left out.
func event(e *trail.Event) api.Event {
	out := api.Event{
		EventId: &e.ID, EventName: text(e.Name), ReadOnly: text(e.ReadOnly), AccessKeyId: text(e.AccessKeyID), EventTime: &e.Time,
		EventSource: text(e.Source), Username: text(e.User), CloudTrailEvent: text(string(e.Raw)), Resources: make([]api.Resource, len(e.Resources)),
	}
	for i, r := range e.Resources {
		out.Resources[i] = api.Resource{ResourceType: text(r.Type), ResourceName: text(r.Name)}
	}
	return out
}

func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
