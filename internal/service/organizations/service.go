package organizations

import (
	"context"

	api "github.com/tickmark/tickmark/internal/awsapi/organizations"
	"github.com/tickmark/tickmark/internal/awswire"
	"github.com/tickmark/tickmark/internal/fault"
	"github.com/tickmark/tickmark/internal/organization"
)

// Service answers the operations of Organizations.
type Service struct {
	org    *organization.Directory
	tokens *awswire.Tokens
}

// New is the service over a directory; tokens make its page tokens.
func New(org *organization.Directory, tokens *awswire.Tokens) *Service { return &Service{org, tokens} }

// Register registers every operation served.
func (s *Service) Register(r *awswire.Registry) {
	r.MapFaults(api.Service, mapFault)

	api.OnCreateOrganization(r, only(s.management, s.createOrganization))
	api.OnDescribeOrganization(r, only(s.member, s.describeOrganization))
	api.OnListRoots(r, only(s.reader, s.listRoots))
	api.OnEnableAWSServiceAccess(r, only(s.management, s.enableAccess))
	api.OnDisableAWSServiceAccess(r, only(s.management, s.disableAccess))
	api.OnListAWSServiceAccessForOrganization(r, only(s.reader, s.listAccess))

	api.OnCreateAccount(r, only(s.management, s.createAccount))
	api.OnDescribeCreateAccountStatus(r, only(s.reader, s.describeCreateAccountStatus))
	api.OnDescribeAccount(r, only(s.reader, s.describeAccount))
	api.OnListAccounts(r, only(s.reader, s.listAccounts))
	api.OnListAccountsForParent(r, only(s.reader, s.listAccountsForParent))
	api.OnMoveAccount(r, only(s.management, s.moveAccount))
	api.OnRemoveAccountFromOrganization(r, only(s.management, s.removeAccount))

	api.OnCreateOrganizationalUnit(r, only(s.management, s.createUnit))
	api.OnDescribeOrganizationalUnit(r, only(s.reader, s.describeUnit))
	api.OnListOrganizationalUnitsForParent(r, only(s.reader, s.listUnits))
	api.OnListParents(r, only(s.reader, s.listParents))
	api.OnListChildren(r, only(s.reader, s.listChildren))

	api.OnRegisterDelegatedAdministrator(r, only(s.management, s.register))
	api.OnDeregisterDelegatedAdministrator(r, only(s.management, s.deregister))
	api.OnListDelegatedAdministrators(r, only(s.reader, s.listDelegates))
	api.OnListDelegatedServicesForAccount(r, only(s.reader, s.listDelegatedServices))

	api.OnTagResource(r, only(s.management, s.tag))
	api.OnUntagResource(r, only(s.management, s.untag))
	api.OnListTagsForResource(r, only(s.reader, s.listTags))
}

// pageSize is the largest page of Organizations, and the one given when none is asked for.
const pageSize = 20

// only lets an operation be called by whom may admits.
func only[In, Out any](may func(context.Context) error, h func(context.Context, *In) (*Out, error)) func(context.Context, *In) (*Out, error) {
	return func(ctx context.Context, in *In) (*Out, error) {
		if err := may(ctx); err != nil {
			return nil, err
		}
		return h(ctx, in)
	}
}

func (s *Service) management(ctx context.Context) error {
	if awswire.CallerFrom(ctx).Account == s.org.Management() {
		return nil
	}
	return fault.New(fault.Denied, "You don't have permissions to access this resource: only the management account %s may call this.", s.org.Management())
}

// member admits accounts of the organization; to others there is none.
func (s *Service) member(ctx context.Context) error {
	account := awswire.CallerFrom(ctx).Account
	if account == s.org.Management() {
		return nil
	}
	_, err := s.org.Account(ctx, account)
	if fault.KindOf(err) == fault.NotFound {
		return fault.New(fault.NotFound, "Your account is not a member of an organization.").With("AWSOrganizationsNotInUseException")
	}
	return err
}

// reader admits the management account and delegated administrators.
func (s *Service) reader(ctx context.Context) error {
	denied := s.management(ctx)
	if denied == nil {
		return nil
	}
	list, err := s.org.Delegates(ctx, "")
	if err != nil {
		return err
	}
	for _, g := range list {
		if g.Account == awswire.CallerFrom(ctx).Account {
			return nil
		}
	}
	return denied
}
