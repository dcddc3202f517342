package config

import (
	"context"
	"slices"

	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/rule"
)

// The numbers up to which contributors are counted.
const (
	maxRules     = 25
	maxResources = 100
)

func capped(n int64, most int64) *api.ComplianceContributorCount {
	return &api.ComplianceContributorCount{CappedCount: new(min(n, most)), CapExceeded: new(n > most)}
}

// contributors counts those who make a summary what it is: the failures of a non-compliant one, the rest of a
// compliant one.
func contributors(v rule.Verdict, c compliance.Counts, most int64) *api.Compliance {
	out := &api.Compliance{ComplianceType: new(v.String())}
	switch v {
	case rule.NonCompliant:
		out.ComplianceContributorCount = capped(c.NonCompliant, most)
	case rule.Compliant:
		out.ComplianceContributorCount = capped(c.Compliant, most)
	}
	return out
}

func (s *Service) describeComplianceByConfigRule(ctx context.Context, in *api.DescribeComplianceByConfigRuleRequest) (*api.DescribeComplianceByConfigRuleResponse, error) {
	list, err := s.program.ComplianceByRule(ctx, here(ctx), in.ConfigRuleNames...)
	if err != nil {
		return nil, err
	}
	if len(in.ComplianceTypes) > 0 {
		list = keep(list, func(c *compliance.RuleCompliance) bool {
			return slices.Contains(in.ComplianceTypes, c.Compliance.String())
		})
	}
	page, next, err := awswire.Page(ctx, s.tokens, "DescribeComplianceByConfigRule", in, in.NextToken, nil, rulePage, list,
		func(c *compliance.RuleCompliance) string { return c.Rule.Name })
	if err != nil {
		return nil, err
	}
	out := &api.DescribeComplianceByConfigRuleResponse{ComplianceByConfigRules: []api.ComplianceByConfigRule{}, NextToken: next}
	for _, c := range page {
		out.ComplianceByConfigRules = append(out.ComplianceByConfigRules, api.ComplianceByConfigRule{
			ConfigRuleName: new(c.Rule.Name), Compliance: contributors(c.Compliance, c.Counts, maxResources),
		})
	}
	return out, nil
}

func (s *Service) describeComplianceByResource(ctx context.Context, in *api.DescribeComplianceByResourceRequest) (*api.DescribeComplianceByResourceResponse, error) {
	const op = "DescribeComplianceByResource"
	page, err := s.page(ctx, op, in, in.NextToken, in.Limit, resultPage)
	if err != nil {
		return nil, err
	}
	list, err := s.program.ComplianceByResource(ctx, here(ctx), awswire.Val(in.ResourceType), awswire.Val(in.ResourceId), verdicts(in.ComplianceTypes...), page)
	if err != nil {
		return nil, err
	}
	out := &api.DescribeComplianceByResourceResponse{ComplianceByResources: []api.ComplianceByResource{}}
	for _, c := range list.Items {
		out.ComplianceByResources = append(out.ComplianceByResources, api.ComplianceByResource{
			ResourceType: new(c.Subject.Type), ResourceId: new(c.Subject.ID), Compliance: contributors(c.Compliance, c.Counts, maxRules),
		})
	}
	out.NextToken, err = s.next(ctx, op, in, list.Next)
	return out, err
}

func (s *Service) getComplianceSummaryByConfigRule(ctx context.Context, _ *api.GetComplianceSummaryByConfigRuleInput) (*api.GetComplianceSummaryByConfigRuleResponse, error) {
	sum, err := s.program.SummaryByRule(ctx, here(ctx))
	if err != nil {
		return nil, err
	}
	return &api.GetComplianceSummaryByConfigRuleResponse{ComplianceSummary: s.summary(sum.Compliant, sum.NonCompliant, maxRules)}, nil
}

func (s *Service) summary(compliant, nonCompliant, most int64) *api.ComplianceSummary {
	return &api.ComplianceSummary{
		CompliantResourceCount: capped(compliant, most), NonCompliantResourceCount: capped(nonCompliant, most), ComplianceSummaryTimestamp: new(s.clock.Now()),
	}
}

func (s *Service) getComplianceSummaryByResourceType(ctx context.Context, in *api.GetComplianceSummaryByResourceTypeRequest) (*api.GetComplianceSummaryByResourceTypeResponse, error) {
	list, err := s.program.SummaryByType(ctx, here(ctx), in.ResourceTypes)
	if err != nil {
		return nil, err
	}
	out := &api.GetComplianceSummaryByResourceTypeResponse{ComplianceSummariesByResourceType: []api.ComplianceSummaryByResourceType{}}
	if len(in.ResourceTypes) == 0 { // one summary over all types, which names none
		var all compliance.TypeSummary
		for _, t := range list {
			all.Compliant += t.Compliant
			all.NonCompliant += t.NonCompliant
		}
		list = []compliance.TypeSummary{all}
	}
	for _, t := range list {
		out.ComplianceSummariesByResourceType = append(out.ComplianceSummariesByResourceType, api.ComplianceSummaryByResourceType{
			ResourceType: text(t.Type), ComplianceSummary: s.summary(t.Compliant, t.NonCompliant, maxResources),
		})
	}
	return out, nil
}
