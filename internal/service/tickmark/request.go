package tickmark

import (
	"context"
	"slices"
	"time"

	"github.com/tickmark/tickmark/internal/assess"
	api "github.com/tickmark/tickmark/internal/awsapi/tickmark"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/service/auditcaller"
)

func (s *Service) createEvidenceRequest(ctx context.Context, in *api.CreateEvidenceRequestRequest) (*api.CreateEvidenceRequestResponse, error) {
	id := awswire.Val(in.AssessmentId)
	c, err := caller(ctx, "CreateEvidenceRequest", id)
	if err != nil {
		return nil, err
	}
	r, err := s.Audit.RequestEvidence(ctx, c, assess.RequestInput{
		Assessment: id, ControlSet: awswire.Val(in.ControlSetId), Control: awswire.Val(in.ControlId), Title: awswire.Val(in.Title),
		Text: awswire.Val(in.Text), Due: awswire.Val(in.DueDate),
	})
	if err != nil {
		return nil, err
	}
	return &api.CreateEvidenceRequestResponse{EvidenceRequest: s.request(&r)}, nil
}

func (s *Service) answerEvidenceRequest(ctx context.Context, in *api.AnswerEvidenceRequestRequest) (*api.AnswerEvidenceRequestResponse, error) {
	id := awswire.Val(in.AssessmentId)
	c, err := caller(ctx, "AnswerEvidenceRequest", id)
	if err != nil {
		return nil, err
	}
	r, err := s.Audit.AnswerRequest(ctx, c, id, awswire.Val(in.EvidenceRequestId), awswire.Val(in.Comment), in.EvidenceIds)
	if err != nil {
		return nil, err
	}
	return &api.AnswerEvidenceRequestResponse{EvidenceRequest: s.request(&r)}, nil
}

func (s *Service) reviewEvidenceRequest(ctx context.Context, in *api.ReviewEvidenceRequestRequest) (*api.ReviewEvidenceRequestResponse, error) {
	id := awswire.Val(in.AssessmentId)
	c, err := caller(ctx, "ReviewEvidenceRequest", id)
	if err != nil {
		return nil, err
	}
	accept := awswire.Val(in.Status) == assess.RequestAccepted
	r, err := s.Audit.ReviewRequest(ctx, c, id, awswire.Val(in.EvidenceRequestId), accept, awswire.Val(in.Comment))
	if err != nil {
		return nil, err
	}
	return &api.ReviewEvidenceRequestResponse{EvidenceRequest: s.request(&r)}, nil
}

func (s *Service) listEvidenceRequests(ctx context.Context, in *api.ListEvidenceRequestsRequest) (*api.ListEvidenceRequestsResponse, error) {
	id := awswire.Val(in.AssessmentId)
	c, err := caller(ctx, "ListEvidenceRequests", id)
	if err != nil {
		return nil, err
	}
	list, err := s.Audit.Requests(ctx, c, id, awswire.Val(in.Status))
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(r assess.Request) bool { return !auditcaller.Sees(ctx, r.Assessment) })
	list, next, err := awswire.Page(ctx, s.Tokens, "ListEvidenceRequests", in, in.NextToken, in.MaxResults, pageSize, list,
		func(r *assess.Request) string { return r.ID })
	out := &api.ListEvidenceRequestsResponse{EvidenceRequests: []api.EvidenceRequest{}, NextToken: next}
	for i := range list {
		out.EvidenceRequests = append(out.EvidenceRequests, *s.request(&list[i]))
	}
	return out, err
}

func (s *Service) request(r *assess.Request) *api.EvidenceRequest {
	out := &api.EvidenceRequest{
		Id: &r.ID, AssessmentId: &r.Assessment, ControlSetId: &r.ControlSet, ControlId: &r.Control, Title: &r.Title, Text: text(r.Text), DueDate: &r.Due,
		Status: &r.Status, Overdue: new(r.Overdue(s.Audit.Now().UTC().Format(time.DateOnly))), CreatedBy: &r.By, CreatedAt: &r.Created, UpdatedAt: &r.Updated,
		Steps: []api.EvidenceRequestStep{},
	}
	for i := range r.Steps {
		x := &r.Steps[i]
		out.Steps = append(out.Steps, api.EvidenceRequestStep{Status: &x.Status, By: &x.By, At: &x.At, Comment: text(x.Comment), EvidenceIds: x.Evidence})
	}
	return out
}
