package auditmanager

import (
	"context"
	"slices"

	"github.com/tickmark/tickmark/internal/assess"
	api "github.com/tickmark/tickmark/internal/awsapi/auditmanager"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/catalog"
	"github.com/tickmark/tickmark/internal/fault"
)

func (s *Service) createControl(ctx context.Context, in *api.CreateControlRequest) (*api.CreateControlResponse, error) {
	c, err := caller(ctx, "CreateControl", "")
	if err != nil {
		return nil, err
	}
	input := assess.ControlInput{
		Name: awswire.Val(in.Name), Description: awswire.Val(in.Description), TestingInformation: awswire.Val(in.TestingInformation),
		ActionPlanTitle: awswire.Val(in.ActionPlanTitle), ActionPlanInstructions: awswire.Val(in.ActionPlanInstructions), Tags: in.Tags,
	}
	for _, m := range in.ControlMappingSources {
		input.Sources = append(input.Sources, sourceOf(api.ControlMappingSource{
			SourceDescription: m.SourceDescription, SourceFrequency: m.SourceFrequency, SourceKeyword: m.SourceKeyword, SourceName: m.SourceName,
			SourceSetUpOption: m.SourceSetUpOption, SourceType: m.SourceType, TroubleshootingText: m.TroubleshootingText,
		}))
	}
	k, err := s.audit.CreateControl(ctx, c, input)
	if err != nil {
		return nil, err
	}
	return &api.CreateControlResponse{Control: control(c, &k)}, nil
}

func (s *Service) getControl(ctx context.Context, in *api.GetControlRequest) (*api.GetControlResponse, error) {
	c, err := caller(ctx, "GetControl", "")
	if err != nil {
		return nil, err
	}
	k, err := s.audit.GetControl(ctx, c, awswire.Val(in.ControlId))
	if err != nil {
		return nil, err
	}
	return &api.GetControlResponse{Control: control(c, &k)}, nil
}

func (s *Service) updateControl(ctx context.Context, in *api.UpdateControlRequest) (*api.UpdateControlResponse, error) {
	c, err := caller(ctx, "UpdateControl", "")
	if err != nil {
		return nil, err
	}
	input := assess.ControlInput{
		Name: awswire.Val(in.Name), Description: awswire.Val(in.Description), TestingInformation: awswire.Val(in.TestingInformation),
		ActionPlanTitle: awswire.Val(in.ActionPlanTitle), ActionPlanInstructions: awswire.Val(in.ActionPlanInstructions),
		KeepAssertions: true,
	}
	for _, m := range in.ControlMappingSources {
		input.Sources = append(input.Sources, sourceOf(m))
	}
	k, err := s.audit.UpdateControl(ctx, c, awswire.Val(in.ControlId), input)
	if err != nil {
		return nil, err
	}
	return &api.UpdateControlResponse{Control: control(c, &k)}, nil
}

func (s *Service) deleteControl(ctx context.Context, in *api.DeleteControlRequest) (*api.DeleteControlResponse, error) {
	c, err := caller(ctx, "DeleteControl", "")
	if err != nil {
		return nil, err
	}
	return nil, s.audit.DeleteControl(ctx, c, awswire.Val(in.ControlId))
}

func (s *Service) listControls(ctx context.Context, in *api.ListControlsRequest) (*api.ListControlsResponse, error) {
	c, err := s.member(ctx, "ListControls")
	if err != nil {
		return nil, err
	}
	out := &api.ListControlsResponse{ControlMetadataList: []api.ControlMetadata{}}
	belongs := func([]*catalog.Common) bool { return true }
	if in.ControlCatalogId != nil {
		known := false
		if belongs, known = catalog.Under(*in.ControlCatalogId); !known {
			belongs = func([]*catalog.Common) bool { return false } // as of something that no control is filed under
		}
	}
	if awswire.Val(in.ControlType) == assess.Standard {
		out.ControlMetadataList, out.NextToken, err = s.standardControls(ctx, c, in, belongs)
		return out, err
	}
	all, err := s.audit.ListControls(ctx, c, awswire.Val(in.ControlType))
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(k assess.Control) bool { return !belongs(k.Filed()) })
	all, next, err := page(ctx, s, "ListControls", in, in.NextToken, in.MaxResults, all, func(k *assess.Control) string { return k.ID })
	out.NextToken = next
	out.ControlMetadataList = convert(all, func(k *assess.Control) api.ControlMetadata {
		return api.ControlMetadata{
			Arn: new(c.ControlARN(k.ID)), Id: &k.ID, Name: &k.Name, ControlSources: new(k.SourceTypes()), CreatedAt: &k.Created, LastUpdatedAt: &k.Updated,
		}
	})
	return out, err
}

// standardControls is a page of the library in its own order, framework by framework. The controls of other pages are
// passed over without making anything of them: there are thousands.
func (s *Service) standardControls(ctx context.Context, c assess.Caller, in *api.ListControlsRequest, belongs func([]*catalog.Common) bool) ([]api.ControlMetadata, *string, error) {
	var last string
	skip, err := s.o.Tokens.Open(ctx, "ListControls", awswire.Val(in.NextToken), in, &last)
	if err != nil {
		return nil, nil, err
	}
	limit, more := size(in.MaxResults), false
	list := make([]*catalog.Control, 0, limit)
	for k := range s.library().Controls {
		if skip {
			skip = k.ID != last
			continue
		}
		if in.ControlCatalogId != nil && !belongs(k.Filed()) {
			continue
		}
		if more = len(list) == limit; more {
			break
		}
		list = append(list, k)
	}
	if skip {
		return nil, nil, fault.Invalidf("nextToken", "The library has changed since this token was given. Begin again without a token.")
	}
	names, err := s.audit.StandardNames(ctx, list)
	if err != nil {
		return nil, nil, err
	}
	out := make([]api.ControlMetadata, len(list))
	for i, k := range list {
		out[i] = api.ControlMetadata{
			Arn: new(c.ControlARN(k.ID)), Id: new(k.ID), Name: &names[i], ControlSources: new(k.SourceTypes()),
			CreatedAt: new(catalog.Released), LastUpdatedAt: new(catalog.Released),
		}
	}
	next, err := s.seal(ctx, "ListControls", in, more, lastID(out))
	return out, next, err
}

func lastID(list []api.ControlMetadata) string {
	if len(list) == 0 {
		return ""
	}
	return *list[len(list)-1].Id
}

// control is the whole of a control.
func control(c assess.Caller, k *assess.Control) *api.Control {
	out := partial(c, k)
	out.Description, out.TestingInformation = text(k.Description), text(k.TestingInformation)
	out.ActionPlanTitle, out.ActionPlanInstructions = text(k.ActionPlanTitle), text(k.ActionPlanInstructions)
	out.ControlMappingSources, out.Tags = convert(k.Sources, source), tagsOf(k.Tags)
	return &out
}

// partial is what a framework shows of its controls.
func partial(c assess.Caller, k *assess.Control) api.Control {
	return api.Control{
		Arn: new(c.ControlARN(k.ID)), Id: &k.ID, Type: &k.Type, Name: &k.Name, ControlSources: new(k.SourceTypes()), State: new(api.ControlStateActive),
		CreatedAt: &k.Created, CreatedBy: text(k.CreatedBy), LastUpdatedAt: &k.Updated, LastUpdatedBy: text(k.UpdatedBy),
	}
}

func source(v *catalog.Source) api.ControlMappingSource {
	out := api.ControlMappingSource{
		SourceId: text(v.ID), SourceName: text(v.Name), SourceDescription: text(v.Description), SourceSetUpOption: text(v.SetUpOption),
		SourceType: new(string(v.Type)), SourceFrequency: text(v.Frequency), TroubleshootingText: text(v.Troubleshooting),
	}
	if v.Keyword != "" || v.KeywordInput != "" {
		out.SourceKeyword = &api.SourceKeyword{KeywordInputType: text(v.KeywordInput), KeywordValue: text(v.Keyword)}
	}
	return out
}

func sourceOf(v api.ControlMappingSource) catalog.Source {
	out := catalog.Source{
		ID: awswire.Val(v.SourceId), Name: awswire.Val(v.SourceName), Description: awswire.Val(v.SourceDescription),
		SetUpOption: awswire.Val(v.SourceSetUpOption), Type: catalog.SourceType(awswire.Val(v.SourceType)),
		Frequency: awswire.Val(v.SourceFrequency), Troubleshooting: awswire.Val(v.TroubleshootingText),
	}
	if v.SourceKeyword != nil {
		out.KeywordInput, out.Keyword = awswire.Val(v.SourceKeyword.KeywordInputType), awswire.Val(v.SourceKeyword.KeywordValue)
	}
	return out
}
