package config

import (
	"context"
	"strings"

	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/remediate"
)

// remediationPage is the size of a page of exceptions and statuses when none is asked for.
const remediationPage = 25

func exceptionKeys(in []api.RemediationExceptionResourceKey) []remediate.Key {
	out := make([]remediate.Key, len(in))
	for i, k := range in {
		out[i] = remediate.Key{Type: awswire.Val(k.ResourceType), ID: awswire.Val(k.ResourceId)}
	}
	return out
}

func (s *Service) putRemediationExceptions(ctx context.Context, in *api.PutRemediationExceptionsRequest) (*api.PutRemediationExceptionsResponse, error) {
	rule, message, expires := awswire.Val(in.ConfigRuleName), awswire.Val(in.Message), awswire.Val(in.ExpirationTime)
	failed, err := s.remedy.PutExceptions(ctx, here(ctx), rule, awswire.CallerFrom(ctx).PrincipalARN, exceptionKeys(in.ResourceKeys), message, expires)
	if err != nil {
		return nil, err
	}
	out := &api.PutRemediationExceptionsResponse{FailedBatches: []api.FailedRemediationExceptionBatch{}}
	for _, f := range failed {
		b := api.FailedRemediationExceptionBatch{FailureMessage: new(f.Message)}
		for _, k := range f.Keys {
			b.FailedItems = append(b.FailedItems, exceptionOf(remediate.Exception{Key: k, Rule: rule, Message: message, Expires: expires}))
		}
		out.FailedBatches = append(out.FailedBatches, b)
	}
	return out, nil
}

func exceptionOf(e remediate.Exception) api.RemediationException {
	return api.RemediationException{
		ConfigRuleName: new(e.Rule), ResourceType: new(e.Type), ResourceId: new(e.ID), Message: text(e.Message), ExpirationTime: moment(e.Expires),
	}
}

func (s *Service) describeRemediationExceptions(ctx context.Context, in *api.DescribeRemediationExceptionsRequest) (*api.DescribeRemediationExceptionsResponse, error) {
	if len(in.ResourceKeys) > 0 && (in.Limit != nil || in.NextToken != nil) {
		return nil, invalidParameter("ResourceKeys", "Name resources, or page with Limit and NextToken, not both.")
	}
	list, err := s.remedy.Exceptions(ctx, here(ctx), awswire.Val(in.ConfigRuleName), exceptionKeys(in.ResourceKeys))
	if err != nil {
		return nil, err
	}
	size := remediationPage
	if len(in.ResourceKeys) > 0 {
		size = len(list) + 1
	}
	page, next, err := awswire.Page(ctx, s.tokens, "DescribeRemediationExceptions", in, in.NextToken, in.Limit, size, list,
		func(e *remediate.Exception) string { return e.Type + " " + e.ID })
	if err != nil {
		return nil, err
	}
	out := &api.DescribeRemediationExceptionsResponse{RemediationExceptions: []api.RemediationException{}, NextToken: next}
	for _, e := range page {
		out.RemediationExceptions = append(out.RemediationExceptions, exceptionOf(e))
	}
	return out, nil
}

func (s *Service) deleteRemediationExceptions(ctx context.Context, in *api.DeleteRemediationExceptionsRequest) (*api.DeleteRemediationExceptionsResponse, error) {
	failed, err := s.remedy.DeleteExceptions(ctx, here(ctx), awswire.Val(in.ConfigRuleName), exceptionKeys(in.ResourceKeys))
	if err != nil {
		return nil, err
	}
	out := &api.DeleteRemediationExceptionsResponse{FailedBatches: []api.FailedDeleteRemediationExceptionsBatch{}}
	for _, f := range failed {
		b := api.FailedDeleteRemediationExceptionsBatch{FailureMessage: new(f.Message)}
		for _, k := range f.Keys {
			b.FailedItems = append(b.FailedItems, api.RemediationExceptionResourceKey{ResourceType: new(k.Type), ResourceId: new(k.ID)})
		}
		out.FailedBatches = append(out.FailedBatches, b)
	}
	return out, nil
}

func resourceKeys(in []api.ResourceKey) []remediate.Key {
	out := make([]remediate.Key, len(in))
	for i, k := range in {
		out[i] = remediate.Key{Type: awswire.Val(k.ResourceType), ID: awswire.Val(k.ResourceId)}
	}
	return out
}

// startRemediationExecution has one message for all that failed: each reason once.
func (s *Service) startRemediationExecution(ctx context.Context, in *api.StartRemediationExecutionRequest) (*api.StartRemediationExecutionResponse, error) {
	failed, err := s.remedy.Start(ctx, remediate.Request{
		At: here(ctx), Rule: awswire.Val(in.ConfigRuleName), Keys: resourceKeys(in.ResourceKeys), By: awswire.CallerFrom(ctx).PrincipalARN,
	})
	if err != nil {
		return nil, err
	}
	out := &api.StartRemediationExecutionResponse{}
	var messages []string
	for _, f := range failed {
		messages = append(messages, f.Message)
		for _, k := range f.Keys {
			out.FailedItems = append(out.FailedItems, api.ResourceKey{ResourceType: new(k.Type), ResourceId: new(k.ID)})
		}
	}
	out.FailureMessage = text(strings.Join(messages, " "))
	return out, nil
}

func (s *Service) describeRemediationExecutionStatus(ctx context.Context, in *api.DescribeRemediationExecutionStatusRequest) (*api.DescribeRemediationExecutionStatusResponse, error) {
	list, err := s.remedy.Statuses(ctx, here(ctx), awswire.Val(in.ConfigRuleName), resourceKeys(in.ResourceKeys))
	if err != nil {
		return nil, err
	}
	page, next, err := awswire.Page(ctx, s.tokens, "DescribeRemediationExecutionStatus", in, in.NextToken, in.Limit, remediationPage, list,
		func(r *remediate.Run) string { return r.Subject.Type + " " + r.Subject.ID })
	if err != nil {
		return nil, err
	}
	if err := s.remedy.WithSteps(ctx, page); err != nil {
		return nil, err
	}
	out := &api.DescribeRemediationExecutionStatusResponse{RemediationExecutionStatuses: []api.RemediationExecutionStatus{}, NextToken: next}
	for i := range page {
		out.RemediationExecutionStatuses = append(out.RemediationExecutionStatuses, executionStatus(&page[i]))
	}
	return out, nil
}

func executionStatus(r *remediate.Run) api.RemediationExecutionStatus {
	out := api.RemediationExecutionStatus{
		ResourceKey: &api.ResourceKey{ResourceType: new(r.Subject.Type), ResourceId: new(r.Subject.ID)}, State: new(r.State),
		InvocationTime: moment(r.Queued), LastUpdatedTime: moment(r.Updated), StepDetails: []api.RemediationExecutionStep{},
	}
	for _, st := range append(r.Steps, r.Notes()...) {
		out.StepDetails = append(out.StepDetails, api.RemediationExecutionStep{
			Name: new(st.Name), State: new(st.State), ErrorMessage: text(st.Error), StartTime: moment(st.Start), StopTime: moment(st.Stop),
		})
	}
	return out
}
