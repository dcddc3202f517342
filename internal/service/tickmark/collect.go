package tickmark

import (
	"context"

	"github.com/tickmark/tickmark/internal/assess"
	api "github.com/tickmark/tickmark/internal/awsapi/tickmark"
	"github.com/tickmark/tickmark/internal/awswire"
)

// collectEvidence records what bears on an assessment in a period, at once; what is recorded already is not recorded again.
func (s *Service) collectEvidence(ctx context.Context, in *api.CollectEvidenceRequest) (*api.CollectEvidenceResponse, error) {
	id := awswire.Val(in.AssessmentId)
	c, err := caller(ctx, "CollectEvidence", id)
	if err != nil {
		return nil, err
	}
	r, err := (&assess.Collector{Service: s.Audit}).CollectFor(ctx, c, id, awswire.Val(in.FromDay), awswire.Val(in.ToDay))
	if err != nil {
		return nil, err
	}
	return &api.CollectEvidenceResponse{NewEvidence: new(int64(r.Evidence)), KnownEvidence: new(int64(r.Known))}, nil
}
