package auditmanager

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"

	"github.com/tickmark/tickmark/internal/assess"
	api "github.com/tickmark/tickmark/internal/awsapi/auditmanager"
	"github.com/tickmark/tickmark/internal/awswire"
)

func (s *Service) insights(ctx context.Context, op, assessment string) (assess.Insights, error) {
	c, err := caller(ctx, op, assessment)
	if err != nil {
		return assess.Insights{}, err
	}
	return s.audit.Insights(ctx, c, assessment)
}

func (s *Service) getInsights(ctx context.Context, _ *api.GetInsightsRequest) (*api.GetInsightsResponse, error) {
	v, err := s.insights(ctx, "GetInsights", "")
	if err != nil {
		return nil, err
	}
	return &api.GetInsightsResponse{Insights: &api.Insights{
		ActiveAssessmentsCount: new(int64(v.Active)), NoncompliantEvidenceCount: &v.NonCompliant, CompliantEvidenceCount: &v.Compliant,
		InconclusiveEvidenceCount: &v.Inconclusive, AssessmentControlsCountByNoncompliantEvidence: new(int64(v.ControlsNonCompliant)),
		TotalAssessmentControlsCount: new(int64(v.Controls)), LastUpdated: &v.Updated,
	}}, nil
}

func (s *Service) getInsightsByAssessment(ctx context.Context, in *api.GetInsightsByAssessmentRequest) (*api.GetInsightsByAssessmentResponse, error) {
	v, err := s.insights(ctx, "GetInsightsByAssessment", awswire.Val(in.AssessmentId))
	if err != nil {
		return nil, err
	}
	return &api.GetInsightsByAssessmentResponse{Insights: &api.InsightsByAssessment{
		NoncompliantEvidenceCount: &v.NonCompliant, CompliantEvidenceCount: &v.Compliant, InconclusiveEvidenceCount: &v.Inconclusive,
		AssessmentControlsCountByNoncompliantEvidence: new(int64(v.ControlsNonCompliant)), TotalAssessmentControlsCount: new(int64(v.Controls)),
		LastUpdated: &v.Updated,
	}}, nil
}

func (s *Service) listControlDomainInsights(ctx context.Context, _ *api.ListControlDomainInsightsRequest) (*api.ListControlDomainInsightsResponse, error) {
	v, err := s.insights(ctx, "ListControlDomainInsights", "")
	return &api.ListControlDomainInsightsResponse{ControlDomainInsights: domains(&v)}, err
}

func (s *Service) listControlDomainInsightsByAssessment(ctx context.Context, in *api.ListControlDomainInsightsByAssessmentRequest) (*api.ListControlDomainInsightsByAssessmentResponse, error) {
	v, err := s.insights(ctx, "ListControlDomainInsightsByAssessment", awswire.Val(in.AssessmentId))
	return &api.ListControlDomainInsightsByAssessmentResponse{ControlDomainInsights: domains(&v)}, err
}

// domains is the one domain there is, when anything was collected on the day.
func domains(v *assess.Insights) []api.ControlDomainInsights {
	if len(v.ByControl) == 0 {
		return []api.ControlDomainInsights{}
	}
	return []api.ControlDomainInsights{{
		Id: new(uncategorized), Name: new("Uncategorized"), EvidenceInsights: counted(v.NonCompliant, v.Compliant, v.Inconclusive),
		ControlsCountByNoncompliantEvidence: new(int64(v.ControlsNonCompliant)), TotalControlsCount: new(int64(v.Controls)), LastUpdated: &v.Updated,
	}}
}

func counted(noncompliant, compliant, inconclusive int64) *api.EvidenceInsights {
	return &api.EvidenceInsights{NoncompliantEvidenceCount: &noncompliant, CompliantEvidenceCount: &compliant, InconclusiveEvidenceCount: &inconclusive}
}

// listControlInsightsByControlDomain adds up a control over all assessments.
func (s *Service) listControlInsightsByControlDomain(ctx context.Context, in *api.ListControlInsightsByControlDomainRequest) (*api.ListControlInsightsByControlDomainResponse, error) {
	const op = "ListControlInsightsByControlDomain"
	v, err := s.insights(ctx, op, "")
	if err != nil {
		return nil, err
	}
	sums := map[string]*assess.ControlInsight{}
	for _, k := range v.ByControl {
		sum, ok := sums[k.Control]
		if !ok {
			sum = &assess.ControlInsight{Control: k.Control, Name: k.Name}
			sums[k.Control] = sum
		}
		sum.NonCompliant, sum.Compliant, sum.Inconclusive = sum.NonCompliant+k.NonCompliant, sum.Compliant+k.Compliant, sum.Inconclusive+k.Inconclusive
	}
	var all []assess.ControlInsight
	for _, id := range slices.Sorted(maps.Keys(sums)) {
		all = append(all, *sums[id])
	}
	all, next, err := pageOfControls(ctx, s, op, in, in.NextToken, in.MaxResults, all, awswire.Val(in.ControlDomainId))
	return &api.ListControlInsightsByControlDomainResponse{NextToken: next, ControlInsightsMetadata: convert(all, func(k *assess.ControlInsight) api.ControlInsightsMetadataItem {
		return api.ControlInsightsMetadataItem{
			Id: &k.Control, Name: &k.Name, LastUpdated: new(v.Updated), EvidenceInsights: counted(k.NonCompliant, k.Compliant, k.Inconclusive),
		}
	})}, err
}

func (s *Service) listAssessmentControlInsightsByControlDomain(ctx context.Context, in *api.ListAssessmentControlInsightsByControlDomainRequest) (*api.ListAssessmentControlInsightsByControlDomainResponse, error) {
	const op = "ListAssessmentControlInsightsByControlDomain"
	v, err := s.insights(ctx, op, awswire.Val(in.AssessmentId))
	if err != nil {
		return nil, err
	}
	all, next, err := pageOfControls(ctx, s, op, in, in.NextToken, in.MaxResults, v.ByControl, awswire.Val(in.ControlDomainId))
	return &api.ListAssessmentControlInsightsByControlDomainResponse{NextToken: next, ControlInsightsByAssessment: convert(all, func(k *assess.ControlInsight) api.ControlInsightsMetadataByAssessmentItem {
		return api.ControlInsightsMetadataByAssessmentItem{
			Id: &k.Control, Name: &k.Name, ControlSetName: &k.Set, LastUpdated: new(v.Updated),
			EvidenceInsights: counted(k.NonCompliant, k.Compliant, k.Inconclusive),
		}
	})}, err
}

// pageOfControls begins with the controls that fail most; of another domain than the one there is it is empty.
func pageOfControls(ctx context.Context, s *Service, op string, in any, token *string, maxResults *int64, all []assess.ControlInsight, domain string) ([]assess.ControlInsight, *string, error) {
	if domain != uncategorized {
		all = nil
	}
	return page(ctx, s, op, in, token, maxResults, all, func(k *assess.ControlInsight) string {
		return fmt.Sprintf("%s %s %x", newest(fmt.Sprintf("%019d", k.NonCompliant)), k.Control, sha256.Sum256([]byte(k.Set)))
	})
}
