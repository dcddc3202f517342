package tickmark

import (
	"context"
	"fmt"

	"github.com/tickmark/tickmark/internal/assess"
	api "github.com/tickmark/tickmark/internal/awsapi/tickmark"
	"github.com/tickmark/tickmark/internal/awswire"
)

func (s *Service) getControlProblems(ctx context.Context, in *api.GetControlProblemsRequest) (*api.GetControlProblemsResponse, error) {
	c, err := caller(ctx, "GetControlProblems", "")
	if err != nil {
		return nil, err
	}
	list, err := s.Audit.ControlProblems(ctx, c, awswire.Val(in.ControlId))
	if err != nil {
		return nil, err
	}
	out := &api.GetControlProblemsResponse{Problems: []api.SourceProblem{}}
	for i := range list {
		out.Problems = append(out.Problems, sourceProblem(&list[i]))
	}
	return out, nil
}

func (s *Service) getFrameworkProblems(ctx context.Context, in *api.GetFrameworkProblemsRequest) (*api.GetFrameworkProblemsResponse, error) {
	c, err := caller(ctx, "GetFrameworkProblems", "")
	if err != nil {
		return nil, err
	}
	list, err := s.Audit.FrameworkProblems(ctx, c, awswire.Val(in.FrameworkId))
	if err != nil {
		return nil, err
	}
	placed := make([]placedProblem, len(list))
	for i := range list {
		placed[i] = placedProblem{i, &list[i]}
	}
	placed, next, err := awswire.Page(ctx, s.Tokens, "GetFrameworkProblems", in, in.NextToken, in.MaxResults, pageSize, placed,
		func(x *placedProblem) string { return fmt.Sprintf("%08d", x.at) })
	if err != nil {
		return nil, err
	}
	out := &api.GetFrameworkProblemsResponse{Problems: []api.SourceProblem{}, NextToken: next}
	for _, x := range placed {
		out.Problems = append(out.Problems, sourceProblem(x.ControlProblem))
	}
	return out, nil
}

// placedProblem is a problem at its place in the framework's order.
type placedProblem struct {
	at int
	*assess.ControlProblem
}

func sourceProblem(p *assess.ControlProblem) api.SourceProblem {
	return api.SourceProblem{
		ControlId: &p.Control, ControlName: &p.Name, SourceName: &p.Source, SourceType: new(string(p.Type)), KeywordValue: text(p.Keyword),
		Code: &p.Code, Message: &p.Message, CollectsNothing: new(p.Silences()),
	}
}
