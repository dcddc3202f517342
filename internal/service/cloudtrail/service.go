package cloudtrail

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/cloudtrail"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/trail"
)

// Events is what the service asks of the store of events.
type Events interface {
	Lookup(ctx context.Context, q trail.Query) (trail.Page, error)
}

// Service answers the operations of CloudTrail.
type Service struct {
	events Events
	tokens *awswire.Tokens
}

// New is the service over a store of events; tokens make its page tokens.
func New(events Events, tokens *awswire.Tokens) *Service { return &Service{events, tokens} }

// Register registers every operation served.
func (s *Service) Register(r *awswire.Registry) {
	r.MapInvalid(api.Service, map[string]string{
		"LookupEvents.LookupAttributes": "InvalidLookupAttributesException",
		"LookupEvents.EventCategory":    "InvalidEventCategoryException",
		"LookupEvents.MaxResults":       "InvalidMaxResultsException",
	})
	api.OnLookupEvents(r, s.lookupEvents)
}
