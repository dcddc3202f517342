package ssm

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/tickmark/tickmark/internal/automation"
	api "github.com/tickmark/tickmark/internal/awsapi/ssm"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
)

func (s *Service) startAutomationExecution(ctx context.Context, in *api.StartAutomationExecutionRequest) (*api.StartAutomationExecutionResult, error) {
	if err := simple(in); err != nil {
		return nil, err
	}
	name, err := ownName(ctx, in.DocumentName)
	if err != nil {
		return nil, awswire.Errorf("AutomationDefinitionNotFoundException", "%v", err)
	}
	id, err := s.runner.Start(ctx, automation.Start{
		Place: place(ctx), Document: name, Version: awswire.Val(in.DocumentVersion), Parameters: in.Parameters,
		By: awswire.CallerFrom(ctx).PrincipalARN, Token: awswire.Val(in.ClientToken),
	})
	if err != nil {
		return nil, definition(err)
	}
	return &api.StartAutomationExecutionResult{AutomationExecutionId: new(id)}, nil
}

// simple refuses what is not offered of a start.
func simple(in *api.StartAutomationExecutionRequest) error {
	switch {
	case len(in.Targets) > 0 || len(in.TargetMaps) > 0 || in.TargetParameterName != nil || in.MaxConcurrency != nil || in.MaxErrors != nil:
		return awswire.Errorf("InvalidTarget", "Targets and rate control are not offered; start one execution for each resource.")
	case len(in.TargetLocations) > 0 || in.TargetLocationsURL != nil:
		return awswire.Errorf("InvalidTarget", "TargetLocations are not offered; start the execution in each account and region.")
	case awswire.Val(in.Mode) == "Interactive":
		return fault.Invalidf("Mode", "Mode Interactive is not offered; leave it out.")
	case in.AlarmConfiguration != nil:
		return fault.Invalidf("AlarmConfiguration", "Alarms are not offered; leave AlarmConfiguration out.")
	case len(in.Tags) > 0:
		return fault.Invalidf("Tags", "Tags of executions are not offered; leave them out.")
	}
	return nil
}

// definition spells what is wrong with a document as executions do.
func definition(err error) error {
	f, ok := err.(*fault.Error)
	if !ok {
		return err
	}
	switch f.Code {
	case "InvalidDocument":
		return awswire.Errorf("AutomationDefinitionNotFoundException", "%s", f.Message)
	case "InvalidDocumentVersion":
		return awswire.Errorf("AutomationDefinitionVersionNotFoundException", "%s", f.Message)
	}
	return err
}

func (s *Service) stopAutomationExecution(ctx context.Context, in *api.StopAutomationExecutionRequest) (*api.StopAutomationExecutionResult, error) {
	how := orDefault(awswire.Val(in.Type), automation.Cancel)
	return nil, s.runner.Stop(ctx, place(ctx), awswire.Val(in.AutomationExecutionId), how)
}

func (s *Service) sendAutomationSignal(ctx context.Context, in *api.SendAutomationSignalRequest) (*api.SendAutomationSignalResult, error) {
	return nil, s.runner.Signal(ctx, place(ctx), awswire.Val(in.AutomationExecutionId), automation.Signal{
		Type: awswire.Val(in.SignalType), By: awswire.CallerFrom(ctx).PrincipalARN, Comment: strings.Join(in.Payload["Comment"], " "),
	})
}

func (s *Service) getAutomationExecution(ctx context.Context, in *api.GetAutomationExecutionRequest) (*api.GetAutomationExecutionResult, error) {
	id := awswire.Val(in.AutomationExecutionId)
	e, steps, err := s.runner.Execution(ctx, place(ctx), id)
	if err != nil {
		return nil, err
	}
	plan, err := s.runner.Plan(ctx, place(ctx), id)
	if err != nil {
		return nil, err
	}
	return &api.GetAutomationExecutionResult{AutomationExecution: execution(e, steps, plan)}, nil
}

func (s *Service) describeAutomationExecutions(ctx context.Context, in *api.DescribeAutomationExecutionsRequest) (*api.DescribeAutomationExecutionsResult, error) {
	all, err := s.runner.List(ctx, place(ctx))
	if err != nil {
		return nil, err
	}
	for _, f := range in.Filters {
		keep, err := executionFilter(awswire.Val(f.Key), f.Values)
		if err != nil {
			return nil, err
		}
		all = slices.DeleteFunc(all, func(e automation.Execution) bool {
			return !slices.ContainsFunc(f.Values, func(v string) bool { return keep(e, v) })
		})
	}
	page, next, err := awswire.Page(ctx, s.tokens, "DescribeAutomationExecutions", in, in.NextToken, in.MaxResults, 50, all,
		func(e *automation.Execution) string { return newestFirst(e.Started.UnixMicro(), e.ID) })
	if err != nil {
		return nil, err
	}
	out := &api.DescribeAutomationExecutionsResult{AutomationExecutionMetadataList: []api.AutomationExecutionMetadata{}, NextToken: next}
	for _, e := range page {
		out.AutomationExecutionMetadataList = append(out.AutomationExecutionMetadataList, metadata(e))
	}
	return out, nil
}

func executionFilter(key string, values []string) (func(automation.Execution, string) bool, error) {
	if err := times(key, values); err != nil {
		return nil, err
	}
	switch key {
	case "DocumentNamePrefix":
		return func(e automation.Execution, v string) bool { return strings.HasPrefix(e.Document, v) }, nil
	case "ExecutionStatus":
		return func(e automation.Execution, v string) bool { return e.Status == v }, nil
	case "ExecutionId":
		return func(e automation.Execution, v string) bool { return e.ID == v }, nil
	case "ParentExecutionId":
		return func(e automation.Execution, v string) bool { return e.Parent == v }, nil
	case "CurrentAction":
		return func(e automation.Execution, v string) bool { return e.Action == v }, nil
	case "AutomationType":
		return func(_ automation.Execution, v string) bool { return v == "Local" }, nil
	case "StartTimeBefore":
		return func(e automation.Execution, v string) bool { return !e.Started.After(parsed(v)) }, nil
	case "StartTimeAfter":
		return func(e automation.Execution, v string) bool { return !e.Started.Before(parsed(v)) }, nil
	}
	return nil, awswire.Errorf("InvalidFilterKey", "The filter %s is not offered.", key)
}

// times refuses filters by time whose values are none.
func times(key string, values []string) error {
	if key != "StartTimeBefore" && key != "StartTimeAfter" {
		return nil
	}
	for _, v := range values {
		if _, err := time.Parse(time.RFC3339, v); err != nil {
			return awswire.Errorf("InvalidFilterValue", "%s is %q; it is a time such as 2026-01-31T00:00:00Z.", key, v)
		}
	}
	return nil
}

func parsed(v string) time.Time {
	t, _ := time.Parse(time.RFC3339, v) // times has made sure
	return t
}

func (s *Service) describeAutomationStepExecutions(ctx context.Context, in *api.DescribeAutomationStepExecutionsRequest) (*api.DescribeAutomationStepExecutionsResult, error) {
	_, all, err := s.runner.Execution(ctx, place(ctx), awswire.Val(in.AutomationExecutionId))
	if err != nil {
		return nil, err
	}
	for _, f := range in.Filters {
		keep, err := stepFilter(awswire.Val(f.Key), f.Values)
		if err != nil {
			return nil, err
		}
		all = slices.DeleteFunc(all, func(r automation.StepRun) bool {
			return !slices.ContainsFunc(f.Values, func(v string) bool { return keep(r, v) })
		})
	}
	// The original shows the newest first, unless the order is reversed.
	key := func(r *automation.StepRun) string { return newestFirst(int64(r.Seq), "") }
	if awswire.Val(in.ReverseOrder) {
		key = func(r *automation.StepRun) string { return newestFirst(-int64(r.Seq)-1, "") }
	}
	page, next, err := awswire.Page(ctx, s.tokens, "DescribeAutomationStepExecutions", in, in.NextToken, in.MaxResults, 50, all, key)
	if err != nil {
		return nil, err
	}
	out := &api.DescribeAutomationStepExecutionsResult{StepExecutions: []api.StepExecution{}, NextToken: next}
	for _, r := range page {
		out.StepExecutions = append(out.StepExecutions, stepRun(r))
	}
	return out, nil
}

func stepFilter(key string, values []string) (func(automation.StepRun, string) bool, error) {
	if err := times(key, values); err != nil {
		return nil, err
	}
	switch key {
	case "StepName":
		return func(r automation.StepRun, v string) bool { return r.Name == v }, nil
	case "StepExecutionId":
		return func(r automation.StepRun, v string) bool { return r.ID == v }, nil
	case "StepExecutionStatus":
		return func(r automation.StepRun, v string) bool { return r.Status == v }, nil
	case "Action":
		return func(r automation.StepRun, v string) bool { return r.Action == v }, nil
	case "ParentStepExecutionId":
		return func(r automation.StepRun, v string) bool { return r.Parent != nil && r.Parent.ID == v }, nil
	case "StartTimeBefore":
		return func(r automation.StepRun, v string) bool { return !r.Started.After(parsed(v)) }, nil
	case "StartTimeAfter":
		return func(r automation.StepRun, v string) bool { return !r.Started.Before(parsed(v)) }, nil
	}
	return nil, awswire.Errorf("InvalidFilterKey", "The filter %s is not offered.", key)
}
