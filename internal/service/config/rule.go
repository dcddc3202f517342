package config

import (
	"cmp"
	"context"
	"slices"

	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
)

// rulePage is how many rules a page of a listing has.
const rulePage = 25

func (s *Service) putConfigRule(ctx context.Context, in *api.PutConfigRuleRequest) (*api.PutConfigRuleOutput, error) {
	c := in.ConfigRule
	r := compliance.ConfigRule{
		Name: awswire.Val(c.ConfigRuleName), ID: awswire.Val(c.ConfigRuleId), ARN: awswire.Val(c.ConfigRuleArn),
		Description: awswire.Val(c.Description), Owner: awswire.Val(c.Source.Owner), Identifier: awswire.Val(c.Source.SourceIdentifier),
		Parameters: awswire.Val(c.InputParameters), Frequency: awswire.Val(c.MaximumExecutionFrequency),
	}
	if sc := c.Scope; sc != nil {
		r.Scope = compliance.RuleScope{
			Types: sc.ComplianceResourceTypes, ID: awswire.Val(sc.ComplianceResourceId), TagKey: awswire.Val(sc.TagKey), TagValue: awswire.Val(sc.TagValue),
		}
	}
	for _, m := range c.EvaluationModes {
		r.Modes = append(r.Modes, awswire.Val(m.Mode))
	}
	for _, d := range c.Source.SourceDetails {
		r.Details = append(r.Details, compliance.SourceDetail{Message: awswire.Val(d.MessageType), Frequency: awswire.Val(d.MaximumExecutionFrequency)})
	}
	if p := c.Source.CustomPolicyDetails; p != nil {
		r.Policy = &compliance.Policy{Runtime: awswire.Val(p.PolicyRuntime), Text: awswire.Val(p.PolicyText), Debug: awswire.Val(p.EnableDebugLogDelivery)}
	}
	if state := awswire.Val(c.ConfigRuleState); state != "" && state != api.ConfigRuleStateActive {
		return nil, invalidParameter("ConfigRuleState", "A rule can be put in the state ACTIVE only.")
	}
	tags, err := tagMap(in.Tags)
	if err != nil {
		return nil, err
	}
	if err := s.invocable(ctx, r.Name, &r); err != nil {
		return nil, err
	}
	view, err := s.program.PutRule(ctx, here(ctx), r)
	if err != nil {
		return nil, err
	}
	return nil, s.tagNew(ctx, view.ARN, tags)
}

// invocable refuses a rule whose function nobody could run.
func (s *Service) invocable(ctx context.Context, name string, r *compliance.ConfigRule) error {
	if r.Owner != compliance.OwnerLambda || s.offered == nil {
		return nil
	}
	if err := s.offered(here(ctx), r.Identifier); err != nil {
		return fault.New(fault.Denied, "The function %q of the rule %q cannot be invoked: %v", r.Identifier, name, err).With("InsufficientPermissionsException")
	}
	return nil
}

func invalidParameter(field, message string) error {
	return fault.Invalidf(field, "%s", message).With("InvalidParameterValueException")
}

func (s *Service) describeConfigRules(ctx context.Context, in *api.DescribeConfigRulesRequest) (*api.DescribeConfigRulesResponse, error) {
	list, err := s.program.Rules(ctx, here(ctx), in.ConfigRuleNames...)
	if err != nil {
		return nil, err
	}
	if in.Filters != nil && awswire.Val(in.Filters.EvaluationMode) != "" {
		list = keep(list, func(r *compliance.RuleView) bool {
			return slices.Contains(r.EvaluationModes(), *in.Filters.EvaluationMode)
		})
	}
	page, next, err := awswire.Page(ctx, s.tokens, "DescribeConfigRules", in, in.NextToken, nil, rulePage, list,
		func(r *compliance.RuleView) string { return r.Name })
	if err != nil {
		return nil, err
	}
	out := &api.DescribeConfigRulesResponse{ConfigRules: []api.ConfigRule{}, NextToken: next}
	for i := range page {
		out.ConfigRules = append(out.ConfigRules, configRule(&page[i]))
	}
	return out, nil
}

func configRule(r *compliance.RuleView) api.ConfigRule {
	out := api.ConfigRule{
		ConfigRuleName: new(r.Name), ConfigRuleArn: new(r.ARN), ConfigRuleId: new(r.ID), ConfigRuleState: new(r.State),
		Description: text(r.Description), CreatedBy: text(r.CreatedBy), InputParameters: new("{}"), MaximumExecutionFrequency: text(r.Frequency),
		Source: &api.Source{Owner: new(r.Owner), SourceIdentifier: text(r.Identifier)},
	}
	for _, m := range r.EvaluationModes() {
		out.EvaluationModes = append(out.EvaluationModes, api.EvaluationModeConfiguration{Mode: new(m)})
	}
	if r.Parameters != "" {
		out.InputParameters = new(r.Parameters)
	}
	for _, d := range r.Details {
		out.Source.SourceDetails = append(out.Source.SourceDetails, api.SourceDetail{EventSource: new(api.EventSourceAwsConfig), MessageType: new(d.Message), MaximumExecutionFrequency: text(d.Frequency)})
	}
	if p := r.Policy; p != nil { // the text is GetCustomRulePolicy's to give
		out.Source.CustomPolicyDetails = &api.CustomPolicyDetails{PolicyRuntime: new(p.Runtime), EnableDebugLogDelivery: new(p.Debug)}
	}
	if r.Frequency == "" && r.Trigger.OnSchedule() && r.Owner == compliance.OwnerAWS {
		out.MaximumExecutionFrequency = new(api.MaximumExecutionFrequencyTwentyFourHours)
	}
	if sc := r.Scope; len(sc.Types) > 0 || sc.TagKey != "" {
		out.Scope = &api.Scope{ComplianceResourceTypes: sc.Types, ComplianceResourceId: text(sc.ID), TagKey: text(sc.TagKey), TagValue: text(sc.TagValue)}
	}
	return out
}

func (s *Service) getCustomRulePolicy(ctx context.Context, in *api.GetCustomRulePolicyRequest) (*api.GetCustomRulePolicyResponse, error) {
	name := awswire.Val(in.ConfigRuleName)
	if name == "" {
		return nil, fault.Invalidf("ConfigRuleName", "Name the config rule whose policy is wanted.")
	}
	list, err := s.program.Rules(ctx, here(ctx), name)
	if err != nil {
		return nil, err
	}
	p := list[0].Policy
	if p == nil {
		return nil, fault.New(fault.NotFound, "The config rule %q has no policy: it is not of owner CUSTOM_POLICY.", name).With("NoSuchConfigRuleException")
	}
	return &api.GetCustomRulePolicyResponse{PolicyText: new(p.Text)}, nil
}

func (s *Service) deleteConfigRule(ctx context.Context, in *api.DeleteConfigRuleRequest) (*api.DeleteConfigRuleOutput, error) {
	return nil, s.program.DeleteRule(ctx, here(ctx), awswire.Val(in.ConfigRuleName))
}

func (s *Service) deleteEvaluationResults(ctx context.Context, in *api.DeleteEvaluationResultsRequest) (*api.DeleteEvaluationResultsResponse, error) {
	return nil, s.program.DeleteResults(ctx, here(ctx), awswire.Val(in.ConfigRuleName))
}

func (s *Service) startConfigRulesEvaluation(ctx context.Context, in *api.StartConfigRulesEvaluationRequest) (*api.StartConfigRulesEvaluationResponse, error) {
	return nil, s.program.StartEvaluation(ctx, here(ctx), in.ConfigRuleNames)
}

func (s *Service) describeConfigRuleEvaluationStatus(ctx context.Context, in *api.DescribeConfigRuleEvaluationStatusRequest) (*api.DescribeConfigRuleEvaluationStatusResponse, error) {
	list, err := s.program.Status(ctx, here(ctx), in.ConfigRuleNames...)
	if err != nil {
		return nil, err
	}
	page, next, err := awswire.Page(ctx, s.tokens, "DescribeConfigRuleEvaluationStatus", in, in.NextToken, in.Limit, rulePage, list,
		func(r *compliance.RuleStatus) string { return r.Rule.Name })
	if err != nil {
		return nil, err
	}
	out := &api.DescribeConfigRuleEvaluationStatusResponse{ConfigRulesEvaluationStatus: []api.ConfigRuleEvaluationStatus{}, NextToken: next}
	for _, r := range page {
		st := api.ConfigRuleEvaluationStatus{
			ConfigRuleName: new(r.Rule.Name), ConfigRuleArn: new(r.Rule.ARN), ConfigRuleId: new(r.Rule.ID),
			FirstActivatedTime: moment(r.Activated), FirstEvaluationStarted: new(r.Begun),
			LastSuccessfulInvocationTime: moment(r.Succeeded), LastSuccessfulEvaluationTime: moment(r.Succeeded),
			LastFailedInvocationTime: moment(r.Failed), LastFailedEvaluationTime: moment(r.Failed),
		}
		if r.Error != "" {
			st.LastErrorCode, st.LastErrorMessage = new(cmp.Or(r.ErrorCode, "InternalError")), new(r.Error)
		}
		if !r.Implemented {
			st.LastErrorCode = new("NotImplemented")
		}
		out.ConfigRulesEvaluationStatus = append(out.ConfigRulesEvaluationStatus, st)
	}
	return out, nil
}

// keep leaves the elements that pass.
func keep[T any](list []T, pass func(*T) bool) []T {
	return slices.DeleteFunc(list, func(v T) bool { return !pass(&v) })
}
