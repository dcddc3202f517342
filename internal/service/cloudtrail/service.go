package cloudtrail

import (
	"context"
	"maps"

	api "github.com/tickmark/tickmark/internal/awsapi/cloudtrail"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/finder"
	"github.com/tickmark/tickmark/internal/insight"
	"github.com/tickmark/tickmark/internal/lake"
	"github.com/tickmark/tickmark/internal/trail"
	"github.com/tickmark/tickmark/internal/trails"
)

// Events is what the service asks of the store of events.
type Events interface {
	Lookup(ctx context.Context, q trail.Query) (trail.Page, error)
}

// Parts is what the service stands on.
type Parts struct {
	Events Events
	// Lake has the event data stores.
	Lake *lake.Lake
	// Trails are the trails, and the tags and policies of all resources of CloudTrail.
	Trails *trails.Directory
	// Keys are those that digests are signed with.
	Keys PublicKeys
	// Rates are those of calls and errors, with the Insights events of data events.
	Rates *insight.Reader
	// Sight tells what the caller may see of the account's evidence; nil: nothing.
	Sight func(context.Context) (finder.Sight, error)
	// Tokens make the page tokens.
	Tokens *awswire.Tokens
}

// Service answers the operations of CloudTrail.
type Service struct{ Parts }

// New is the service over its parts.
func New(p Parts) *Service {
	return &Service{p}
}

// Register registers every operation served. Each area names, beside its handlers, the codes of its invalid members.
func (s *Service) Register(r *awswire.Registry) {
	invalid := map[string]string{}
	for _, area := range []func(*awswire.Registry) map[string]string{
		s.registerLookup, s.registerInsights,
		s.registerDataStores,
		s.registerTrails,
		s.registerDigests,
		s.registerResources,
		s.registerQueries,
		s.registerChannels,
		s.registerImports,
		s.registerDashboards,
	} {
		maps.Copy(invalid, area(r))
	}
	r.MapInvalid(api.Service, invalid)
}
