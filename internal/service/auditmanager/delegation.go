package auditmanager

import (
	"context"
	"slices"

	"github.com/tickmark/tickmark/internal/assess"
	api "github.com/tickmark/tickmark/internal/awsapi/auditmanager"
	"github.com/tickmark/tickmark/internal/awswire"
)

// batchCreateDelegationByAssessment answers with all delegations of the assessment, as AWS does.
func (s *Service) batchCreateDelegationByAssessment(ctx context.Context, in *api.BatchCreateDelegationByAssessmentRequest) (*api.BatchCreateDelegationByAssessmentResponse, error) {
	id := awswire.Val(in.AssessmentId)
	c, err := caller(ctx, "BatchCreateDelegationByAssessment", id)
	if err != nil {
		return nil, err
	}
	all, failed, err := s.audit.Delegate(ctx, c, id, convert(in.CreateDelegationRequests, func(r *api.CreateDelegationRequest) assess.DelegationInput {
		return assess.DelegationInput{
			ControlSet: awswire.Val(r.ControlSetId), RoleARN: awswire.Val(r.RoleArn), RoleType: awswire.Val(r.RoleType), Comment: awswire.Val(r.Comment),
		}
	}))
	if err != nil {
		return nil, err
	}
	out := &api.BatchCreateDelegationByAssessmentResponse{
		Delegations: convert(all, delegation), Errors: []api.BatchCreateDelegationByAssessmentError{},
	}
	for _, f := range failed {
		code, message := itemError(f)
		out.Errors = append(out.Errors, api.BatchCreateDelegationByAssessmentError{
			CreateDelegationRequest: &in.CreateDelegationRequests[f.Index], ErrorCode: code, ErrorMessage: message,
		})
	}
	return out, nil
}

func (s *Service) batchDeleteDelegationByAssessment(ctx context.Context, in *api.BatchDeleteDelegationByAssessmentRequest) (*api.BatchDeleteDelegationByAssessmentResponse, error) {
	id := awswire.Val(in.AssessmentId)
	c, err := caller(ctx, "BatchDeleteDelegationByAssessment", id)
	if err != nil {
		return nil, err
	}
	failed, err := s.audit.Undelegate(ctx, c, id, in.DelegationIds)
	if err != nil {
		return nil, err
	}
	out := &api.BatchDeleteDelegationByAssessmentResponse{Errors: []api.BatchDeleteDelegationByAssessmentError{}}
	for _, f := range failed {
		code, message := itemError(f)
		out.Errors = append(out.Errors, api.BatchDeleteDelegationByAssessmentError{DelegationId: new(f.ID), ErrorCode: code, ErrorMessage: message})
	}
	return out, nil
}

func (s *Service) getDelegations(ctx context.Context, in *api.GetDelegationsRequest) (*api.GetDelegationsResponse, error) {
	c, err := caller(ctx, "GetDelegations", "")
	if err != nil {
		return nil, err
	}
	all, err := s.audit.Delegations(ctx, c)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(d assess.Delegation) bool { return !sees(ctx, d.Assessment) })
	all, next, err := page(ctx, s, "GetDelegations", in, in.NextToken, in.MaxResults, all, func(d *assess.Delegation) string { return newest(d.ID) })
	return &api.GetDelegationsResponse{NextToken: next, Delegations: convert(all, func(d *assess.Delegation) api.DelegationMetadata {
		return api.DelegationMetadata{
			Id: &d.ID, AssessmentId: &d.Assessment, AssessmentName: &d.Name, ControlSetName: &d.ControlSet, RoleArn: &d.RoleARN,
			Status: &d.Status, CreationTime: &d.Created,
		}
	})}, err
}
