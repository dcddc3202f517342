package config

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/compliance"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/rollout"
)

// rolloutPage is how many rows a page of organization rules, packs and their statuses has.
const rolloutPage = 100

func rolloutName(r *rollout.Rollout) string { return r.Name }

func memberAccount(m *rollout.Member) string { return m.Account }

func (s *Service) putOrganizationConfigRule(ctx context.Context, in *api.PutOrganizationConfigRuleRequest) (*api.PutOrganizationConfigRuleResponse, error) {
	tags, err := tagMap(in.Tags)
	if err != nil {
		return nil, err
	}
	r, err := organizationRule(in)
	if err != nil {
		return nil, err
	}
	if err := s.invocable(ctx, awswire.Val(in.OrganizationConfigRuleName), &r); err != nil {
		return nil, err
	}
	put, err := s.rollout.PutRule(ctx, here(ctx), awswire.Val(in.OrganizationConfigRuleName), r, in.ExcludedAccounts)
	if err != nil {
		return nil, err
	}
	return &api.PutOrganizationConfigRuleResponse{OrganizationConfigRuleArn: new(put.ARN)}, s.tagNew(ctx, put.ARN, tags)
}

// organizationRule reads the metadata of whichever kind the rule is of.
func organizationRule(in *api.PutOrganizationConfigRuleRequest) (compliance.ConfigRule, error) {
	kinds := 0
	for _, given := range []bool{in.OrganizationManagedRuleMetadata != nil, in.OrganizationCustomRuleMetadata != nil, in.OrganizationCustomPolicyRuleMetadata != nil} {
		if given {
			kinds++
		}
	}
	switch m := in.OrganizationManagedRuleMetadata; {
	case kinds != 1:
		return compliance.ConfigRule{}, invalidParameter("OrganizationManagedRuleMetadata", "Give the metadata of exactly one kind of rule: OrganizationManagedRuleMetadata, OrganizationCustomRuleMetadata or OrganizationCustomPolicyRuleMetadata.")
	case in.OrganizationCustomPolicyRuleMetadata != nil:
		return organizationPolicy(in.OrganizationCustomPolicyRuleMetadata), nil
	case m != nil:
		return compliance.ConfigRule{
			Owner: compliance.OwnerAWS, Description: awswire.Val(m.Description), Identifier: awswire.Val(m.RuleIdentifier), Parameters: awswire.Val(m.InputParameters), Frequency: awswire.Val(m.MaximumExecutionFrequency),
			Scope: compliance.RuleScope{Types: m.ResourceTypesScope, ID: awswire.Val(m.ResourceIdScope), TagKey: awswire.Val(m.TagKeyScope), TagValue: awswire.Val(m.TagValueScope)},
		}, nil
	}
	return organizationFunction(in.OrganizationCustomRuleMetadata), nil
}

// organizationFunction is a rule that asks a function. Its frequency is that of its schedule.
func organizationFunction(m *api.OrganizationCustomRuleMetadata) compliance.ConfigRule {
	r := compliance.ConfigRule{
		Owner: compliance.OwnerLambda, Identifier: awswire.Val(m.LambdaFunctionArn), Description: awswire.Val(m.Description), Parameters: awswire.Val(m.InputParameters),
		Scope: compliance.RuleScope{Types: m.ResourceTypesScope, ID: awswire.Val(m.ResourceIdScope), TagKey: awswire.Val(m.TagKeyScope), TagValue: awswire.Val(m.TagValueScope)},
	}
	frequency := awswire.Val(m.MaximumExecutionFrequency)
	for _, t := range m.OrganizationConfigRuleTriggerTypes {
		d := compliance.SourceDetail{Message: t}
		if t == compliance.Scheduled {
			d.Frequency, frequency = frequency, ""
		}
		r.Details = append(r.Details, d)
	}
	r.Frequency = frequency // without a schedule: refused when the rule is checked
	return r
}

func functionMetadata(r *compliance.ConfigRule) *api.OrganizationCustomRuleMetadata {
	out := &api.OrganizationCustomRuleMetadata{
		LambdaFunctionArn: new(r.Identifier), Description: text(r.Description), InputParameters: text(r.Parameters),
		ResourceTypesScope: r.Scope.Types, ResourceIdScope: text(r.Scope.ID), TagKeyScope: text(r.Scope.TagKey), TagValueScope: text(r.Scope.TagValue),
	}
	for _, d := range r.Details {
		out.OrganizationConfigRuleTriggerTypes = append(out.OrganizationConfigRuleTriggerTypes, d.Message)
		if d.Frequency != "" {
			out.MaximumExecutionFrequency = new(d.Frequency)
		}
	}
	return out
}

func organizationPolicy(m *api.OrganizationCustomPolicyRuleMetadata) compliance.ConfigRule {
	r := compliance.ConfigRule{
		Owner: compliance.OwnerPolicy, Description: awswire.Val(m.Description), Parameters: awswire.Val(m.InputParameters), Frequency: awswire.Val(m.MaximumExecutionFrequency),
		Scope:  compliance.RuleScope{Types: m.ResourceTypesScope, ID: awswire.Val(m.ResourceIdScope), TagKey: awswire.Val(m.TagKeyScope), TagValue: awswire.Val(m.TagValueScope)},
		Policy: &compliance.Policy{Runtime: awswire.Val(m.PolicyRuntime), Text: awswire.Val(m.PolicyText), DebugAccounts: m.DebugLogDeliveryAccounts},
	}
	for _, t := range m.OrganizationConfigRuleTriggerTypes {
		r.Details = append(r.Details, compliance.SourceDetail{Message: t})
	}
	return r
}

// policyMetadata is a policy rule as listings show it, without its text.
func policyMetadata(r *compliance.ConfigRule) *api.OrganizationCustomPolicyRuleMetadataNoPolicy {
	out := &api.OrganizationCustomPolicyRuleMetadataNoPolicy{
		PolicyRuntime: new(r.Policy.Runtime), Description: text(r.Description), InputParameters: text(r.Parameters), DebugLogDeliveryAccounts: r.Policy.DebugAccounts,
		ResourceTypesScope: r.Scope.Types, ResourceIdScope: text(r.Scope.ID), TagKeyScope: text(r.Scope.TagKey), TagValueScope: text(r.Scope.TagValue),
	}
	for _, d := range r.Details {
		out.OrganizationConfigRuleTriggerTypes = append(out.OrganizationConfigRuleTriggerTypes, d.Message)
	}
	return out
}

func (s *Service) getOrganizationCustomRulePolicy(ctx context.Context, in *api.GetOrganizationCustomRulePolicyRequest) (*api.GetOrganizationCustomRulePolicyResponse, error) {
	list, err := s.rollout.List(ctx, here(ctx), rollout.Rules, awswire.Val(in.OrganizationConfigRuleName))
	if err != nil {
		return nil, err
	}
	p := list[0].Rule.Policy
	if p == nil {
		return nil, fault.New(fault.NotFound, "The organization config rule %q has no policy: it is not of owner CUSTOM_POLICY.", list[0].Name).With("NoSuchOrganizationConfigRuleException")
	}
	return &api.GetOrganizationCustomRulePolicyResponse{PolicyText: new(p.Text)}, nil
}

// rollouts is a page of what an administrator has put. One that is asked for by name needs no paging.
func (s *Service) rollouts(ctx context.Context, op string, in any, k *rollout.Kind, names []string, token *string, limit *int64) ([]rollout.Rollout, *string, error) {
	list, err := s.rollout.List(ctx, here(ctx), k, names...)
	if err != nil || len(names) > 0 {
		return list, nil, err
	}
	return awswire.Page(ctx, s.tokens, op, in, token, limit, rolloutPage, list, rolloutName)
}

// memberStatus is a page of the accounts of one rollout, of one account or state when these are given.
func (s *Service) memberStatus(ctx context.Context, op string, in any, k *rollout.Kind, name, account, state string, token *string, limit *int64) ([]rollout.Member, *string, error) {
	list, err := s.rollout.Members(ctx, here(ctx), k, name)
	if err != nil {
		return nil, nil, err
	}
	list = keep(list, func(m *rollout.Member) bool {
		return (account == "" || m.Account == account) && (state == "" || m.State == state)
	})
	return awswire.Page(ctx, s.tokens, op, in, token, limit, rolloutPage, list, memberAccount)
}

func (s *Service) describeOrganizationConfigRules(ctx context.Context, in *api.DescribeOrganizationConfigRulesRequest) (*api.DescribeOrganizationConfigRulesResponse, error) {
	list, next, err := s.rollouts(ctx, "DescribeOrganizationConfigRules", in, rollout.Rules, in.OrganizationConfigRuleNames, in.NextToken, in.Limit)
	out := &api.DescribeOrganizationConfigRulesResponse{OrganizationConfigRules: []api.OrganizationConfigRule{}, NextToken: next}
	for _, r := range list {
		one := api.OrganizationConfigRule{
			OrganizationConfigRuleName: new(r.Name), OrganizationConfigRuleArn: new(r.ARN), LastUpdateTime: moment(r.Updated), ExcludedAccounts: some(r.Excluded),
		}
		switch r.Rule.Owner {
		case compliance.OwnerPolicy:
			one.OrganizationCustomPolicyRuleMetadata = policyMetadata(r.Rule)
		case compliance.OwnerLambda:
			one.OrganizationCustomRuleMetadata = functionMetadata(r.Rule)
		default:
			one.OrganizationManagedRuleMetadata = &api.OrganizationManagedRuleMetadata{
				RuleIdentifier: new(r.Rule.Identifier), Description: text(r.Rule.Description), InputParameters: text(r.Rule.Parameters),
				MaximumExecutionFrequency: text(r.Rule.Frequency), ResourceTypesScope: r.Rule.Scope.Types, ResourceIdScope: text(r.Rule.Scope.ID),
				TagKeyScope: text(r.Rule.Scope.TagKey), TagValueScope: text(r.Rule.Scope.TagValue),
			}
		}
		out.OrganizationConfigRules = append(out.OrganizationConfigRules, one)
	}
	return out, err
}

func (s *Service) describeOrganizationConfigRuleStatuses(ctx context.Context, in *api.DescribeOrganizationConfigRuleStatusesRequest) (*api.DescribeOrganizationConfigRuleStatusesResponse, error) {
	list, next, err := s.rollouts(ctx, "DescribeOrganizationConfigRuleStatuses", in, rollout.Rules, in.OrganizationConfigRuleNames, in.NextToken, in.Limit)
	out := &api.DescribeOrganizationConfigRuleStatusesResponse{OrganizationConfigRuleStatuses: []api.OrganizationConfigRuleStatus{}, NextToken: next}
	for _, r := range list {
		out.OrganizationConfigRuleStatuses = append(out.OrganizationConfigRuleStatuses, api.OrganizationConfigRuleStatus{
			OrganizationConfigRuleName: new(r.Name), OrganizationRuleStatus: new(r.State), ErrorCode: text(r.Code), ErrorMessage: text(r.Message), LastUpdateTime: moment(r.ChangedAt),
		})
	}
	return out, err
}

func (s *Service) getOrganizationConfigRuleDetailedStatus(ctx context.Context, in *api.GetOrganizationConfigRuleDetailedStatusRequest) (*api.GetOrganizationConfigRuleDetailedStatusResponse, error) {
	f := in.Filters
	if f == nil {
		f = &api.StatusDetailFilters{}
	}
	list, next, err := s.memberStatus(ctx, "GetOrganizationConfigRuleDetailedStatus", in, rollout.Rules, awswire.Val(in.OrganizationConfigRuleName),
		awswire.Val(f.AccountId), awswire.Val(f.MemberAccountRuleStatus), in.NextToken, in.Limit)
	out := &api.GetOrganizationConfigRuleDetailedStatusResponse{OrganizationConfigRuleDetailedStatus: []api.MemberAccountStatus{}, NextToken: next}
	for _, m := range list {
		out.OrganizationConfigRuleDetailedStatus = append(out.OrganizationConfigRuleDetailedStatus, api.MemberAccountStatus{
			AccountId: new(m.Account), ConfigRuleName: new(m.Name), MemberAccountRuleStatus: new(m.State), ErrorCode: text(m.Code), ErrorMessage: text(m.Message), LastUpdateTime: moment(m.ChangedAt),
		})
	}
	return out, err
}

func (s *Service) deleteOrganizationConfigRule(ctx context.Context, in *api.DeleteOrganizationConfigRuleRequest) (*api.DeleteOrganizationConfigRuleOutput, error) {
	return nil, s.rollout.Delete(ctx, here(ctx), rollout.Rules, awswire.Val(in.OrganizationConfigRuleName))
}
