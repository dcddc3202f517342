package config

import (
	"context"
	"fmt"
	"math"
	"strconv"

	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/rule"
)

func (s *Service) describeConformancePackCompliance(ctx context.Context, in *api.DescribeConformancePackComplianceRequest) (*api.DescribeConformancePackComplianceResponse, error) {
	var f compliance.PackFilter
	if in.Filters != nil {
		f.Rules, f.Verdicts = in.Filters.ConfigRuleNames, verdicts(awswire.Val(in.Filters.ComplianceType))
	}
	list, err := s.program.PackRules(ctx, here(ctx), awswire.Val(in.ConformancePackName), f)
	if err != nil {
		return nil, err
	}
	page, next, err := awswire.Page(ctx, s.tokens, "DescribeConformancePackCompliance", in, in.NextToken, in.Limit, 1000, list,
		func(c *compliance.RuleCompliance) string { return c.Rule.Name })
	if err != nil {
		return nil, err
	}
	out := &api.DescribeConformancePackComplianceResponse{
		ConformancePackName: in.ConformancePackName, ConformancePackRuleComplianceList: []api.ConformancePackRuleCompliance{}, NextToken: next,
	}
	for _, c := range page {
		out.ConformancePackRuleComplianceList = append(out.ConformancePackRuleComplianceList, api.ConformancePackRuleCompliance{
			ConfigRuleName: new(c.Rule.Name), ComplianceType: new(c.Compliance.String()), Controls: some(c.Rule.Controls),
		})
	}
	return out, nil
}

func (s *Service) getConformancePackComplianceDetails(ctx context.Context, in *api.GetConformancePackComplianceDetailsRequest) (*api.GetConformancePackComplianceDetailsResponse, error) {
	const op = "GetConformancePackComplianceDetails"
	var f compliance.PackFilter
	if in.Filters != nil {
		f = compliance.PackFilter{
			Rules: in.Filters.ConfigRuleNames, Verdicts: verdicts(awswire.Val(in.Filters.ComplianceType)),
			Type: awswire.Val(in.Filters.ResourceType), IDs: in.Filters.ResourceIds,
		}
	}
	if len(f.IDs) > 0 && f.Type == "" {
		return nil, invalidParameter("Filters", "Resource ids need their resource type: give ResourceType too.")
	}
	var from compliance.PackCursor
	if _, err := s.tokens.Open(ctx, op, awswire.Val(in.NextToken), in, &from); err != nil {
		return nil, err
	}
	limit := resultPage
	if n := awswire.Val(in.Limit); n > 0 {
		limit = int(n)
	}
	list, after, err := s.program.PackDetails(ctx, here(ctx), awswire.Val(in.ConformancePackName), f, from, limit)
	if err != nil {
		return nil, err
	}
	out := &api.GetConformancePackComplianceDetailsResponse{
		ConformancePackName: in.ConformancePackName, ConformancePackRuleEvaluationResults: []api.ConformancePackEvaluationResult{},
	}
	for i := range list {
		r := &list[i]
		out.ConformancePackRuleEvaluationResults = append(out.ConformancePackRuleEvaluationResults, api.ConformancePackEvaluationResult{
			EvaluationResultIdentifier: identifier(r), ComplianceType: new(r.Verdict.String()), Annotation: text(r.Annotation),
			ConfigRuleInvokedTime: moment(r.Evaluated), ResultRecordedTime: moment(r.Evaluated),
		})
	}
	if after != nil {
		next, err := s.tokens.Seal(ctx, op, in, after)
		if err != nil {
			return nil, err
		}
		out.NextToken = &next
	}
	return out, nil
}

func (s *Service) getConformancePackComplianceSummary(ctx context.Context, in *api.GetConformancePackComplianceSummaryRequest) (*api.GetConformancePackComplianceSummaryResponse, error) {
	list, err := s.program.PackSummaries(ctx, here(ctx), in.ConformancePackNames...)
	if err != nil {
		return nil, err
	}
	page, next, err := awswire.Page(ctx, s.tokens, "GetConformancePackComplianceSummary", in, in.NextToken, in.Limit, packPage, list,
		func(c *compliance.PackCompliance) string { return c.Pack.Name })
	if err != nil {
		return nil, err
	}
	out := &api.GetConformancePackComplianceSummaryResponse{ConformancePackComplianceSummaryList: []api.ConformancePackComplianceSummary{}, NextToken: next}
	for _, c := range page {
		out.ConformancePackComplianceSummaryList = append(out.ConformancePackComplianceSummaryList, api.ConformancePackComplianceSummary{
			ConformancePackName: new(c.Pack.Name), ConformancePackComplianceStatus: new(c.Compliance.String()),
		})
	}
	return out, nil
}

func (s *Service) listConformancePackComplianceScores(ctx context.Context, in *api.ListConformancePackComplianceScoresRequest) (*api.ListConformancePackComplianceScoresResponse, error) {
	var names []string
	if in.Filters != nil {
		names = in.Filters.ConformancePackNames
	}
	list, err := s.program.PackSummaries(ctx, here(ctx), names...)
	if err != nil {
		return nil, err
	}
	page, next, err := awswire.Page(ctx, s.tokens, "ListConformancePackComplianceScores", in, in.NextToken, in.Limit, packPage, list, byScore(awswire.Val(in.SortOrder)))
	if err != nil {
		return nil, err
	}
	out := &api.ListConformancePackComplianceScoresResponse{ConformancePackComplianceScores: []api.ConformancePackComplianceScore{}, NextToken: next}
	for i := range page {
		c := &page[i]
		out.ConformancePackComplianceScores = append(out.ConformancePackComplianceScores, api.ConformancePackComplianceScore{
			ConformancePackName: new(c.Pack.Name), Score: new(score(c)), LastUpdatedTime: moment(c.Updated),
		})
	}
	return out, nil
}

// score is percent with at most two decimals.
func score(c *compliance.PackCompliance) string {
	percent, ok := c.Score()
	if !ok {
		return rule.InsufficientData.String()
	}
	return strconv.FormatFloat(math.Round(percent*100)/100, 'f', -1, 64)
}

// byScore orders packs as a request asks: by name, or by their score, those without one lowest.
func byScore(order string) func(*compliance.PackCompliance) string {
	return func(c *compliance.PackCompliance) string {
		n := -1
		if percent, ok := c.Score(); ok {
			n = int(percent * 1e6)
		}
		switch order {
		case api.SortOrderAscending:
			return fmt.Sprintf("%010d %s", n+1, c.Pack.Name)
		case api.SortOrderDescending:
			return fmt.Sprintf("%010d %s", 1e9-n, c.Pack.Name)
		}
		return c.Pack.Name
	}
}
