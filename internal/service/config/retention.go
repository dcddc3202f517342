package config

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/compliance"
)

func (s *Service) putRetentionConfiguration(ctx context.Context, in *api.PutRetentionConfigurationRequest) (*api.PutRetentionConfigurationResponse, error) {
	r, err := s.program.PutRetention(ctx, here(ctx), int(awswire.Val(in.RetentionPeriodInDays)))
	if err != nil {
		return nil, err
	}
	return &api.PutRetentionConfigurationResponse{RetentionConfiguration: new(retention(r))}, nil
}

func retention(r compliance.Retention) api.RetentionConfiguration {
	return api.RetentionConfiguration{Name: new(r.Name), RetentionPeriodInDays: number(r.Days)}
}

func (s *Service) describeRetentionConfigurations(ctx context.Context, in *api.DescribeRetentionConfigurationsRequest) (*api.DescribeRetentionConfigurationsResponse, error) {
	list, err := s.program.Retentions(ctx, here(ctx), in.RetentionConfigurationNames...)
	if err != nil {
		return nil, err
	}
	page, next, err := awswire.Page(ctx, s.tokens, "DescribeRetentionConfigurations", in, in.NextToken, nil, 20, list,
		func(r *compliance.Retention) string { return r.Name })
	if err != nil {
		return nil, err
	}
	out := &api.DescribeRetentionConfigurationsResponse{RetentionConfigurations: []api.RetentionConfiguration{}, NextToken: next}
	for _, r := range page {
		out.RetentionConfigurations = append(out.RetentionConfigurations, retention(r))
	}
	return out, nil
}

func (s *Service) deleteRetentionConfiguration(ctx context.Context, in *api.DeleteRetentionConfigurationRequest) (*api.DeleteRetentionConfigurationOutput, error) {
	return nil, s.program.DeleteRetention(ctx, here(ctx), awswire.Val(in.RetentionConfigurationName))
}
