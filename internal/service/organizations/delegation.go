package organizations

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/organizations"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/organization"
)

func (s *Service) register(ctx context.Context, in *api.RegisterDelegatedAdministratorRequest) (*api.RegisterDelegatedAdministratorOutput, error) {
	return nil, s.org.RegisterDelegate(ctx, awswire.Val(in.AccountId), awswire.Val(in.ServicePrincipal))
}

func (s *Service) deregister(ctx context.Context, in *api.DeregisterDelegatedAdministratorRequest) (*api.DeregisterDelegatedAdministratorOutput, error) {
	return nil, s.org.DeregisterDelegate(ctx, awswire.Val(in.AccountId), awswire.Val(in.ServicePrincipal))
}

func (s *Service) listDelegates(ctx context.Context, in *api.ListDelegatedAdministratorsRequest) (*api.ListDelegatedAdministratorsResponse, error) {
	list, err := s.org.Delegates(ctx, awswire.Val(in.ServicePrincipal))
	if err != nil {
		return nil, err
	}
	page, next, err := awswire.Page(ctx, s.tokens, "ListDelegatedAdministrators", in, in.NextToken, in.MaxResults, pageSize, list,
		func(g *organization.Delegation) string { return g.Account })
	if err != nil {
		return nil, err
	}
	members := make([]organization.Account, len(page))
	for i, g := range page {
		if members[i], err = s.org.Account(ctx, g.Account); err != nil {
			return nil, err
		}
	}
	accounts, err := s.accounts(ctx, members)
	if err != nil {
		return nil, err
	}
	out := &api.ListDelegatedAdministratorsResponse{DelegatedAdministrators: []api.DelegatedAdministrator{}, NextToken: next}
	for i, a := range accounts {
		out.DelegatedAdministrators = append(out.DelegatedAdministrators, api.DelegatedAdministrator{
			Id: a.Id, Arn: a.Arn, Name: a.Name, Email: a.Email, Status: a.Status, State: a.State,
			JoinedMethod: a.JoinedMethod, JoinedTimestamp: a.JoinedTimestamp, DelegationEnabledDate: new(page[i].Since()),
		})
	}
	return out, nil
}

func (s *Service) listDelegatedServices(ctx context.Context, in *api.ListDelegatedServicesForAccountRequest) (*api.ListDelegatedServicesForAccountResponse, error) {
	account := awswire.Val(in.AccountId)
	if _, err := s.org.Account(ctx, account); err != nil {
		return nil, err
	}
	list, err := s.org.Delegates(ctx, "")
	if err != nil {
		return nil, err
	}
	services := []api.DelegatedService{}
	for _, g := range list {
		if g.Account != account {
			continue
		}
		for service, since := range g.Services {
			services = append(services, api.DelegatedService{ServicePrincipal: new(service), DelegationEnabledDate: new(since)})
		}
	}
	if len(services) == 0 {
		return nil, fault.New(fault.NotFound, "The account %s is not a delegated administrator.", account).With("AccountNotRegisteredException")
	}
	page, next, err := awswire.Page(ctx, s.tokens, "ListDelegatedServicesForAccount", in, in.NextToken, in.MaxResults, pageSize, services,
		func(d *api.DelegatedService) string { return *d.ServicePrincipal })
	return &api.ListDelegatedServicesForAccountResponse{DelegatedServices: page, NextToken: next}, err
}
