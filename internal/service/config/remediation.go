package config

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/compliance"
)

func (s *Service) putRemediationConfigurations(ctx context.Context, in *api.PutRemediationConfigurationsRequest) (*api.PutRemediationConfigurationsResponse, error) {
	var list []compliance.RemediationConfig
	for _, r := range in.RemediationConfigurations {
		if r.Arn != nil || r.CreatedByService != nil {
			return nil, invalidParameter("RemediationConfigurations", "Arn and CreatedByService are told by the service: leave them out.")
		}
		c := compliance.RemediationConfig{
			Rule: awswire.Val(r.ConfigRuleName), TargetType: awswire.Val(r.TargetType), TargetID: awswire.Val(r.TargetId), Version: awswire.Val(r.TargetVersion),
			ResourceType: awswire.Val(r.ResourceType), Automatic: awswire.Val(r.Automatic),
			Attempts: awswire.Val(r.MaximumAutomaticAttempts), RetrySeconds: awswire.Val(r.RetryAttemptSeconds), Parameters: map[string]compliance.RemediationParameter{},
		}
		for name, v := range r.Parameters {
			p := compliance.RemediationParameter{ResourceID: v.ResourceValue != nil}
			if v.StaticValue != nil {
				p.Values = v.StaticValue.Values
			}
			c.Parameters[name] = p
		}
		if e := r.ExecutionControls; e != nil && e.SsmControls != nil {
			c.ConcurrentPercent, c.ErrorPercent = awswire.Val(e.SsmControls.ConcurrentExecutionRatePercentage), awswire.Val(e.SsmControls.ErrorPercentage)
		}
		list = append(list, c)
	}
	if err := s.program.PutRemediations(ctx, here(ctx), list); err != nil {
		return nil, err
	}
	return &api.PutRemediationConfigurationsResponse{FailedBatches: []api.FailedRemediationBatch{}}, nil
}

func (s *Service) describeRemediationConfigurations(ctx context.Context, in *api.DescribeRemediationConfigurationsRequest) (*api.DescribeRemediationConfigurationsResponse, error) {
	list, err := s.program.RemediationConfigs(ctx, here(ctx), in.ConfigRuleNames...)
	if err != nil {
		return nil, err
	}
	out := &api.DescribeRemediationConfigurationsResponse{RemediationConfigurations: []api.RemediationConfiguration{}}
	for _, r := range list {
		out.RemediationConfigurations = append(out.RemediationConfigurations, remediation(r))
	}
	return out, nil
}

func remediation(r compliance.RemediationConfig) api.RemediationConfiguration {
	out := api.RemediationConfiguration{
		Arn: new(r.ARN), ConfigRuleName: new(r.Rule), TargetType: new(r.TargetType), TargetId: new(r.TargetID), TargetVersion: text(r.Version),
		ResourceType: text(r.ResourceType), CreatedByService: text(r.CreatedBy), Automatic: new(r.Automatic), Parameters: map[string]api.RemediationParameterValue{},
		MaximumAutomaticAttempts: given(r.Attempts), RetryAttemptSeconds: given(r.RetrySeconds),
	}
	for name, p := range r.Parameters {
		if p.ResourceID {
			out.Parameters[name] = api.RemediationParameterValue{ResourceValue: &api.ResourceValue{Value: new("RESOURCE_ID")}}
		} else {
			out.Parameters[name] = api.RemediationParameterValue{StaticValue: &api.StaticValue{Values: p.Values}}
		}
	}
	if r.ConcurrentPercent > 0 || r.ErrorPercent > 0 {
		out.ExecutionControls = &api.ExecutionControls{SsmControls: &api.SsmControls{
			ConcurrentExecutionRatePercentage: given(r.ConcurrentPercent), ErrorPercentage: given(r.ErrorPercent),
		}}
	}
	return out
}

// given is a number, left out when it was not given.
func given(n int64) *int64 {
	if n == 0 {
		return nil
	}
	return &n
}

func (s *Service) deleteRemediationConfiguration(ctx context.Context, in *api.DeleteRemediationConfigurationRequest) (*api.DeleteRemediationConfigurationResponse, error) {
	return &api.DeleteRemediationConfigurationResponse{}, s.remedy.DeleteConfig(ctx, here(ctx), awswire.Val(in.ConfigRuleName), awswire.Val(in.ResourceType))
}
