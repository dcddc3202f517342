package trails

import (
	"context"
	"errors"

	"github.com/tickmark/tickmark/internal/fault"
)

// maxDelegates is how many delegated administrators CloudTrail has in an organization.
const maxDelegates = 3

// Delegate makes a member account administrator of the organization's trails and event data stores.
// Faults: those of RegisterOrganizationDelegatedAdmin.
func (d *Directory) Delegate(ctx context.Context, caller, account string) error {
	if err := d.mayDelegate(ctx, caller); err != nil {
		return err
	}
	if account == d.Organization.Management() {
		return fault.New(fault.Conflict, "The management account %s administers CloudTrail already: name a member account.", account).With("CannotDelegateManagementAccountException")
	}
	delegates, err := d.Organization.Delegates(ctx, Principal)
	if err != nil {
		return err
	}
	for _, g := range delegates {
		if g.Account == account {
			return fault.New(fault.Exists, "The account %s is a delegated administrator of CloudTrail already.", account).With("AccountRegisteredException")
		}
	}
	if len(delegates) >= maxDelegates {
		return fault.New(fault.Quota, "CloudTrail has %d delegated administrators, which is the limit: deregister one.", len(delegates)).With("DelegatedAdminAccountLimitExceededException")
	}
	return recoded(d.Organization.RegisterDelegate(ctx, account, Principal), "AccountAlreadyRegisteredException", "AccountRegisteredException")
}

// Dismiss takes the administration from a delegated administrator.
// Faults: those of DeregisterOrganizationDelegatedAdmin.
func (d *Directory) Dismiss(ctx context.Context, caller, account string) error {
	if err := d.mayDelegate(ctx, caller); err != nil {
		return err
	}
	if _, err := d.Organization.Account(ctx, account); err != nil {
		return err
	}
	return d.Organization.DeregisterDelegate(ctx, account, Principal)
}

// mayDelegate is mayOrganize for the management account alone, with the codes of delegation.
func (d *Directory) mayDelegate(ctx context.Context, caller string) error {
	if err := d.mayOrganize(ctx, caller); err != nil {
		return recoded(err, "NotOrganizationMasterAccountException", "NotOrganizationManagementAccountException")
	}
	if caller != d.Organization.Management() {
		return fault.New(fault.Denied, "Only the management account %s delegates the administration of CloudTrail.", d.Organization.Management()).With("NotOrganizationManagementAccountException")
	}
	return nil
}

// recoded gives a fault of one code another.
func recoded(err error, from, to string) error {
	if f, ok := errors.AsType[*fault.Error](err); ok && f.Code == from {
		return f.With(to)
	}
	return err
}
