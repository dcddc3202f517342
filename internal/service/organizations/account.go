package organizations

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/organizations"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/organization"
)

// standardRole is the role AWS makes in a new account when the request names none; scripts expect it.
const standardRole = "OrganizationAccountAccessRole"

func (s *Service) createAccount(ctx context.Context, in *api.CreateAccountRequest) (*api.CreateAccountResponse, error) {
	tags, err := tagMap(in.Tags)
	if err != nil {
		return nil, err
	}
	role := standardRole
	if in.RoleName != nil {
		role = *in.RoleName
	}
	c, err := s.org.CreateAccount(ctx, awswire.Val(in.AccountName), awswire.Val(in.Email), role, tags)
	if err != nil {
		return nil, err
	}
	return &api.CreateAccountResponse{CreateAccountStatus: creation(c)}, nil
}

func (s *Service) describeCreateAccountStatus(ctx context.Context, in *api.DescribeCreateAccountStatusRequest) (*api.DescribeCreateAccountStatusResponse, error) {
	c, err := s.org.CreationStatus(ctx, awswire.Val(in.CreateAccountRequestId))
	if err != nil {
		return nil, err
	}
	return &api.DescribeCreateAccountStatusResponse{CreateAccountStatus: creation(c)}, nil
}

func (s *Service) describeAccount(ctx context.Context, in *api.DescribeAccountRequest) (*api.DescribeAccountResponse, error) {
	a, err := s.org.Account(ctx, awswire.Val(in.AccountId))
	if err != nil {
		return nil, err
	}
	list, err := s.accounts(ctx, []organization.Account{a})
	if err != nil {
		return nil, err
	}
	return &api.DescribeAccountResponse{Account: &list[0]}, nil
}

func accountID(a *organization.Account) string { return a.ID }

func (s *Service) listAccounts(ctx context.Context, in *api.ListAccountsRequest) (*api.ListAccountsResponse, error) {
	list, err := s.org.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	page, next, err := awswire.Page(ctx, s.tokens, "ListAccounts", in, in.NextToken, in.MaxResults, pageSize, list, accountID)
	if err != nil {
		return nil, err
	}
	out := &api.ListAccountsResponse{NextToken: next}
	out.Accounts, err = s.accounts(ctx, page)
	return out, err
}

func (s *Service) listAccountsForParent(ctx context.Context, in *api.ListAccountsForParentRequest) (*api.ListAccountsForParentResponse, error) {
	_, list, err := s.org.Children(ctx, awswire.Val(in.ParentId))
	if err != nil {
		return nil, err
	}
	page, next, err := awswire.Page(ctx, s.tokens, "ListAccountsForParent", in, in.NextToken, in.MaxResults, pageSize, list, accountID)
	if err != nil {
		return nil, err
	}
	out := &api.ListAccountsForParentResponse{NextToken: next}
	out.Accounts, err = s.accounts(ctx, page)
	return out, err
}

func (s *Service) moveAccount(ctx context.Context, in *api.MoveAccountRequest) (*api.MoveAccountOutput, error) {
	return nil, s.org.Move(ctx, awswire.Val(in.AccountId), awswire.Val(in.SourceParentId), awswire.Val(in.DestinationParentId))
}

func (s *Service) removeAccount(ctx context.Context, in *api.RemoveAccountFromOrganizationRequest) (*api.RemoveAccountFromOrganizationOutput, error) {
	return nil, s.org.Leave(ctx, awswire.Val(in.AccountId))
}
