package events

import (
	"context"
	"time"

	api "github.com/tickmark/tickmark/internal/awsapi/events"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/eventbus"
)

func (s *Service) putTargets(ctx context.Context, in *api.PutTargetsRequest) (*api.PutTargetsResponse, error) {
	at, bus, err := on(ctx, in.EventBusName)
	if err != nil {
		return nil, err
	}
	targets := make([]eventbus.Target, len(in.Targets))
	for i := range in.Targets {
		if targets[i], err = target(&in.Targets[i]); err != nil {
			return nil, err
		}
	}
	err = s.program.PutTargets(ctx, at, bus, awswire.Val(in.Rule), targets)
	return &api.PutTargetsResponse{FailedEntries: []api.PutTargetsResultEntry{}, FailedEntryCount: new(int64(0))}, err
}

// target reads a target, refusing by name what no target here can have.
func target(in *api.Target) (eventbus.Target, error) {
	t := eventbus.Target{
		ID: awswire.Val(in.Id), ARN: awswire.Val(in.Arn), RoleARN: awswire.Val(in.RoleArn), Input: awswire.Val(in.Input), InputPath: awswire.Val(in.InputPath),
	}
	for _, p := range []struct {
		name  string
		given bool
	}{
		{"AppSyncParameters", in.AppSyncParameters != nil},
		{"BatchParameters", in.BatchParameters != nil},
		{"DeadLetterConfig", in.DeadLetterConfig != nil && in.DeadLetterConfig.Arn != nil},
		{"EcsParameters", in.EcsParameters != nil},
		{"HttpParameters", in.HttpParameters != nil},
		{"KinesisParameters", in.KinesisParameters != nil},
		{"RedshiftDataParameters", in.RedshiftDataParameters != nil},
		{"RunCommandParameters", in.RunCommandParameters != nil},
		{"SageMakerPipelineParameters", in.SageMakerPipelineParameters != nil},
		{"SqsParameters", in.SqsParameters != nil},
	} {
		if err := refuse(p.name, p.given); err != nil {
			return t, err
		}
	}
	if x := in.InputTransformer; x != nil {
		t.Transformer = &eventbus.Transformer{Paths: x.InputPathsMap, Template: awswire.Val(x.InputTemplate)}
	}
	if p := in.RetryPolicy; p != nil {
		t.Retry = &eventbus.Retry{MaxAge: 24 * time.Hour, MaxAttempts: 185}
		if p.MaximumEventAgeInSeconds != nil {
			t.Retry.MaxAge = time.Duration(*p.MaximumEventAgeInSeconds) * time.Second
		}
		if p.MaximumRetryAttempts != nil {
			t.Retry.MaxAttempts = int(*p.MaximumRetryAttempts)
		}
	}
	return t, nil
}

func (s *Service) removeTargets(ctx context.Context, in *api.RemoveTargetsRequest) (*api.RemoveTargetsResponse, error) {
	at, bus, err := on(ctx, in.EventBusName)
	if err != nil {
		return nil, err
	}
	missing, err := s.program.RemoveTargets(ctx, at, bus, awswire.Val(in.Rule), in.Ids)
	out := &api.RemoveTargetsResponse{FailedEntries: []api.RemoveTargetsResultEntry{}, FailedEntryCount: new(int64(len(missing)))}
	for _, id := range missing {
		out.FailedEntries = append(out.FailedEntries, api.RemoveTargetsResultEntry{
			TargetId: new(id), ErrorCode: new("ResourceNotFoundException"), ErrorMessage: new("Rule " + awswire.Val(in.Rule) + " has no target " + id + "."),
		})
	}
	return out, err
}

func (s *Service) listTargetsByRule(ctx context.Context, in *api.ListTargetsByRuleRequest) (*api.ListTargetsByRuleResponse, error) {
	at, bus, err := on(ctx, in.EventBusName)
	if err != nil {
		return nil, err
	}
	r, err := s.program.Rule(ctx, at, bus, awswire.Val(in.Rule))
	if err != nil {
		return nil, err
	}
	page, next, err := awswire.Page(ctx, s.tokens, "ListTargetsByRule", in, in.NextToken, in.Limit, pageSize, r.Targets, func(t *eventbus.Target) string { return t.ID })
	out := &api.ListTargetsByRuleResponse{Targets: []api.Target{}, NextToken: next}
	for _, t := range page {
		out.Targets = append(out.Targets, shown(&t))
	}
	return out, err
}

func shown(t *eventbus.Target) api.Target {
	out := api.Target{Id: new(t.ID), Arn: new(t.ARN), RoleArn: text(t.RoleARN), Input: text(t.Input), InputPath: text(t.InputPath)}
	if x := t.Transformer; x != nil {
		out.InputTransformer = &api.InputTransformer{InputPathsMap: x.Paths, InputTemplate: new(x.Template)}
	}
	if p := t.Retry; p != nil {
		out.RetryPolicy = &api.RetryPolicy{MaximumEventAgeInSeconds: new(int64(p.MaxAge / time.Second)), MaximumRetryAttempts: new(int64(p.MaxAttempts))}
	}
	return out
}

func (s *Service) listRuleNamesByTarget(ctx context.Context, in *api.ListRuleNamesByTargetRequest) (*api.ListRuleNamesByTargetResponse, error) {
	at, bus, err := on(ctx, in.EventBusName)
	if err != nil {
		return nil, err
	}
	names, err := s.program.RulesOfTarget(ctx, at, bus, awswire.Val(in.TargetArn))
	if err != nil {
		return nil, err
	}
	page, next, err := awswire.Page(ctx, s.tokens, "ListRuleNamesByTarget", in, in.NextToken, in.Limit, pageSize, names, func(n *string) string { return *n })
	return &api.ListRuleNamesByTargetResponse{RuleNames: append([]string{}, page...), NextToken: next}, err
}
