package cloudtrail

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/cloudtrail"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/selector"
	"github.com/tickmark/tickmark/internal/trails"
)

func (s *Service) registerSelectors(r *awswire.Registry) {
	api.OnPutEventSelectors(r, s.putEventSelectors)
	api.OnGetEventSelectors(r, s.getEventSelectors)
	api.OnPutInsightSelectors(r, s.putInsightSelectors)
	api.OnGetInsightSelectors(r, s.getInsightSelectors)
	api.OnPutEventConfiguration(r, s.putEventConfiguration)
	api.OnGetEventConfiguration(r, s.getEventConfiguration)
}

func (s *Service) putEventSelectors(ctx context.Context, in *api.PutEventSelectorsRequest) (*api.PutEventSelectorsResponse, error) {
	t, err := s.Trails.Select(ctx, trailPlace(ctx), awswire.Val(in.TrailName), basicIn(in.EventSelectors), selectorsIn(in.AdvancedEventSelectors))
	if err != nil {
		return nil, err
	}
	return &api.PutEventSelectorsResponse{TrailARN: &t.ARN, EventSelectors: basicOut(&t), AdvancedEventSelectors: advancedOut(&t)}, nil
}

func (s *Service) getEventSelectors(ctx context.Context, in *api.GetEventSelectorsRequest) (*api.GetEventSelectorsResponse, error) {
	t, err := s.Trails.Get(ctx, trailPlace(ctx), awswire.Val(in.TrailName))
	if err != nil {
		return nil, err
	}
	return &api.GetEventSelectorsResponse{TrailARN: &t.ARN, EventSelectors: basicOut(&t), AdvancedEventSelectors: advancedOut(&t)}, nil
}

// basicIn fills what is left out: a selector takes all management events unless it says otherwise.
func basicIn(in []api.EventSelector) []selector.Basic {
	out := make([]selector.Basic, len(in))
	for i, e := range in {
		b := &out[i]
		b.ReadWrite, b.Management, b.Exclude = selector.All, e.IncludeManagementEvents == nil || *e.IncludeManagementEvents, e.ExcludeManagementEventSources
		if e.ReadWriteType != nil {
			b.ReadWrite = *e.ReadWriteType
		}
		for _, r := range e.DataResources {
			b.Resources = append(b.Resources, selector.DataResource{Type: awswire.Val(r.Type), Values: r.Values})
		}
	}
	return out
}

func basicOut(t *trails.Trail) []api.EventSelector {
	var out []api.EventSelector
	for i := range t.Basic {
		b := &t.Basic[i]
		e := api.EventSelector{
			ReadWriteType: &b.ReadWrite, IncludeManagementEvents: &b.Management,
			ExcludeManagementEventSources: append([]string{}, b.Exclude...), DataResources: []api.DataResource{},
		}
		for _, r := range b.Resources {
			e.DataResources = append(e.DataResources, api.DataResource{Type: new(r.Type), Values: r.Values})
		}
		out = append(out, e)
	}
	return out
}

// advancedOut are the advanced selectors of a trail; nothing when it has basic ones.
func advancedOut(t *trails.Trail) []api.AdvancedEventSelector {
	if len(t.Advanced) == 0 {
		return nil
	}
	return selectorsOut(t.Advanced)
}

func selectorsIn(in []api.AdvancedEventSelector) []selector.Advanced {
	out := make([]selector.Advanced, len(in))
	for i, s := range in {
		out[i].Name = awswire.Val(s.Name)
		for _, f := range s.FieldSelectors {
			out[i].Fields = append(out[i].Fields, selector.Field{
				Field: awswire.Val(f.Field), Equals: f.Equals, StartsWith: f.StartsWith, EndsWith: f.EndsWith,
				NotEquals: f.NotEquals, NotStartsWith: f.NotStartsWith, NotEndsWith: f.NotEndsWith,
			})
		}
	}
	return out
}

func selectorsOut(list []selector.Advanced) []api.AdvancedEventSelector {
	out := make([]api.AdvancedEventSelector, len(list))
	for i, s := range list {
		out[i].Name = text(s.Name)
		for _, f := range s.Fields {
			out[i].FieldSelectors = append(out[i].FieldSelectors, api.AdvancedFieldSelector{
				Field: &f.Field, Equals: f.Equals, StartsWith: f.StartsWith, EndsWith: f.EndsWith,
				NotEquals: f.NotEquals, NotStartsWith: f.NotStartsWith, NotEndsWith: f.NotEndsWith,
			})
		}
	}
	return out
}
