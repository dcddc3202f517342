package auditmanager

import (
	"context"
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"

	"github.com/tickmark/tickmark/internal/arn"
	"github.com/tickmark/tickmark/internal/assess"
	api "github.com/tickmark/tickmark/internal/awsapi/auditmanager"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/catalog"
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

func (s *Service) detailed(ctx context.Context, op, assessment string) (assess.Insights, error) {
	c, err := caller(ctx, op, assessment)
	if err != nil {
		return assess.Insights{}, err
	}
	return s.audit.DetailedInsights(ctx, c, assessment)
}

func (s *Service) listControlDomainInsights(ctx context.Context, in *api.ListControlDomainInsightsRequest) (*api.ListControlDomainInsightsResponse, error) {
	const op = "ListControlDomainInsights"
	v, err := s.detailed(ctx, op, "")
	if err != nil {
		return nil, err
	}
	list, next, err := s.domains(ctx, op, in, in.NextToken, in.MaxResults, &v)
	return &api.ListControlDomainInsightsResponse{ControlDomainInsights: list, NextToken: next}, err
}

func (s *Service) listControlDomainInsightsByAssessment(ctx context.Context, in *api.ListControlDomainInsightsByAssessmentRequest) (*api.ListControlDomainInsightsByAssessmentResponse, error) {
	const op = "ListControlDomainInsightsByAssessment"
	v, err := s.detailed(ctx, op, awswire.Val(in.AssessmentId))
	if err != nil {
		return nil, err
	}
	list, next, err := s.domains(ctx, op, in, in.NextToken, in.MaxResults, &v)
	return &api.ListControlDomainInsightsByAssessmentResponse{ControlDomainInsights: list, NextToken: next}, err
}

// domains is a page of the domains, the most failing first.
func (s *Service) domains(ctx context.Context, op string, in any, token *string, maxResults *int64, v *assess.Insights) ([]api.ControlDomainInsights, *string, error) {
	list, next, err := page(ctx, s, op, in, token, maxResults, v.ByDomain, func(d *assess.DomainInsight) string {
		return newest(fmt.Sprintf("%019d", d.NonCompliant)) + " " + d.ID
	})
	return convert(list, func(d *assess.DomainInsight) api.ControlDomainInsights {
		return api.ControlDomainInsights{
			Id: new(domainRef(ctx, d.ID)), Name: &d.Name, EvidenceInsights: counted(d.NonCompliant, d.Compliant, d.Inconclusive),
			ControlsCountByNoncompliantEvidence: new(int64(d.ControlsNonCompliant)), TotalControlsCount: new(int64(d.Controls)), LastUpdated: &v.Updated,
		}
	}), next, err
}

// domainRef is how a domain is referred to: by its ARN, or as UNCATEGORIZED.
func domainRef(ctx context.Context, id string) string {
	if id == catalog.Uncategorized {
		return id
	}
	return catalog.ARN(arn.Partition(awswire.CallerFrom(ctx).Region), catalog.KindDomain, id)
}

func counted(noncompliant, compliant, inconclusive int64) *api.EvidenceInsights {
	return &api.EvidenceInsights{NoncompliantEvidenceCount: &noncompliant, CompliantEvidenceCount: &compliant, InconclusiveEvidenceCount: &inconclusive}
}

// listControlInsightsByControlDomain adds up a control over all assessments.
func (s *Service) listControlInsightsByControlDomain(ctx context.Context, in *api.ListControlInsightsByControlDomainRequest) (*api.ListControlInsightsByControlDomainResponse, error) {
	const op = "ListControlInsightsByControlDomain"
	v, err := s.detailed(ctx, op, "")
	if err != nil {
		return nil, err
	}
	sums := map[string]*assess.ControlInsight{}
	for _, k := range inDomain(v.ByControl, awswire.Val(in.ControlDomainId)) {
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
	all, next, err := pageOfControls(ctx, s, op, in, in.NextToken, in.MaxResults, all)
	return &api.ListControlInsightsByControlDomainResponse{NextToken: next, ControlInsightsMetadata: convert(all, func(k *assess.ControlInsight) api.ControlInsightsMetadataItem {
		return api.ControlInsightsMetadataItem{
			Id: &k.Control, Name: &k.Name, LastUpdated: new(v.Updated), EvidenceInsights: counted(k.NonCompliant, k.Compliant, k.Inconclusive),
		}
	})}, err
}

func (s *Service) listAssessmentControlInsightsByControlDomain(ctx context.Context, in *api.ListAssessmentControlInsightsByControlDomainRequest) (*api.ListAssessmentControlInsightsByControlDomainResponse, error) {
	const op = "ListAssessmentControlInsightsByControlDomain"
	v, err := s.detailed(ctx, op, awswire.Val(in.AssessmentId))
	if err != nil {
		return nil, err
	}
	all, next, err := pageOfControls(ctx, s, op, in, in.NextToken, in.MaxResults, inDomain(v.ByControl, awswire.Val(in.ControlDomainId)))
	return &api.ListAssessmentControlInsightsByControlDomainResponse{NextToken: next, ControlInsightsByAssessment: convert(all, func(k *assess.ControlInsight) api.ControlInsightsMetadataByAssessmentItem {
		return api.ControlInsightsMetadataByAssessmentItem{
			Id: &k.Control, Name: &k.Name, ControlSetName: &k.Set, LastUpdated: new(v.Updated),
			EvidenceInsights: counted(k.NonCompliant, k.Compliant, k.Inconclusive),
		}
	})}, err
}

// inDomain keeps the controls of a domain, given by its ARN, the UUID of older references, or UNCATEGORIZED.
func inDomain(all []assess.ControlInsight, ref string) []assess.ControlInsight {
	if d, ok := catalog.Catalog().Domain(ref); ok {
		ref = d.ID
	}
	return slices.DeleteFunc(all, func(k assess.ControlInsight) bool { return k.Domain != ref })
}

// pageOfControls begins with the controls that fail most.
func pageOfControls(ctx context.Context, s *Service, op string, in any, token *string, maxResults *int64, all []assess.ControlInsight) ([]assess.ControlInsight, *string, error) {
	return page(ctx, s, op, in, token, maxResults, all, func(k *assess.ControlInsight) string {
		return fmt.Sprintf("%s %s %x", newest(fmt.Sprintf("%019d", k.NonCompliant)), k.Control, sha256.Sum256([]byte(k.Set)))
	})
}
