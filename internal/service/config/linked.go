package config

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/config"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/compliance"
)

func (s *Service) putServiceLinkedConfigurationRecorder(ctx context.Context, in *api.PutServiceLinkedConfigurationRecorderRequest) (*api.PutServiceLinkedConfigurationRecorderResponse, error) {
	tags, err := tagMap(in.Tags)
	if err != nil {
		return nil, err
	}
	r, err := s.program.PutLinked(ctx, here(ctx), awswire.Val(in.ServicePrincipal))
	if err != nil {
		return nil, err
	}
	return &api.PutServiceLinkedConfigurationRecorderResponse{Arn: new(r.ARN), Name: new(r.Name)}, s.tagNew(ctx, r.ARN, tags)
}

func (s *Service) putThirdPartyServiceLinkedConfigurationRecorder(ctx context.Context, in *api.PutThirdPartyServiceLinkedConfigurationRecorderRequest) (*api.PutThirdPartyServiceLinkedConfigurationRecorderResponse, error) {
	tags, err := tagMap(in.Tags)
	if err != nil {
		return nil, err
	}
	sc := in.ScopeConfiguration
	r, err := s.program.PutThirdParty(ctx, here(ctx), awswire.Val(in.ServicePrincipal), awswire.Val(in.ConnectorArn), compliance.ThirdPartyScope{
		Type: awswire.Val(sc.ScopeType), Values: sc.ScopeValues, AllRegions: awswire.Val(sc.AllRegions), Regions: sc.IncludedRegions,
	})
	if err != nil {
		return nil, err
	}
	return &api.PutThirdPartyServiceLinkedConfigurationRecorderResponse{Arn: new(r.ARN), Name: new(r.Name)}, s.tagNew(ctx, r.ARN, tags)
}

func (s *Service) deleteServiceLinkedConfigurationRecorder(ctx context.Context, in *api.DeleteServiceLinkedConfigurationRecorderRequest) (*api.DeleteServiceLinkedConfigurationRecorderResponse, error) {
	r, err := s.program.DeleteLinked(ctx, here(ctx), awswire.Val(in.Arn), awswire.Val(in.ServicePrincipal))
	if err != nil {
		return nil, err
	}
	return &api.DeleteServiceLinkedConfigurationRecorderResponse{Arn: new(r.ARN), Name: new(r.Name)}, nil
}

func (s *Service) associateResourceTypes(ctx context.Context, in *api.AssociateResourceTypesRequest) (*api.AssociateResourceTypesResponse, error) {
	r, err := s.program.Associate(ctx, here(ctx), awswire.Val(in.ConfigurationRecorderArn), in.ResourceTypes)
	if err != nil {
		return nil, err
	}
	return &api.AssociateResourceTypesResponse{ConfigurationRecorder: new(recorder(r))}, nil
}

func (s *Service) disassociateResourceTypes(ctx context.Context, in *api.DisassociateResourceTypesRequest) (*api.DisassociateResourceTypesResponse, error) {
	r, err := s.program.Disassociate(ctx, here(ctx), awswire.Val(in.ConfigurationRecorderArn), in.ResourceTypes)
	if err != nil {
		return nil, err
	}
	return &api.DisassociateResourceTypesResponse{ConfigurationRecorder: new(recorder(r))}, nil
}
