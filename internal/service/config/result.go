package config

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/inventory"
	"github.com/tickmark/tickmark/internal/rule"
)

// resultPage is how many results a page of details has when the request does not say.
const resultPage = 10

// verdicts reads a filter. Nothing asked for is nothing filtered.
func verdicts(names ...string) (list []rule.Verdict) {
	for _, n := range names {
		if v, ok := rule.ParseVerdict(n); ok {
			list = append(list, v)
		}
	}
	return list
}

// page reads the part of a list that a request asks for.
func (s *Service) page(ctx context.Context, op string, in any, token *string, limit *int64, size int) (compliance.Page, error) {
	p := compliance.Page{Limit: size}
	if n := awswire.Val(limit); n > 0 {
		p.Limit = int(n)
	}
	_, err := s.tokens.Open(ctx, op, awswire.Val(token), in, &p.After)
	return p, err
}

// next makes the token that goes on behind a subject; nil at the end.
func (s *Service) next(ctx context.Context, op string, in any, after *inventory.Key) (*string, error) {
	if after == nil {
		return nil, nil
	}
	token, err := s.tokens.Seal(ctx, op, in, after)
	return &token, err
}

func (s *Service) getComplianceDetailsByConfigRule(ctx context.Context, in *api.GetComplianceDetailsByConfigRuleRequest) (*api.GetComplianceDetailsByConfigRuleResponse, error) {
	const op = "GetComplianceDetailsByConfigRule"
	page, err := s.page(ctx, op, in, in.NextToken, in.Limit, resultPage)
	if err != nil {
		return nil, err
	}
	list, err := s.program.DetailsByRule(ctx, here(ctx), awswire.Val(in.ConfigRuleName), verdicts(in.ComplianceTypes...), page)
	if err != nil {
		return nil, err
	}
	out := &api.GetComplianceDetailsByConfigRuleResponse{EvaluationResults: []api.EvaluationResult{}}
	for i := range list.Items {
		out.EvaluationResults = append(out.EvaluationResults, evaluationResult(&list.Items[i]))
	}
	out.NextToken, err = s.next(ctx, op, in, list.Next)
	return out, err
}

func (s *Service) getComplianceDetailsByResource(ctx context.Context, in *api.GetComplianceDetailsByResourceRequest) (*api.GetComplianceDetailsByResourceResponse, error) {
	if awswire.Val(in.ResourceEvaluationId) != "" {
		return s.plannedDetails(ctx, in)
	}
	if awswire.Val(in.ResourceType) == "" || awswire.Val(in.ResourceId) == "" {
		return nil, invalidParameter("ResourceId", "Name the resource by ResourceType and ResourceId.")
	}
	list, err := s.program.DetailsByResource(ctx, here(ctx), *in.ResourceType, *in.ResourceId, verdicts(in.ComplianceTypes...))
	if err != nil {
		return nil, err
	}
	page, next, err := awswire.Page(ctx, s.tokens, "GetComplianceDetailsByResource", in, in.NextToken, nil, pageSize, list,
		func(r *compliance.Result) string { return r.Rule.Name })
	if err != nil {
		return nil, err
	}
	out := &api.GetComplianceDetailsByResourceResponse{EvaluationResults: []api.EvaluationResult{}, NextToken: next}
	for i := range page {
		out.EvaluationResults = append(out.EvaluationResults, evaluationResult(&page[i]))
	}
	return out, nil
}

func evaluationResult(r *compliance.Result) api.EvaluationResult {
	return api.EvaluationResult{
		EvaluationResultIdentifier: identifier(r), ComplianceType: new(r.Verdict.String()), Annotation: text(r.Annotation),
		ConfigRuleInvokedTime: moment(r.Evaluated), ResultRecordedTime: moment(r.Evaluated),
	}
}

func identifier(r *compliance.Result) *api.EvaluationResultIdentifier {
	return &api.EvaluationResultIdentifier{
		OrderingTimestamp: moment(r.Ordering),
		EvaluationResultQualifier: &api.EvaluationResultQualifier{
			ConfigRuleName: new(r.Rule.Name), ResourceType: new(r.Subject.Type), ResourceId: new(r.Subject.ID), EvaluationMode: new(api.EvaluationModeDetective),
		},
	}
}
