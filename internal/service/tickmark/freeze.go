package tickmark

import (
	"context"

	"github.com/tickmark/tickmark/internal/assess"
	api "github.com/tickmark/tickmark/internal/awsapi/tickmark"
	"github.com/tickmark/tickmark/internal/awswire"
)

func (s *Service) freezePeriod(ctx context.Context, in *api.FreezePeriodRequest) (*api.FreezePeriodResponse, error) {
	id := awswire.Val(in.AssessmentId)
	c, err := caller(ctx, "FreezePeriod", id)
	if err != nil {
		return nil, err
	}
	f, err := s.Audit.Freeze(ctx, c, assess.FreezeInput{
		Assessment: id, Name: awswire.Val(in.Name), From: awswire.Val(in.From), To: awswire.Val(in.To), Reason: awswire.Val(in.Reason),
	})
	if err != nil {
		return nil, err
	}
	return &api.FreezePeriodResponse{Freeze: freeze(&f)}, nil
}

func (s *Service) unfreezePeriod(ctx context.Context, in *api.UnfreezePeriodRequest) (*api.UnfreezePeriodResponse, error) {
	id := awswire.Val(in.AssessmentId)
	c, err := caller(ctx, "UnfreezePeriod", id)
	if err != nil {
		return nil, err
	}
	f, err := s.Audit.Unfreeze(ctx, c, id, awswire.Val(in.FreezeId), awswire.Val(in.Reason))
	if err != nil {
		return nil, err
	}
	return &api.UnfreezePeriodResponse{Freeze: freeze(&f)}, nil
}

func (s *Service) listFreezes(ctx context.Context, in *api.ListFreezesRequest) (*api.ListFreezesResponse, error) {
	id := awswire.Val(in.AssessmentId)
	c, err := caller(ctx, "ListFreezes", id)
	if err != nil {
		return nil, err
	}
	list, err := s.Audit.Freezes(ctx, c, id)
	if err != nil {
		return nil, err
	}
	list, next, err := awswire.Page(ctx, s.Tokens, "ListFreezes", in, in.NextToken, in.MaxResults, pageSize, list, func(f *assess.Freeze) string { return f.ID })
	out := &api.ListFreezesResponse{Freezes: []api.Freeze{}, NextToken: next}
	for i := range list {
		out.Freezes = append(out.Freezes, *freeze(&list[i]))
	}
	return out, err
}

func (s *Service) createFrozenReport(ctx context.Context, in *api.CreateFrozenReportRequest) (*api.CreateFrozenReportResponse, error) {
	id := awswire.Val(in.AssessmentId)
	c, err := caller(ctx, "CreateFrozenReport", id)
	if err != nil {
		return nil, err
	}
	r, err := s.Audit.FrozenReport(ctx, c, id, awswire.Val(in.FreezeId), awswire.Val(in.Name))
	if err != nil {
		return nil, err
	}
	return &api.CreateFrozenReportResponse{AssessmentReportId: &r.ID}, nil
}

func freeze(f *assess.Freeze) *api.Freeze {
	return &api.Freeze{
		Id: &f.ID, AssessmentId: &f.Assessment, Name: &f.Name, From: &f.From, To: &f.To, Status: &f.Status, FrozenBy: &f.By, FrozenAt: &f.At,
		Reason: &f.Reason, DecisionId: &f.Decision, LedgerSize: &f.Size, Unfrozen: decision(f.Ended),
	}
}
