package events

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/events"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/eventbus"
)

func (s *Service) putRule(ctx context.Context, in *api.PutRuleRequest) (*api.PutRuleResponse, error) {
	at, bus, err := on(ctx, in.EventBusName)
	if err != nil {
		return nil, err
	}
	r, err := s.program.PutRule(ctx, eventbus.Rule{
		Place: at, Bus: bus, Name: awswire.Val(in.Name), Description: awswire.Val(in.Description), Pattern: awswire.Val(in.EventPattern),
		Schedule: awswire.Val(in.ScheduleExpression), State: awswire.Val(in.State), RoleARN: awswire.Val(in.RoleArn), Tags: tags(in.Tags),
	})
	return &api.PutRuleResponse{RuleArn: new(r.ARN())}, err
}

func (s *Service) describeRule(ctx context.Context, in *api.DescribeRuleRequest) (*api.DescribeRuleResponse, error) {
	at, bus, err := on(ctx, in.EventBusName)
	if err != nil {
		return nil, err
	}
	r, err := s.program.Rule(ctx, at, bus, awswire.Val(in.Name))
	return &api.DescribeRuleResponse{
		Arn: new(r.ARN()), Name: new(r.Name), EventBusName: new(r.Bus), State: new(r.State), CreatedBy: new(r.Account),
		Description: text(r.Description), EventPattern: text(r.Pattern), ScheduleExpression: text(r.Schedule), RoleArn: text(r.RoleARN),
	}, err
}

func (s *Service) listRules(ctx context.Context, in *api.ListRulesRequest) (*api.ListRulesResponse, error) {
	at, bus, err := on(ctx, in.EventBusName)
	if err != nil {
		return nil, err
	}
	all, err := s.program.Rules(ctx, at, bus, awswire.Val(in.NamePrefix))
	if err != nil {
		return nil, err
	}
	page, next, err := awswire.Page(ctx, s.tokens, "ListRules", in, in.NextToken, in.Limit, pageSize, all, func(r *eventbus.Rule) string { return r.Name })
	out := &api.ListRulesResponse{Rules: []api.Rule{}, NextToken: next}
	for _, r := range page {
		out.Rules = append(out.Rules, api.Rule{
			Arn: new(r.ARN()), Name: new(r.Name), EventBusName: new(r.Bus), State: new(r.State),
			Description: text(r.Description), EventPattern: text(r.Pattern), ScheduleExpression: text(r.Schedule), RoleArn: text(r.RoleARN),
		})
	}
	return out, err
}

func (s *Service) deleteRule(ctx context.Context, in *api.DeleteRuleRequest) (*api.DeleteRuleOutput, error) {
	at, bus, err := on(ctx, in.EventBusName)
	if err != nil {
		return nil, err
	}
	return nil, s.program.DeleteRule(ctx, at, bus, awswire.Val(in.Name))
}

func (s *Service) enableRule(ctx context.Context, in *api.EnableRuleRequest) (*api.EnableRuleOutput, error) {
	at, bus, err := on(ctx, in.EventBusName)
	if err != nil {
		return nil, err
	}
	return nil, s.program.SetState(ctx, at, bus, awswire.Val(in.Name), eventbus.Enabled)
}

func (s *Service) disableRule(ctx context.Context, in *api.DisableRuleRequest) (*api.DisableRuleOutput, error) {
	at, bus, err := on(ctx, in.EventBusName)
	if err != nil {
		return nil, err
	}
	return nil, s.program.SetState(ctx, at, bus, awswire.Val(in.Name), eventbus.Disabled)
}
