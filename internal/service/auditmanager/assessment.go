package auditmanager

import (
	"context"
	"slices"

	"github.com/tickmark/tickmark/internal/assess"
	api "github.com/tickmark/tickmark/internal/awsapi/auditmanager"
	"github.com/tickmark/tickmark/internal/awswire"
)

func (s *Service) createAssessment(ctx context.Context, in *api.CreateAssessmentRequest) (*api.CreateAssessmentResponse, error) {
	c, err := caller(ctx, "CreateAssessment", "")
	if err != nil {
		return nil, err
	}
	a, err := s.audit.CreateAssessment(ctx, c, assess.AssessmentInput{
		Name: awswire.Val(in.Name), Description: awswire.Val(in.Description), FrameworkID: awswire.Val(in.FrameworkId),
		Destination: destinationOf(in.AssessmentReportsDestination), Accounts: scopeOf(in.Scope), Services: servicesOf(in.Scope), Roles: rolesOf(in.Roles), Tags: in.Tags,
	})
	if err != nil {
		return nil, err
	}
	out, err := s.shown(ctx, c, a.ID)
	return &api.CreateAssessmentResponse{Assessment: out.wire()}, err
}

func (s *Service) getAssessment(ctx context.Context, in *api.GetAssessmentRequest) (*api.GetAssessmentResponse, error) {
	id := awswire.Val(in.AssessmentId)
	c, err := caller(ctx, "GetAssessment", id)
	if err != nil {
		return nil, err
	}
	a, err := s.shown(ctx, c, id)
	if err != nil {
		return nil, err
	}
	out := &api.GetAssessmentResponse{Assessment: a.wire()}
	if role := c.RoleIn(&a.Assessment); role.Type != "" {
		out.UserRole = &api.Role{RoleType: &role.Type, RoleArn: &role.ARN}
	}
	return out, nil
}

func (s *Service) listAssessments(ctx context.Context, in *api.ListAssessmentsRequest) (*api.ListAssessmentsResponse, error) {
	c, err := caller(ctx, "ListAssessments", "")
	if err != nil {
		return nil, err
	}
	all, err := s.audit.ListAssessments(ctx, c, awswire.Val(in.Status))
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(a assess.Assessment) bool { return !sees(ctx, a.ID) })
	all, next, err := page(ctx, s, "ListAssessments", in, in.NextToken, in.MaxResults, all, func(a *assess.Assessment) string { return newest(a.ID) })
	return &api.ListAssessmentsResponse{NextToken: next, AssessmentMetadata: convert(all, func(a *assess.Assessment) api.AssessmentMetadataItem {
		return api.AssessmentMetadataItem{
			Id: &a.ID, Name: &a.Name, ComplianceType: text(a.ComplianceType), Status: &a.Status, Roles: roles(a.Roles),
			Delegations: convert(a.Delegations, delegation), CreationTime: &a.Created, LastUpdated: &a.Updated,
		}
	})}, err
}

func (s *Service) updateAssessment(ctx context.Context, in *api.UpdateAssessmentRequest) (*api.UpdateAssessmentResponse, error) {
	id := awswire.Val(in.AssessmentId)
	c, err := caller(ctx, "UpdateAssessment", id)
	if err != nil {
		return nil, err
	}
	u := assess.AssessmentUpdate{Name: in.AssessmentName, Description: in.AssessmentDescription, Accounts: scopeOf(in.Scope), Services: servicesOf(in.Scope), Roles: rolesOf(in.Roles)}
	if in.AssessmentReportsDestination != nil {
		u.Destination = new(destinationOf(in.AssessmentReportsDestination))
	}
	if _, err := s.audit.UpdateAssessment(ctx, c, id, u); err != nil {
		return nil, err
	}
	out, err := s.shown(ctx, c, id)
	return &api.UpdateAssessmentResponse{Assessment: out.wire()}, err
}

func (s *Service) updateAssessmentStatus(ctx context.Context, in *api.UpdateAssessmentStatusRequest) (*api.UpdateAssessmentStatusResponse, error) {
	id := awswire.Val(in.AssessmentId)
	c, err := caller(ctx, "UpdateAssessmentStatus", id)
	if err != nil {
		return nil, err
	}
	if _, err := s.audit.SetAssessmentStatus(ctx, c, id, awswire.Val(in.Status)); err != nil {
		return nil, err
	}
	out, err := s.shown(ctx, c, id)
	return &api.UpdateAssessmentStatusResponse{Assessment: out.wire()}, err
}

func (s *Service) deleteAssessment(ctx context.Context, in *api.DeleteAssessmentRequest) (*api.DeleteAssessmentResponse, error) {
	id := awswire.Val(in.AssessmentId)
	c, err := caller(ctx, "DeleteAssessment", id)
	if err != nil {
		return nil, err
	}
	return nil, s.audit.DeleteAssessment(ctx, c, id)
}
