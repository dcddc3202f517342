package tickmark

import (
	"context"
	"fmt"

	"github.com/tickmark/tickmark/internal/assess"
	api "github.com/tickmark/tickmark/internal/awsapi/tickmark"
	"github.com/tickmark/tickmark/internal/awswire"
)

func (s *Service) getAssessmentSources(ctx context.Context, in *api.GetAssessmentSourcesRequest) (*api.GetAssessmentSourcesResponse, error) {
	id := awswire.Val(in.AssessmentId)
	c, err := caller(ctx, "GetAssessmentSources", id)
	if err != nil {
		return nil, err
	}
	list, err := s.Audit.Sources(ctx, c, id)
	if err != nil {
		return nil, err
	}
	placed := make([]placedSource, len(list))
	for i := range list {
		placed[i] = placedSource{i, &list[i]}
	}
	placed, next, err := awswire.Page(ctx, s.Tokens, "GetAssessmentSources", in, in.NextToken, in.MaxResults, pageSize, placed,
		func(x *placedSource) string { return fmt.Sprintf("%08d", x.at) })
	if err != nil {
		return nil, err
	}
	out := &api.GetAssessmentSourcesResponse{Sources: []api.AssessmentSource{}, NextToken: next}
	for _, x := range placed {
		out.Sources = append(out.Sources, source(x.SourceState))
	}
	return out, nil
}

// placedSource is a source at its place in the assessment's own order.
type placedSource struct {
	at int
	*assess.SourceState
}

func source(x *assess.SourceState) api.AssessmentSource {
	out := api.AssessmentSource{
		ControlSetId: &x.Set, ControlId: &x.Control, ControlName: &x.ControlName, SourceName: &x.Source.Name, SourceType: new(string(x.Source.Type)),
		KeywordValue: text(x.Source.Keyword), SourceFrequency: text(x.Source.Frequency), EvidenceCount: &x.Collected.Items,
		FirstCollectedDay: text(x.Collected.FirstDay), LastCollectedDay: text(x.Collected.LastDay), NeverCollected: new(x.Never()),
		State: &x.State, ExpectedFrequency: &x.Expected, DueDay: text(x.Due), Assertion: text(x.Source.Assertion),
		Problems: []api.Problem{}, Reasons: []api.Problem{},
	}
	if !x.Collected.LastAt.IsZero() {
		out.LastCollectedAt = &x.Collected.LastAt
	}
	for _, w := range x.Why {
		out.Reasons = append(out.Reasons, api.Problem{Code: &w.Code, Message: &w.Message})
	}
	for _, p := range x.Problems {
		out.Problems = append(out.Problems, api.Problem{Code: &p.Code, Message: &p.Message})
	}
	return out
}
