package tickmark

import (
	"context"
	"fmt"

	"github.com/tickmark/tickmark/internal/assess"
	api "github.com/tickmark/tickmark/internal/awsapi/tickmark"
	"github.com/tickmark/tickmark/internal/awswire"
)

func (s *Service) reopenAssessment(ctx context.Context, in *api.ReopenAssessmentRequest) (*api.ReopenAssessmentResponse, error) {
	id := awswire.Val(in.AssessmentId)
	c, err := caller(ctx, "ReopenAssessment", id)
	if err != nil {
		return nil, err
	}
	d, err := s.Audit.Reopen(ctx, c, assess.Reopening{
		Assessment: id, ControlSet: awswire.Val(in.ControlSetId), Control: awswire.Val(in.ControlId), Reason: awswire.Val(in.Reason),
	})
	if err != nil {
		return nil, err
	}
	return &api.ReopenAssessmentResponse{Decision: decision(&d)}, nil
}

func (s *Service) listDecisions(ctx context.Context, in *api.ListDecisionsRequest) (*api.ListDecisionsResponse, error) {
	id := awswire.Val(in.AssessmentId)
	c, err := caller(ctx, "ListDecisions", id)
	if err != nil {
		return nil, err
	}
	list, err := s.Audit.Decisions(ctx, c, id)
	if err != nil {
		return nil, err
	}
	list, next, err := awswire.Page(ctx, s.Tokens, "ListDecisions", in, in.NextToken, in.MaxResults, pageSize, list,
		func(d *assess.Decision) string { return fmt.Sprintf("%020d", d.Leaf) })
	out := &api.ListDecisionsResponse{Decisions: []api.Decision{}, NextToken: next}
	for i := range list {
		out.Decisions = append(out.Decisions, *decision(&list[i]))
	}
	return out, err
}

func decision(d *assess.Decision) *api.Decision {
	if d == nil {
		return nil
	}
	return &api.Decision{
		Id: &d.ID, LedgerIndex: &d.Leaf, Kind: &d.Kind, AssessmentId: text(d.Assessment), ControlSetId: text(d.ControlSet), ControlId: text(d.Control),
		DecidedBy: &d.By, DecidedAt: &d.At, Reason: &d.Reason, Details: d.Details,
	}
}

// getAssessmentCounts tells what AWS's API has no place for: evidence that exceptions cover, apart from all else.
func (s *Service) getAssessmentCounts(ctx context.Context, in *api.GetAssessmentCountsRequest) (*api.GetAssessmentCountsResponse, error) {
	id := awswire.Val(in.AssessmentId)
	c, err := caller(ctx, "GetAssessmentCounts", id)
	if err != nil {
		return nil, err
	}
	_, snap, err := s.Audit.GetAssessment(ctx, c, id)
	if err != nil {
		return nil, err
	}
	counts, err := s.Audit.Counts(ctx, c, id)
	if err != nil {
		return nil, err
	}
	day, err := s.Audit.Insights(ctx, c, id)
	if err != nil {
		return nil, err
	}
	out := &api.GetAssessmentCountsResponse{Controls: []api.ControlCount{}, Today: &api.EvidenceCounts{
		Compliant: &day.Compliant, Noncompliant: &day.NonCompliant, Inconclusive: &day.Inconclusive, Excepted: &day.Excepted,
	}}
	for _, k := range counts {
		out.Controls = append(out.Controls, api.ControlCount{
			ControlSetId: &k.Set, ControlId: &k.Control, ControlName: text(snap[k.Control].Name), EvidenceCount: &k.Total, Noncompliant: &k.Issues,
			Excepted: &k.Excepted, Manual: &k.ByHand, Selected: &k.Selected,
		})
	}
	return out, nil
}
