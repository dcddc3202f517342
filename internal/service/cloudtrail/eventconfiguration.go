package cloudtrail

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/cloudtrail"
	"github.com/tickmark/tickmark/internal/awswire"
)

// putEventConfiguration refuses what would not be done: nothing summarises data events, and events are kept as they came,
// whatever their size and without what AWS adds to them. The usual configuration can be put.
func (s *Service) putEventConfiguration(ctx context.Context, in *api.PutEventConfigurationRequest) (*api.PutEventConfigurationResponse, error) {
	trail, err := ofTrail(in.TrailName, in.EventDataStore)
	if err != nil {
		return nil, err
	}
	if !trail {
		return s.putStoreConfiguration(ctx, in)
	}
	if in.MaxEventSize != nil || len(in.ContextKeySelectors) > 0 {
		return nil, awswire.Errorf("InvalidParameterCombinationException", "MaxEventSize and ContextKeySelectors belong to event data stores: leave them out for a trail.")
	}
	t, err := s.Trails.Mine(ctx, trailPlace(ctx), *in.TrailName)
	if err != nil {
		return nil, err
	}
	if len(in.AggregationConfigurations) > 0 {
		return nil, awswire.Errorf("UnsupportedOperationException", "Summaries of data events are not delivered: leave AggregationConfigurations empty, and ask an event data store for them.")
	}
	return &api.PutEventConfigurationResponse{TrailARN: &t.ARN, AggregationConfigurations: []api.AggregationConfiguration{}}, nil
}

func (s *Service) putStoreConfiguration(ctx context.Context, in *api.PutEventConfigurationRequest) (*api.PutEventConfigurationResponse, error) {
	d, err := s.Lake.DataStore(ctx, lakePlace(ctx), *in.EventDataStore)
	switch {
	case err != nil:
		return nil, err
	case len(in.AggregationConfigurations) > 0:
		return nil, awswire.Errorf("InvalidParameterCombinationException", "AggregationConfigurations belong to trails: leave them out for an event data store.")
	case len(in.ContextKeySelectors) > 0:
		return nil, awswire.Errorf("UnsupportedOperationException", "Nothing is added to events: they are kept as they came. Leave ContextKeySelectors empty.")
	case awswire.Val(in.MaxEventSize) == api.MaxEventSizeStandard:
		return nil, awswire.Errorf("UnsupportedOperationException", "Events are never cut: MaxEventSize is Large.")
	}
	return &api.PutEventConfigurationResponse{EventDataStoreArn: new(d.ARN()), MaxEventSize: new(api.MaxEventSizeLarge), ContextKeySelectors: []api.ContextKeySelector{}}, nil
}

func (s *Service) getEventConfiguration(ctx context.Context, in *api.GetEventConfigurationRequest) (*api.GetEventConfigurationResponse, error) {
	trail, err := ofTrail(in.TrailName, in.EventDataStore)
	if err != nil {
		return nil, err
	}
	if !trail {
		d, err := s.Lake.DataStore(ctx, lakePlace(ctx), *in.EventDataStore)
		return &api.GetEventConfigurationResponse{EventDataStoreArn: new(d.ARN()), MaxEventSize: new(api.MaxEventSizeLarge), ContextKeySelectors: []api.ContextKeySelector{}}, err
	}
	t, err := s.Trails.Get(ctx, trailPlace(ctx), *in.TrailName)
	return &api.GetEventConfigurationResponse{TrailARN: &t.ARN, AggregationConfigurations: []api.AggregationConfiguration{}}, err
}
