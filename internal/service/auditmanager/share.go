package auditmanager

import (
	"context"

	"github.com/tickmark/tickmark/internal/assess"
	api "github.com/tickmark/tickmark/internal/awsapi/auditmanager"
	"github.com/tickmark/tickmark/internal/awswire"
)

func (s *Service) startAssessmentFrameworkShare(ctx context.Context, in *api.StartAssessmentFrameworkShareRequest) (*api.StartAssessmentFrameworkShareResponse, error) {
	c, err := caller(ctx, "StartAssessmentFrameworkShare", "")
	if err != nil {
		return nil, err
	}
	r, err := s.audit.StartShare(ctx, c, assess.ShareInput{
		Framework: awswire.Val(in.FrameworkId), Account: awswire.Val(in.DestinationAccount), Region: awswire.Val(in.DestinationRegion),
		Comment: awswire.Val(in.Comment),
	})
	if err != nil {
		return nil, err
	}
	return &api.StartAssessmentFrameworkShareResponse{AssessmentFrameworkShareRequest: new(share(&r))}, nil
}

func (s *Service) listAssessmentFrameworkShareRequests(ctx context.Context, in *api.ListAssessmentFrameworkShareRequestsRequest) (*api.ListAssessmentFrameworkShareRequestsResponse, error) {
	c, err := caller(ctx, "ListAssessmentFrameworkShareRequests", "")
	if err != nil {
		return nil, err
	}
	all, err := s.audit.Shares(ctx, c, awswire.Val(in.RequestType))
	if err != nil {
		return nil, err
	}
	all, next, err := page(ctx, s, "ListAssessmentFrameworkShareRequests", in, in.NextToken, in.MaxResults, all, func(r *assess.Share) string { return newest(r.ID) })
	return &api.ListAssessmentFrameworkShareRequestsResponse{NextToken: next, AssessmentFrameworkShareRequests: convert(all, share)}, err
}

func (s *Service) updateAssessmentFrameworkShare(ctx context.Context, in *api.UpdateAssessmentFrameworkShareRequest) (*api.UpdateAssessmentFrameworkShareResponse, error) {
	c, err := caller(ctx, "UpdateAssessmentFrameworkShare", "")
	if err != nil {
		return nil, err
	}
	r, err := s.audit.AnswerShare(ctx, c, awswire.Val(in.RequestId), awswire.Val(in.RequestType), awswire.Val(in.Action))
	if err != nil {
		return nil, err
	}
	return &api.UpdateAssessmentFrameworkShareResponse{AssessmentFrameworkShareRequest: new(share(&r))}, nil
}

func (s *Service) deleteAssessmentFrameworkShare(ctx context.Context, in *api.DeleteAssessmentFrameworkShareRequest) (*api.DeleteAssessmentFrameworkShareResponse, error) {
	c, err := caller(ctx, "DeleteAssessmentFrameworkShare", "")
	if err != nil {
		return nil, err
	}
	return nil, s.audit.DeleteShare(ctx, c, awswire.Val(in.RequestId), awswire.Val(in.RequestType))
}

func share(r *assess.Share) api.AssessmentFrameworkShareRequest {
	return api.AssessmentFrameworkShareRequest{
		Id: &r.ID, FrameworkId: &r.Framework, FrameworkName: &r.Name, FrameworkDescription: text(r.Description), ComplianceType: text(r.ComplianceType),
		Comment: text(r.Comment), SourceAccount: &r.Source, DestinationAccount: &r.Destination, DestinationRegion: &r.Region, Status: &r.Status,
		StandardControlsCount: new(int64(r.Standard)), CustomControlsCount: new(int64(r.Custom)),
		CreationTime: &r.Created, LastUpdated: &r.Updated, ExpirationTime: &r.Expires,
	}
}
