package cloudtrail

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/cloudtrail"
	"github.com/tickmark/tickmark/internal/awswire"
)

func (s *Service) putResourcePolicy(ctx context.Context, in *api.PutResourcePolicyRequest) (*api.PutResourcePolicyResponse, error) {
	err := s.Trails.Resources().PutPolicy(ctx, trailPlace(ctx), awswire.Val(in.ResourceArn), awswire.Val(in.ResourcePolicy))
	return &api.PutResourcePolicyResponse{ResourceArn: in.ResourceArn, ResourcePolicy: in.ResourcePolicy}, err
}

func (s *Service) getResourcePolicy(ctx context.Context, in *api.GetResourcePolicyRequest) (*api.GetResourcePolicyResponse, error) {
	p, err := s.Trails.Resources().Policy(ctx, trailPlace(ctx), awswire.Val(in.ResourceArn))
	return &api.GetResourcePolicyResponse{ResourceArn: in.ResourceArn, ResourcePolicy: &p}, err
}

func (s *Service) deleteResourcePolicy(ctx context.Context, in *api.DeleteResourcePolicyRequest) (*api.DeleteResourcePolicyResponse, error) {
	return nil, s.Trails.Resources().DeletePolicy(ctx, trailPlace(ctx), awswire.Val(in.ResourceArn))
}

func (s *Service) registerOrganizationDelegatedAdmin(ctx context.Context, in *api.RegisterOrganizationDelegatedAdminRequest) (*api.RegisterOrganizationDelegatedAdminResponse, error) {
	return nil, s.Trails.Delegate(ctx, awswire.CallerFrom(ctx).Account, awswire.Val(in.MemberAccountId))
}

func (s *Service) deregisterOrganizationDelegatedAdmin(ctx context.Context, in *api.DeregisterOrganizationDelegatedAdminRequest) (*api.DeregisterOrganizationDelegatedAdminResponse, error) {
	return nil, s.Trails.Dismiss(ctx, awswire.CallerFrom(ctx).Account, awswire.Val(in.DelegatedAdminAccountId))
}
