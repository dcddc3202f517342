package auditmanager

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/auditmanager"
	"github.com/tickmark/tickmark/internal/awswire"
)

func (s *Service) getAccountStatus(ctx context.Context, _ *api.GetAccountStatusRequest) (*api.GetAccountStatusResponse, error) {
	c, err := caller(ctx, "GetAccountStatus", "")
	if err != nil {
		return nil, err
	}
	status, err := s.audit.Status(ctx, c)
	return &api.GetAccountStatusResponse{Status: &status}, err
}

func (s *Service) registerAccountOp(ctx context.Context, in *api.RegisterAccountRequest) (*api.RegisterAccountResponse, error) {
	c, err := caller(ctx, "RegisterAccount", "")
	if err != nil {
		return nil, err
	}
	status, err := s.audit.Register(ctx, c, awswire.Val(in.KmsKey), awswire.Val(in.DelegatedAdminAccount))
	return &api.RegisterAccountResponse{Status: &status}, err
}

func (s *Service) deregisterAccount(ctx context.Context, _ *api.DeregisterAccountRequest) (*api.DeregisterAccountResponse, error) {
	c, err := caller(ctx, "DeregisterAccount", "")
	if err != nil {
		return nil, err
	}
	status, err := s.audit.Deregister(ctx, c)
	return &api.DeregisterAccountResponse{Status: &status}, err
}

// organization is the id of the organization, where it is known.
func (s *Service) organization(ctx context.Context) (*string, error) {
	if s.o.OrganizationID == nil {
		return nil, nil
	}
	id, err := s.o.OrganizationID(ctx)
	return text(id), err
}

func (s *Service) getOrganizationAdminAccount(ctx context.Context, _ *api.GetOrganizationAdminAccountRequest) (*api.GetOrganizationAdminAccountResponse, error) {
	c, err := caller(ctx, "GetOrganizationAdminAccount", "")
	if err != nil {
		return nil, err
	}
	account, _, err := s.audit.Administrator(ctx, c)
	if err != nil {
		return nil, err
	}
	org, err := s.organization(ctx)
	return &api.GetOrganizationAdminAccountResponse{AdminAccountId: text(account), OrganizationId: org}, err
}

func (s *Service) registerOrganizationAdminAccount(ctx context.Context, in *api.RegisterOrganizationAdminAccountRequest) (*api.RegisterOrganizationAdminAccountResponse, error) {
	c, err := caller(ctx, "RegisterOrganizationAdminAccount", "")
	if err != nil {
		return nil, err
	}
	if err := s.audit.RegisterAdministrator(ctx, c, awswire.Val(in.AdminAccountId)); err != nil {
		return nil, err
	}
	org, err := s.organization(ctx)
	return &api.RegisterOrganizationAdminAccountResponse{AdminAccountId: in.AdminAccountId, OrganizationId: org}, err
}

func (s *Service) deregisterOrganizationAdminAccount(ctx context.Context, in *api.DeregisterOrganizationAdminAccountRequest) (*api.DeregisterOrganizationAdminAccountResponse, error) {
	c, err := caller(ctx, "DeregisterOrganizationAdminAccount", "")
	if err != nil {
		return nil, err
	}
	return nil, s.audit.DeregisterAdministrator(ctx, c, awswire.Val(in.AdminAccountId))
}
