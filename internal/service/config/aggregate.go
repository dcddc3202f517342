package config

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/rule"
)

// maxAggregated is the number up to which an aggregator counts rules.
const maxAggregated = 10_000

// is reports whether a filter admits a value: one that is not given admits all.
func is(filter *string, value string) bool { return awswire.Val(filter) == "" || *filter == value }

func (s *Service) describeAggregateComplianceByConfigRules(ctx context.Context, in *api.DescribeAggregateComplianceByConfigRulesRequest) (*api.DescribeAggregateComplianceByConfigRulesResponse, error) {
	src, err := s.sources(ctx, in.ConfigurationAggregatorName)
	if err != nil {
		return nil, err
	}
	list, err := s.program.AggregateRules(ctx, src.Sources)
	if err != nil {
		return nil, err
	}
	if f := in.Filters; f != nil {
		list = keep(list, func(c *compliance.RuleCompliance) bool {
			return is(f.AccountId, c.Rule.Account) && is(f.AwsRegion, c.Rule.Region) && is(f.ConfigRuleName, c.Rule.Name) && is(f.ComplianceType, c.Compliance.String())
		})
	}
	page, next, err := awswire.Page(ctx, s.tokens, "DescribeAggregateComplianceByConfigRules", in, in.NextToken, in.Limit, pageSize, list,
		func(c *compliance.RuleCompliance) string {
			return c.Rule.Account + " " + c.Rule.Region + " " + c.Rule.Name
		})
	if err != nil {
		return nil, err
	}
	out := &api.DescribeAggregateComplianceByConfigRulesResponse{AggregateComplianceByConfigRules: []api.AggregateComplianceByConfigRule{}, NextToken: next}
	for _, c := range page {
		out.AggregateComplianceByConfigRules = append(out.AggregateComplianceByConfigRules, api.AggregateComplianceByConfigRule{
			AccountId: new(c.Rule.Account), AwsRegion: new(c.Rule.Region), ConfigRuleName: new(c.Rule.Name), Compliance: contributors(c.Compliance, c.Counts, maxResources),
		})
	}
	return out, nil
}

func (s *Service) getAggregateComplianceDetailsByConfigRule(ctx context.Context, in *api.GetAggregateComplianceDetailsByConfigRuleRequest) (*api.GetAggregateComplianceDetailsByConfigRuleResponse, error) {
	const op = "GetAggregateComplianceDetailsByConfigRule"
	src, err := s.sources(ctx, in.ConfigurationAggregatorName)
	if err != nil {
		return nil, err
	}
	page, err := s.page(ctx, op, in, in.NextToken, in.Limit, 50)
	if err != nil {
		return nil, err
	}
	from := compliance.Place{Account: awswire.Val(in.AccountId), Region: awswire.Val(in.AwsRegion)}
	list, err := s.program.AggregateDetails(ctx, src.Sources, from, awswire.Val(in.ConfigRuleName), verdicts(awswire.Val(in.ComplianceType)), page)
	if fault.KindOf(err) == fault.NotFound { // the operation has no word for an unknown rule
		return nil, fault.Invalidf("ConfigRuleName", "There is no config rule %q in account %s, region %s.", awswire.Val(in.ConfigRuleName), from.Account, from.Region)
	}
	if err != nil {
		return nil, err
	}
	out := &api.GetAggregateComplianceDetailsByConfigRuleResponse{AggregateEvaluationResults: []api.AggregateEvaluationResult{}}
	for i := range list.Items {
		r := &list.Items[i]
		out.AggregateEvaluationResults = append(out.AggregateEvaluationResults, api.AggregateEvaluationResult{
			AccountId: new(from.Account), AwsRegion: new(from.Region), EvaluationResultIdentifier: identifier(r), ComplianceType: new(r.Verdict.String()),
			Annotation: text(r.Annotation), ConfigRuleInvokedTime: moment(r.Evaluated), ResultRecordedTime: moment(r.Evaluated),
		})
	}
	out.NextToken, err = s.next(ctx, op, in, list.Next)
	return out, err
}

func groupName(g *compliance.Group) string { return g.Name }

func (s *Service) getAggregateConfigRuleComplianceSummary(ctx context.Context, in *api.GetAggregateConfigRuleComplianceSummaryRequest) (*api.GetAggregateConfigRuleComplianceSummaryResponse, error) {
	src, err := s.sources(ctx, in.ConfigurationAggregatorName)
	if err != nil {
		return nil, err
	}
	list, err := s.program.AggregateRules(ctx, src.Sources)
	if err != nil {
		return nil, err
	}
	if f := in.Filters; f != nil {
		list = keep(list, func(c *compliance.RuleCompliance) bool {
			return is(f.AccountId, c.Rule.Account) && is(f.AwsRegion, c.Rule.Region)
		})
	}
	groups := compliance.Grouped(awswire.Val(in.GroupByKey), len(list), func(i int) (compliance.Place, rule.Verdict) {
		return compliance.Place{Account: list[i].Rule.Account, Region: list[i].Rule.Region}, list[i].Compliance
	})
	page, next, err := awswire.Page(ctx, s.tokens, "GetAggregateConfigRuleComplianceSummary", in, in.NextToken, in.Limit, 1000, groups, groupName)
	if err != nil {
		return nil, err
	}
	out := &api.GetAggregateConfigRuleComplianceSummaryResponse{AggregateComplianceCounts: []api.AggregateComplianceCount{}, GroupByKey: in.GroupByKey, NextToken: next}
	for _, g := range page {
		out.AggregateComplianceCounts = append(out.AggregateComplianceCounts, api.AggregateComplianceCount{
			GroupName: text(g.Name), ComplianceSummary: s.summary(g.Compliant, g.NonCompliant, maxAggregated),
		})
	}
	return out, nil
}

func (s *Service) describeAggregateComplianceByConformancePacks(ctx context.Context, in *api.DescribeAggregateComplianceByConformancePacksRequest) (*api.DescribeAggregateComplianceByConformancePacksResponse, error) {
	src, err := s.sources(ctx, in.ConfigurationAggregatorName)
	if err != nil {
		return nil, err
	}
	list, err := s.program.AggregatePacks(ctx, src.Sources)
	if err != nil {
		return nil, err
	}
	if f := in.Filters; f != nil {
		list = keep(list, func(c *compliance.PackCompliance) bool {
			return is(f.AccountId, c.Pack.Account) && is(f.AwsRegion, c.Pack.Region) && is(f.ConformancePackName, c.Pack.Name) && is(f.ComplianceType, c.Compliance.String())
		})
	}
	page, next, err := awswire.Page(ctx, s.tokens, "DescribeAggregateComplianceByConformancePacks", in, in.NextToken, in.Limit, pageSize, list,
		func(c *compliance.PackCompliance) string {
			return c.Pack.Account + " " + c.Pack.Region + " " + c.Pack.Name
		})
	if err != nil {
		return nil, err
	}
	out := &api.DescribeAggregateComplianceByConformancePacksResponse{AggregateComplianceByConformancePacks: []api.AggregateComplianceByConformancePack{}, NextToken: next}
	for _, c := range page {
		out.AggregateComplianceByConformancePacks = append(out.AggregateComplianceByConformancePacks, api.AggregateComplianceByConformancePack{
			AccountId: new(c.Pack.Account), AwsRegion: new(c.Pack.Region), ConformancePackName: new(c.Pack.Name),
			Compliance: &api.AggregateConformancePackCompliance{
				ComplianceType: new(c.Compliance.String()), CompliantRuleCount: new(c.Rules.Compliant), NonCompliantRuleCount: new(c.Rules.NonCompliant),
				TotalRuleCount: number(len(c.Pack.Rules)),
			},
		})
	}
	return out, nil
}

func (s *Service) getAggregateConformancePackComplianceSummary(ctx context.Context, in *api.GetAggregateConformancePackComplianceSummaryRequest) (*api.GetAggregateConformancePackComplianceSummaryResponse, error) {
	src, err := s.sources(ctx, in.ConfigurationAggregatorName)
	if err != nil {
		return nil, err
	}
	list, err := s.program.AggregatePacks(ctx, src.Sources)
	if err != nil {
		return nil, err
	}
	if f := in.Filters; f != nil {
		list = keep(list, func(c *compliance.PackCompliance) bool {
			return is(f.AccountId, c.Pack.Account) && is(f.AwsRegion, c.Pack.Region)
		})
	}
	groups := compliance.Grouped(awswire.Val(in.GroupByKey), len(list), func(i int) (compliance.Place, rule.Verdict) {
		return compliance.Place{Account: list[i].Pack.Account, Region: list[i].Pack.Region}, list[i].Compliance
	})
	page, next, err := awswire.Page(ctx, s.tokens, "GetAggregateConformancePackComplianceSummary", in, in.NextToken, in.Limit, packPage, groups, groupName)
	if err != nil {
		return nil, err
	}
	out := &api.GetAggregateConformancePackComplianceSummaryResponse{
		AggregateConformancePackComplianceSummaries: []api.AggregateConformancePackComplianceSummary{}, GroupByKey: in.GroupByKey, NextToken: next,
	}
	for _, g := range page {
		out.AggregateConformancePackComplianceSummaries = append(out.AggregateConformancePackComplianceSummaries, api.AggregateConformancePackComplianceSummary{
			GroupName: text(g.Name), ComplianceSummary: &api.AggregateConformancePackComplianceCount{
				CompliantConformancePackCount: new(g.Compliant), NonCompliantConformancePackCount: new(g.NonCompliant),
			},
		})
	}
	return out, nil
}
