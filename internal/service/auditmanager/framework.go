package auditmanager

import (
	"context"

	"github.com/tickmark/tickmark/internal/assess"
	api "github.com/tickmark/tickmark/internal/awsapi/auditmanager"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/catalog"
)

func (s *Service) createAssessmentFramework(ctx context.Context, in *api.CreateAssessmentFrameworkRequest) (*api.CreateAssessmentFrameworkResponse, error) {
	c, err := caller(ctx, "CreateAssessmentFramework", "")
	if err != nil {
		return nil, err
	}
	input := assess.FrameworkInput{
		Name: awswire.Val(in.Name), Description: awswire.Val(in.Description), ComplianceType: awswire.Val(in.ComplianceType), Tags: in.Tags,
	}
	for _, set := range in.ControlSets {
		input.Sets = append(input.Sets, setOf(set.Name, set.Controls))
	}
	f, err := s.audit.CreateFramework(ctx, c, input)
	if err != nil {
		return nil, err
	}
	out, err := s.framework(ctx, c, &f)
	return &api.CreateAssessmentFrameworkResponse{Framework: out}, err
}

func setOf(name *string, controls []api.CreateAssessmentFrameworkControl) assess.Set {
	out := assess.Set{Name: awswire.Val(name)}
	for _, k := range controls {
		out.Controls = append(out.Controls, awswire.Val(k.Id))
	}
	return out
}

func (s *Service) getAssessmentFramework(ctx context.Context, in *api.GetAssessmentFrameworkRequest) (*api.GetAssessmentFrameworkResponse, error) {
	c, err := caller(ctx, "GetAssessmentFramework", "")
	if err != nil {
		return nil, err
	}
	f, err := s.audit.GetFramework(ctx, c, awswire.Val(in.FrameworkId))
	if err != nil {
		return nil, err
	}
	out, err := s.framework(ctx, c, &f)
	return &api.GetAssessmentFrameworkResponse{Framework: out}, err
}

// updateAssessmentFramework replaces the sets. The id of a set in the request is its id or, as AWS has it, its name
// before; a set keeps its id when it is renamed.
func (s *Service) updateAssessmentFramework(ctx context.Context, in *api.UpdateAssessmentFrameworkRequest) (*api.UpdateAssessmentFrameworkResponse, error) {
	c, err := caller(ctx, "UpdateAssessmentFramework", "")
	if err != nil {
		return nil, err
	}
	input := assess.FrameworkInput{Name: awswire.Val(in.Name), Description: awswire.Val(in.Description), ComplianceType: awswire.Val(in.ComplianceType)}
	for _, set := range in.ControlSets {
		v := setOf(set.Name, set.Controls)
		v.ID = awswire.Val(set.Id)
		input.Sets = append(input.Sets, v)
	}
	f, err := s.audit.UpdateFramework(ctx, c, awswire.Val(in.FrameworkId), input)
	if err != nil {
		return nil, err
	}
	out, err := s.framework(ctx, c, &f)
	return &api.UpdateAssessmentFrameworkResponse{Framework: out}, err
}

func (s *Service) deleteAssessmentFramework(ctx context.Context, in *api.DeleteAssessmentFrameworkRequest) (*api.DeleteAssessmentFrameworkResponse, error) {
	c, err := caller(ctx, "DeleteAssessmentFramework", "")
	if err != nil {
		return nil, err
	}
	return nil, s.audit.DeleteFramework(ctx, c, awswire.Val(in.FrameworkId))
}

func (s *Service) listAssessmentFrameworks(ctx context.Context, in *api.ListAssessmentFrameworksRequest) (*api.ListAssessmentFrameworksResponse, error) {
	c, err := caller(ctx, "ListAssessmentFrameworks", "")
	if err != nil {
		return nil, err
	}
	all, err := s.audit.ListFrameworks(ctx, c, awswire.Val(in.FrameworkType))
	if err != nil {
		return nil, err
	}
	all, next, err := page(ctx, s, "ListAssessmentFrameworks", in, in.NextToken, in.MaxResults, all, func(f *assess.Framework) string { return f.ID })
	return &api.ListAssessmentFrameworksResponse{NextToken: next, FrameworkMetadataList: convert(all, func(f *assess.Framework) api.AssessmentFrameworkMetadata {
		return api.AssessmentFrameworkMetadata{
			Arn: new(c.FrameworkARN(f.ID)), Id: &f.ID, Type: &f.Type, Name: &f.Name, Description: text(f.Description), ComplianceType: text(f.ComplianceType),
			ControlSetsCount: new(int64(len(f.Sets))), ControlsCount: new(int64(f.ControlCount())), CreatedAt: &f.Created, LastUpdatedAt: &f.Updated,
		}
	})}, err
}

func (s *Service) framework(ctx context.Context, c assess.Caller, f *assess.Framework) (*api.Framework, error) {
	controls, err := s.audit.FrameworkControls(ctx, f)
	if err != nil {
		return nil, err
	}
	out := &api.Framework{
		Arn: new(c.FrameworkARN(f.ID)), Id: &f.ID, Type: &f.Type, Name: &f.Name, Description: text(f.Description), ComplianceType: text(f.ComplianceType),
		CreatedAt: &f.Created, CreatedBy: text(f.CreatedBy), LastUpdatedAt: &f.Updated, LastUpdatedBy: text(f.UpdatedBy), Tags: tagsOf(f.Tags),
		ControlSets: []api.ControlSet{},
	}
	var sources []catalog.Source
	for i := range f.Sets {
		set := api.ControlSet{Id: &f.Sets[i].ID, Name: &f.Sets[i].Name, Controls: []api.Control{}}
		for _, id := range f.Sets[i].Controls {
			k := controls[id]
			set.Controls = append(set.Controls, partial(c, &k))
			sources = append(sources, k.Sources...)
		}
		out.ControlSets = append(out.ControlSets, set)
	}
	out.ControlSources = new(catalog.SourceTypes(sources))
	return out, nil
}
