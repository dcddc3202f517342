package config

import (
	"context"
	"slices"
	"time"

	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/rule"
)

func (s *Service) startResourceEvaluation(ctx context.Context, in *api.StartResourceEvaluationRequest) (*api.StartResourceEvaluationResponse, error) {
	if awswire.Val(in.EvaluationMode) != api.EvaluationModeProactive {
		return nil, invalidParameter("EvaluationMode", "A resource is evaluated by its properties in the mode PROACTIVE only.")
	}
	d := in.ResourceDetails
	r := compliance.PlannedResource{
		Type: awswire.Val(d.ResourceType), ID: awswire.Val(d.ResourceId), Properties: awswire.Val(d.ResourceConfiguration),
		Token: awswire.Val(in.ClientToken), Timeout: time.Duration(awswire.Val(in.EvaluationTimeout)) * time.Second,
	}
	if c := in.EvaluationContext; c != nil {
		r.Context = awswire.Val(c.EvaluationContextIdentifier)
	}
	id, err := s.program.EvaluatePlanned(ctx, here(ctx), r)
	if err != nil {
		return nil, err
	}
	return &api.StartResourceEvaluationResponse{ResourceEvaluationId: new(id)}, nil
}

func (s *Service) getResourceEvaluationSummary(ctx context.Context, in *api.GetResourceEvaluationSummaryRequest) (*api.GetResourceEvaluationSummaryResponse, error) {
	e, properties, err := s.program.ResourceEvaluation(ctx, here(ctx), awswire.Val(in.ResourceEvaluationId))
	if err != nil {
		return nil, err
	}
	out := &api.GetResourceEvaluationSummaryResponse{
		ResourceEvaluationId: new(e.ID), EvaluationMode: new(api.EvaluationModeProactive), EvaluationStartTimestamp: moment(e.Started),
		EvaluationStatus: &api.EvaluationStatus{Status: new(e.Status), FailureReason: text(e.Failure)}, Compliance: text(e.Compliance),
		ResourceDetails: &api.ResourceDetails{
			ResourceId: new(e.ResourceID), ResourceType: new(e.Type), ResourceConfiguration: new(properties),
			ResourceConfigurationSchemaType: new(api.ResourceConfigurationSchemaTypeCfnResourceSchema),
		},
	}
	if e.Context != "" {
		out.EvaluationContext = &api.EvaluationContext{EvaluationContextIdentifier: new(e.Context)}
	}
	return out, nil
}

func (s *Service) listResourceEvaluations(ctx context.Context, in *api.ListResourceEvaluationsRequest) (*api.ListResourceEvaluationsResponse, error) {
	var filter compliance.PlannedFilter
	detective := false
	if f := in.Filters; f != nil {
		filter.Context, detective = awswire.Val(f.EvaluationContextIdentifier), awswire.Val(f.EvaluationMode) == api.EvaluationModeDetective
		if w := f.TimeWindow; w != nil {
			filter.From, filter.To = awswire.Val(w.StartTime), awswire.Val(w.EndTime)
		}
	}
	list, err := s.program.ResourceEvaluations(ctx, here(ctx), filter)
	if err != nil {
		return nil, err
	}
	if detective {
		list = nil
	}
	page, next, err := awswire.Page(ctx, s.tokens, "ListResourceEvaluations", in, in.NextToken, in.Limit, resultPage, list,
		func(e *compliance.ResourceEvaluation) string { return e.ID })
	if err != nil {
		return nil, err
	}
	out := &api.ListResourceEvaluationsResponse{ResourceEvaluations: []api.ResourceEvaluation{}, NextToken: next}
	for _, e := range page {
		out.ResourceEvaluations = append(out.ResourceEvaluations, api.ResourceEvaluation{
			ResourceEvaluationId: new(e.ID), EvaluationMode: new(api.EvaluationModeProactive), EvaluationStartTimestamp: moment(e.Started),
		})
	}
	return out, nil
}

// plannedDetails are the verdicts on a planned resource, one for each rule that judged it. What a rule could not tell is
// among them, with the reason: who is about to deploy must see it.
func (s *Service) plannedDetails(ctx context.Context, in *api.GetComplianceDetailsByResourceRequest) (*api.GetComplianceDetailsByResourceResponse, error) {
	id := awswire.Val(in.ResourceEvaluationId)
	if awswire.Val(in.ResourceType)+awswire.Val(in.ResourceId) != "" {
		return nil, invalidParameter("ResourceEvaluationId", "Name either the evaluation by ResourceEvaluationId or the resource by ResourceType and ResourceId.")
	}
	e, _, err := s.program.ResourceEvaluation(ctx, here(ctx), id)
	if fault.KindOf(err) == fault.NotFound {
		return nil, invalidParameter("ResourceEvaluationId", "There is no resource evaluation "+id+".")
	}
	if err != nil {
		return nil, err
	}
	results := e.Results
	if len(in.ComplianceTypes) > 0 {
		results = keep(slices.Clone(results), func(r *compliance.PlannedResult) bool { return slices.Contains(in.ComplianceTypes, r.Verdict) })
	}
	page, next, err := awswire.Page(ctx, s.tokens, "GetComplianceDetailsByResource", in, in.NextToken, nil, pageSize, results,
		func(r *compliance.PlannedResult) string { return r.Rule })
	if err != nil {
		return nil, err
	}
	out := &api.GetComplianceDetailsByResourceResponse{EvaluationResults: []api.EvaluationResult{}, NextToken: next}
	for _, r := range page {
		out.EvaluationResults = append(out.EvaluationResults, api.EvaluationResult{
			EvaluationResultIdentifier: &api.EvaluationResultIdentifier{
				OrderingTimestamp: moment(e.Started), ResourceEvaluationId: new(e.ID),
				EvaluationResultQualifier: &api.EvaluationResultQualifier{
					ConfigRuleName: new(r.Rule), ResourceType: new(e.Type), ResourceId: new(e.ResourceID), EvaluationMode: new(api.EvaluationModeProactive),
				},
			},
			ComplianceType: new(r.Verdict), Annotation: text(rule.Result{Reason: r.Reason}.Annotation()),
			ConfigRuleInvokedTime: moment(e.Evaluated), ResultRecordedTime: moment(e.Evaluated),
		})
	}
	return out, nil
}
