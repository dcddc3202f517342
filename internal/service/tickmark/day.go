package tickmark

import (
	"context"

	"github.com/tickmark/tickmark/internal/assess"
	api "github.com/tickmark/tickmark/internal/awsapi/tickmark"
	"github.com/tickmark/tickmark/internal/awswire"
)

// listComplianceDays tells compliance over time, for charts: AWS's insights know the present day only.
func (s *Service) listComplianceDays(ctx context.Context, in *api.ListComplianceDaysRequest) (*api.ListComplianceDaysResponse, error) {
	id := awswire.Val(in.AssessmentId)
	c, err := caller(ctx, "ListComplianceDays", id)
	if err != nil {
		return nil, err
	}
	list, err := s.Audit.ComplianceDays(ctx, c, id, awswire.Val(in.From), awswire.Val(in.To))
	if err != nil {
		return nil, err
	}
	list, next, err := awswire.Page(ctx, s.Tokens, "ListComplianceDays", in, in.NextToken, in.MaxResults, pageSize, list,
		func(d *assess.DayTally) string { return d.Day })
	out := &api.ListComplianceDaysResponse{Days: []api.ComplianceDay{}, NextToken: next}
	for i := range list {
		d := &list[i]
		out.Days = append(out.Days, api.ComplianceDay{
			Day: &d.Day, ActiveAssessments: new(int64(d.Active)), NoncompliantEvidenceCount: &d.NonCompliant, CompliantEvidenceCount: &d.Compliant,
			InconclusiveEvidenceCount: &d.Inconclusive, ExceptedEvidenceCount: &d.Excepted,
			NoncompliantControls: new(int64(d.ControlsNonCompliant)), TotalControls: new(int64(d.Controls)), LastUpdated: &d.Updated,
		})
	}
	return out, err
}
