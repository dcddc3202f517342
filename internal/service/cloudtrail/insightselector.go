package cloudtrail

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/cloudtrail"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/trails"
)

// ofTrail tells whether a request is about a trail; it names a trail or an event data store.
func ofTrail(trail, store *string) (bool, error) {
	if (trail == nil) == (store == nil) {
		return false, awswire.Errorf("InvalidParameterCombinationException", "Give TrailName or EventDataStore, one of the two.")
	}
	return trail != nil, nil
}

func (s *Service) putInsightSelectors(ctx context.Context, in *api.PutInsightSelectorsRequest) (*api.PutInsightSelectorsResponse, error) {
	trail, err := ofTrail(in.TrailName, in.EventDataStore)
	switch {
	case err != nil:
		return nil, err
	case !trail:
		return nil, s.noStoreInsights(ctx, *in.EventDataStore)
	case in.InsightsDestination != nil:
		return nil, awswire.Errorf("InvalidParameterCombinationException", "A trail has no InsightsDestination: its Insights events go to its bucket.")
	}
	var list []trails.InsightSelector
	for _, i := range in.InsightSelectors {
		list = append(list, trails.InsightSelector{Type: awswire.Val(i.InsightType), Categories: i.EventCategories})
	}
	t, err := s.Trails.SetInsights(ctx, trailPlace(ctx), *in.TrailName, list)
	if err != nil {
		return nil, err
	}
	return &api.PutInsightSelectorsResponse{TrailARN: &t.ARN, InsightSelectors: insightsOut(&t)}, nil
}

func (s *Service) getInsightSelectors(ctx context.Context, in *api.GetInsightSelectorsRequest) (*api.GetInsightSelectorsResponse, error) {
	trail, err := ofTrail(in.TrailName, in.EventDataStore)
	if err != nil {
		return nil, err
	}
	if !trail {
		return nil, s.noStoreInsights(ctx, *in.EventDataStore)
	}
	t, err := s.Trails.Get(ctx, trailPlace(ctx), *in.TrailName)
	if err != nil {
		return nil, err
	}
	if len(t.Insights) == 0 {
		return nil, fault.New(fault.NotFound, "The trail %s has no Insights events: put insight selectors first.", t.ARN).With("InsightNotEnabledException")
	}
	return &api.GetInsightSelectorsResponse{TrailARN: &t.ARN, InsightSelectors: insightsOut(&t)}, nil
}

// noStoreInsights refuses Insights of event data stores: an event data store of Insights events is fed by trails.
func (s *Service) noStoreInsights(ctx context.Context, name string) error {
	d, err := s.Lake.DataStore(ctx, lakePlace(ctx), name)
	if err != nil {
		return recode(err, "EventDataStoreNotFoundException", "InvalidParameterException", "EventDataStoreARNInvalidException", "InvalidParameterException")
	}
	return awswire.Errorf("UnsupportedOperationException", "Insights of the event data store %s are not offered: put the insight selectors of a trail.", d.Name)
}

// recode gives faults the codes that the operation lists; codes are pairs of from and to.
func recode(err error, codes ...string) error {
	f, ok := err.(*fault.Error)
	for i := 0; ok && i < len(codes); i += 2 {
		if f.Code == codes[i] {
			return f.With(codes[i+1])
		}
	}
	return err
}

func insightsOut(t *trails.Trail) []api.InsightSelector {
	out := []api.InsightSelector{}
	for _, i := range t.Insights {
		out = append(out, api.InsightSelector{InsightType: new(i.Type), EventCategories: i.Categories})
	}
	return out
}
