package organizations

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/organizations"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/organization"
)

func (s *Service) createOrganization(ctx context.Context, in *api.CreateOrganizationRequest) (*api.CreateOrganizationResponse, error) {
	o, err := s.org.Create(ctx, awswire.Val(in.FeatureSet), "")
	if err != nil {
		return nil, err
	}
	return &api.CreateOrganizationResponse{Organization: s.organization(ctx, o)}, nil
}

func (s *Service) describeOrganization(ctx context.Context, _ *api.DescribeOrganizationInput) (*api.DescribeOrganizationResponse, error) {
	o, err := s.org.Describe(ctx)
	if err != nil {
		return nil, err
	}
	return &api.DescribeOrganizationResponse{Organization: s.organization(ctx, o)}, nil
}

func (s *Service) listRoots(ctx context.Context, _ *api.ListRootsRequest) (*api.ListRootsResponse, error) {
	o, err := s.org.Describe(ctx)
	if err != nil {
		return nil, err
	}
	return &api.ListRootsResponse{Roots: []api.Root{{
		Id: new(o.RootID), Arn: new(s.arn(ctx, "root/"+o.ID+"/"+o.RootID)), Name: new(organization.RootName), PolicyTypes: []api.PolicyTypeSummary{},
	}}}, nil
}

func (s *Service) enableAccess(ctx context.Context, in *api.EnableAWSServiceAccessRequest) (*api.EnableAWSServiceAccessOutput, error) {
	return nil, s.org.Trust(ctx, awswire.Val(in.ServicePrincipal))
}

func (s *Service) disableAccess(ctx context.Context, in *api.DisableAWSServiceAccessRequest) (*api.DisableAWSServiceAccessOutput, error) {
	return nil, s.org.Distrust(ctx, awswire.Val(in.ServicePrincipal))
}

func (s *Service) listAccess(ctx context.Context, in *api.ListAWSServiceAccessForOrganizationRequest) (*api.ListAWSServiceAccessForOrganizationResponse, error) {
	list, err := s.org.TrustedServices(ctx)
	if err != nil {
		return nil, err
	}
	page, next, err := awswire.Page(ctx, s.tokens, "ListAWSServiceAccessForOrganization", in, in.NextToken, in.MaxResults, pageSize, list,
		func(t *organization.Trusted) string { return t.Service })
	if err != nil {
		return nil, err
	}
	out := &api.ListAWSServiceAccessForOrganizationResponse{EnabledServicePrincipals: []api.EnabledServicePrincipal{}, NextToken: next}
	for _, t := range page {
		out.EnabledServicePrincipals = append(out.EnabledServicePrincipals, api.EnabledServicePrincipal{ServicePrincipal: new(t.Service), DateEnabled: new(t.Since)})
	}
	return out, nil
}
